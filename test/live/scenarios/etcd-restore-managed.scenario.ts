import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart, Cron, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdBackupDestination, EtcdCluster, EtcdDefragmentation, EtcdMembership, EtcdVersion } from 'cdk8s-stateful';
import { filesIn, runSteps } from './backups';
import { etcdctl, healthy, membersOf, read } from './etcd';
import { containerOf } from './pods';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];

for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  story('a restore of an EtcdCluster whose members join and leave', { etcd: [release] }, ({ cluster, step }) => {
    const etcd = ({ snapshot, replicas = 3 }: { snapshot?: string; replicas?: number }) => {
      const chart = new Chart(new App(), 'chart', { namespace: cluster.namespace });
      const claim = new kplus.PersistentVolumeClaim(chart, 'Backups', {
        metadata: { name: 'backups' }, storage: Size.gibibytes(1), accessModes: [kplus.PersistentVolumeAccessMode.READ_WRITE_MANY],
      });
      const destination = EtcdBackupDestination.volume(claim);
      new EtcdCluster(chart, 'etcd', {
        replicas,
        version: EtcdVersion.of(release),
        storage: Size.gibibytes(1),
        membership: EtcdMembership.managed(),
        defragmentation: EtcdDefragmentation.off(),
        restoreFrom: snapshot === undefined ? undefined : { destination, snapshot },
      }).addBackup({ schedule: Cron.daily(), destination });
      return chart;
    };
    /** Takes away the pods, and the disks of some of them. */
    const lose = async (members: readonly string[]) => {
      await cluster.delete('StatefulSet', 'etcd');
      await cluster.eventually('no member is left', async () => {
        expect((await cluster.list('Pod', { 'app.kubernetes.io/instance': 'etcd' })).map(({ metadata }) => metadata.name)).toEqual([]);
      });
      await Promise.all(members.map(member => cluster.delete('PersistentVolumeClaim', `data-${member}`)));
    };
    let snapshot = '';

    step('after the loss of all disks, what was in the snapshot is there, in one cluster of three', async () => {
      await cluster.apply(etcd({}));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      await etcdctl(cluster, 'etcd-0', 'put', 'greeting', 'hello');
      expect(await runSteps(cluster, 'etcd-backup')).toMatchObject({ succeeded: true });
      [snapshot] = await filesIn(cluster, `${cluster.namespace}/etcd`);
      await etcdctl(cluster, 'etcd-0', 'put', 'late', 'after the backup');
      await lose(MEMBERS);
      await cluster.apply(etcd({ snapshot }));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await membersOf(cluster, 'etcd-1')).toEqual(MEMBERS);
      expect(await read(cluster, 'etcd-2', 'greeting')).toBe('hello');
      expect(await read(cluster, 'etcd-2', 'late')).toBe('');
    });

    step('what is written after that stays when all pods are restarted at once', async () => {
      await etcdctl(cluster, 'etcd-0', 'put', 'newer', 'than the snapshot');
      await Promise.all(MEMBERS.map(member => cluster.deletePod(member, { gracePeriodSeconds: 0 })));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await read(cluster, 'etcd-1', 'newer')).toBe('than the snapshot');
    });

    step('a member that has lost its disk joins again, and does not go back to the snapshot', async () => {
      await cluster.delete('PersistentVolumeClaim', 'data-etcd-2');
      await cluster.deletePod('etcd-2');
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await membersOf(cluster, 'etcd-2')).toEqual(MEMBERS);
      expect(await read(cluster, 'etcd-2', 'newer')).toBe('than the snapshot');
      expect(await cluster.logs('etcd-2', { container: 'restore-prepare' })).toMatch(/"leave alone".*before it lost its disk/);
    });

    step('nor does it when all pods stop at that very moment', async () => {
      await etcdctl(cluster, 'etcd-0', 'put', 'newest', 'of all');
      await cluster.delete('PersistentVolumeClaim', 'data-etcd-1');
      await Promise.all(MEMBERS.map(member => cluster.deletePod(member, { gracePeriodSeconds: 0 })));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await cluster.logs('etcd-1', { container: 'restore-prepare' })).toContain('"leave alone"');
      expect(await read(cluster, 'etcd-1', 'newest')).toBe('of all');
    });

    step('new members join, and are not restored', async () => {
      const five = [...MEMBERS, 'etcd-3', 'etcd-4'];
      await cluster.apply(etcd({ snapshot, replicas: 5 }));
      await cluster.ready('etcd');
      await healthy(cluster, five);
      expect(await membersOf(cluster, 'etcd-4')).toEqual(five);
      expect(await read(cluster, 'etcd-4', 'newer')).toBe('than the snapshot');
      expect(await cluster.logs('etcd-4', { container: 'restore-prepare' })).toMatch(/"leave alone".*members of a cluster answer/);
    });

    let latest = '';

    step('when most disks are lost at once, the members without wait for the one that has more than the snapshot', async () => {
      expect(await runSteps(cluster, 'etcd-backup')).toMatchObject({ succeeded: true });
      latest = (await filesIn(cluster, `${cluster.namespace}/etcd`)).at(-1)!;
      const lost = ['etcd-1', 'etcd-2', 'etcd-3', 'etcd-4'];
      await lose(lost);
      await cluster.apply(etcd({ snapshot, replicas: 5 }));
      await cluster.eventually('all of them wait', async () => {
        for (const member of lost) {
          expect(await cluster.logs(member, { container: 'restore-prepare' })).toContain('"leave alone"');
          expect(await cluster.logs(member, { container: 'join' })).toContain('"wait"');
        }
      });
      await lose(lost);
    });

    step('a disk that was left from before makes the others wait, and no cluster of two kinds', async () => {
      const objects: any[] = Testing.synth(etcd({ snapshot: latest }));
      objects.find(({ kind }) => kind === 'StatefulSet').spec.replicas = 1;
      await cluster.apply(objects);
      await cluster.eventually('the member with the old disk runs', async () => {
        expect(containerOf(await cluster.get('Pod', 'etcd-0'), 'etcd').state.running).toBeDefined();
      });
      await sleep(2000);
      await cluster.scale('etcd', 3);
      await cluster.eventually('the others wait', async () => {
        expect(await cluster.logs('etcd-1', { container: 'restore-prepare' })).toMatch(/"leave alone".*members of a cluster answer/);
        expect(await cluster.logs('etcd-1', { container: 'join' })).toContain('"wait"');
      });
      await lose(['etcd-0', 'etcd-1', 'etcd-2']);
      await cluster.apply(etcd({ snapshot: latest }));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await membersOf(cluster, 'etcd-2')).toEqual(MEMBERS);
      expect(await read(cluster, 'etcd-1', 'newest')).toBe('of all');
      snapshot = latest;
    });

    step('the same snapshot makes a cluster a second time only if what was written down is deleted', async () => {
      await etcdctl(cluster, 'etcd-0', 'put', 'newest', 'unwanted');
      await lose(MEMBERS);
      await cluster.apply(etcd({ snapshot }));
      await cluster.eventually('all wait', async () => {
        for (const member of MEMBERS) {
          expect(await cluster.logs(member, { container: 'restore-prepare' })).toMatch(/"leave alone".*was made of the snapshot before/);
          expect(await cluster.logs(member, { container: 'join' })).toContain('"wait"');
        }
      });
      await lose(MEMBERS);
      await cluster.delete('ConfigMap', 'etcd-state');
      await cluster.apply(etcd({ snapshot }));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect(await read(cluster, 'etcd-1', 'newest')).toBe('of all');
    });
  });
}
