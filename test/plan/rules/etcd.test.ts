import { App, Chart, Size, Testing } from 'cdk8s';
import { EtcdCluster, EtcdClusterProps, EtcdMembership, EtcdTls } from '../../../src';
import { etcdOf } from '../../../src/plan/rules/etcd/etcd';
import { claim, etcd, found, live, pod, service, statefulSet, template } from '../manifests';

const sized = (replicas: number) => etcd({ spec: { replicas } });
const messages = (rule: string, before: any[], after: any[]) => found(rule, before, after).map(({ severity, message }) => `${severity}: ${message}`);

describe('etcd', () => {
  test.each([
    ['the official image', etcd(), true],
    ['the image of another registry', etcd({ image: 'registry.k8s.io/etcd:3.6.14-0' }), true],
    ['the program', etcd({ image: 'example.com/database:1', container: { command: ['/usr/local/bin/etcd', '--data-dir=/x'] } }), true],
    ['a backup of it', etcd({ container: { command: ['/usr/local/bin/etcdctl', 'snapshot'] } }), false],
    ['the image without a member', statefulSet({ template: template('gcr.io/etcd-development/etcd:v3.6.14') }), false],
    ['something else', statefulSet(), false],
  ])('is known by what it runs: %s', (_, set, expected) => {
    expect(etcdOf(set) !== undefined).toBe(expected);
    expect(found('etcd-scale', [set], [{ ...set, spec: { ...set.spec, replicas: 5 } }]).length > 0).toBe(expected);
  });

  test('is told by flags before variables', () => {
    const settings = (words: any) => etcdOf(etcd({ container: words }))!.setting;
    expect(settings({ args: ['--data-dir', '/a'] })('data-dir')).toBe('/a');
    expect(settings({ command: ['etcd', '--data-dir=/b=c'] })('data-dir')).toBe('/b=c');
    expect(settings({})('data-dir')).toBe('/data/etcd');
    expect(settings({})('no-such-flag')).toBeUndefined();
  });

  test('has no version where the tag does not say', () => {
    expect(etcdOf(etcd({ image: 'etcd:latest' }))!.version).toBeUndefined();
    expect(etcdOf(etcd({ image: 'etcd:3.5.1-debian@sha256:0' }))!.version).toEqual([3, 5, 1]);
    for (const rule of ['etcd-version-skip', 'etcd-downgrade', 'etcd-minor-upgrade', 'etcd-patch-first']) {
      expect(found(rule, [etcd({ image: 'etcd:latest' })], [etcd()])).toEqual([]);
      expect(found(rule, [etcd()], [etcd({ image: 'etcd:latest' })])).toEqual([]);
    }
  });
});

describe('another number of members', () => {
  test.each([
    [3, 5, 'the 2 new pods are no members, and never become ready'],
    [1, 3, 'the 2 new pods are a majority of 3: they form a second, empty cluster, and clients reach both'],
    [3, 7, 'the 4 new pods are a majority of 7: they form a second, empty cluster, and clients reach both'],
    [5, 3, '5 members are still counted and 3 run: one more failure ends all writes'],
    [7, 5, '7 members are still counted and 5 run: fewer failures than before end all writes'],
    [3, 1, '3 members are counted and 1 run, fewer than the 2 that must agree: no more writes'],
  ])('%d to %d', (before, after, message) => {
    expect(messages('etcd-scale', [sized(before)], [sized(after)])).toEqual([`refuse: ${message}`]);
  });

  test('is fine where a program manages them', () => {
    const managed = (replicas: number) => {
      const set = sized(replicas);
      set.spec.template.spec.initContainers = [{ name: 'join', image: 'node:20', command: ['node', '/opt/etcd-agent/etcd-agent.mjs'] }];
      return set;
    };
    expect(found('etcd-scale', [managed(3)], [managed(5)])).toEqual([]);
    expect(found('etcd-stale-claims', [live(managed(3)), claim('data-db-3')], [managed(5)])).toEqual([]);
  });

  test('may be none', () => {
    expect(found('etcd-scale', [sized(3)], [sized(0)])).toEqual([]);
    expect(found('etcd-even-members', [sized(3)], [sized(0)])).toEqual([]);
  });
});

describe('a rollout', () => {
  const next = (spec: any = {}) => etcd({ image: 'etcd:v3.6.15', spec });

  test('of a single member is an outage', () => {
    expect(messages('etcd-rollout-quorum', [sized(1)], [next({ replicas: 1 })])).toEqual(['warn: with 1 member, each restart is an outage']);
    expect(messages('etcd-rollout-quorum', [sized(2)], [next({ replicas: 2 })])).toEqual(['warn: with 2 members, each restart is an outage']);
  });

  test('of too many at once leaves no quorum', () => {
    const two = next({ updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } });
    expect(found('etcd-rollout-quorum', [sized(3)], [two], { maxUnavailable: true })[0].message).toBe('0 of 3 members are down and 2 restart at once: fewer than 2 are left');
    expect(found('etcd-rollout-quorum', [sized(3)], [two])).toEqual([]);
    expect(found('etcd-rollout-quorum', [live(sized(3)), pod('db', 0), pod('db', 1, { ready: false }), pod('db', 2)], [next()])[0].message)
      .toBe('1 of 3 members are down and 1 restarts at once: fewer than 2 are left');
    expect(found('etcd-rollout-quorum', [live(sized(3), { replicas: 3 })], [next()])[0].message).toBe('3 of 3 members are down and 1 restarts at once: fewer than 2 are left');
  });

  test('to the next minor version begins with the last member', () => {
    const step = (replicas: number) => found('etcd-minor-upgrade', [etcd({ image: 'etcd:v3.5.35', spec: { replicas } })], [etcd({ spec: { replicas } })])[0].mend.join();
    expect(step(3)).toContain('partition 2 first');
    expect(step(1)).not.toContain('partition');
    const held = { updateStrategy: { rollingUpdate: { partition: 2 } } };
    expect(found('etcd-minor-upgrade', [etcd({ image: 'etcd:v3.5.35' })], [etcd({ spec: held })])).toEqual([]);
  });

  test('to another major version skips, and back is a downgrade', () => {
    expect(found('etcd-version-skip', [etcd()], [etcd({ image: 'etcd:v4.0.0' })])).toHaveLength(1);
    expect(found('etcd-downgrade', [etcd({ image: 'etcd:v4.0.0' })], [etcd()])).toHaveLength(1);
    expect(found('etcd-downgrade', [etcd()], [etcd({ image: 'etcd:v4.0.0' })])).toEqual([]);
    expect(found('etcd-version-skip', [etcd({ image: 'etcd:v4.0.0' })], [etcd()])).toEqual([]);
  });
});

describe('a cluster that never forms', () => {
  test('has members that wait for names of each other', () => {
    const hidden = service();
    expect(messages('etcd-deadlock', [], [etcd(), hidden])).toEqual(['refuse: the service \'db\' names only pods that are ready, and none becomes ready before it finds the others']);
    expect(messages('etcd-deadlock', [etcd(), service({ publishNotReadyAddresses: true })], [etcd(), hidden])).toHaveLength(1);
    expect(messages('etcd-deadlock', [etcd(), hidden], [etcd(), hidden])).toEqual([]);
    expect(messages('etcd-deadlock', [], [etcd({ spec: { podManagementPolicy: 'OrderedReady', replicas: 1 } })])).toEqual([]);
    expect(messages('etcd-deadlock', [], [etcd({ container: { readinessProbe: undefined }, spec: { podManagementPolicy: 'OrderedReady' } })])).toEqual([]);
  });
});

describe('a setting', () => {
  test('may be one that etcd fills in', () => {
    const quota = (bytes: string) => etcd({ env: { ETCD_QUOTA_BACKEND_BYTES: bytes } });
    const [before, after] = [etcd(), etcd()];
    after.spec.template.spec.containers[0].env = after.spec.template.spec.containers[0].env.filter(({ name }: any) => name !== 'ETCD_QUOTA_BACKEND_BYTES');
    expect(found('etcd-quota', [before], [after])[0].message).toBe('a database that is larger refuses every write');
    expect(found('etcd-quota', [quota('8589934592')], [quota('17179869184')])[0].message).toBe('etcd advises against more than 8 GiB');
    expect(found('etcd-quota', [quota('0')], [quota('2147483648')])).toEqual([]);
  });

  test('is of no account before there is a member', () => {
    const none = { spec: { replicas: 0 } };
    const changed = etcd({ ...none, env: { ETCD_DATA_DIR: '/x', ETCD_INITIAL_CLUSTER_TOKEN: 'x', ETCD_INITIAL_ADVERTISE_PEER_URLS: 'https://x:1', ETCD_LISTEN_PEER_URLS: 'https://x:1' } });
    for (const rule of ['etcd-data-dir', 'etcd-cluster-token', 'etcd-peer-tls', 'etcd-minor-upgrade']) {
      expect(found(rule, [etcd(none)], [changed])).toEqual([]);
    }
    expect(found('etcd-rollout-quorum', [etcd(none)], [changed])).toEqual([]);
  });

  test('of TLS may be seen at either URL', () => {
    expect(found('etcd-peer-tls', [etcd()], [etcd({ env: { ETCD_LISTEN_PEER_URLS: 'https://0.0.0.0:2380' } })])).toHaveLength(1);
    expect(found('etcd-client-tls', [etcd({ env: { ETCD_ADVERTISE_CLIENT_URLS: 'http://a:1' } })], [etcd({ env: { ETCD_ADVERTISE_CLIENT_URLS: 'https://a:1' } })])).toHaveLength(1);
    expect(found('etcd-client-tls', [etcd()], [etcd({ env: { ETCD_ADVERTISE_CLIENT_URLS: 'https://a:1' } })])).toEqual([]);
  });
});

describe.each([['managed', EtcdMembership.managed()], ['fixed', EtcdMembership.fixed()]])('a setting of an EtcdCluster with %s membership', (_, membership) => {
  const objects = (props: EtcdClusterProps = {}) => {
    const chart = new Chart(new App(), 'chart', { namespace: 'shop' });
    new EtcdCluster(chart, 'etcd', { membership, ...props });
    return Testing.synth(chart);
  };

  test.each<[string, EtcdClusterProps]>([
    ['etcd-peer-tls', { tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }],
    ['etcd-client-tls', { tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }],
    ['etcd-quota', { quota: Size.gibibytes(1) }],
    ['etcd-cluster-token', { clusterToken: 'another' }],
  ])('is seen by %s', (rule, props) => {
    expect(found(rule, objects(), objects(props))).toHaveLength(1);
    expect(found(rule, objects(props), objects(props))).toEqual([]);
  });

  test('is the same directory with the other membership', () => {
    expect(found('etcd-data-dir', objects(), objects({ membership: EtcdMembership.fixed() }))).toEqual([]);
  });
});

test('many stale claims are not all named', () => {
  const many = Array.from({ length: 8 }, (_, i) => claim(`data-db-${i + 3}`));
  expect(found('etcd-stale-claims', [live(sized(3)), ...many], [sized(11)])[0].mend).toEqual(['kubectl -n default delete pvc NAME, for each']);
});
