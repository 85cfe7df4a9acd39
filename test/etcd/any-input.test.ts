import { Cron, Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { EtcdAuth, EtcdCluster, EtcdDefragmentation, EtcdMonitoring, EtcdTls, EtcdVersion } from '../../src';
import { attempt, put, strange } from '../strange';

const RUNS = 1500;

const PLACES = [
  'replicas', 'version', 'image', 'storage', 'storageClass', 'rollout', 'partition', 'tls', 'quota', 'autoCompaction', 'snapshotCount', 'heartbeatInterval',
  'electionTimeout', 'resources', 'resources.memory', 'priorityClassName', 'extraArgs', 'extraArgs.max-request-bytes', 'clusterToken', 'podSecurity', 'metadata',
  'metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.labels.team', 'metadata.annotations', 'networkPolicy', 'monitoring', 'clusterDomain',
  'auth', 'defragmentation',
];

test('a strange value anywhere in a cluster of etcd makes no manifest that Kubernetes refuses, and an error that says where and what', () => {
  const outcomes = { accepted: 0, refused: 0 };
  fc.assert(fc.property(fc.constantFrom(...PLACES), strange, (place, value) => {
    const props = put({
      version: EtcdVersion.V3_6,
      heartbeatInterval: Duration.millis(100),
      resources: { memory: { limit: Size.gibibytes(1) } },
      extraArgs: { 'max-request-bytes': '1' },
      metadata: { labels: { team: 'a' } },
    }, place.split('.'), value);
    outcomes[attempt(chart => new EtcdCluster(chart, 'web', props)) ? 'accepted' : 'refused']++;
  }), { numRuns: RUNS });
  expect(outcomes.refused).toBeGreaterThan(RUNS / 10);
  expect(outcomes.accepted).toBeGreaterThan(RUNS / 50);
}, 120_000);

test.each<[string, (options: any) => any, object]>([
  ['secrets', options => ({ tls: EtcdTls.fromSecrets(options) }), { peer: {}, server: {}, client: {}, clientCertAuth: true }],
  ['cert-manager', options => ({ tls: EtcdTls.certManager(options) }), { issuer: { name: 'ca' }, peerIssuer: {}, duration: 1, renewBefore: 1, algorithm: 1 }],
  ['monitoring', options => ({ monitoring: EtcdMonitoring.prometheusOperator(options) }), { labels: {}, interval: 1, alerts: true, dashboard: true, prometheus: {} }],
  ['defragmentation', options => ({ defragmentation: EtcdDefragmentation.scheduled(Cron.daily(), options) }), { minimumFree: 1 }],
  ['schedule', options => ({ defragmentation: EtcdDefragmentation.scheduled(options) }), { expressionString: '0 3 * * *' }],
  ['auth', options => ({ auth: EtcdAuth.rootPassword(options, options?.key) }), { envValue: () => undefined, key: 'password' }],
])('a strange value in the options of %s is refused in words', (_, propsOf, options) => {
  fc.assert(fc.property(fc.constantFrom('', ...Object.keys(options)), strange, (place, value) => {
    attempt(chart => new EtcdCluster(chart, 'web', {
      metadata: { namespace: 'db' }, ...propsOf(place === '' ? value : { issuer: place === 'issuer' ? value : { name: 'ca' }, [place]: value }),
    }));
  }), { numRuns: 300 });
});
