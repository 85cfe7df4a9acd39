import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart, Cron, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdBackupDestination, EtcdCluster, EtcdClusterProps, EtcdDefragmentation, EtcdMembership, EtcdVersion } from 'cdk8s-stateful';
import { failureOf, filesIn, revisionOf, runSteps, withBackups } from './backups';
import { activateAlarm, etcdctl, healthy, membersOf, read } from './etcd';
import { containerOf } from './pods';
import { writesDuring } from './write-load';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];
const NAME = /^\d{8}T\d{6}Z-rev(\d+)\.db$/;

interface Restored {
  readonly snapshot: string;
  readonly bumpRevision?: number;
}

for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  story('backups of an EtcdCluster', { etcd: [release] }, ({ cluster, faults, step, processStep }) => {
    /** A cluster of three, or of one that has backups of the first. */
    const etcd = (restored?: Restored, { id = 'etcd', ...props }: EtcdClusterProps & { id?: string } = {}) => {
      const chart = new Chart(new App(), 'chart');
      const claim = new kplus.PersistentVolumeClaim(chart, 'Backups', {
        metadata: { name: 'backups' },
        storage: Size.gibibytes(1),
        accessModes: [kplus.PersistentVolumeAccessMode.READ_WRITE_MANY],
      });
      const destination = EtcdBackupDestination.volume(claim, { path: 'etcd' });
      const made = new EtcdCluster(chart, id, {
        version: EtcdVersion.of(release),
        storage: Size.gibibytes(1),
        defragmentation: EtcdDefragmentation.off(),
        membership: EtcdMembership.fixed(),
        restoreFrom: restored && { destination, ...restored },
        ...props,
      });
      if (id === 'etcd') {
        made.addBackup({ schedule: Cron.daily(), destination, keep: 2 });
      }
      return chart;
    };
    const backups = async () => (await filesIn(cluster, 'etcd')).filter(name => NAME.test(name));
    const countOf = async (pod: string, prefix: string) =>
      (await etcdctl(cluster, pod, 'get', prefix, '--prefix', '--keys-only')).split('\n').filter(line => line !== '').length;
    const clusterId = async (pod: string) => JSON.parse(await etcdctl(cluster, pod, 'endpoint', 'status', '--write-out', 'json'))[0].Status.header.cluster_id;
    /** Takes away the pods, and the claims of some of them. */
    const lose = async (id: string, ordinals: readonly number[]) => {
      await cluster.delete('StatefulSet', id);
      await cluster.eventually('no pod is left', async () => {
        const left = (await cluster.list('Pod')).filter(({ metadata }) => metadata.name.startsWith(`${id}-`) && metadata.labels?.['job-name'] === undefined);
        expect(left.map(({ metadata }) => metadata.name)).toEqual([]);
      });
      await Promise.all(ordinals.map(ordinal => cluster.delete('PersistentVolumeClaim', `data-${id}-${ordinal}`)));
    };
    let written = 0;

    step('one is made while there is load, under its own revision, and no write fails for it', async () => {
      await cluster.apply(etcd());
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      const load = await writesDuring(cluster, 'http://etcd-client:2379', async () => {
        const { steps, log, succeeded } = await runSteps(cluster, 'etcd-backup');
        expect({ steps, log }).toEqual({ steps: { reach: 0, snapshot: 0, verify: 0, store: 0 }, log: expect.stringContaining('"stored"') });
        expect(succeeded).toBe(true);
      });
      console.log(`etcd ${release}, a backup: ${JSON.stringify(load)}`);
      expect(load).toMatchObject({ failed: 0, lost: 0 });
      const [name, ...others] = await filesIn(cluster, 'etcd');
      expect([name, others]).toEqual([expect.stringMatching(NAME), []]);
      expect(await revisionOf(cluster, release, `etcd/${name}`)).toBe(Number(NAME.exec(name)![1]));
    });

    step('the oldest is deleted when there is one too many, and nothing else', async () => {
      const [oldest] = await backups();
      await withBackups(cluster, 'echo mine > etcd/20000101T000000Z-rev1.db.txt; mkdir etcd/other; echo mine > other.db');
      await runSteps(cluster, 'etcd-backup');
      expect(await backups()).toEqual([oldest, expect.stringMatching(NAME)]);
      // names have whole seconds.
      await sleep(1000);
      const { log } = await runSteps(cluster, 'etcd-backup');
      expect(log).toContain(`"deleted","name":"${oldest}"`);
      expect(await backups()).toHaveLength(2);
      expect(await backups()).not.toContain(oldest);
      expect(await filesIn(cluster, 'etcd')).toEqual(expect.arrayContaining(['20000101T000000Z-rev1.db.txt', 'other']));
    });

    processStep('one that runs out of space fails, and is not taken for one', async () => {
      const before = await backups();
      await faults.fillDisk('backups');
      const { steps, succeeded } = await runSteps(cluster, 'etcd-backup');
      await faults.freeDisk('backups');
      expect({ succeeded, steps }).toEqual({ succeeded: false, steps: { reach: 0, snapshot: expect.any(Number) } });
      expect(steps.snapshot).not.toBe(0);
      expect(await backups()).toEqual(before);
    });

    step('one fails at once when no member answers, and those before stay', async () => {
      const before = await filesIn(cluster, 'etcd');
      await cluster.scale('etcd', 0);
      await cluster.eventually('no member is left', async () => expect(await cluster.pods('etcd')).toEqual([]));
      const { steps, log, succeeded } = await runSteps(cluster, 'etcd-backup');
      await cluster.scale('etcd', 3);
      expect({ succeeded, steps, log }).toEqual({ succeeded: false, steps: { reach: 1 }, log: expect.stringContaining('context deadline exceeded') });
      expect(await filesIn(cluster, 'etcd')).toEqual(before);
      await cluster.ready('etcd');
    });

    // before, members are not ready while there is an alarm, and the service for clients leads nowhere.
    if (EtcdVersion.of(release).isAtLeast('3.5.11')) {
      step('one is made while there is an alarm, when it may be wanted most', async () => {
        await healthy(cluster, MEMBERS);
        await activateAlarm(cluster);
        await expect(etcdctl(cluster, 'etcd-0', 'put', 'a', 'b')).rejects.toThrow('database space exceeded');
        expect(await runSteps(cluster, 'etcd-backup')).toMatchObject({ succeeded: true });
        await etcdctl(cluster, 'etcd-0', 'alarm', 'disarm');
      });
    }

    let snapshot = '';
    step('after the loss of all disks, all that was in the snapshot is there, in one cluster of three', async () => {
      await healthy(cluster, MEMBERS);
      await etcdctl(cluster, 'etcd-0', 'put', 'greeting', 'hello');
      written = await countOf('etcd-0', 'load/');
      expect(written).toBeGreaterThan(100);
      await runSteps(cluster, 'etcd-backup');
      snapshot = (await backups()).at(-1)!;
      await etcdctl(cluster, 'etcd-0', 'put', 'late', 'after the backup');
      const lost = await clusterId('etcd-0');

      await lose('etcd', [0, 1, 2]);
      await cluster.apply(etcd({ snapshot }));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await membersOf(cluster, 'etcd-1')).toEqual(MEMBERS);
      expect(await Promise.all(MEMBERS.map(clusterId))).toEqual(Array(3).fill(await clusterId('etcd-0')));
      expect(await clusterId('etcd-0')).not.toEqual(lost);
      expect(await Promise.all(MEMBERS.map(pod => countOf(pod, 'load/')))).toEqual([written, written, written]);
      expect(await read(cluster, 'etcd-2', 'greeting')).toBe('hello');
      expect(await read(cluster, 'etcd-2', 'late')).toBe('');
    });

    step('what is written after that stays when each pod is restarted, and when all are at once', async () => {
      await etcdctl(cluster, 'etcd-0', 'put', 'newer', 'than the snapshot');
      for (const member of MEMBERS) {
        await cluster.deletePod(member);
        await cluster.ready('etcd');
      }
      expect(await read(cluster, 'etcd-1', 'newer')).toBe('than the snapshot');
      await Promise.all(MEMBERS.map(member => cluster.deletePod(member, { gracePeriodSeconds: 0 })));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await read(cluster, 'etcd-1', 'newer')).toBe('than the snapshot');
      expect(await cluster.logs('etcd-2', { container: 'restore-prepare' })).toMatch(/"leave alone".*"there is data"/);
    });

    processStep('members that were left from before do not mix with those that are restored', async () => {
      await runSteps(cluster, 'etcd-backup');
      const latest = (await backups()).at(-1)!;
      await lose('etcd', [1, 2]);
      const objects: any[] = Testing.synth(etcd({ snapshot: latest }));
      objects.find(({ kind }) => kind === 'StatefulSet').spec.replicas = 1;
      await cluster.apply(objects);
      await cluster.eventually('the member with the old disk runs', async () => {
        expect(containerOf(await cluster.get('Pod', 'etcd-0'), 'etcd').state.running).toBeDefined();
      });
      await sleep(2000);
      await cluster.scale('etcd', 3);
      for (const member of ['etcd-1', 'etcd-2']) {
        expect(await failureOf(cluster, member, 'restore-prepare')).toContain('to restore the whole cluster, delete the claims of all members');
      }

      await faults.cutLink('etcd-0');
      await healthy(cluster, ['etcd-1', 'etcd-2']);
      await faults.mendLink('etcd-0');
      await etcdctl(cluster, 'etcd-1', 'put', 'whose', 'of the restored');
      await cluster.eventually('they meet', async () => {
        expect(await cluster.logs('etcd-0', { container: 'etcd' })).toMatch(/cluster ID mismatch/);
      });
      expect(await read(cluster, 'etcd-2', 'whose')).toBe('of the restored');
      await expect(read(cluster, 'etcd-0', 'whose')).rejects.toThrow(/^etcdctl get whose/);
      await lose('etcd', [0, 1, 2]);
      await cluster.apply(etcd({ snapshot: latest }));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await Promise.all(MEMBERS.map(pod => countOf(pod, 'load/')))).toEqual([written, written, written]);
      snapshot = latest;
    });

    step('a member that has lost its disk does not go back to the snapshot while others run', async () => {
      await etcdctl(cluster, 'etcd-0', 'put', 'newest', 'of all');
      await cluster.delete('PersistentVolumeClaim', 'data-etcd-2');
      await cluster.deletePod('etcd-2');
      expect(await failureOf(cluster, 'etcd-2', 'restore-prepare')).toContain('before it lost its disk; to replace this member, take \'restoreFrom\' out first');
      expect(await read(cluster, 'etcd-1', 'newest')).toBe('of all');
      await cluster.delete('StatefulSet', 'etcd');
    });

    step('a second cluster beside it shows what is in a backup', async () => {
      await cluster.apply(etcd({ snapshot }, { id: 'look', replicas: 1 }));
      await cluster.ready('look');
      expect(await countOf('look-0', 'load/')).toBe(written);
      expect(await read(cluster, 'look-0', 'greeting')).toBe('hello');
      await lose('look', [0]);
    });

    step('a snapshot that is not whole, or not there, makes no cluster at all', async () => {
      await withBackups(cluster, `
        head -c 30000 etcd/${snapshot} > etcd/half.db
        cp etcd/${snapshot} etcd/changed.db
        printf X | dd of=etcd/changed.db bs=1 seek=9000 conv=notrunc
        echo no database of etcd > etcd/text.db
        chown 65532:65532 etcd/*.db`);
      for (const [name, message] of [
        ['half.db', 'is no whole snapshot: it has 30000 bytes, which is not a database and its hash'],
        ['changed.db', 'is no whole snapshot: its hash is another than the one at its end'],
        ['text.db', 'is no whole snapshot: it has 20 bytes'],
        ['20200101T000000Z-rev1.db', 'there is no snapshot 20200101T000000Z-rev1.db at claim \'backups\' at \'etcd\'; the newest are'],
      ]) {
        await cluster.apply(etcd({ snapshot: name }, { id: 'broken', replicas: 1 }));
        expect(await failureOf(cluster, 'broken-0', 'restore-verify')).toContain(message);
        expect((await cluster.get('Pod', 'broken-0')).status.containerStatuses[0].state.waiting).toBeDefined();
        await lose('broken', [0]);
      }
    });

    if (release !== '3.4.23') {
      step('revisions go on further up where they were told to, and those before are given up', async () => {
        await cluster.apply(etcd({ snapshot, bumpRevision: 1_000_000 }, { id: 'bumped', replicas: 1 }));
        await cluster.ready('bumped');
        const { header } = JSON.parse(await etcdctl(cluster, 'bumped-0', 'get', 'greeting', '--write-out', 'json'));
        expect(header.revision).toBeGreaterThanOrEqual(1_000_000 + Number(NAME.exec(snapshot)![1]));
        expect(await countOf('bumped-0', 'load/')).toBe(written);
        await expect(etcdctl(cluster, 'bumped-0', 'get', 'greeting', '--rev', NAME.exec(snapshot)![1])).rejects.toThrow(/compacted/);
      });
    }
  });
}
