import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join as joinPath } from 'node:path';
import { CLUSTER_ID, idOf } from './fake-etcd';
import { Answer, FakeGateway, no, printed } from './fake-gateway';
import { FakeKubernetes } from './fake-kubernetes';
import { join, joinWith } from '../../../src/etcd/agent/join';

const FIRST = [0, 1, 2].map(ordinal => `etcd-${ordinal}=http://etcd-${ordinal}.etcd:2380`).join(',');

/** The beginning of the log of a real member, and who that is. */
const SEGMENT = Buffer.from('040000000000008408041000000000002000000000000000080110fcb588d4091a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a701', 'hex');
const DATA = { memberId: '15985099378392235387', clusterId: '12101053776118486841' };

let kubernetes: FakeKubernetes;
let gateway: FakeGateway | undefined;
let directory: string;
let lines: any[];

beforeAll(async () => {
  kubernetes = await FakeKubernetes.start();
});

afterAll(() => kubernetes.stop());

beforeEach(() => {
  directory = mkdtempSync(joinPath(tmpdir(), 'join-'));
  mkdirSync(joinPath(directory, 'config'));
  kubernetes.scale(3);
  kubernetes.api.store.modify('ConfigMap', 'default', 'etcd-state', object => {
    object.data = {};
  });
  lines = printed();
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  rmSync(directory, { recursive: true });
});

/** The pod of this ordinal, with all that it is told. */
function env(ordinal: number): Record<string, string> {
  return {
    ...kubernetes.env as Record<string, string>,
    POD_NAME: `etcd-${ordinal}`,
    PEER_URL: 'http://{pod}.etcd:2380',
    // all members are asked at the same place: the one that answers speaks for the majority.
    CLIENT_URL: `${gateway?.url ?? 'http://127.0.0.1:1'}/{pod}`,
    SHARED_DIR: joinPath(directory, 'config'),
    ETCD_CONFIG_FILE: joinPath(directory, 'config', 'etcd.json'),
    ETCD_NAME: `etcd-${ordinal}`,
    ETCD_DATA_DIR: joinPath(directory, 'storage', 'data'),
    ETCD_HEARTBEAT_INTERVAL: '200',
    ETCD_INITIAL_CLUSTER: FIRST,
  };
}

const joinAs = (ordinal: number) => joinWith({ pace: 20, accountPath: kubernetes.accountPath }, env(ordinal));

/** What was left to etcd and to the agent beside it. */
function left(): { readonly config: any; readonly how: string } {
  const read = (file: string) => JSON.parse(readFileSync(joinPath(directory, 'config', file), 'utf8'));
  return { config: read('etcd.json'), how: read('how.json').how };
}

const events = () => lines.map(({ event }) => event);
const storage = () => readdirSync(joinPath(directory, 'storage')).sort();

function write(file: string, content: string | Buffer = 'x'): void {
  mkdirSync(dirname(joinPath(directory, 'storage', file)), { recursive: true });
  writeFileSync(joinPath(directory, 'storage', file), content);
}

const writeData = () => write('data/member/wal/0000000000000000-0000000000000000.wal', SEGMENT);

interface WireMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs: string[];
  readonly clientURLs?: string[];
  readonly isLearner?: boolean;
}


const wireMember = (ordinal: number, more: Partial<WireMember> = {}): WireMember =>
  ({ ID: idOf(ordinal), name: `etcd-${ordinal}`, peerURLs: [`http://etcd-${ordinal}.etcd:2380`], clientURLs: ['http://x'], ...more });

/** A cluster that answers for the majority, and adds and removes. What is in `refusals` is said once, before anything else. */
async function startCluster(
  members: WireMember[], { clusterId = CLUSTER_ID, refusals = {} as Record<string, Answer[]> } = {},
): Promise<WireMember[]> {
  const header = { cluster_id: clusterId, member_id: idOf(0) };
  gateway = await FakeGateway.start(({ path, body }) => {
    const refusal = refusals[path]?.shift();
    if (refusal !== undefined) {
      return refusal;
    }
    switch (path) {
      case '/v3/cluster/member/add': {
        const member = { ID: String(900 + members.length), peerURLs: body.peerURLs, isLearner: body.isLearner };
        members.push(member);
        return { header, member, members };
      }
      case '/v3/cluster/member/remove':
        members.splice(members.findIndex(({ ID }) => ID === body.ID), 1);
        return { header, members };
      default:
        return { header, members };
    }
  });
  return members;
}

describe('the first members', () => {
  test('agree, and form the cluster by that', async () => {
    await joinAs(1);
    expect(left()).toEqual({
      how: 'bootstrap',
      config: {
        'name': 'etcd-1',
        'data-dir': joinPath(directory, 'storage', 'data'),
        'heartbeat-interval': 200,
        'enable-grpc-gateway': true,
        'initial-cluster': FIRST,
        'initial-cluster-state': 'new',
      },
    });
    expect(kubernetes.state).toEqual({ 'firstMembers': FIRST, 'tried.etcd-1': 'true' });
    expect(lines).toMatchObject([
      { event: 'agree', reason: 'nobody has written down who forms the cluster' }, { event: 'bootstrap', reason: 'the cluster was never formed' },
    ]);
  });

  test('look again when somebody else has written something down in between', async () => {
    const others = `${FIRST},etcd-3=http://etcd-3.etcd:2380`;
    // others are asked after the state was read, and need not be asked again.
    gateway = await FakeGateway.start(() => {
      kubernetes.writeState({ firstMembers: others, [`x${gateway!.asked.length}`]: '' });
      return no(14, 'etcdserver: no leader', 503);
    });
    await joinAs(1);
    expect(kubernetes.state.firstMembers).toBe(others);
    expect(left().config['initial-cluster']).toBe(others);
    expect(events()).toEqual(['agree', 'bootstrap']);
    expect(gateway.asked.length).toBeLessThan(7);
  });

  test('do not form a cluster that others have formed in between', async () => {
    kubernetes.writeState({ firstMembers: FIRST });
    gateway = await FakeGateway.start(() => {
      kubernetes.writeState({ clusterId: CLUSTER_ID });
      return no(14, 'etcdserver: no leader', 503);
    });
    const joined = joinAs(1);
    while (!events().includes('wait')) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect(lines).toMatchObject([{ event: 'bootstrap' }, { event: 'wait', reason: expect.stringMatching(/was formed before/) }]);
    expect(kubernetes.state).not.toHaveProperty(['tried.etcd-1']);
    expect(readdirSync(joinPath(directory, 'config'))).toEqual([]);
    writeData();
    kubernetes.writeState({ clusterId: DATA.clusterId });
    await gateway.stop();
    await joined;
  });

  test('try again when the API server fails them in between', async () => {
    const { store } = kubernetes.api;
    const { rules } = store.get('Role', 'default', 'etcd') as any;
    const allow = (patched: any) => store.modify('Role', 'default', 'etcd', (object: any) => {
      object.rules = patched;
    });
    kubernetes.writeState({ firstMembers: FIRST });
    allow(rules.map((rule: any) => ({ ...rule, verbs: ['get'] })));
    const joined = joinAs(1);
    while (!events().includes('failed')) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    allow(rules);
    await joined;
    expect(lines).toMatchObject([{ event: 'bootstrap' }, { event: 'failed', reason: expect.stringContaining('403') }]);
    expect(kubernetes.state).toHaveProperty(['tried.etcd-1'], 'true');
  });

  test('set aside what etcd has left when it was stopped before it had a log', async () => {
    write('data/member/snap/db');
    await joinAs(0);
    expect(storage()).toEqual(['removed-never-used']);
    expect(left().how).toBe('bootstrap');
  });

  test('are joined by one that is late', async () => {
    kubernetes.writeState({ clusterId: CLUSTER_ID, firstMembers: FIRST });
    await startCluster([wireMember(0), wireMember(1), wireMember(2, { clientURLs: [] })]);
    await joinAs(2);
    expect(left()).toMatchObject({ how: 'bootstrap', config: { 'initial-cluster': FIRST, 'initial-cluster-state': 'new' } });
    expect(kubernetes.state).toHaveProperty(['tried.etcd-2'], 'true');
  });
});

describe('a member with data', () => {
  beforeEach(writeData);

  test('starts while nobody answers, also the API server', async () => {
    await kubernetes.goDown();
    await joinAs(1).finally(() => kubernetes.comeBack());
    expect(left()).toMatchObject({ how: 'start', config: { 'initial-cluster': 'etcd-1=http://etcd-1.etcd:2380', 'initial-cluster-state': 'existing' } });
    expect(left().config).not.toHaveProperty('force-new-cluster');
    expect(lines).toMatchObject([
      { event: 'no answer', reason: expect.stringContaining('the API server does not answer') },
      { event: 'start', reason: 'there is data, and the API server does not answer' },
    ]);
  });

  test('goes on alone when people say so', async () => {
    kubernetes.writeState({ clusterId: DATA.clusterId, forceNewCluster: 'etcd-1' });
    await joinAs(1);
    expect(left()).toMatchObject({ how: 'force', config: { 'force-new-cluster': true, 'initial-cluster-state': 'existing' } });
  });

  test('of a snapshot starts', async () => {
    write('restored-from', 'a snapshot');
    kubernetes.writeState({ clusterId: CLUSTER_ID });
    await joinAs(1);
    expect(left().how).toBe('start');
  });

  test('that was removed sets it aside, and is added anew', async () => {
    kubernetes.writeState({ clusterId: DATA.clusterId });
    await startCluster([wireMember(0), wireMember(2)], { clusterId: DATA.clusterId });
    await joinAs(1);
    expect(storage()).toEqual([`removed-${DATA.memberId}`]);
    expect(left()).toMatchObject({ how: 'join', config: { 'initial-cluster-state': 'existing' } });
    expect(events()).toEqual(['set aside', 'add']);
  });
});

describe('a new member', () => {
  beforeEach(() => kubernetes.writeState({ clusterId: CLUSTER_ID, firstMembers: FIRST }));

  test('is added, written down, and told of exactly the members that there are', async () => {
    kubernetes.scale(5);
    await startCluster([wireMember(0), wireMember(1, { name: '' }), wireMember(2)]);
    await joinAs(3);
    expect(left()).toMatchObject({
      how: 'join',
      config: {
        'initial-cluster': 'etcd-0=http://etcd-0.etcd:2380,101=http://etcd-1.etcd:2380,etcd-2=http://etcd-2.etcd:2380,etcd-3=http://etcd-3.etcd:2380',
        'initial-cluster-state': 'existing',
      },
    });
    expect(kubernetes.state).toMatchObject({ 'member.903': 'etcd-3' });
    expect(gateway!.asked.find(({ path }) => path.endsWith('/add'))!.body).toEqual({ peerURLs: ['http://etcd-3.etcd:2380'], isLearner: true });
  });

  test('waits until there is to be one, and asks again when it is refused, and says each reason once', async () => {
    const refusals = { '/v3/cluster/member/add': [1, 2, 3].map(() => no(14, 'etcdserver: unhealthy cluster', 503)) };
    await startCluster([wireMember(0), wireMember(1), wireMember(2)], { refusals });
    const joined = joinAs(3);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(readdirSync(joinPath(directory, 'config'))).toEqual([]);
    kubernetes.scale(4);
    await joined;
    expect(lines).toMatchObject([
      { event: 'wait', reason: 'the StatefulSet has no pod of the ordinal 3' },
      { event: 'add', reason: 'it is no member' },
      { event: 'failed', reason: 'etcdserver: unhealthy cluster' },
    ]);
  });

  test('that lost its disk is removed before it is added', async () => {
    const members = await startCluster([wireMember(0), wireMember(1), wireMember(2)]);
    await joinAs(1);
    expect(members.map(({ ID }) => ID)).toEqual([idOf(0), idOf(2), '902']);
    expect(lines).toMatchObject([{ event: 'remove', member: idOf(1) }, { event: 'add' }]);
  });

  test('that could not be written down is removed and added anew', async () => {
    const patch = kubernetes.api.store.modify.bind(kubernetes.api.store);
    const members = await startCluster([wireMember(0), wireMember(2)]);
    const { rules } = kubernetes.api.store.get('Role', 'default', 'etcd') as any;
    const forbid = (verbs: string[]) => patch('Role', 'default', 'etcd', (object: any) => {
      object.rules = rules.map((rule: any) => rule.resources[0] === 'configmaps' ? { ...rule, verbs } : rule);
    });
    forbid(['get']);
    const joined = joinAs(1);
    while (!events().includes('failed')) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect(readdirSync(joinPath(directory, 'config'))).toEqual([]);
    forbid(['get', 'patch']);
    await joined;
    expect(events().slice(0, 3)).toEqual(['add', 'failed', 'remove']);
    expect(members).toHaveLength(3);
    expect(kubernetes.state).toHaveProperty([`member.${members[2].ID}`], 'etcd-1');
  });

  test('that is gone as soon as it was added is added anew', async () => {
    const gone = { header: { cluster_id: CLUSTER_ID, member_id: idOf(0) }, member: { ID: '902', peerURLs: ['http://etcd-1.etcd:2380'] } };
    await startCluster([wireMember(0), wireMember(2)], { refusals: { '/v3/cluster/member/add': [gone] } });
    await joinAs(1);
    expect(lines).toMatchObject([{ event: 'add' }, { event: 'failed', reason: 'the member 902 was added, and is not there' }]);
    expect(left().config['initial-cluster']).toMatch(/etcd-1=/);
  });
});

test('fails when it is told nothing', async () => {
  await expect(joinWith({ pace: 1 }, {})).rejects.toThrow('POD_NAME is not set');
});

test('is not taken for done when it is told to end', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const before = process.listeners('SIGTERM');
  await expect(join({})).rejects.toThrow('is not set');
  const [listener] = process.listeners('SIGTERM').filter(some => !before.includes(some));
  process.removeListener('SIGTERM', listener);
  listener('SIGTERM');
  expect(exit).toHaveBeenCalledWith(143);
});
