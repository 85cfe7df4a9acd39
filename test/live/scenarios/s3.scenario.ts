import { BUSYBOX, containerOf, ended, podOf } from './pods';
import { objectsOf, RCLONE, RESTRICTED, RESTRICTED_POD, s3Endpoint, s3Secret, s3Server } from './s3';
import { ExecResult } from '../cluster';
import { story } from '../story';

/** The folder that a run of rclone shares with the scripts before and after it: all that any of them can write. */
const WORK = '/work';

/** Where objects are, in a remote that exists in variables only. The slash at the end says that it is a folder, which else is asked of the server. */
const PREFIX = 'backup:backups/etcd/';

/** How long rclone waits for somebody who does not answer. Its defaults, of five minutes, ten and three times, make hours. */
const BOUNDED = ['--contimeout=5s', '--timeout=5s', '--low-level-retries=1', '--retries=1'];

/** Uploads in parts, as by default only those of more than 200 MiB are. */
const SMALL_PARTS = ['--s3-upload-cutoff=5Mi', '--s3-chunk-size=5Mi'];

interface Run {
  /** A script that makes files. */
  readonly before?: string;
  /** One that shows them, after a run that went well. */
  readonly after?: string;
  readonly env?: Record<string, string>;
  readonly memory?: string;
  /** rclone itself can write nothing at all. */
  readonly readOnly?: boolean;
}

story('an S3 server and rclone', { images: [RCLONE] }, ({ cluster, faults, step, processStep }) => {
  let pods = 0;
  /** Of the files that were uploaded, as `md5sum` prints them. */
  let sums = '';

  const start = async (args: readonly string[], { before = 'true', after = 'true', env = {}, memory = '256Mi', readOnly = false }: Run) => {
    const name = `rclone-${++pods}`;
    const work = { name: 'work', mountPath: WORK };
    const script = (title: string, text: string) =>
      ({ ...RESTRICTED, name: title, image: BUSYBOX, command: ['/bin/sh', '-ec', text], workingDir: WORK, volumeMounts: [work] });
    const variables = {
      RCLONE_CONFIG: '',
      RCLONE_CONFIG_BACKUP_TYPE: 's3',
      RCLONE_CONFIG_BACKUP_PROVIDER: 'Other',
      RCLONE_CONFIG_BACKUP_ENV_AUTH: 'true',
      RCLONE_CONFIG_BACKUP_ENDPOINT: s3Endpoint(),
      RCLONE_CONFIG_BACKUP_NO_CHECK_BUCKET: 'true',
      ...env,
    };
    const rclone = {
      ...RESTRICTED,
      name: 'rclone',
      image: RCLONE,
      args,
      workingDir: WORK,
      env: Object.entries(variables).map(([key, value]) => ({ name: key, value })),
      envFrom: [{ secretRef: { name: 's3' } }],
      resources: { limits: { memory } },
      volumeMounts: [{ ...work, readOnly }],
    };
    await cluster.apply([podOf(name, script('after', after), {
      ...RESTRICTED_POD, initContainers: [script('before', before), rclone], volumes: [{ name: 'work', emptyDir: {} }],
    })]);
    return name;
  };

  /** How rclone ended, with what the script after it printed, and its own words as errors. */
  const result = async (pod: string): Promise<ExecResult> => {
    const object = await ended(cluster, pod, { timeout: 110 });
    const { exitCode } = containerOf(object, 'rclone').state.terminated;
    const stdout = exitCode === 0 ? await cluster.logs(pod, { container: 'after' }) : '';
    return { exitCode, stdout, stderr: await cluster.logs(pod, { container: 'rclone' }) };
  };

  const rclone = async (args: readonly string[], run: Run = {}) => result(await start(args, run));

  /** The files that the server is writing. */
  const unfinished = async () => (await cluster.exec('s3-0', ['rclone', 'lsf', '--recursive', '--include=.rclone_temp_*', '/s3'])).stdout;

  step('the server keeps what it is given on its volume, without root', async () => {
    await cluster.apply([s3Secret(), ...s3Server()]);
    await cluster.ready('s3');
    expect(await objectsOf(cluster)).toEqual([]);
  });

  step('a folder is uploaded by what stands in variables alone, and checked, with nothing to write to', async () => {
    const before = 'mkdir -p up/sub; cd up; echo 1 > one; echo 2 > two; echo 3 > three; echo 1 > sub/one; yes | head -c 12000000 > large';
    const after = 'cd up; md5sum large one sub/one three two';
    const args = ['copy', 'up', PREFIX, '--no-traverse', '-vv', ...SMALL_PARTS];
    const { exitCode, stdout, stderr } = await rclone(args, { before, after, readOnly: true });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(await objectsOf(cluster)).toEqual(['etcd/large', 'etcd/one', 'etcd/sub/one', 'etcd/three', 'etcd/two']);
    sums = stdout;
    const [sumOfLarge] = sums.split(' ');
    expect(stderr).toMatch(/large: multipart upload wrote chunk 3 /);
    expect(stderr).toContain(`large: md5 = ${sumOfLarge} OK`);
  });

  step('a list goes to a file, with the sums of what was uploaded in parts too', async () => {
    const { exitCode, stdout } = await rclone(['md5sum', PREFIX, '--output-file=list'], { after: 'sort -k 2 list' });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(sums);
  });

  step('the list of nothing is empty, and that of a bucket which is not there an error', async () => {
    const nothing = await rclone(['md5sum', 'backup:backups/nothing/', '--output-file=list'], { after: 'wc -c < list' });
    expect(nothing).toMatchObject({ exitCode: 0, stdout: '0\n' });
    expect(await rclone(['md5sum', 'backup:no-such-bucket/etcd/', '--output-file=list'])).toMatchObject({ exitCode: 3 });
  });

  step('by an empty list nothing is deleted, nor by one of a blank line, nor without a list', async () => {
    const all = await objectsOf(cluster);
    for (const list of ['--files-from=list', '--files-from-raw=list']) {
      for (const text of ['', '\\n']) {
        for (const more of [[], ['--no-traverse']]) {
          expect(await rclone(['delete', PREFIX, list, ...more], { before: `printf '${text}' > list` })).toMatchObject({ exitCode: 0 });
          expect(await objectsOf(cluster)).toEqual(all);
        }
      }
      expect(await rclone(['delete', PREFIX, list])).toMatchObject({ exitCode: 1 });
      expect(await objectsOf(cluster)).toEqual(all);
    }
  });

  step('what a list names is deleted and nothing else, and what is gone already is no error', async () => {
    const before = "printf 'two\\nsub/one\\nnot-there\\n' > list";
    expect(await rclone(['delete', PREFIX, '--files-from-raw=list', '--no-traverse'], { before })).toMatchObject({ exitCode: 0 });
    expect(await objectsOf(cluster)).toEqual(['etcd/large', 'etcd/one', 'etcd/three']);
  });

  step('what a list names is fetched and nothing else, and what is not there is an error only where it is told to be', async () => {
    const fetch = (name: string, ...more: string[]) => rclone(['copy', PREFIX, 'down', '--files-from-raw=list', '--no-traverse', ...more], {
      before: `mkdir down; echo ${name} > list`, after: 'cd down; find . -type f -exec md5sum {} +',
    });
    expect(await fetch('large', '--error-on-no-transfer')).toMatchObject({ exitCode: 0, stdout: `${sums.split(' ')[0]}  ./large\n` });
    expect(await fetch('not-there')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await fetch('not-there', '--error-on-no-transfer')).toMatchObject({ exitCode: 9 });
  });

  step('an empty list needs no server', async () => {
    const env = { RCLONE_CONFIG_BACKUP_ENDPOINT: 'http://nowhere.invalid:9000' };
    for (const command of [['copy', PREFIX, 'down'], ['delete', PREFIX]]) {
      const args = [...command, '--files-from-raw=list', '--no-traverse', ...BOUNDED];
      expect(await rclone(args, { env, before: ': > list' })).toMatchObject({ exitCode: 0, stderr: '' });
      const { exitCode, stderr } = await rclone(args, { env, before: 'echo one > list' });
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('nowhere.invalid') });
    }
  });

  step('a wrong key is an error of every command, and changes nothing', async () => {
    const all = await objectsOf(cluster);
    const env = { AWS_SECRET_ACCESS_KEY: 'another' };
    for (const args of [
      ['md5sum', PREFIX, '--output-file=list'],
      ['copy', 'up', PREFIX, '--no-traverse'],
      ['delete', PREFIX, '--files-from-raw=names', '--no-traverse'],
      ['copy', PREFIX, 'down', '--files-from-raw=names', '--no-traverse'],
    ]) {
      const { exitCode, stderr } = await rclone([...args, ...BOUNDED], { env, before: 'mkdir up; echo four > up/four; echo one > names' });
      expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 1, stderr: expect.stringMatching(/StatusCode: 403/) });
    }
    expect(await objectsOf(cluster)).toEqual(all);
  });

  step('what is there is not replaced by something else that has its name', async () => {
    const { exitCode, stderr } = await rclone(['copy', 'up', PREFIX, '--no-traverse', '--immutable'], { before: 'mkdir up; echo other > up/one' });
    expect({ exitCode, stderr }).toEqual({ exitCode: 6, stderr: expect.stringContaining('immutable file modified') });
    const { stdout } = await rclone(['copy', `${PREFIX}one`, '.'], { after: 'cat one' });
    expect(stdout).toBe('1\n');
  });

  step('200 MB are uploaded with 128 MiB of memory', async () => {
    const before = 'mkdir up; dd if=/dev/urandom of=up/200-megabytes bs=1000000 count=200';
    const { exitCode, stderr } = await rclone(['copy', 'up', PREFIX, '--no-traverse', '-v'], { before, memory: '128Mi' });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    console.log(/Elapsed time: .*/.exec(stderr)?.[0]);
    expect(await objectsOf(cluster)).toContain('etcd/200-megabytes');
  });

  processStep('an upload during which the server is cut off is an error within half a minute, and leaves no object', async () => {
    const all = await objectsOf(cluster);
    await faults.slowLink('s3-0', 8000);
    const before = 'mkdir up; dd if=/dev/urandom of=up/cut bs=1000000 count=50';
    const pod = await start(['copy', 'up', PREFIX, '--no-traverse', ...BOUNDED], { before });
    await cluster.eventually('the upload has begun', async () => expect(await unfinished()).not.toBe(''));
    await faults.cutLink('s3-0');
    const cut = performance.now();
    const { exitCode, stderr } = await result(pod);
    expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringContaining('cut: Failed to copy') });
    expect(performance.now() - cut).toBeLessThan(30_000);
    await faults.mendLink('s3-0');
    const after = 'grep -c cut list || true';
    expect(await rclone(['md5sum', PREFIX, '--output-file=list'], { after })).toMatchObject({ exitCode: 0, stdout: '0\n' });
    expect(await objectsOf(cluster)).toEqual(all);
  });

  step('objects outlive the pod of their server', async () => {
    const all = await objectsOf(cluster);
    await cluster.deletePod('s3-0');
    await cluster.ready('s3');
    expect(await objectsOf(cluster)).toEqual(all);
    expect(await rclone(['copy', `${PREFIX}one`, '.'], { after: 'cat one' })).toMatchObject({ exitCode: 0, stdout: '1\n' });
  });
});
