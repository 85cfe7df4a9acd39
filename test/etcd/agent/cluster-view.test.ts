import { CLUSTER_ID, FakeEtcd, idOf, placeAt } from './fake-etcd';
import { FakeGateway, no } from './fake-gateway';
import { Apis, apiAt, askCluster, reachableOf } from '../../../src/etcd/agent/cluster-view';

let etcd: FakeEtcd;

beforeEach(async () => {
  etcd = await FakeEtcd.start(3);
});
afterEach(async () => etcd.stop());

const ask = async (except?: number) => askCluster(etcd.placeAt(3), {}, { except });

describe('askCluster', () => {
  test('returns what the cluster is, and who said so', async () => {
    etcd.down.add(0).add(1);
    const view = await ask();
    expect(view).toMatchObject({ clusterId: CLUSTER_ID, members: [{ id: idOf(0) }, { id: idOf(1) }, { id: idOf(2), name: 'etcd-2' }] });
    expect(view!.api.endpoint).toBe(etcd.gateways[2].url);
  });

  test('asks for the list only after a reading that needs the majority', async () => {
    etcd.down.add(0).add(1);
    await ask();
    expect(etcd.gateways[2].asked.map(({ path, body }) => [path, body])).toEqual([
      ['/v3/kv/range', { key: 'AA==', limit: 1, keys_only: true }], ['/v3/cluster/member/list', { linearizable: true }],
    ]);
  });

  test('believes no member that has no majority, and no learner', async () => {
    etcd.members.slice(0, 2).forEach(member => {
      member.isLearner = true;
    });
    expect((await ask())!.api.endpoint).toBe(etcd.gateways[2].url);
    etcd.hasQuorum = false;
    expect(await ask()).toBeUndefined();
  });

  test('asks one that it is told not to ask nothing', async () => {
    etcd.down.add(0).add(2);
    expect(await ask(1)).toBeUndefined();
    expect(etcd.gateways[1].asked).toEqual([]);
  });

  test('asks pods of seven ordinals', async () => {
    const asked: number[] = [];
    const place = placeAt(0, ordinal => {
      asked.push(ordinal);
      return 'http://127.0.0.1:1';
    });
    expect(await askCluster(place, {})).toBeUndefined();
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('says only once who it is', async () => {
    const gateway = await FakeGateway.start(({ path, headers }) => path === '/v3/auth/authenticate' ? { token: 'abc' }
      : headers.authorization === 'abc' ? { header: { cluster_id: '1', member_id: '2' } } : no(16, 'etcdserver: user name is empty'));
    const place = placeAt(0, ordinal => ordinal === 1 ? gateway.url : 'http://127.0.0.1:1');
    const apis: Apis = new Map();
    const credentials = { user: 'root', password: 'secret' };
    await askCluster(place, credentials, { apis });
    await askCluster(place, credentials, { apis });
    expect(gateway.paths.filter(path => path.includes('authenticate'))).toHaveLength(1);
    await gateway.stop();
  });
});

describe('reachableOf', () => {
  const member = (ordinal: number, peerUrl = `http://etcd-${ordinal}.etcd:2380`, id = idOf(ordinal)) =>
    ({ id, name: '', peerUrls: [peerUrl], clientUrls: [], isLearner: false });
  const reachable = async (...members: ReturnType<typeof member>[]) => [...await reachableOf(etcd.placeAt(0), members, {})];

  test('are those that answer as themselves', async () => {
    etcd.down.add(1);
    expect(await reachable(member(0), member(1), member(2))).toEqual([idOf(0), idOf(2)]);
  });

  test('are not those at whose place another one answers', async () => {
    expect(await reachable(member(0, undefined, '99'))).toEqual([]);
  });

  test('are not those whose place nobody knows', async () => {
    expect(await reachable(member(0, 'http://elsewhere:2380'))).toEqual([]);
  });
});

test('a member is spoken to by one and the same who asks again', () => {
  const apis: Apis = new Map();
  expect(apiAt('http://a', {}, apis)).toBe(apiAt('http://a', {}, apis));
  expect(apiAt('http://a', {}, apis)).not.toBe(apiAt('http://b', {}, apis));
});
