import { EtcdVersion } from 'cdk8s-stateful';
import { HistoryLoad } from './history-load';
import { managedEtcd, settled, withoutRestarts } from './membership';
import { story } from '../story';

/** The story of a cluster of one that goes through these sizes while several clients use it. */
export function growsAndShrinks(release: string, sizes: readonly number[]): void {
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
