import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart, Cron, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdBackupDestination, EtcdCluster, EtcdDefragmentation, EtcdVersion } from 'cdk8s-stateful';
import { failureOf, runSteps } from './backups';
import { etcdctl, healthy, membersOf, read } from './etcd';
import { BUCKET, objectsOf, s3Endpoint, s3Secret, s3Server } from './s3';
import { story } from '../story';

const RELEASE = '3.6.14';
const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];
const NAME = /^etcd\/\d{8}T\d{6}Z-rev\d+\.db$/;

story('backups of an EtcdCluster to S3', { etcd: [RELEASE] }, ({ cluster, step }) => {
  const etcd = (snapshot?: string, keep?: number) => {
    const chart = new Chart(new App(), 'chart');
    const destination = EtcdBackupDestination.s3({
      bucket: BUCKET, endpoint: s3Endpoint(), credentials: kplus.Secret.fromSecretName(chart, 'Credentials', 's3'),
    });
    const made = new EtcdCluster(chart, 'etcd', {
      version: EtcdVersion.of(RELEASE),
      storage: Size.gibibytes(1),
      defragmentation: EtcdDefragmentation.off(),
      restoreFrom: snapshot === undefined ? undefined : { destination, snapshot },
    });
    made.addBackup({ schedule: Cron.daily(), destination, keep });
    return chart;
  };
  const backups = async () => (await objectsOf(cluster)).filter(name => NAME.test(name));
  const lose = async () => {
    await cluster.delete('StatefulSet', 'etcd');
    await cluster.eventually('no member is left', async () => {
      expect((await cluster.list('Pod', { 'app.kubernetes.io/instance': 'etcd' })).map(({ metadata }) => metadata.name)).toEqual([]);
    });
    await Promise.all(MEMBERS.map(member => cluster.delete('PersistentVolumeClaim', `data-${member}`)));
  };
  const steps = { reach: 0, snapshot: 0, verify: 0, name: 0, upload: 0 };

  step('one becomes an object of the bucket', async () => {
    await cluster.apply([s3Secret(), ...s3Server()]);
    await cluster.ready('s3');
    await cluster.apply(etcd());
    await cluster.ready('etcd');
    await healthy(cluster, MEMBERS);
    await etcdctl(cluster, 'etcd-0', 'put', 'greeting', 'hello');
    expect(await runSteps(cluster, 'etcd-backup')).toMatchObject({ succeeded: true, steps });
    expect(await objectsOf(cluster)).toEqual([expect.stringMatching(NAME)]);
  });

  step('the oldest is deleted when there is one too many, and nothing else', async () => {
    const [oldest] = await backups();
    const others = ['other/20000101T000000Z-rev1.db', 'etcd/20000101T000000Z-rev1.db.txt', 'etcd/sub/20000101T000000Z-rev1.db'];
    for (const name of others) {
      const { exitCode } = await cluster.exec('s3-0', ['rclone', 'rcat', '--config=', `/s3/${BUCKET}/${name}`], { input: 'mine' });
      expect(exitCode).toBe(0);
    }
    await cluster.apply(etcd(undefined, 2));
    for (const count of [2, 2]) {
      // names have whole seconds.
      await sleep(1000);
      expect(await runSteps(cluster, 'etcd-backup')).toMatchObject({ succeeded: true, steps: { ...steps, list: 0, prune: 0 } });
      expect(await backups()).toHaveLength(count);
    }
    expect(await backups()).not.toContain(oldest);
    expect(await objectsOf(cluster)).toEqual(expect.arrayContaining(others));
  });

  let snapshot = '';
  step('after the loss of all disks, what was in the snapshot is there', async () => {
    snapshot = (await backups()).at(-1)!.replace('etcd/', '');
    await etcdctl(cluster, 'etcd-0', 'put', 'late', 'after the backup');
    await lose();
    await cluster.apply(etcd(snapshot));
    await cluster.ready('etcd');
    await healthy(cluster, MEMBERS);
    expect(await membersOf(cluster, 'etcd-1')).toEqual(MEMBERS);
    expect(await read(cluster, 'etcd-2', 'greeting')).toBe('hello');
    expect(await read(cluster, 'etcd-2', 'late')).toBe('');
  });

  step('while S3 is gone, a backup fails, and members start with what they have', async () => {
    await etcdctl(cluster, 'etcd-0', 'put', 'newer', 'than the snapshot');
    await cluster.scale('s3', 0);
    await cluster.eventually('no server is left', async () => expect(await cluster.pods('s3')).toEqual([]));
    for (const member of MEMBERS) {
      await cluster.deletePod(member);
      await cluster.ready('etcd');
    }
    expect(await read(cluster, 'etcd-1', 'newer')).toBe('than the snapshot');
    const { succeeded, steps: { upload, ...before } } = await runSteps(cluster, 'etcd-backup');
    expect({ succeeded, before }).toEqual({ succeeded: false, before: { reach: 0, snapshot: 0, verify: 0, name: 0 } });
    expect(upload).not.toBe(0);
    await cluster.scale('s3', 1);
    await cluster.ready('s3');
  });

  step('a snapshot that is not there makes no cluster at all', async () => {
    await lose();
    await cluster.apply(etcd('20200101T000000Z-rev1.db'));
    expect(await failureOf(cluster, 'etcd-0', 'restore-verify'))
      .toContain(`there is no snapshot 20200101T000000Z-rev1.db at bucket '${BUCKET}' of ${s3Endpoint()} at 'etcd'`);
  });
});
