import * as fc from 'fast-check';
import { CLUSTER_ID, idOf, placeAt } from './fake-etcd';
import { Member, Status } from '../../../src/etcd/agent/etcd-api';
import { StatefulSetView } from '../../../src/etcd/agent/kubernetes';
import { decideServe, How, keepsQuorum, nameOf, ServeFacts, unreadiness } from '../../../src/etcd/agent/serve-decision';
import { ClusterState } from '../../../src/etcd/agent/state';

const member = (ordinal: number, more: Partial<Member> = {}): Member =>
  ({ id: idOf(ordinal), name: `etcd-${ordinal}`, peerUrls: [`http://etcd-${ordinal}.etcd:2380`], clientUrls: ['http://x'], isLearner: false, ...more });
const members = (...ordinals: number[]) => ordinals.map(ordinal => member(ordinal));
const idsOf = (...ordinals: number[]) => new Set(ordinals.map(idOf));
const stateWith = (ordinals: number[], more: Partial<ClusterState> = {}): ClusterState =>
  ({ resourceVersion: '7', clusterId: CLUSTER_ID, members: new Map(ordinals.map(ordinal => [idOf(ordinal), `etcd-${ordinal}`])), tried: new Set(), ...more });
const statusOf = (ordinal: number, more: Partial<Status> = {}): Status => ({
  clusterId: CLUSTER_ID,
  memberId: idOf(ordinal),
  leader: idOf(0),
  isLearner: false,
  version: '3.6.14',
  revision: 7n,
  raftIndex: 7n,
  dbSize: 0,
  dbSizeInUse: 0,
  errors: [],
  ...more,
});
const setOf = (replicas: number, more: Partial<StatefulSetView> = {}): StatefulSetView =>
  ({ replicas, start: 0, currentReplicas: replicas, isSettled: true, isDeleted: false, ...more });

/** The member beside the leader of three, all of which are well. */
const WELL: ServeFacts = {
  place: placeAt(0),
  how: 'start',
  hasOldData: false,
  local: statusOf(0),
  view: { clusterId: CLUSTER_ID, members: members(0, 1, 2) },
  state: stateWith([0, 1, 2]),
  statefulSet: setOf(3),
  reachable: idsOf(0, 1, 2),
};
const decide = (changes: Partial<ServeFacts>) => decideServe({ ...WELL, ...changes });
const viewOf = (...list: Member[]) => ({ clusterId: CLUSTER_ID, members: list });

describe('beside a member that is well', () => {
  test.each<[string, Partial<ServeFacts>, string]>([
    ['the members are those of the StatefulSet', {}, 'the members are those of the StatefulSet'],
    ['another one leads', { local: statusOf(0, { leader: idOf(1) }) }, 'another member leads'],
    ['nobody leads', { local: statusOf(0, { leader: undefined }) }, 'another member leads'],
    ['nobody speaks for a majority', { view: undefined }, 'no member can speak for a majority'],
    ['nobody does, and nothing is known', { view: undefined, state: undefined, statefulSet: undefined }, 'no member can speak for a majority'],
    ['nobody does, since members were scaled in that could not leave', { view: undefined, statefulSet: setOf(1) },
      'no member can speak for a majority; members have no pod, etcd-1, etcd-2: scale out again'],
    ['it is no member', { view: viewOf(...members(1, 2)) }, 'this is no member of the cluster'],
    ['it runs as another member', { local: statusOf(0, { memberId: '99' }) }, 'the cluster has another member at this place than the one that runs here'],
    ['it runs in another cluster', { local: statusOf(0, { clusterId: '99' }) }, 'the cluster has another member at this place than the one that runs here'],
    ['etcd does not answer', { local: undefined }, 'etcd does not answer'],
    ['the API server does not answer', { state: undefined, statefulSet: undefined }, 'the state cannot be read'],
    ['the state is of another cluster', { state: stateWith([], { clusterId: '99' }) }, `the state is that of cluster 99, and this is ${CLUSTER_ID}`],
  ])('nothing happens when %s', (_, changes, reason) => expect(decide(changes)).toEqual({ do: 'nothing', reason }));
});

describe('a learner', () => {
  const learner = member(0, { isLearner: true });
  const view = viewOf(learner, ...members(1, 2));

  test('is promoted, whether it answers or not', () => {
    const promote = { do: 'promote', member: learner, reason: 'it is a learner' };
    expect(decide({ view, local: statusOf(0, { isLearner: true }) })).toEqual(promote);
    expect(decide({ view, local: undefined, state: undefined, statefulSet: undefined })).toEqual(promote);
  });

  test('is not promoted by the word of another cluster', () => {
    expect(decide({ view: { ...view, clusterId: '99' }, local: statusOf(0, { isLearner: true }) })).toMatchObject({ do: 'nothing' });
  });

  test('is left to itself by all others', () => {
    expect(decide({ view: viewOf(member(0), member(1), member(2, { isLearner: true })) })).toMatchObject({ do: 'nothing' });
  });
});

describe('data that was set aside', () => {
  test('is deleted when the member has a vote, also while the API server does not answer', () => {
    expect(decide({ hasOldData: true, state: undefined })).toEqual({ do: 'delete old data', reason: 'this member has a vote again' });
  });

  test('is kept until then', () => {
    expect(decide({ hasOldData: true, view: viewOf(member(0, { isLearner: true })) })).toMatchObject({ do: 'promote' });
    expect(decide({ hasOldData: true, local: undefined })).toMatchObject({ do: 'nothing' });
  });
});

describe('what is written down', () => {
  test('is the cluster, by any voter, as soon as it is formed: members that have not started too', () => {
    const view = viewOf(member(0), member(1), member(2, { name: '' }));
    expect(decide({ view, state: stateWith([], { clusterId: undefined }), local: statusOf(0, { leader: idOf(1) }) })).toEqual({
      do: 'record',
      reason: 'the cluster is formed',
      changes: { 'clusterId': CLUSTER_ID, 'member.100': 'etcd-0', 'member.101': 'etcd-1', 'member.102': 'etcd-2' },
    });
  });

  test('are the members as they are now, beside the leader', () => {
    const facts = { state: stateWith([0, 1, 5]) };
    expect(decide(facts)).toEqual({ do: 'record', reason: 'the members are others', changes: { 'member.105': null, 'member.102': 'etcd-2' } });
    expect(decide({ ...facts, local: statusOf(0, { leader: idOf(1) }) })).toEqual({ do: 'nothing', reason: 'another member leads' });
  });

  test('is the cluster of a snapshot in place of the one before, and that nobody is to go on alone', () => {
    const state = stateWith([5], { clusterId: '99', forceNewCluster: 'etcd-0' });
    expect(decide({ restoredFrom: 'a.db', state, local: statusOf(0, { leader: idOf(1) }) })).toEqual({
      do: 'adopt',
      reason: 'the data comes from a snapshot',
      changes: {
        'clusterId': CLUSTER_ID,
        'member.105': null,
        'member.100': 'etcd-0',
        'member.101': 'etcd-1',
        'member.102': 'etcd-2',
        'restoredFrom': 'a.db',
        'forceNewCluster': null,
      },
    });
  });

  test('is that a member went on alone, also if it was written down before', () => {
    expect(decide({ how: 'force', view: viewOf(member(0)), state: stateWith([0]) })).toEqual({
      do: 'adopt', reason: 'this member went on alone', changes: { clusterId: CLUSTER_ID },
    });
  });
});

describe('the word of people that a member is to go on alone', () => {
  const state = stateWith([0, 1, 2], { forceNewCluster: 'etcd-1' });

  test('is struck out where there is a majority: it would be taken the next time that all are stopped', () => {
    expect(decide({ state })).toEqual({
      do: 'record', reason: 'there is a majority: etcd-1 does not have to go on alone', changes: { forceNewCluster: null },
    });
  });

  test('is left to the one beside the leader', () => {
    expect(decide({ state, local: statusOf(0, { leader: idOf(1) }) })).toEqual({ do: 'nothing', reason: 'another member leads' });
  });
});

describe('a member beyond the replicas', () => {
  const grown: Partial<ServeFacts> = { view: viewOf(...members(0, 1, 2, 3, 4)), state: stateWith([0, 1, 2, 3, 4]) };

  test('is removed when it is gone: one at a time', () => {
    expect(decide(grown)).toEqual({ do: 'remove', member: member(3), reason: 'the StatefulSet has no pod etcd-3 any more' });
  });

  test('is left to itself as long as it answers', () => {
    expect(decide({ ...grown, reachable: idsOf(0, 1, 2, 3) })).toMatchObject({ do: 'remove', member: { name: 'etcd-4' } });
    expect(decide({ ...grown, reachable: idsOf(0, 1, 2, 3, 4) })).toEqual({ do: 'nothing', reason: 'etcd-3 has not stopped' });
  });

  test.each<[string, StatefulSetView | undefined, string]>([
    ['there is no StatefulSet, or the API server does not answer', undefined, 'there is no StatefulSet, or it cannot be read'],
    ['the StatefulSet is being deleted', setOf(3, { isDeleted: true }), 'there is no StatefulSet, or it cannot be read'],
    ['the StatefulSet is switched off', setOf(0), 'the StatefulSet is switched off'],
    ['the controller has not seen it', setOf(3, { isSettled: false }), 'the controller has not seen the StatefulSet'],
    ['there are still more pods', setOf(3, { currentReplicas: 4 }), 'pods are ending'],
    ['there are to be so many', setOf(5), 'the members are those of the StatefulSet'],
    ['there are to be more', setOf(7, { currentReplicas: 5 }), 'the members are those of the StatefulSet'],
  ])('is not removed when %s', (_, statefulSet, reason) => expect(decide({ ...grown, statefulSet })).toEqual({ do: 'nothing', reason }));

  test('is not removed when the others would have no quorum', () => {
    expect(decide({ ...grown, reachable: idsOf(0, 1) })).toEqual({ do: 'nothing', reason: 'without etcd-3 there would be no quorum' });
  });

  test('is not removed when it is a member from elsewhere', () => {
    const foreign = member(8, { peerUrls: ['http://10.1.2.3:2380'] });
    expect(decide({ view: viewOf(...members(0, 1, 2), foreign), state: stateWith([0, 1, 2, 8]) })).toMatchObject({ do: 'nothing' });
  });

  test('does not remove itself', () => {
    expect(decide({ view: viewOf(member(0)), state: stateWith([0]), statefulSet: setOf(3, { start: 1 }) })).toMatchObject({ do: 'nothing' });
  });
});

describe('whatever the facts are', () => {
  const ALL = [0, 1, 2, 3, 4, 5, 6];
  /** Mostly the first, so that what is rare comes together often enough. */
  const mostly = <T>(usual: T, ...others: T[]) =>
    fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
  const facts: fc.Arbitrary<ServeFacts> = fc.record({
    me: fc.integer({ min: 0, max: 2 }),
    inCluster: fc.subarray(ALL, { minLength: 3 }),
    learners: mostly([], [0], [1, 4], [3], ALL),
    down: fc.subarray([6, 5, 4, 3, 2, 1, 0], { maxLength: 4 }),
    leader: mostly<number | undefined>(undefined, ...ALL),
    answers: mostly(true, false),
    hasView: mostly(true, false),
    foreign: fc.boolean(),
    how: mostly<How>('start', 'bootstrap', 'join', 'force'),
    restoredFrom: mostly<string | undefined>(undefined, 'a.db'),
    hasOldData: mostly(false, true),
    recorded: mostly<number[] | 'as it is' | 'unknown'>('as it is', 'unknown', [], [0, 1, 2]),
    clusterId: mostly<string | undefined>(CLUSTER_ID, '99', undefined),
    forced: fc.boolean(),
    statefulSet: fc.option(fc.record({
      replicas: fc.integer({ min: 0, max: 7 }),
      start: mostly(0, 2),
      currentReplicas: fc.integer({ min: 0, max: 5 }),
      isSettled: mostly(true, false),
      isDeleted: mostly(false, true),
    }), { nil: undefined, freq: 8 }),
  }).map(({ me, inCluster, learners, down, leader, answers, hasView, foreign, recorded, clusterId, forced, statefulSet, ...rest }) => ({
    ...rest,
    place: placeAt(me),
    local: answers ? statusOf(me, { leader: idOf(leader ?? me), isLearner: learners.includes(me) }) : undefined,
    view: hasView ? viewOf(...inCluster.map(ordinal => member(ordinal, {
      isLearner: learners.includes(ordinal), ...foreign && ordinal === 6 && { peerUrls: ['http://elsewhere:2380'] },
    }))) : undefined,
    state: recorded === 'unknown' ? undefined
      : stateWith(recorded === 'as it is' ? inCluster : recorded, { clusterId, ...forced && { forceNewCluster: 'etcd-0' } }),
    statefulSet,
    reachable: idsOf(...ALL.filter(ordinal => !down.includes(ordinal))),
  }));
  const always = (check: (given: ServeFacts, action: ReturnType<typeof decideServe>) => void) =>
    fc.assert(fc.property(facts, given => check(given, decideServe(given))), { numRuns: 5000 });

  test('nobody is removed but one whose pod is gone by the word of a settled StatefulSet, and whose removal leaves a quorum', () => {
    let removals = 0;
    always(({ place, local, view, state, statefulSet, reachable }, action) => {
      if (action.do !== 'remove') {
        return;
      }
      removals += 1;
      const ordinal = place.ordinalOf(action.member.peerUrls)!;
      const { start, replicas, currentReplicas, isSettled, isDeleted } = statefulSet!;
      expect(ordinal < start || ordinal >= start + replicas).toBe(true);
      expect(replicas > 0 && currentReplicas <= replicas && isSettled && !isDeleted).toBe(true);
      expect(state!.clusterId).toBe(view!.clusterId);
      expect(local!.leader).toBe(local!.memberId);
      expect(action.member.id).not.toBe(local!.memberId);
      expect(reachable.has(action.member.id)).toBe(false);
      const rest = view!.members.filter(({ id, isLearner }) => !isLearner && id !== action.member.id);
      expect(rest.filter(({ id }) => reachable.has(id)).length).toBeGreaterThanOrEqual(Math.floor(rest.length / 2) + 1);
    });
    expect(removals).toBeGreaterThan(10);
  });

  test('nobody is promoted but this member, and only if it is a learner', () => {
    always(({ place }, action) => {
      if (action.do === 'promote') {
        expect([action.member.name, action.member.isLearner]).toEqual([place.podName, true]);
      }
    });
  });

  test('nothing is written but by a member with a vote, to a state that was read, and no member is struck out', () => {
    always(({ local, view, state }, action) => {
      if (action.do === 'record' || action.do === 'adopt') {
        expect([local!.isLearner, state === undefined]).toEqual([false, false]);
        const struckOut = Object.entries(action.changes).filter(([, value]) => value === null).map(([key]) => key.replace('member.', ''));
        expect(view!.members.map(({ id }) => id).filter(id => struckOut.includes(id))).toEqual([]);
      }
    });
  });

  test('data is deleted and the past forgotten only by a member with a vote in a cluster that has a majority', () => {
    always(({ local, view }, action) => {
      if (action.do === 'delete old data' || action.do === 'adopt') {
        expect(view!.members.find(({ id }) => id === local!.memberId)).toMatchObject({ isLearner: false });
      }
    });
  });

  test('it comes to an end, and then all members that are gone are removed or could not be', () => {
    always(given => {
      let { how, restoredFrom, hasOldData, view, state, local } = given;
      for (let step = 0; step < 20; step++) {
        const action = decideServe({ ...given, how, restoredFrom, hasOldData, view, state, local });
        const others = action.do === 'remove' || action.do === 'promote' ? view!.members.filter(({ id }) => id !== action.member.id) : [];
        switch (action.do) {
          case 'nothing': return;
          case 'delete old data': hasOldData = false; break;
          case 'promote': {
            view = viewOf(...others, { ...action.member, isLearner: false });
            local = local && { ...local, isLearner: false };
            break;
          }
          case 'remove': view = viewOf(...others); break;
          default:
            state = stateWith([], { members: new Map(view!.members.map(({ id, name }) => [id, name])) });
            restoredFrom = undefined;
            how = 'start';
        }
      }
      throw new Error('it goes on and on');
    });
  });
});

describe('a quorum', () => {
  const subsetsOf = <T>(items: readonly T[]): T[][] =>
    items.reduce<T[][]>((subsets, item) => [...subsets, ...subsets.map(subset => [...subset, item])], [[]]);

  test('is a majority of the voters that are left and answer, for all clusters of up to seven', () => {
    for (let voters = 1; voters <= 7; voters++) {
      const all = members(...Array.from({ length: voters }, (_, ordinal) => ordinal));
      for (const answering of subsetsOf(all)) {
        const others = answering.filter(({ id }) => id !== idOf(0)).length;
        expect(keepsQuorum(all, all[0], new Set(answering.map(({ id }) => id)))).toBe(others >= Math.floor((voters - 1) / 2) + 1);
      }
    }
  });

  test('does not count learners', () => {
    const list = [...members(0, 1), member(2, { isLearner: true })];
    expect(keepsQuorum(list, list[1], idsOf(0))).toBe(true);
    expect(keepsQuorum(list, list[1], idsOf(2))).toBe(false);
  });
});

describe('a member that has no name yet', () => {
  test('is called as its pod', () => expect(nameOf(placeAt(0), member(3, { name: '' }))).toBe('etcd-3'));
  test('has none from elsewhere', () => expect(nameOf(placeAt(0), member(3, { name: '', peerUrls: ['http://elsewhere'] }))).toBe(''));
});

describe('clients', () => {
  const learner = 'this member is a learner';
  const unwritten = 'that the cluster was formed is not written down yet';
  test.each<[How, boolean | undefined, boolean, string | undefined]>([
    ['start', undefined, false, undefined],
    ['start', true, false, undefined],
    ['start', false, false, learner],
    ['start', false, true, learner],
    ['join', undefined, false, learner],
    ['join', false, false, learner],
    ['join', true, false, undefined],
    ['bootstrap', undefined, false, unwritten],
    ['bootstrap', true, false, unwritten],
    ['bootstrap', true, true, undefined],
    ['force', undefined, false, undefined],
    ['force', true, true, undefined],
  ])('may come to one that was started by %s, with a vote: %s, written down: %s: unless %s', (how, isVoter, isRecorded, reason) => {
    expect(unreadiness(how, isVoter, isRecorded)).toBe(reason);
  });
});
