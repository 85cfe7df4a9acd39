import { metrics } from './promtool/metrics.json';
import { WatchedCluster } from '../../src/etcd/alerts';
import { dashboardOf } from '../../src/etcd/dashboard';

const etcd: WatchedCluster = { name: 'store', namespace: 'db', replicas: 3, podLabels: { app: 'etcd' }, quotaBytes: 2 ** 31 };
const anywhere = { ...etcd, namespace: undefined };

const read = (cluster: WatchedCluster) => JSON.parse(Object.values(dashboardOf(cluster))[0]);
const panel = (title: string, cluster = etcd) => read(cluster).panels.find((one: any) => one.title === title);
const queriesOf = (cluster: WatchedCluster): string[] => read(cluster).panels.flatMap(({ targets }: any) => targets.map(({ expr }: any) => expr));

describe('dashboardOf', () => {
  test('is a file that no other cluster has, and a title that says which it is', () => {
    expect(Object.keys(dashboardOf(etcd))).toEqual(['etcd-db-store.json']);
    expect(Object.keys(dashboardOf(anywhere))).toEqual(['etcd-store.json']);
    expect([etcd, anywhere].map(cluster => read(cluster).title)).toEqual(['etcd / db / store', 'etcd / store']);
    expect(read(etcd).tags).toEqual(['etcd']);
  });

  test('has an identity that is made of name and namespace alone', () => {
    const clusters = [etcd, anywhere, { ...etcd, name: 'db', namespace: 'store' }, { ...etcd, namespace: 'staging' }];
    const uids = clusters.map(cluster => read(cluster).uid);
    expect(new Set(uids).size).toEqual(clusters.length);
    for (const uid of uids) {
      expect(uid).toMatch(/^etcd-[0-9a-f]{16}$/);
    }
    expect(read({ ...etcd, replicas: 5, quotaBytes: 1, podLabels: {} }).uid).toEqual(read(etcd).uid);
  });

  test('is the same text each time', () => {
    expect(dashboardOf({ ...etcd })).toEqual(dashboardOf(etcd));
    expect(Object.values(dashboardOf(etcd))[0]).toMatch(/^\{\n {2}"uid": [^]*\n\}\n$/);
  });

  test('takes its data from the source that is chosen in it', () => {
    expect(read(etcd).templating.list).toEqual([{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }]);
    const source = { type: 'prometheus', uid: '${datasource}' };
    for (const { datasource, targets } of read(etcd).panels) {
      expect([datasource, ...targets.map((target: any) => target.datasource)]).toEqual([source, ...targets.map(() => source)]);
    }
  });

  test('lets the namespace be chosen where it is not known', () => {
    const [, namespace, ...more] = read(anywhere).templating.list;
    expect(namespace).toMatchObject({ name: 'namespace', type: 'query', query: { query: 'label_values(etcd_server_has_leader{etcd_cluster="store"}, namespace)' } });
    expect(more).toEqual([]);
    expect(queriesOf(anywhere)).toEqual(queriesOf(etcd).map(query => query.replaceAll('"db"', '"$namespace"')));
  });

  test('asks for nothing but series of the cluster', () => {
    for (const query of queriesOf(etcd)) {
      for (const selector of query.match(/\{[^}]*\}/g)!) {
        expect(selector).toMatch(/^\{etcd_cluster="store",namespace="db"[,}]/);
      }
    }
  });

  // what real processes of these releases tell of themselves with `--metrics extensive`, and of which no release lacks one.
  test('asks for nothing that etcd 3.4, 3.5 or 3.6 does not tell', () => {
    const asked = new Set(queriesOf(etcd).flatMap(query => [...query.matchAll(/(\w+)\{/g)].map(([, name]) => name.replace(/_bucket$/, ''))));
    expect([...asked].filter(name => !metrics.includes(name))).toEqual(['up']);
    expect(asked.size).toEqual(18);
  });

  test('shows what to look at first, and below it why', () => {
    expect(read(etcd).panels.map(({ type, title }: any) => `${type}: ${title}`)).toEqual([
      'stat: Members up', 'stat: Leader', 'stat: Leader changes in an hour', 'stat: Quota used',
      'timeseries: Database size', 'timeseries: Disk latency (p99)',
      'timeseries: Proposals', 'timeseries: Round trip between members (p99)',
      'timeseries: Requests', 'timeseries: Request latency (p99)',
      'timeseries: Client traffic', 'timeseries: Peer traffic',
    ]);
  });

  test('fills a grid without gaps and without panels that overlap', () => {
    const { panels } = read(etcd);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }: any) =>
      Array.from({ length: w * h }, (_, i) => `${x + i % w},${y + Math.floor(i / w)}`));
    expect(new Set(cells).size).toEqual(cells.length);
    expect(cells.length).toEqual(24 * Math.max(...panels.map(({ gridPos: { y, h } }: any) => y + h)));
    expect(new Set(panels.map(({ id }: any) => id)).size).toEqual(panels.length);
    for (const { targets, description } of panels) {
      expect(targets.map(({ refId }: any) => refId)).toEqual(['A', 'B', 'C'].slice(0, targets.length));
      expect(description).toMatch(/\.$/);
    }
  });

  test('colours the number of members: all, a quorum, less', () => {
    const steps = (replicas: number) => panel('Members up', { ...etcd, replicas }).fieldConfig.defaults.thresholds.steps;
    expect(steps(5)).toEqual([{ color: 'red', value: null }, { color: 'orange', value: 3 }, { color: 'green', value: 5 }]);
    expect(steps(1)).toEqual([{ color: 'red', value: null }, { color: 'green', value: 1 }]);
    expect(panel('Members up').description).toEqual('Of 3. Writes need 2.');
  });

  test('names the leader, and shows other values as numbers', () => {
    expect(panel('Leader').options).toMatchObject({ textMode: 'name', colorMode: 'value' });
    expect(panel('Leader').targets).toMatchObject([{ legendFormat: '{{pod}}', instant: true }]);
    expect(panel('Quota used').options).toMatchObject({ textMode: 'value', colorMode: 'background' });
    expect(panel('Database size').targets.map((target: any) => target.legendFormat)).toEqual(['{{pod}} file', '{{pod}} in use', 'quota']);
    expect(panel('Database size').fieldConfig.defaults).toEqual({ unit: 'bytes', min: 0, custom: { fillOpacity: 5, showPoints: 'never' } });
  });
});
