import { EtcdVersion } from 'cdk8s-stateful';
import { dataOf, managedEtcd, namesTo, secondsFor, settled, wipe, withoutRestarts, writeData } from './membership';
import { story } from '../story';

/** Each of these broke a cluster whose members nobody looks after. */
for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  story('EtcdCluster whose size changes', { etcd: [release] }, ({ cluster, step }) => {
    const chart = (replicas: number) => managedEtcd({ version: EtcdVersion.of(release), replicas });
    const times: string[] = [];
    let written = 0;

    /** A row of the table: what was done, and how long it took until all is well; everything that was written before must still be there. */
    const row = (what: string, replicas: number, act: () => Promise<unknown>) => step(what, async () => {
      const seconds = await secondsFor(async () => {
        await act();
        await settled(cluster, replicas);
      });
      times.push(`| ${what} | ${seconds.toFixed(1)} s |`);
      expect(await dataOf(cluster, namesTo(replicas))).toEqual(namesTo(replicas).map(() => written));
      await writeData(cluster, what.replaceAll(/\W/g, '-'));
      written += 100;
    });

    /** A row in which no pod that stays is restarted. */
    const resized = (what: string, replicas: number, act = () => cluster.scale('etcd', replicas)) =>
      row(what, replicas, () => withoutRestarts(cluster, async () => {
        await act();
        await settled(cluster, replicas);
      }));

    row('a cluster of one forms', 1, () => cluster.apply(chart(1)));
    resized('1 to 3, in the chart', 3, () => cluster.apply(chart(3)));
    resized('3 to 5', 5);
    resized('5 to 3', 3);
    resized('3 to 5, on the claims that members left with', 5);
    resized('5 to 3, again', 3);
    resized('3 to 7, on new claims', 7, async () => {
      await Promise.all([3, 4].map(ordinal => cluster.delete('PersistentVolumeClaim', `data-etcd-${ordinal}`)));
      await cluster.scale('etcd', 7);
    });
    resized('7 to 3', 3);
    row('one member loses its disk', 3, () => wipe(cluster, 'etcd-1'));
    row('all stop at once, and one loses its disk', 3, async () => {
      await cluster.delete('PersistentVolumeClaim', 'data-etcd-2');
      await Promise.all(namesTo(3).map(pod => cluster.delete('Pod', pod, { gracePeriodSeconds: 0 })));
    });
    resized('3 to 1', 1);
    resized('1 to 3, on the claims that members left with', 3);

    step('took as long as this', async () => {
      console.log([`| etcd ${release} | until all is well |`, '|---|---|', ...times].join('\n'));
    });
  });
}
