import { Answer, FakeGateway } from './fake-gateway';
import { EtcdApi } from '../../../src/etcd/agent/etcd-api';

const ID = '18249187646912138824';

let gateway: FakeGateway;
let answer: Answer;
let api: EtcdApi;

beforeEach(async () => {
  gateway = await FakeGateway.start(() => answer);
  api = new EtcdApi(gateway.url);
});

afterEach(() => gateway.stop());

test('members have ids of 64 bits, and whatever is left out is empty', async () => {
  answer = {
    header: { cluster_id: '1' },
    members: [
      { ID, name: 'etcd-0', peerURLs: ['http://etcd-0.etcd:2380'], clientURLs: ['http://etcd-0.etcd:2379'] },
      { ID: '2', peerURLs: ['http://etcd-1.etcd:2380'], isLearner: true },
      { ID: '3' },
    ],
  };
  expect(await api.membership()).toEqual({
    clusterId: '1',
    members: [
      { id: ID, name: 'etcd-0', peerUrls: ['http://etcd-0.etcd:2380'], clientUrls: ['http://etcd-0.etcd:2379'], isLearner: false },
      { id: '2', name: '', peerUrls: ['http://etcd-1.etcd:2380'], clientUrls: [], isLearner: true },
      { id: '3', name: '', peerUrls: [], clientUrls: [], isLearner: false },
    ],
  });
  expect(gateway.asked).toMatchObject([{ path: '/v3/cluster/member/list', body: { linearizable: true } }]);
});

test('members can be those that one member knows', async () => {
  answer = { header: { cluster_id: '1' } };
  expect(await api.membership({ agreed: false })).toEqual({ clusterId: '1', members: [] });
  expect(gateway.asked).toMatchObject([{ body: { linearizable: false } }]);
});

test('a status has numbers, and what is wrong', async () => {
  answer = {
    header: { cluster_id: '1', member_id: ID, revision: '12' },
    version: '3.6.14',
    leader: '2',
    isLearner: true,
    raftIndex: '9007199254740993',
    dbSize: '4096',
    dbSizeInUse: '1024',
    errors: ['memberID:2 alarm:NOSPACE '],
  };
  expect(await api.status()).toEqual({
    clusterId: '1',
    memberId: ID,
    leader: '2',
    isLearner: true,
    version: '3.6.14',
    revision: 12n,
    raftIndex: 9007199254740993n,
    dbSize: 4096,
    dbSizeInUse: 1024,
    errors: ['memberID:2 alarm:NOSPACE '],
  });
});

test.each([undefined, '0'])('a status with leader %p knows none', async (leader) => {
  answer = { header: { cluster_id: '1', member_id: '2' }, version: '3.4.23', leader };
  expect(await api.status()).toEqual({
    clusterId: '1', memberId: '2', leader: undefined, isLearner: false, version: '3.4.23', revision: 0n, raftIndex: 0n, dbSize: 0, dbSizeInUse: 0, errors: [],
  });
});

test('members are added as learners, promoted, removed, and made to lead', async () => {
  answer = { member: { ID, peerURLs: ['http://etcd-3.etcd:2380'], isLearner: true } };
  expect(await api.addLearner('http://etcd-3.etcd:2380')).toMatchObject({ id: ID, isLearner: true });
  answer = {};
  await api.promote(ID);
  await api.remove(ID);
  await api.transferLeadership(ID);
  await api.defragment(1000);
  await api.call('/v3/kv/put', { key: 'YQ==' });
  await api.call('/v3/auth/enable');
  expect(gateway.asked.map(({ path, body }) => [path, body])).toEqual([
    ['/v3/cluster/member/add', { peerURLs: ['http://etcd-3.etcd:2380'], isLearner: true }],
    ['/v3/cluster/member/promote', { ID }],
    ['/v3/cluster/member/remove', { ID }],
    ['/v3/maintenance/transfer-leadership', { targetID: ID }],
    ['/v3/maintenance/defragment', {}],
    ['/v3/kv/put', { key: 'YQ==' }],
    ['/v3/auth/enable', {}],
  ]);
});

test('only so much time is given to a defragmentation', async () => {
  answer = 'nothing';
  await expect(api.defragment(20)).rejects.toThrow(/nothing for 20 ms$/);
});
