import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLUSTER_ID, idOf, placeAt } from './fake-etcd';
import { FakeGateway, printed } from './fake-gateway';
import { FakeKubernetes } from './fake-kubernetes';
import { KubernetesApi } from '../../../src/etcd/agent/kubernetes';
import { Rejoin } from '../../../src/etcd/agent/rejoin';

/** The beginning of the log of a real member, and who that is. */
const SEGMENT = Buffer.from('040000000000008408041000000000002000000000000000080110fcb588d4091a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a701', 'hex');
const DATA = { memberId: '15985099378392235387', clusterId: '12101053776118486841' };

interface WireMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs: string[];
  readonly clientURLs?: string[];
  readonly isLearner?: boolean;
}

const member = (ordinal: number, more: Partial<WireMember> = {}): WireMember =>
  ({ ID: idOf(ordinal), name: `etcd-${ordinal}`, peerURLs: [`http://etcd-${ordinal}.etcd:2380`], clientURLs: ['http://x'], ...more });

/** One that was added and has not started. */
const added = (ordinal: number) => member(ordinal, { name: undefined, clientURLs: undefined, isLearner: true });

let kubernetes: FakeKubernetes;
let gateway: FakeGateway;
let members: WireMember[];
let clusterId: string;
let directory: string;
let lines: any[];
let rejoin: Rejoin;

beforeAll(async () => {
  kubernetes = await FakeKubernetes.start();
});

afterAll(() => kubernetes.stop());

beforeEach(async () => {
  kubernetes.scale(3);
  [members, clusterId] = [[member(0), member(1)], CLUSTER_ID];
  gateway = await FakeGateway.start(({ path, body }) => {
    const header = { cluster_id: clusterId, member_id: idOf(0) };
    if (path === '/v3/cluster/member/add') {
      members = [...members, { ID: '900', peerURLs: body.peerURLs, isLearner: body.isLearner }];
      return { header, member: members.at(-1), members };
    }
    members = path === '/v3/cluster/member/remove' ? members.filter(({ ID }) => ID !== body.ID) : members;
    return { header, members };
  });
  directory = mkdtempSync(join(tmpdir(), 'rejoin-'));
  ['config', 'storage'].forEach(folder => mkdirSync(join(directory, folder)));
  configure({ 'name': 'etcd-2', 'initial-cluster': 'etcd-2=http://etcd-2.etcd:2380', 'initial-cluster-state': 'existing', 'force-new-cluster': true });
  lines = printed();
  rejoin = new Rejoin({
    place: placeAt(2, () => gateway.url),
    credentials: {},
    apis: new Map(),
    kubernetes: KubernetesApi.inPod(kubernetes.env, kubernetes.accountPath),
    sharedDir: join(directory, 'config'),
    storageDir: join(directory, 'storage'),
  });
});

afterEach(async () => {
  await gateway.stop();
  rmSync(directory, { recursive: true });
  jest.restoreAllMocks();
});

function configure(config: object): void {
  writeFileSync(join(directory, 'config', 'etcd.json'), JSON.stringify(config));
}

function writeData(): void {
  mkdirSync(join(directory, 'storage', 'data', 'member', 'wal'), { recursive: true });
  writeFileSync(join(directory, 'storage', 'data', 'member', 'wal', '0000000000000000-0000000000000000.wal'), SEGMENT);
}

const left = (file: string) => JSON.parse(readFileSync(join(directory, 'config', file), 'utf8'));
const events = () => lines.map(({ event }) => event);

/** So many rounds while etcd does not run; the answers of those in which it was taken for one that does not start. */
async function rounds(count: number): Promise<boolean[]> {
  const answers = [];
  for (let round = 0; round < 4 + count; round++) {
    answers.push(await rejoin.round(false));
  }
  expect(answers.slice(0, 4)).toEqual([false, false, false, false]);
  return answers.slice(4);
}

describe('beside an etcd that does not start', () => {
  test('one that was removed, and had nobody to tell it, becomes a new member', async () => {
    writeData();
    clusterId = DATA.clusterId;
    expect(await rounds(3)).toEqual([false, true, false]);
    expect(events()).toEqual(['set aside', 'add', 'tell']);
    expect(readdirSync(join(directory, 'storage'))).toEqual([`removed-${DATA.memberId}`]);
    expect(kubernetes.state).toEqual({ 'member.900': 'etcd-2' });
    expect(left('how.json')).toEqual({ how: 'join' });
    expect(left('etcd.json')).toEqual({
      'name': 'etcd-2',
      'initial-cluster': 'etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380,etcd-2=http://etcd-2.etcd:2380',
      'initial-cluster-state': 'existing',
    });
  });

  test('one that was to join members that are others by now is told of them, once', async () => {
    members = [member(0), added(2)];
    mkdirSync(join(directory, 'storage', 'data', 'member', 'snap'), { recursive: true });
    expect(await rounds(2)).toEqual([true, false]);
    expect(left('etcd.json')['initial-cluster']).toBe('etcd-0=http://etcd-0.etcd:2380,etcd-2=http://etcd-2.etcd:2380');
    expect(readdirSync(join(directory, 'storage'))).toEqual(['removed-never-used']);
    expect(left('how.json')).toEqual({ how: 'join' });
  });

  test('a member that has lost what it had is removed before it is added', async () => {
    members = [member(0), member(1), member(2)];
    expect(await rounds(2)).toEqual([false, true]);
    expect(events()).toEqual(['remove', 'add']);
  });

  test('a member of another kind than the pods is named by its id', async () => {
    members = [member(0), { ID: '77', peerURLs: ['http://elsewhere:2380'] }, added(2)];
    expect(await rounds(1)).toEqual([true]);
    expect(left('etcd.json')['initial-cluster']).toContain(',77=http://elsewhere:2380,');
  });
});

describe('nothing is done', () => {
  test('while etcd runs, or has only just stopped', async () => {
    members = [member(0), added(2)];
    for (const isUp of [true, false, false, false, false, true, false, false, false, false]) {
      expect(await rejoin.round(isUp)).toBe(false);
    }
    expect(gateway.paths).toEqual([]);
  });

  test('to the data of a member', async () => {
    writeData();
    clusterId = DATA.clusterId;
    members = [member(0), member(2, { ID: DATA.memberId })];
    expect(await rounds(1)).toEqual([false]);
    expect([events(), members]).toEqual([[], [member(0), member(2, { ID: DATA.memberId })]]);
  });

  test('to a member that leaves', async () => {
    kubernetes.scale(2);
    expect(await rounds(1)).toEqual([false]);
    expect(events()).toEqual([]);
  });

  test('while nobody speaks for a majority', async () => {
    await gateway.stop();
    writeData();
    expect(await rounds(1)).toEqual([false]);
    expect(events()).toEqual([]);
    gateway = await FakeGateway.start(() => ({}));
  });

  test('without a StatefulSet', async () => {
    jest.spyOn(KubernetesApi.prototype, 'statefulSet').mockResolvedValue(undefined);
    expect(await rounds(1)).toEqual([false]);
    expect(events()).toEqual([]);
  });

  test('while the API server does not answer, which is said', async () => {
    jest.spyOn(KubernetesApi.prototype, 'statefulSet').mockRejectedValue(new Error('connection reset'));
    expect(await rounds(2)).toEqual([false, false]);
    expect(lines).toEqual([expect.objectContaining({ event: 'failed', reason: 'connection reset' })]);
  });
});
