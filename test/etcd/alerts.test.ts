import { metrics } from './promtool/metrics.json';
import { AlertRule, alertsOf, seriesOf, WatchedCluster } from '../../src/etcd/alerts';

const etcd: WatchedCluster = {
  name: 'store', namespace: 'db', replicas: 3, podLabels: { app: 'etcd', instance: 'store' }, quotaBytes: 2 ** 31,
};
const anywhere = { ...etcd, namespace: undefined };

function rule(name: string, cluster = etcd, severity?: string): AlertRule {
  const [found] = alertsOf(cluster).filter(({ alert, labels }) => alert === name && (severity === undefined || labels.severity === severity));
  return found;
}

describe('alertsOf', () => {
  test('has the names, the severities and the patience of the alerts that etcd recommends', () => {
    expect(alertsOf(etcd).map(({ alert, labels, for: duration }) => `${alert} ${labels.severity} ${duration}`).sort()).toEqual([
      'etcdDatabaseHighFragmentationRatio warning 10m',
      'etcdDatabaseQuotaLowSpace critical 10m',
      'etcdExcessiveDatabaseGrowth warning 10m',
      'etcdGRPCRequestsSlow critical 10m',
      'etcdHighCommitDurations warning 10m',
      'etcdHighFsyncDurations critical 10m',
      'etcdHighFsyncDurations warning 10m',
      'etcdHighNumberOfFailedGRPCRequests critical 5m',
      'etcdHighNumberOfFailedGRPCRequests warning 10m',
      'etcdHighNumberOfFailedProposals warning 15m',
      'etcdHighNumberOfLeaderChanges warning 5m',
      'etcdInsufficientMembers critical 3m',
      'etcdMemberCommunicationSlow warning 10m',
      'etcdMembersDown critical 10m',
      'etcdNoLeader critical 1m',
    ]);
  });

  test('says of each what is wrong with which cluster, and what to do', () => {
    for (const { annotations } of alertsOf(etcd)) {
      expect(Object.keys(annotations)).toEqual(['summary', 'description']);
      expect(annotations.summary).toMatch(/^etcd db\/store .*\.$/);
      expect(annotations.description).toMatch(/\{\{ \$(value|labels\.pod) [^}]*\}\}.*\. .*\.$/);
    }
  });

  test('finds the namespace in the labels of the alert where it is not known', () => {
    for (const { annotations } of alertsOf(anywhere)) {
      expect(annotations.summary).toMatch(/^etcd \{\{ with \$labels\.namespace \}\}\{\{ \. \}\}\/\{\{ end \}\}store .*\.$/);
    }
    expect(rule('etcdMembersDown', anywhere).annotations.description)
      .toContain('kubectl{{ with $labels.namespace }} -n {{ . }}{{ end }} get pods -l app=etcd,instance=store.');
    expect(rule('etcdMembersDown').annotations.description).toContain('kubectl -n db get pods -l app=etcd,instance=store.');
  });

  test('asks for nothing but series of the cluster', () => {
    for (const [cluster, matchers] of [[etcd, /^\{etcd_cluster="store",namespace="db"[,}]/], [anywhere, /^\{etcd_cluster="store"[,}]/]] as const) {
      for (const selector of alertsOf(cluster).flatMap(({ expr }) => expr.match(/\{[^}]*\}/g)!)) {
        expect(selector).toMatch(matchers);
      }
    }
    expect(alertsOf(anywhere).filter(({ expr }) => expr.includes('namespace='))).toEqual([]);
  });

  // what real processes of these releases tell of themselves with `--metrics extensive`, and of which no release lacks one.
  test('asks for nothing that etcd 3.4, 3.5 or 3.6 does not tell', () => {
    const asked = new Set(alertsOf(etcd).flatMap(({ expr }) => [...expr.matchAll(/(\w+)\{/g)].map(([, name]) => name.replace(/_bucket$/, ''))));
    expect([...asked].filter(name => !metrics.includes(name))).toEqual(['up']);
    expect(asked.size).toEqual(13);
  });

  test.each([[1, 1], [3, 2], [5, 3], [7, 4]])('knows of %p members that %p are a quorum', (replicas, quorum) => {
    const cluster = { ...etcd, replicas };
    expect(rule('etcdInsufficientMembers', cluster).expr).toMatch(new RegExp(` < ${quorum}$`));
    expect(rule('etcdInsufficientMembers', cluster).annotations.description).toContain(`of ${replicas} members are up and ${quorum} are needed`);
    expect(rule('etcdMembersDown', cluster).expr).toMatch(new RegExp(`^${replicas} - `));
    expect(rule('etcdMembersDown', cluster).annotations.description).toContain(`of ${replicas} members are not scraped`);
  });

  test('warns of failures before it is critical', () => {
    for (const [name, ...thresholds] of [['etcdHighFsyncDurations', 0.5, 1], ['etcdHighNumberOfFailedGRPCRequests', 0.01, 0.05]] as const) {
      expect(['warning', 'critical'].map(severity => rule(name, etcd, severity).expr.replace(/.* > /, ''))).toEqual(thresholds.map(String));
    }
  });

  test('says how large the quota is', () => {
    expect(rule('etcdDatabaseQuotaLowSpace').annotations.description).toContain('its quota of 2048 MiB;');
    expect(rule('etcdExcessiveDatabaseGrowth', { ...etcd, quotaBytes: 1.5 * 2 ** 20 }).annotations.description).toContain('its quota is 1 MiB.');
  });
});

describe('seriesOf', () => {
  test('selects by name, by namespace where that is known, and by what else is asked for', () => {
    expect(seriesOf({ name: 'a' })).toEqual('{etcd_cluster="a"}');
    expect(seriesOf({ name: 'a', namespace: 'b' }, 'c="d"', 'e=~"f"')).toEqual('{etcd_cluster="a",namespace="b",c="d",e=~"f"}');
  });
});
