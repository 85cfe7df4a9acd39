import * as fc from 'fast-check';
import { idOf, placeAt } from './fake-etcd';
import { Member } from '../../../src/etcd/agent/etcd-api';
import { decideJoin, JoinAction, JoinFacts } from '../../../src/etcd/agent/join-decision';
import { StatefulSetView } from '../../../src/etcd/agent/kubernetes';
import { ClusterState } from '../../../src/etcd/agent/state';

const ID = '4711';
const OTHER = '99';
const FIRST = [0, 1, 2].map(ordinal => `etcd-${ordinal}=http://etcd-${ordinal}.etcd:2380`).join(',');
const AGREED = `${FIRST},etcd-4=http://etcd-4.etcd:2380`;

const member = (ordinal: number, more: Partial<Member> = {}): Member =>
  ({ id: idOf(ordinal), name: `etcd-${ordinal}`, peerUrls: [`http://etcd-${ordinal}.etcd:2380`], clientUrls: ['http://x'], isLearner: false, ...more });
const clusterOf = (...members: Member[]) => ({ clusterId: ID, members });
const stateWith = (more: Partial<ClusterState> = {}): ClusterState => ({ resourceVersion: '7', members: new Map(), tried: new Set(), ...more });
const setOf = (replicas: number, start = 0): StatefulSetView => ({ replicas, start, currentReplicas: replicas, isSettled: true, isDeleted: false });
const dataOf = (ordinal: number, clusterId = ID) => ({ memberId: idOf(ordinal), clusterId });

/** The pod etcd-1 of three, in a cluster that was formed; its disk is empty, and nobody answers. */
const NOTHING: JoinFacts = {
  me: placeAt(1),
  isRestored: false,
  state: stateWith({ clusterId: ID, firstMembers: FIRST, members: new Map([0, 1, 2].map(ordinal => [idOf(ordinal), `etcd-${ordinal}`])) }),
  statefulSet: setOf(3),
  firstMembers: FIRST,
};
const decide = (changes: Partial<JoinFacts>) => decideJoin({ ...NOTHING, ...changes });
const WITH_ME = clusterOf(member(0), member(1), member(2));
const WITHOUT_ME = clusterOf(member(0), member(2));
const formed = (more: Partial<ClusterState>) => ({ state: { ...NOTHING.state!, ...more } });

describe('with data, while the others answer', () => {
  test.each<[string, Partial<JoinFacts>, JoinAction]>([
    ['a member starts', { cluster: WITH_ME }, { do: 'start', reason: 'it is a member' }],
    ['a member starts while the API server does not answer', { cluster: WITH_ME, state: undefined, statefulSet: undefined }, { do: 'start', reason: 'it is a member' }],
    ['a member starts although people said that another goes on alone', { cluster: WITH_ME, ...formed({ forceNewCluster: 'etcd-0' }) }, { do: 'start', reason: 'it is a member' }],
    ['data of a removed member is set aside', { cluster: WITHOUT_ME }, { do: 'set aside', data: dataOf(1), reason: 'the member 101 was removed' }],
    [
      'data of another cluster is set aside if this is known to be the right one', { data: dataOf(1, OTHER), cluster: WITH_ME },
      { do: 'set aside', data: dataOf(1, OTHER), reason: 'the data is of cluster 99, and the members are of 4711, which is the right one' },
    ],
    [
      'data of another cluster is left alone if that may be the right one', { data: dataOf(1, OTHER), cluster: WITH_ME, ...formed({ clusterId: OTHER }) },
      { do: 'wait', reason: 'the data is of cluster 99, and the members that answer are of 4711: which is the right one is not written down' },
    ],
    [
      'data of another cluster is left alone while the API server does not answer', { data: dataOf(1, OTHER), cluster: WITH_ME, state: undefined },
      { do: 'wait', reason: 'the data is of cluster 99, and the members that answer are of 4711: which is the right one is not written down' },
    ],
    ['data of a snapshot is used', { data: dataOf(1, OTHER), isRestored: true, cluster: WITH_ME }, { do: 'start', reason: 'the data comes from a snapshot' }],
  ])('%s', (_, changes, action) => expect(decide({ data: dataOf(1), ...changes })).toEqual(action));
});

describe('with data, while nobody answers', () => {
  test.each<[string, Partial<JoinFacts>, JoinAction]>([
    ['a member is the first to start', {}, { do: 'start', reason: 'there is data, and nobody says that it was removed' }],
    ['a member starts before the cluster was ever written down', { state: stateWith() }, { do: 'start', reason: 'there is data, and nobody says that it was removed' }],
    ['a member starts if no members are written down', formed({ members: new Map() }), { do: 'start', reason: 'there is data, and nobody says that it was removed' }],
    ['a member starts without the API server', { state: undefined }, { do: 'start', reason: 'there is data, and the API server does not answer' }],
    ['one that was removed does not', { data: dataOf(4) }, { do: 'wait', reason: expect.stringMatching(/^the member 104 was removed: .*restore\.md$/) }],
    ['one of another cluster does not', { data: dataOf(1, OTHER) }, { do: 'wait', reason: expect.stringMatching(/^the data is of cluster 99, and the cluster is 4711: .*restore\.md$/) }],
    ['data of a snapshot is used', { data: dataOf(1, OTHER), isRestored: true }, { do: 'start', reason: 'the data comes from a snapshot' }],
    ['it goes on alone if people said so', formed({ forceNewCluster: 'etcd-1' }), { do: 'force', reason: 'people said that it goes on alone' }],
    ['it waits for whom people said to go on alone', formed({ forceNewCluster: 'etcd-0' }), { do: 'wait', reason: 'people said that etcd-0 goes on alone: it adds the others' }],
  ])('%s', (_, changes, action) => expect(decide({ data: dataOf(1), ...changes })).toEqual(action));
});

describe('without data, while the others answer', () => {
  const awaited = clusterOf(member(0), member(1, { clientUrls: [] }), member(2));
  const lost = (it: Partial<Member> = {}): JoinAction =>
    ({ do: 'remove', member: member(1, it), reason: 'the member 101 has no data: it may have promised what it does not know any more' });
  test.each<[string, Partial<JoinFacts>, JoinAction]>([
    ['it is added', { cluster: WITHOUT_ME }, { do: 'add', reason: 'it is no member' }],
    ['it is added before the cluster is written down', { cluster: WITHOUT_ME, state: stateWith() }, { do: 'add', reason: 'it is no member' }],
    ['it waits for the API server', { cluster: WITHOUT_ME, state: undefined, statefulSet: undefined }, { do: 'wait', reason: expect.stringContaining('the API server does not say what is known') }],
    ['it waits for the StatefulSet', { cluster: WITHOUT_ME, statefulSet: undefined }, { do: 'wait', reason: expect.stringContaining('does not say how many members') }],
    ['it waits if there is to be no such pod', { cluster: WITHOUT_ME, statefulSet: setOf(1) }, { do: 'wait', reason: 'the StatefulSet has no pod of the ordinal 1' }],
    ['it waits if the pods begin later', { cluster: WITHOUT_ME, statefulSet: setOf(3, 2) }, { do: 'wait', reason: 'the StatefulSet has no pod of the ordinal 1' }],
    [
      'it waits while another joins', { cluster: clusterOf(member(0), member(2, { isLearner: true })) },
      { do: 'wait', reason: 'etcd-2 is joining: one does at a time' },
    ],
    [
      'it waits while another joins that has no name yet', { cluster: clusterOf(member(0), member(2, { name: '', isLearner: true })) },
      { do: 'wait', reason: 'the member 102 is joining: one does at a time' },
    ],
    [
      'it waits if another cluster answers', { cluster: WITHOUT_ME, ...formed({ clusterId: OTHER }) },
      { do: 'wait', reason: 'the members that answer are of cluster 4711, and the cluster is 99: which is the right one people must say' },
    ],
    ['a member that lost its disk is removed', { cluster: WITH_ME }, lost()],
    ['a member that was added and never started is removed', { cluster: clusterOf(member(0), member(1, { name: '', clientUrls: [], isLearner: true })) }, lost({ name: '', clientUrls: [], isLearner: true })],
    ['a member that was added by hand and never started is removed', { cluster: clusterOf(member(0), member(1, { name: '', clientUrls: [] })) }, lost({ name: '', clientUrls: [] })],
    ['a member that was added and never started is removed, whatever it is called', { cluster: clusterOf(member(0), member(1, { clientUrls: [], isLearner: true })) }, lost({ clientUrls: [], isLearner: true })],
    [
      'one of the first members is late', { cluster: awaited },
      { do: 'bootstrap', firstMembers: FIRST, reason: 'the others have formed the cluster with it, and it has never started' },
    ],
    ['one of the first members that has begun before is removed', { cluster: awaited, ...formed({ tried: new Set(['etcd-1']) }) }, lost({ clientUrls: [] })],
    ['one that is not known to be of the first members is removed', { cluster: awaited, ...formed({ firstMembers: undefined }) }, lost({ clientUrls: [] })],
    ['one that is none of the first members is removed', { cluster: awaited, ...formed({ firstMembers: 'etcd-0=http://etcd-0.etcd:2380' }) }, lost({ clientUrls: [] })],
  ])('%s', (_, changes, action) => expect(decide(changes)).toEqual(action));
});

describe('without data, while nobody answers', () => {
  test.each<[string, Partial<JoinFacts>, JoinAction]>([
    ['it waits if the cluster was formed', {}, { do: 'wait', reason: expect.stringMatching(/^the cluster was formed before, and the disk is empty: .*restore\.md$/) }],
    ['it waits, and says who is to come back first, if members have no pod', { statefulSet: setOf(2) }, {
      do: 'wait',
      reason: 'the cluster was formed before, and the disk is empty: it needs a majority of the others; '
        + 'members have no pod, etcd-2: scale out again',
    }],
    ['it waits if the cluster was formed, whatever people said', formed({ forceNewCluster: 'etcd-1' }), { do: 'wait', reason: expect.stringContaining('was formed before') }],
    ['it waits for the API server', { state: undefined }, { do: 'wait', reason: expect.stringContaining('does not say whether the cluster was formed') }],
    ['the first members agree', { state: stateWith() }, { do: 'agree', firstMembers: FIRST, reason: 'nobody has written down who forms the cluster' }],
    ['the first members form the cluster', { state: stateWith({ firstMembers: FIRST }) }, { do: 'bootstrap', firstMembers: FIRST, reason: 'the cluster was never formed' }],
    [
      'the first members do what was agreed, not what they were told', { me: placeAt(4), state: stateWith({ firstMembers: AGREED }) },
      { do: 'bootstrap', firstMembers: AGREED, reason: 'the cluster was never formed' },
    ],
    [
      'a first member that was interrupted begins again', { state: stateWith({ firstMembers: FIRST, tried: new Set(['etcd-1']) }) },
      { do: 'bootstrap', firstMembers: FIRST, reason: 'the cluster was never formed' },
    ],
    ['others wait', { me: placeAt(3), state: stateWith() }, { do: 'wait', reason: 'the cluster is formed by etcd-0, etcd-1, etcd-2' }],
    ['others wait, whatever they were told', { me: placeAt(3), firstMembers: 'etcd-3=x', state: stateWith({ firstMembers: FIRST }) }, { do: 'wait', reason: 'the cluster is formed by etcd-0, etcd-1, etcd-2' }],
  ])('%s', (_, changes, action) => expect(decide(changes)).toEqual(action));
});

test('there are at most seven members', () => {
  expect(decide({ me: placeAt(7), data: dataOf(7) })).toEqual({
    do: 'wait', reason: 'a cluster has at most 7 members, those of the ordinals below 7: scale the StatefulSet in',
  });
});

test('data that cannot be read is left alone', () => {
  expect(decide({ data: 'it is text', cluster: WITH_ME })).toEqual({
    do: 'wait', reason: 'the data on the disk is kept, and cannot be used: it is text; restore it, or delete it if the other members have a majority',
  });
});

/** The action, if it is not safe: what must hold whatever the facts are. */
function unsafe(facts: JoinFacts): JoinAction | undefined {
  const { me, data, isRestored, cluster, state, statefulSet } = facts;
  const action = decideJoin(facts);
  const mine = cluster?.members.find(({ peerUrls }) => me.ordinalOf(peerUrls) === me.ordinal);
  const isOf = (list: string | undefined) => list?.split(',').some(entry => entry.startsWith(`${me.podName}=`)) ?? false;
  const isWithin = statefulSet !== undefined && me.ordinal >= statefulSet.start && me.ordinal < statefulSet.start + statefulSet.replicas;
  const identity = typeof data === 'object' ? data : undefined;
  const isMember = identity?.clusterId === cluster?.clusterId && (cluster?.members.some(({ id }) => id === identity?.memberId) ?? false);
  const allowed: Record<JoinAction['do'], boolean> = {
    'wait': !isMember || me.ordinal > 6,
    'start': identity !== undefined && (cluster === undefined || isRestored || isMember)
      && (isRestored || cluster !== undefined || state?.clusterId === undefined
        || (state.clusterId === identity.clusterId && (state.members.size === 0 || state.members.has(identity.memberId)))),
    'force': identity !== undefined && cluster === undefined && !isRestored && state?.forceNewCluster === me.podName,
    'set aside': identity !== undefined && cluster !== undefined && !isRestored && !isMember
      && (identity.clusterId === cluster.clusterId || state?.clusterId === cluster.clusterId),
    'bootstrap': data === undefined && state !== undefined && isOf(state.firstMembers) && (cluster === undefined
      ? state.clusterId === undefined
      : isWithin && !state.tried.has(me.podName) && mine?.name === me.podName && mine.clientUrls.length === 0 && !mine.isLearner),
    'agree': data === undefined && cluster === undefined && state !== undefined && state.clusterId === undefined && state.firstMembers === undefined
      && isOf(facts.firstMembers),
    'add': data === undefined && cluster !== undefined && state !== undefined && isWithin && mine === undefined
      && cluster.members.every(({ isLearner }) => !isLearner) && (state.clusterId ?? cluster.clusterId) === cluster.clusterId,
    'remove': data === undefined && cluster !== undefined && state !== undefined && isWithin && mine !== undefined
      && 'member' in action && action.member === mine,
  };
  const isAgreed = !('firstMembers' in action) || action.firstMembers === (state!.firstMembers ?? facts.firstMembers);
  return allowed[action.do] && isAgreed && action.reason !== '' ? undefined : action;
}

const NAMELESS = { name: '', clientUrls: [], isLearner: true };
const CLUSTERS = [
  undefined, WITH_ME, WITHOUT_ME, { ...WITH_ME, clusterId: OTHER }, { ...WITHOUT_ME, clusterId: OTHER },
  clusterOf(member(0), member(1, { clientUrls: [] }), member(2)),
  clusterOf(member(0), member(1, NAMELESS)), clusterOf(member(0), member(2, NAMELESS)),
  clusterOf(member(0), member(1, { ...NAMELESS, isLearner: false })),
];
const STATES = [undefined, undefined, ID, OTHER].flatMap((clusterId, i) => i === 0 ? [undefined]
  : [undefined, FIRST, 'etcd-0=x'].flatMap(firstMembers => [[], ['etcd-1']].flatMap(tried => [[], [1], [0, 2]].flatMap(members =>
    [undefined, 'etcd-1', 'etcd-0'].map(forceNewCluster => stateWith({
      clusterId, firstMembers, forceNewCluster, tried: new Set(tried), members: new Map(members.map(ordinal => [idOf(ordinal), `etcd-${ordinal}`])),
    }))))));

test('is safe for all combinations of facts', () => {
  const found: object[] = [];
  let count = 0;
  for (const me of [1, 3, 7].map(ordinal => placeAt(ordinal))) {
    for (const data of [undefined, 'it is text', dataOf(1), dataOf(4), dataOf(1, OTHER)]) {
      for (const isRestored of [false, true]) {
        for (const cluster of CLUSTERS) {
          for (const state of STATES) {
            for (const statefulSet of [undefined, setOf(3), setOf(1), setOf(3, 2)]) {
              const facts = { me, data, isRestored, cluster, state, statefulSet, firstMembers: FIRST };
              const action = unsafe(facts);
              if (action !== undefined) {
                found.push({ action, facts });
              }
              count++;
            }
          }
        }
      }
    }
  }
  expect(found.slice(0, 3)).toEqual([]);
  expect(count).toBe(3 * 5 * 2 * CLUSTERS.length * STATES.length * 4);
});

describe('for any facts', () => {
  const ordinal = fc.nat(8);
  const ordinals = fc.uniqueArray(ordinal, { maxLength: 8 });
  const clusterId = fc.constantFrom(ID, OTHER);
  const someMember = fc.record({ at: ordinal, named: fc.boolean(), started: fc.boolean(), isLearner: fc.boolean(), id: fc.nat(9) })
    .map(({ at, named, started, isLearner, id }) => member(at, { id: idOf(id), name: named ? `etcd-${at}` : '', clientUrls: started ? ['x'] : [], isLearner }));
  const list = ordinals.filter(({ length }) => length > 0).map(of => of.map(at => `etcd-${at}=http://etcd-${at}.etcd:2380`).join(','));
  const name = ordinal.map(at => `etcd-${at}`);
  const facts: fc.Arbitrary<JoinFacts> = fc.record({
    me: ordinal.map(at => placeAt(at)),
    data: fc.option(fc.oneof(fc.constant('it is text'), fc.record({ memberId: ordinal.map(idOf), clusterId })), { nil: undefined }),
    isRestored: fc.boolean(),
    cluster: fc.option(fc.record({ clusterId, members: fc.array(someMember, { maxLength: 8 }) }), { nil: undefined }),
    state: fc.option(fc.record({
      clusterId: fc.option(clusterId, { nil: undefined }),
      firstMembers: fc.option(list, { nil: undefined }),
      forceNewCluster: fc.option(name, { nil: undefined }),
      members: ordinals.map(of => new Map(of.map(at => [idOf(at), `etcd-${at}`]))),
      tried: fc.array(name).map(names => new Set(names)),
    }).map(stateWith), { nil: undefined }),
    statefulSet: fc.option(fc.tuple(fc.nat(8), fc.nat(3)).map(([replicas, start]) => setOf(replicas, start)), { nil: undefined }),
    firstMembers: list,
  });

  test('it is safe', () => fc.assert(fc.property(facts, some => expect(unsafe(some)).toBeUndefined()), { numRuns: 5000 }));

  test('the same facts lead to the same action', () => fc.assert(fc.property(facts, some => {
    expect(decideJoin(some)).toEqual(decideJoin(some));
  })));
});
