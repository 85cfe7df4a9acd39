import { EtcdVersion } from 'cdk8s-stateful';
import { dataOf, managedEtcd, namesTo, settled, wipeAll, writeData } from './membership';
import { story } from '../story';

for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  story('EtcdCluster that lost a majority of its disks', { etcd: [release] }, ({ cluster, step }) => {
    const waits = async (pod: string) => cluster.eventually(`${pod} waits and says why`, async () => {
      expect(await cluster.logs(pod, { container: 'join' })).toMatch(/formed before/);
    });

    step('halts, and says why; never is there an empty cluster', async () => {
      await cluster.apply(managedEtcd({ version: EtcdVersion.of(release) }));
      await settled(cluster, 3);
      await writeData(cluster, 'before');
      await wipeAll(cluster, ['etcd-1', 'etcd-2']);
      await waits('etcd-1');
      await waits('etcd-2');
      await cluster.eventually('the member that is left says why, too', async () => {
        expect(await cluster.logs('etcd-0', { container: 'agent' })).toContain('no member can speak for a majority');
      });
      const { exitCode, stdout } = await cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', 'get', 'data/before/0', '--command-timeout', '1s']);
      expect(stdout).toBe('');
      expect(exitCode).not.toBe(0);
    });

    step('goes on from the member that is left once people said so', async () => {
      await cluster.patch('ConfigMap', 'etcd-state', { data: { forceNewCluster: 'etcd-0' } });
      await cluster.deletePod('etcd-0');
      await settled(cluster, 3);
      expect(await dataOf(cluster, namesTo(3))).toEqual([100, 100, 100]);
      const { data } = await cluster.get('ConfigMap', 'etcd-state');
      expect(data).not.toHaveProperty('forceNewCluster');
      expect(Object.values(data).filter(name => namesTo(3).includes(name as string)).sort()).toEqual(namesTo(3));
    });

    step('halts, and says why, when every disk is lost', async () => {
      await wipeAll(cluster, namesTo(3));
      for (const pod of namesTo(3)) {
        await waits(pod);
      }
      expect((await cluster.pods('etcd')).map(({ status }) => status.containerStatuses.map(({ state }: any) => Object.keys(state)[0])))
        .toEqual(namesTo(3).map(() => ['waiting', 'waiting']));
    });
  });

  story('EtcdCluster that was scaled in while nobody could leave', { etcd: [release] }, ({ cluster, step }) => {
    step('waits, says whom it misses, and takes no write', async () => {
      await cluster.apply(managedEtcd({ version: EtcdVersion.of(release) }));
      await settled(cluster, 3);
      await writeData(cluster, 'before');
      await cluster.scale('etcd', 0);
      await cluster.eventually('no pod is there', async () => expect(await cluster.pods('etcd')).toEqual([]));
      await cluster.scale('etcd', 1);
      await cluster.eventually('the member that is left says whom it misses', async () => {
        expect(await cluster.logs('etcd-0', { container: 'agent' })).toContain('members have no pod, etcd-1, etcd-2: scale out again');
      });
      const { exitCode } = await cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', 'put', 'data/after/0', '0', '--command-timeout', '1s']);
      expect(exitCode).not.toBe(0);
    });

    step('has everything once it is scaled out again, and scales in from there', async () => {
      await cluster.scale('etcd', 3);
      await settled(cluster, 3);
      expect(await dataOf(cluster, namesTo(3))).toEqual([100, 100, 100]);
      await cluster.scale('etcd', 1);
      await settled(cluster, 1);
      expect(await dataOf(cluster, namesTo(1))).toEqual([100]);
    });
  });
}
