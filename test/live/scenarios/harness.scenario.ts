import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerOf, ended, linesOf, podOf, shell } from './pods';
import { story } from '../story';

/** Tells a program from any other of the machine by how long it means to sleep. */
const sleepFor = (number: number) => ['sleep', `${number * 1_000_000 + process.pid}`];

function pidsOf(command: readonly string[]): number[] {
  return readdirSync('/proc').map(Number).filter(Boolean).filter(pid => commandOf(pid).endsWith(command.join(' ')));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // it has ended meanwhile.
    return '';
  }
}

/** What of a cluster can be seen outside of it: its mounts and its interfaces, which should be none. */
function visible(): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(line => line.includes('/cdk8s-stateful-live/'));
  const interfaces = readdirSync('/sys/class/net').filter(name => /^(hole|pod\d+)$/.test(name));
  return [...mounts, ...interfaces];
}

/** What a cluster leaves whose run was killed: here of one that never was, by the number that no process can have. */
function leftovers(): string[] {
  const name = `killed-${process.pid}.${2 ** 22 + 1}`;
  return [`/var/tmp/cdk8s-stateful-live/${name}`, ...['memory', 'unified', ''].map(hierarchy => join('/sys/fs/cgroup', hierarchy))
    .filter(hierarchy => existsSync(join(hierarchy, 'cgroup.procs'))).map(hierarchy => join(hierarchy, `cdk8s-stateful-${name}`))];
}

/** The loop devices of this story's claims, which every namespace sees. */
function loopDevices(): string[] {
  const files = execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], { encoding: 'utf8' }).split('\n');
  return files.filter(file => file.includes(`.${process.pid}/`));
}

story('the cluster itself', {}, ({ cluster, faults, processStep }) => {
  const marked = sleepFor(1);
  const claim = {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'disk' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '16Mi' } } },
  };
  const sleeper = podOf('sleeper', shell(`exec ${marked.join(' ')}`, { volumeMounts: [{ name: 'disk', mountPath: '/disk' }] }), {
    volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }],
  });

  processStep('shows nothing of its network and its mounts to the machine', async () => {
    await cluster.apply([claim, sleeper]);
    await cluster.eventually('the pod runs', async () => expect(pidsOf(marked)).toHaveLength(1));
    expect(loopDevices()).toHaveLength(1);
    expect(visible()).toEqual([]);
  });

  processStep('takes up processes whose parent was killed, or their container would never end', async () => {
    const orphan = sleepFor(2);
    await cluster.apply([podOf('parent', shell('sleep 1000'))]);
    await cluster.eventually('the pod runs', async () => expect(containerOf(await cluster.get('Pod', 'parent')).state).toHaveProperty('running'));
    const execution = cluster.exec('parent', orphan);
    await cluster.eventually('the program runs, and runc waits for it', async () => expect(pidsOf(orphan)).toHaveLength(2));
    pidsOf(orphan).filter(pid => commandOf(pid).startsWith('runc ')).forEach(pid => process.kill(pid, 'SIGKILL'));
    expect((await execution).exitCode).toBe(137);
    expect(pidsOf(orphan)).toHaveLength(1);
    await faults.kill('parent');
    await ended(cluster, 'parent');
  });

  processStep('takes everything with it when it is killed, and what a run that was killed has left', async () => {
    const left = leftovers();
    left.forEach(folder => mkdirSync(folder, { recursive: true }));
    await faults.crash();
    expect(left.filter(folder => existsSync(folder))).toEqual([]);
    expect(pidsOf(marked)).toEqual([]);
    await cluster.eventually('the kernel has taken down the disk', async () => expect(loopDevices()).toEqual([]));
    expect(visible()).toEqual([]);
  });

  processStep('starts anew under the same name, and empty', async () => {
    expect(await cluster.list('Pod')).toEqual([]);
    expect(await linesOf(cluster, podOf('new', shell('echo works')))).toEqual(['works']);
  });

  processStep('tells what it saw: what happened, how each pod is, and what it printed', async () => {
    const description = await cluster.describe();
    expect(description).toMatch(/^ +\d+\.\d\d Pod default\/new Started: Started container main$/m);
    expect(description).toMatch(/^new: Succeeded, 10\.244\.\d+\.\d+\n {2}main:\n {4}works$/m);
  });
});
