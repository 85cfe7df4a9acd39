import * as fc from 'fast-check';
import { idOf, placeAt } from './fake-etcd';
import { Member } from '../../../src/etcd/agent/etcd-api';
import { StatefulSetView } from '../../../src/etcd/agent/kubernetes';
import { decideLeave, LEAVE_MS, LeaveFacts } from '../../../src/etcd/agent/leave-decision';

const member = (ordinal: number, isLearner = false): Member =>
  ({ id: idOf(ordinal), name: `etcd-${ordinal}`, peerUrls: [`http://etcd-${ordinal}.etcd:2380`], clientUrls: ['http://x'], isLearner });
const members = (...ordinals: number[]) => ordinals.map(ordinal => member(ordinal));
const idsOf = (...ordinals: number[]) => new Set(ordinals.map(idOf));
const setOf = (replicas: number, more: Partial<StatefulSetView> = {}): StatefulSetView =>
  ({ replicas, start: 0, currentReplicas: replicas, isSettled: true, isDeleted: false, ...more });

/** The last of five, when there are to be three. */
const LEAVING: LeaveFacts = {
  place: placeAt(4),
  statefulSet: setOf(3),
  view: { members: members(0, 1, 2, 3, 4) },
  leader: idOf(0),
  reachable: idsOf(0, 1, 2, 3, 4),
  elapsed: 0,
  handOvers: 0,
};
const decide = (changes: Partial<LeaveFacts>) => decideLeave({ ...LEAVING, ...changes });
const remove = (ordinal: number, isLearner = false) =>
  ({ do: 'remove', member: member(ordinal, isLearner), reason: `the StatefulSet has no pod etcd-${ordinal} any more` });

describe('a stop is not a leave', () => {
  test.each<[string, StatefulSetView | undefined, string]>([
    ['of a restart', setOf(5), 'the StatefulSet keeps this pod'],
    ['when more pods are asked for', setOf(7), 'the StatefulSet keeps this pod'],
    ['when all are switched off', setOf(0), 'the StatefulSet is switched off'],
    ['when the StatefulSet is being deleted', setOf(3, { isDeleted: true }), 'there is no StatefulSet, or it cannot be read'],
    ['when the StatefulSet is gone, or the API server does not answer', undefined, 'there is no StatefulSet, or it cannot be read'],
  ])('%s: it stops at once', (_, statefulSet, reason) => {
    expect(decide({ statefulSet })).toEqual({ do: 'stop', reason });
    expect(decide({ statefulSet, view: undefined, reachable: new Set() })).toEqual({ do: 'stop', reason });
  });
});

describe('a member that the StatefulSet has no pod for', () => {
  test('is removed', () => expect(decide({})).toEqual(remove(4)));
  test('is removed also as a learner, which leaves the quorum as it is', () => {
    expect(decide({ view: { members: [...members(0, 1), member(4, true)] }, reachable: new Set() })).toEqual(remove(4, true));
  });
  test('waits for a majority', () => {
    expect(decide({ view: undefined })).toEqual({ do: 'wait', reason: 'no other member can speak for a majority' });
  });
  test('waits until the others have a quorum without it', () => {
    expect(decide({ reachable: idsOf(0, 1, 4) })).toEqual({ do: 'wait', reason: 'the others would have no quorum' });
  });
  test('stops when it is no member any more', () => {
    expect(decide({ view: { members: members(0, 1, 2, 3) } })).toEqual({ do: 'stop', reason: 'this is no member any more' });
  });
  test('stops when its time is over', () => {
    expect(decide({ elapsed: LEAVE_MS })).toEqual({ do: 'stop', reason: 'there is no more time to leave' });
    expect(decide({ elapsed: LEAVE_MS - 1 })).toEqual(remove(4));
  });
});

describe('of several that leave', () => {
  const third = { place: placeAt(3) };
  test('the last goes first', () => expect(decide(third)).toEqual({ do: 'wait', reason: 'etcd-4 leaves first' }));
  test('those that are gone are not waited for', () => expect(decide({ ...third, reachable: idsOf(0, 1, 2, 3) })).toEqual(remove(3)));
  test('none waits for ever, and they do not lose patience all at once', () => {
    const first = { place: placeAt(2), statefulSet: setOf(2) };
    expect(decide({ ...third, elapsed: 26_999 })).toMatchObject({ do: 'wait' });
    expect(decide({ ...third, elapsed: 27_000 })).toEqual(remove(3));
    expect(decide({ ...first, elapsed: 29_999 })).toMatchObject({ do: 'wait' });
    expect(decide({ ...first, elapsed: 30_000 })).toEqual(remove(2));
  });
});

describe('the leader', () => {
  const leads = { leader: idOf(4) };
  test('hands over first, to one that stays', () => {
    expect(decide(leads)).toEqual({ do: 'hand over', to: member(0), reason: 'this member leads' });
    expect(decide({ ...leads, reachable: idsOf(1, 2, 3, 4) })).toMatchObject({ do: 'hand over', to: member(1) });
  });
  test('hands over to one that leaves later, if nobody else answers', () => {
    const view = { members: members(2, 3, 4) };
    expect(decide({ ...leads, view, statefulSet: setOf(2), elapsed: 40_000 })).toMatchObject({ do: 'hand over', to: member(2) });
  });
  test('does not hand over to a learner', () => {
    const view = { members: [member(0, true), member(1), member(4)] };
    expect(decide({ ...leads, view })).toMatchObject({ do: 'hand over', to: member(1) });
  });
  test('leaves all the same when it does not get rid of the lead', () => {
    expect(decide({ ...leads, handOvers: 2 })).toMatchObject({ do: 'hand over' });
    expect(decide({ ...leads, handOvers: 3 })).toEqual(remove(4));
  });
});

describe('whatever the facts are', () => {
  const facts: fc.Arbitrary<LeaveFacts> = fc.record({
    me: fc.integer({ min: 0, max: 6 }),
    inCluster: fc.subarray([0, 1, 2, 3, 4, 5, 6]),
    learners: fc.subarray([0, 1, 2, 3, 4, 5, 6]),
    answering: fc.subarray([0, 1, 2, 3, 4, 5, 6]),
    leader: fc.integer({ min: 0, max: 6 }),
    hasView: fc.boolean(),
    elapsed: fc.integer({ min: 0, max: 60_000 }),
    handOvers: fc.integer({ min: 0, max: 4 }),
    statefulSet: fc.option(fc.record({
      replicas: fc.integer({ min: 0, max: 7 }),
      start: fc.constantFrom(0, 0, 2),
      currentReplicas: fc.integer({ min: 0, max: 7 }),
      isSettled: fc.boolean(),
      isDeleted: fc.boolean(),
    }), { nil: undefined }),
  }).map(({ me, inCluster, learners, answering, leader, hasView, ...rest }) => ({
    ...rest,
    place: placeAt(me),
    view: hasView ? { members: inCluster.map(ordinal => member(ordinal, learners.includes(ordinal))) } : undefined,
    leader: idOf(leader),
    reachable: idsOf(...answering),
  }));
  const always = (check: (given: LeaveFacts, action: ReturnType<typeof decideLeave>) => void) =>
    fc.assert(fc.property(facts, given => check(given, decideLeave(given))), { numRuns: 5000 });
  const keeps = ({ place: { ordinal }, statefulSet }: LeaveFacts) => statefulSet === undefined || statefulSet.isDeleted || statefulSet.replicas === 0
    || (ordinal >= statefulSet.start && ordinal < statefulSet.start + statefulSet.replicas);

  test('it stops at once unless the StatefulSet says that there is to be no such pod', () => {
    always((given, action) => {
      if (keeps(given)) {
        expect(action.do).toBe('stop');
      }
    });
  });

  test('it removes itself and nobody else, the rest has a quorum, and a leader has tried to hand over', () => {
    let removals = 0;
    always((given, action) => {
      if (action.do !== 'remove') {
        return;
      }
      removals += 1;
      const { place, view, reachable, leader, handOvers } = given;
      expect(keeps(given)).toBe(false);
      expect(action.member.name).toBe(place.podName);
      const rest = view!.members.filter(({ id, isLearner }) => !isLearner && id !== action.member.id);
      const answering = rest.filter(({ id }) => reachable.has(id)).length;
      expect(action.member.isLearner || answering >= Math.floor(rest.length / 2) + 1).toBe(true);
      expect(leader !== action.member.id || handOvers === 3 || handOvers === 4 || answering === 0).toBe(true);
    });
    expect(removals).toBeGreaterThan(10);
  });

  test('it hands over only what it has, and to a voter that answers', () => {
    always(({ leader, place, reachable }, action) => {
      if (action.do === 'hand over') {
        expect(leader).toBe(idOf(place.ordinal));
        expect([action.to.isLearner, reachable.has(action.to.id), action.to.id === leader]).toEqual([false, true, false]);
      }
    });
  });

  test('it is over in time', () => {
    always((given) => expect(decideLeave({ ...given, elapsed: LEAVE_MS }).do).toBe('stop'));
  });
});

describe('all that leave at once', () => {
  test('leave one at a time, and the cluster that is left is the one that was asked for', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6 }), (before, after, lead) => {
      fc.pre(after < before && lead < before);
      let present = Array.from({ length: before }, (_, ordinal) => ordinal);
      let leader = lead;
      const tries = new Map<number, number>();
      for (let elapsed = 0; present.length > after; elapsed += 500) {
        expect(elapsed).toBeLessThan(LEAVE_MS);
        const actions = present.filter(ordinal => ordinal >= after).map(ordinal => decideLeave({
          place: placeAt(ordinal),
          statefulSet: setOf(after),
          view: { members: members(...present) },
          leader: idOf(leader),
          reachable: idsOf(...present),
          elapsed,
          handOvers: tries.get(ordinal) ?? 0,
        }));
        const changes = actions.filter(action => action.do !== 'wait');
        expect(changes).toHaveLength(1);
        const [change] = changes;
        if (change.do === 'hand over') {
          tries.set(leader, (tries.get(leader) ?? 0) + 1);
          leader = Number(change.to.id) - 100;
          expect(leader).toBeLessThan(after);
        } else if (change.do === 'remove') {
          expect(change.member.id).not.toBe(idOf(leader));
          present = present.filter(ordinal => idOf(ordinal) !== change.member.id);
        }
      }
      expect(present).toEqual(Array.from({ length: after }, (_, ordinal) => ordinal));
    }));
  });
});
