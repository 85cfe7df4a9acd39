import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFile, initialClusterOf } from '../../../src/etcd/agent/etcd-config';
import { EtcdVersion } from '../../../src/etcd/etcd-version';
import { flagProblem } from '../../../src/etcd/flags';
import { variableOf } from '../../../src/etcd/settings';

const FIRST_START = { initialCluster: 'etcd-0=http://etcd-0.etcd:2380', initialClusterState: 'new' } as const;

const fileOf = (settings: Record<string, string>) =>
  JSON.parse(configFile(Object.fromEntries(Object.entries(settings).map(([flag, value]) => [variableOf(flag), value])), FIRST_START));
const valueOf = (flag: string, value: string) => fileOf({ [flag]: value })[flag];

const ALWAYS = { 'enable-grpc-gateway': true, 'initial-cluster': FIRST_START.initialCluster, 'initial-cluster-state': 'new' };

const VERSIONS = ['3.4.45', '3.5.35', '3.6.14', '3.7.3'].map(version => EtcdVersion.of(version));

/**
 * The types of settings in files, as etcd 3.4.23, 3.5.1, 3.5.35 and 3.6.14 name them when they are given another type; they are the same in all
 * that have the setting.
 */
const TYPES: Readonly<Record<string, string>> = {
  'bool': `debug enable-distributed-tracing enable-log-rotation enable-pprof enable-v2 experimental-compact-hash-check-enabled
    experimental-enable-distributed-tracing experimental-enable-lease-checkpoint experimental-enable-lease-checkpoint-persist
    experimental-initial-corrupt-check experimental-memory-mlock experimental-peer-skip-client-san-verification
    experimental-stop-grpc-service-on-defrag experimental-txn-mode-write-with-shared-buffer initial-election-tick-advance memory-mlock pre-vote
    strict-reconfig-check unsafe-no-fsync`,
  'string': `advertise-client-urls auth-token auto-compaction-mode auto-compaction-retention backend-bbolt-freelist-type cors data-dir
    distributed-tracing-address distributed-tracing-instance-id distributed-tracing-service-name experimental-backend-bbolt-freelist-type
    experimental-distributed-tracing-address experimental-distributed-tracing-instance-id experimental-distributed-tracing-service-name
    experimental-enable-v2v3 feature-gates host-whitelist initial-advertise-peer-urls initial-cluster-token listen-client-urls
    listen-metrics-urls listen-peer-urls log-format log-level log-package-levels log-rotation-config-json logger metrics name
    tls-max-version tls-min-version v2-deprecation`,
  '[]string': 'cipher-suites log-output log-outputs',
  'time.Duration': `backend-batch-interval compact-hash-check-time compaction-sleep-interval corrupt-check-time downgrade-check-time
    experimental-compact-hash-check-time experimental-compaction-sleep-interval experimental-corrupt-check-time
    experimental-downgrade-check-time experimental-warning-apply-duration experimental-warning-unary-request-duration
    experimental-watch-progress-notify-interval grpc-keepalive-interval grpc-keepalive-min-time grpc-keepalive-timeout
    warning-apply-duration warning-unary-request-duration watch-progress-notify-interval`,
  'int': `auth-token-ttl backend-batch-limit bcrypt-cost bootstrap-defrag-threshold-megabytes compaction-batch-limit
    distributed-tracing-sampling-rate election-timeout experimental-bootstrap-defrag-threshold-megabytes experimental-compaction-batch-limit
    experimental-distributed-tracing-sampling-rate heartbeat-interval max-concurrent-streams max-learners max-request-bytes max-snapshots
    max-txn-ops max-wals quota-backend-bytes self-signed-cert-validity snapshot-catchup-entries snapshot-count`,
};
const SAMPLES: Readonly<Record<string, readonly [text: string, value: unknown]>> = {
  'bool': ['false', false], 'string': ['1', '1'], '[]string': ['a,b', ['a', 'b']], 'time.Duration': ['1m1.5s', 61_500_000_000], 'int': ['77', 77],
};

describe.each(Object.entries(TYPES))('what is %s for etcd', (type, flags) => {
  const [text, value] = SAMPLES[type];
  test.each(flags.split(/\s+/))('%s', flag => {
    expect(fileOf({ [flag]: text })).toEqual({ ...ALWAYS, [flag]: value });
  });
});

test('stands elsewhere where etcd has it elsewhere', () => {
  const both = { 'cert-file': 'c', 'key-file': 'k', 'trusted-ca-file': 'a', 'client-cert-auth': 'true' };
  expect(fileOf({
    ...both,
    ...Object.fromEntries(Object.entries(both).map(([flag, value]) => [`peer-${flag}`, value])),
    'client-cert-allowed-hostname': 'h,i',
    'peer-cert-allowed-hostname': 'j',
    'peer-cert-allowed-cn': 'l,m',
    'peer-skip-client-san-verification': 'true',
    'socket-reuse-address': 'true',
    'socket-reuse-port': 'false',
    'experimental-snapshot-catchup-entries': '7',
  })).toEqual({
    ...ALWAYS,
    'client-transport-security': { 'cert-file': 'c', 'key-file': 'k', 'trusted-ca-file': 'a', 'client-cert-auth': true, 'allowed-hostname': ['h', 'i'] },
    'peer-transport-security': {
      'cert-file': 'c',
      'key-file': 'k',
      'trusted-ca-file': 'a',
      'client-cert-auth': true,
      'allowed-hostname': ['j'],
      'allowed-cn': ['l', 'm'],
      'skip-client-san-verification': true,
    },
    'socket-options': { 'reuse-address': true, 'reuse-port': false },
    'experimental-snapshot-catch-up-entries': 7,
  });
});

test('knows the type of every flag that a cluster takes', () => {
  const known = Object.values(TYPES).join(' ').split(/\s+/);
  const elsewhere = `client-cert-allowed-hostname experimental-snapshot-catchup-entries peer-cert-allowed-cn peer-cert-allowed-hostname
    peer-skip-client-san-verification socket-reuse-address socket-reuse-port`.split(/\s+/);
  const nowhere = 'client-crl-file peer-crl-file raft-read-timeout raft-write-timeout'.split(' ');
  const words = new Set(readFileSync(join(__dirname, '../../../src/etcd/flags.ts'), 'utf8').match(/[a-z0-9]+(-[a-z0-9]+)*/g));
  const taken = [...words].filter(word => VERSIONS.some(version => flagProblem(word, version) === undefined));
  expect(taken.filter(flag => ![...known, ...elsewhere, ...nowhere].includes(flag))).toEqual(['next-cluster-version-compatible']);
  expect(fileOf({ 'next-cluster-version-compatible': 'true' })).toMatchObject({ 'next-cluster-version-compatible': true });
});

describe('a value', () => {
  test.each([['1', true], ['t', true], ['TRUE', true], ['0', false], ['False', false]])('%s is a boolean as Go has it', (text, value) => {
    expect(valueOf('pre-vote', text)).toBe(value);
  });

  test.each([['0', 0], ['1h30m', 5400e9], ['250ms', 250e6], ['1.5s', 1.5e9], ['3us', 3000], ['3µs', 3000], ['7ns', 7]])('%s is a duration as Go has it', (text, value) => {
    expect(valueOf('grpc-keepalive-interval', text)).toBe(value);
  });

  test('may be as large as a database', () => {
    expect(valueOf('quota-backend-bytes', '8589934592')).toBe(8589934592);
    expect(valueOf('quota-backend-bytes', '-1')).toBe(-1);
  });

  test.each([
    ['pre-vote', 'yes', "the setting 'pre-vote' of etcd must be 'true' or 'false', got 'yes'"],
    ['max-wals', '1.5', "the setting 'max-wals' of etcd must be a whole number, got '1.5'"],
    ['max-wals', '0x10', 'must be a whole number'],
    ['max-wals', '99999999999999999999', 'must be a whole number'],
    ['grpc-keepalive-timeout', '5', "the setting 'grpc-keepalive-timeout' of etcd must be a duration such as '1h30m' or '250ms', got '5'"],
    ['grpc-keepalive-timeout', '-5s', 'must be a duration'],
    ['grpc-keepalive-timeout', '5 s', 'must be a duration'],
  ])('fails when %s is %s', (flag, text, problem) => {
    expect(() => valueOf(flag, text)).toThrow(problem);
  });

  test('is left out when it is empty, as etcd leaves out variables', () => {
    expect(fileOf({ 'max-wals': '', 'cors': '' })).toEqual(ALWAYS);
  });
});

test('tracing has where to go where flags would have it', () => {
  const tracing = { 'experimental-enable-distributed-tracing': 'true' };
  const address = { 'experimental-distributed-tracing-address': 'collector:4317' };
  const service = { 'experimental-distributed-tracing-service-name': 'etcd' };
  expect(fileOf(tracing)).toMatchObject({ 'experimental-distributed-tracing-address': 'localhost:4317', ...service });
  expect(fileOf({ ...tracing, ...address })).toMatchObject({ ...address, ...service });
  expect(fileOf({ 'experimental-enable-distributed-tracing': 'false' })).not.toHaveProperty('experimental-distributed-tracing-address');
});

test('has nothing of variables that are none of etcd, and how it starts from who knows', () => {
  const env = {
    PATH: '/bin',
    POD_NAME: 'etcd-0',
    ETCDCTL_USER: 'root',
    ETCD_CONFIG_FILE: '/etc/etcd/config/etcd.json',
    ETCD_NAME: 'etcd-0',
    ETCD_INITIAL_CLUSTER: 'a=http://a:2380',
    ETCD_INITIAL_CLUSTER_STATE: 'new',
    ETCD_ENABLE_GRPC_GATEWAY: 'false',
    ETCD_DATA_DIR: undefined,
  };
  expect(JSON.parse(configFile(env, { initialCluster: 'etcd-0=http://x:2380', initialClusterState: 'existing', forceNewCluster: true }))).toEqual({
    'name': 'etcd-0',
    'enable-grpc-gateway': true,
    'initial-cluster': 'etcd-0=http://x:2380',
    'initial-cluster-state': 'existing',
    'force-new-cluster': true,
  });
});

describe('the members for one that was added', () => {
  const member = (id: string, name: string, ...peerUrls: string[]) => ({ id, name, peerUrls, clientUrls: [], isLearner: false });
  const members = [member('1', 'etcd-0', 'http://a', 'http://b'), member('2', '', 'http://c'), member('3', '', 'http://d')];

  test('are all, by all their URLs, and it has its name', () => {
    expect(initialClusterOf(members, '3', 'etcd-2')).toBe('etcd-0=http://a,etcd-0=http://b,2=http://c,etcd-2=http://d');
  });

  test('fails when it is not among them', () => {
    expect(() => initialClusterOf(members, '4', 'etcd-3')).toThrow('the member 4 was added, and is not there');
  });
});
