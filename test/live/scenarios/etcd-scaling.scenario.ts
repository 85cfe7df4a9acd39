import { EtcdVersion } from 'cdk8s-stateful';
import { HistoryLoad } from './history-load';
import { managedEtcd, settled, withoutRestarts } from './membership';
import { story } from '../story';

const AT_ONCE = [3, 5, 7, 3, 1];
const ONE_BY_ONE = [2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1];

const WAYS = [...['3.4.23', '3.5.35', '3.6.14'].map(release => [release, AT_ONCE] as const), ['3.6.14', ONE_BY_ONE] as const];

for (const [release, sizes] of WAYS) {
  story(`EtcdCluster that grows and shrinks under load, 1 -> ${sizes.join(' -> ')}`, { etcd: [release] }, ({ cluster, step }) => {
    let load: HistoryLoad;

    step('is used while it has one member', async () => {
      await cluster.apply(managedEtcd({ version: EtcdVersion.of(release), replicas: 1 }));
      await settled(cluster, 1);
      load = await HistoryLoad.start(cluster, 'etcd');
    });

    sizes.forEach((size, index) => step(`goes to ${size} (${index + 1}.), and restarts nobody`, () => withoutRestarts(cluster, async () => {
      await cluster.scale('etcd', size);
      await settled(cluster, size, { timeout: 100 });
    })));

    step('has lost nothing, and was one cluster all the time', async () => {
      const summary = await load.end();
      console.log(`etcd ${release}, 1 -> ${sizes.join(' -> ')}: ${JSON.stringify(summary)}`);
      expect(summary.acknowledged).toBeGreaterThan(0);
      expect(summary.reads).toBeGreaterThan(0);
    });
  });
}
