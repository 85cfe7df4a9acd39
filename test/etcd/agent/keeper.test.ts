import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLUSTER_ID, FakeEtcd, idOf } from './fake-etcd';
import { no, printed } from './fake-gateway';
import { FakeKubernetes } from './fake-kubernetes';
import { Keeper } from '../../../src/etcd/agent/keeper';
import { KubernetesApi } from '../../../src/etcd/agent/kubernetes';
import { How } from '../../../src/etcd/agent/serve-decision';

const THREE = { 'clusterId': CLUSTER_ID, 'member.100': 'etcd-0', 'member.101': 'etcd-1', 'member.102': 'etcd-2' };
const PROMOTE = '/v3/cluster/member/promote';

let etcd: FakeEtcd;
let kubernetes: FakeKubernetes;
let folder: string;
let lines: any[];

beforeEach(async () => {
  [etcd, kubernetes] = await Promise.all([FakeEtcd.start(5), FakeKubernetes.start()]);
  etcd.members = etcd.members.slice(0, 3);
  folder = mkdtempSync(join(tmpdir(), 'keeper-'));
  mkdirSync(join(folder, 'storage'));
  lines = printed();
});
afterEach(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  await Promise.all([etcd.stop(), kubernetes.stop()]);
});

const shared = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const events = () => lines.map(({ event, reason }) => `${event}: ${reason}`);

/** The agent of this pod, whose etcd was started like this. */
function keeperOf(ordinal: number, how: How = 'start'): Keeper {
  writeFileSync(join(folder, 'how.json'), JSON.stringify({ how }));
  return keeperAgain(ordinal);
}

function keeperAgain(ordinal: number): Keeper {
  return new Keeper({
    place: etcd.placeAt(ordinal),
    credentials: {},
    apis: new Map(),
    kubernetes: KubernetesApi.inPod(kubernetes.env, kubernetes.accountPath),
    sharedDir: folder,
    storageDir: join(folder, 'storage'),
  });
}

async function rounds(keeper: Keeper, count: number): Promise<void> {
  for (let round = 0; round < count; round++) {
    await keeper.round();
  }
}

/** Lets this many seconds pass for those who look at a clock. */
function pass(seconds: number): void {
  const now = Date.now() + seconds * 1000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
}

describe('a cluster that was just formed', () => {
  test('is written down once, and only then may clients come', async () => {
    const keepers = [0, 1, 2].map(ordinal => keeperOf(ordinal, 'bootstrap'));
    expect(keepers.map(({ unreadiness }) => unreadiness)).toEqual(Array(3).fill('that the cluster was formed is not written down yet'));
    await Promise.all(keepers.map(async keeper => rounds(keeper, 2)));
    expect(kubernetes.state).toEqual(THREE);
    expect(keepers.map(({ unreadiness }) => unreadiness)).toEqual([undefined, undefined, undefined]);
    expect(events().filter(event => event.startsWith('failed'))).toEqual([]);
  });

  test('is written down when the API server comes back', async () => {
    const keeper = keeperOf(1, 'bootstrap');
    await kubernetes.goDown();
    await rounds(keeper, 3);
    expect(events()).toEqual([
      expect.stringMatching(/^no answer: the API server does not answer: connect ECONNREFUSED/), 'nothing: the state cannot be read',
    ]);
    expect(keeper.unreadiness).toBeDefined();
    await kubernetes.comeBack();
    await rounds(keeper, 1);
    expect([keeper.unreadiness, kubernetes.state]).toEqual([undefined, THREE]);
  });

  test('is not written down while there is no majority', async () => {
    etcd.hasQuorum = false;
    await rounds(keeperOf(0, 'bootstrap'), 2);
    expect([kubernetes.state, events()]).toEqual([{}, ['no answer: etcdserver: no leader', 'nothing: no member can speak for a majority']]);
  });

  test('stays open to clients when the agent is started again while the API server does not answer', async () => {
    await rounds(keeperOf(1, 'bootstrap'), 1);
    await kubernetes.goDown();
    const keeper = keeperAgain(1);
    await rounds(keeper, 1);
    expect(keeper.unreadiness).toBeUndefined();
  });

  test('is not written over by one that has read the state before another one wrote', async () => {
    const keeper = keeperOf(1, 'bootstrap');
    jest.spyOn(KubernetesApi.prototype, 'statefulSet').mockImplementationOnce(async () => {
      // the state is read by now.
      await new Promise(resolve => setTimeout(resolve, 200));
      kubernetes.writeState({ ...THREE, 'member.107': 'etcd-7' });
      return undefined;
    });
    await rounds(keeper, 1);
    expect(kubernetes.state).toEqual({ ...THREE, 'member.107': 'etcd-7' });
    await rounds(keeper, 1);
    expect(keeper.unreadiness).toBeUndefined();
    expect(events()).toEqual(['record: the cluster is formed', 'nothing: another member leads']);
  });
});

describe('a learner', () => {
  beforeEach(() => {
    kubernetes.writeState(THREE);
    etcd.members[2].isLearner = true;
  });

  test('is promoted by others as soon as it is in sync, and only then may clients come', async () => {
    const keeper = keeperOf(2, 'join');
    expect(keeper.unreadiness).toBe('this member is a learner');
    const tooEarly = no(9, 'etcdserver: can only promote a learner member which is in sync with leader', 412);
    etcd.refusals.set(PROMOTE, [tooEarly, tooEarly]);
    await rounds(keeper, 2);
    expect([etcd.changes, keeper.unreadiness]).toEqual([[], 'this member is a learner']);
    await rounds(keeper, 1);
    expect(etcd.changes).toEqual([expect.stringMatching(/^etcd-[01]: promote 102$/)]);
    await rounds(keeper, 2);
    expect(keeper.unreadiness).toBeUndefined();
    expect(shared('how.json')).toEqual({ how: 'start' });
    expect(events()).toEqual([
      'promote: it is a learner', 'failed: etcdserver: can only promote a learner member which is in sync with leader', 'nothing: another member leads',
    ]);
    expect(lines[0].member).toBe('etcd-2');
  });

  test('is promoted too if it answers nothing, as to those who must say who they are, and while the API server does not answer', async () => {
    await kubernetes.goDown();
    etcd.refusals.set('/v3/maintenance/status', [no(14, 'etcdserver: rpc not supported for learner', 503)]);
    await rounds(keeperOf(2, 'join'), 1);
    expect(etcd.changes).toEqual([expect.stringMatching(/: promote 102$/)]);
  });

  test('stays one while nobody can speak for a majority', async () => {
    etcd.hasQuorum = false;
    const keeper = keeperOf(2, 'join');
    await rounds(keeper, 1);
    expect([etcd.changes, keeper.unreadiness]).toEqual([[], 'this member is a learner']);
  });
});

describe('data', () => {
  test('that was set aside is deleted once there is a vote again, and nothing else is', async () => {
    kubernetes.writeState(THREE);
    ['removed-99', 'removed-never-used', 'removed-by-me', 'data'].forEach(name => mkdirSync(join(folder, 'storage', name)));
    const keeper = keeperOf(1, 'join');
    await rounds(keeper, 2);
    expect(readdirSync(join(folder, 'storage')).sort()).toEqual(['data', 'removed-by-me']);
    expect(events()).toEqual(['delete old data: this member has a vote again', 'nothing: another member leads']);
  });

  test('of a snapshot makes this the cluster', async () => {
    kubernetes.writeState({ 'clusterId': '99', 'member.99': 'etcd-0', 'forceNewCluster': 'etcd-0' });
    writeFileSync(join(folder, 'storage', 'restored-from'), 'backup');
    const keeper = keeperOf(1);
    await rounds(keeper, 2);
    expect(kubernetes.state).toEqual({ ...THREE, restoredFrom: 'backup' });
    expect(existsSync(join(folder, 'storage', 'restored-from'))).toBe(false);
    expect(events()).toEqual(['adopt: the data comes from a snapshot', 'nothing: another member leads']);
  });

  test('of a snapshot is that still if the state could not be written', async () => {
    writeFileSync(join(folder, 'storage', 'restored-from'), 'backup');
    kubernetes.api.store.modify('Role', 'default', 'etcd', role => {
      role.rules[1].verbs = ['get'];
    });
    await rounds(keeperOf(1), 1);
    expect(existsSync(join(folder, 'storage', 'restored-from'))).toBe(true);
    expect(events()[1]).toMatch(/^failed: the API server answers 403: configmaps "etcd-state" is forbidden/);
  });

  test('of a member that went on alone is no reason to do so at its next start', async () => {
    etcd.members = etcd.members.slice(0, 1);
    kubernetes.writeState({ ...THREE, forceNewCluster: 'etcd-0' });
    writeFileSync(join(folder, 'etcd.json'), JSON.stringify({ 'name': 'etcd-0', 'force-new-cluster': true }));
    await rounds(keeperOf(0, 'force'), 2);
    expect([shared('etcd.json'), shared('how.json')]).toEqual([{ name: 'etcd-0' }, { how: 'start' }]);
    expect(kubernetes.state).toEqual({ 'clusterId': CLUSTER_ID, 'member.100': 'etcd-0' });
    expect(events()).toEqual(['adopt: this member went on alone', 'nothing: the members are those of the StatefulSet']);
  });
});

describe('beside the leader', () => {
  beforeEach(async () => {
    kubernetes.writeState(THREE);
    etcd.members = [...etcd.members, ...[3, 4].map(ordinal => ({
      ID: idOf(ordinal), name: `etcd-${ordinal}`, peerURLs: [`http://etcd-${ordinal}.etcd:2380`], clientURLs: ['http://x'],
    }))];
  });

  test('members that are gone are written down, removed one by one, and struck out', async () => {
    etcd.down.add(3).add(4);
    await rounds(keeperOf(0), 6);
    expect(etcd.changes).toEqual(['etcd-0: remove 103', 'etcd-0: remove 104']);
    expect(kubernetes.state).toEqual(THREE);
    expect(events()).toEqual([
      'record: the members are others', 'remove: the StatefulSet has no pod etcd-3 any more', 'remove: the StatefulSet has no pod etcd-4 any more',
      'nothing: the members are those of the StatefulSet',
    ]);
  });

  test('members that are beyond, and answer, leave by themselves', async () => {
    await rounds(keeperOf(0), 3);
    expect([etcd.changes, events().at(-1)]).toEqual([[], 'nothing: etcd-3 has not stopped']);
  });

  test('nobody is removed while the API server does not answer', async () => {
    etcd.down.add(3).add(4);
    const keeper = keeperOf(0);
    await rounds(keeper, 1);
    await kubernetes.goDown();
    await rounds(keeper, 1);
    expect([etcd.changes, events().at(-1)]).toEqual([[], 'nothing: the state cannot be read']);
  });

  test('nobody is removed when the StatefulSet is gone, or switched off', async () => {
    etcd.down.add(3).add(4);
    const keeper = keeperOf(0);
    kubernetes.scale(0);
    await rounds(keeper, 2);
    expect(events().at(-1)).toBe('nothing: the StatefulSet is switched off');
    kubernetes.deleteStatefulSet();
    pass(6);
    await rounds(keeper, 1);
    expect([etcd.changes, events().at(-1)]).toEqual([[], 'nothing: there is no StatefulSet, or it cannot be read']);
  });

  test('is the only place where anybody is removed', async () => {
    etcd.down.add(3).add(4);
    await rounds(keeperOf(1), 3);
    expect([etcd.changes, events()]).toEqual([[], ['nothing: another member leads']]);
  });
});

describe('while there is nothing to do', () => {
  beforeEach(() => kubernetes.writeState(THREE));

  test('one that follows asks its own member alone', async () => {
    const keeper = keeperOf(1);
    await rounds(keeper, 1);
    const before = etcd.gateways.map(({ paths }) => paths.length);
    pass(60);
    await rounds(keeper, 10);
    expect(etcd.gateways.map(({ paths }, ordinal) => paths.length - before[ordinal])).toEqual([0, 10, 0, 0, 0]);
  });

  test('the one beside the leader looks around every five seconds', async () => {
    const keeper = keeperOf(0);
    const views = () => etcd.gateways[0].paths.filter(path => path === '/v3/cluster/member/list').length;
    await rounds(keeper, 3);
    expect(views()).toBe(1);
    pass(5);
    await rounds(keeper, 3);
    expect(views()).toBe(2);
  });

  test('one that does not answer is asked again and again, and nothing is said twice', async () => {
    etcd.down.add(1);
    const keeper = keeperOf(1);
    await rounds(keeper, 3);
    expect([events(), keeper.unreadiness]).toEqual([[expect.stringMatching(/^no answer: .* does not answer: /), 'nothing: etcd does not answer'], undefined]);
  });
});

test('a member that starts in another way is not ready before that is over', async () => {
  const keeper = keeperOf(1);
  etcd.members[1].isLearner = true;
  writeFileSync(join(folder, 'how.json'), '{"how":"join"}');
  keeper.startsAnew();
  expect(keeper.unreadiness).toBe('this member is a learner');
  kubernetes.writeState(THREE);
  await rounds(keeper, 4);
  expect([keeper.unreadiness, etcd.changes]).toEqual([undefined, [expect.stringMatching(/: promote 101$/)]]);
});

test('while nobody leads, it is said that there is no majority', async () => {
  kubernetes.writeState(THREE);
  const keeper = keeperOf(1);
  await rounds(keeper, 1);
  pass(6);
  etcd.hasQuorum = false;
  etcd.leader = '0';
  await rounds(keeper, 1);
  expect(events().at(-1)).toBe('nothing: no member can speak for a majority');
});

test('while etcd answers nothing, since it finds no majority, it is said whose pods are missing', async () => {
  kubernetes.writeState(THREE);
  kubernetes.scale(1);
  [0, 1, 2].forEach(ordinal => etcd.down.add(ordinal));
  await rounds(keeperOf(0), 1);
  expect(events().at(-1)).toBe('nothing: no member can speak for a majority; members have no pod, etcd-1, etcd-2: scale out again');
});

test('an agent that finds no word of how etcd was started takes it for one like any other', async () => {
  kubernetes.writeState(THREE);
  expect(keeperAgain(1).unreadiness).toBeUndefined();
});

test('what goes wrong is said, and tried again', async () => {
  kubernetes.writeState(THREE);
  rmSync(join(folder, 'storage'), { recursive: true });
  const keeper = keeperOf(1);
  await rounds(keeper, 2);
  expect(events()).toEqual([expect.stringMatching(/^failed: .*ENOENT/)]);
  mkdirSync(join(folder, 'storage'));
  await rounds(keeper, 1);
  expect(events()[1]).toBe('nothing: another member leads');
});
