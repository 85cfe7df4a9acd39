import { ClusterView } from './cluster-view';
import { Member } from './etcd-api';
import { isBeyond, objectionToLeaving, StatefulSetView } from './kubernetes';
import { Place } from './place';
import { isMemberBeyond, keepsQuorum, memberAt, nameOf } from './serve-decision';

/** All that the next step of leaving depends on. */
export interface LeaveFacts {
  readonly place: Place;
  /** Undefined if there is none, or the API server does not answer. */
  readonly statefulSet?: StatefulSetView;
  /** What the majority says, through another member. */
  readonly view?: Pick<ClusterView, 'members'>;
  /** The id of the leader, if this member knows it. */
  readonly leader?: string;
  /** The ids of the members that answer. */
  readonly reachable: ReadonlySet<string>;
  /** How long this has been going on, in milliseconds. */
  readonly elapsed: number;
  /** How often the lead was to be handed over. */
  readonly handOvers: number;
}

export type LeaveAction =
  /** The container may stop. */
  | { readonly do: 'stop'; readonly reason: string }
  | { readonly do: 'wait'; readonly reason: string }
  | { readonly do: 'hand over'; readonly to: Member; readonly reason: string }
  | { readonly do: 'remove'; readonly member: Member; readonly reason: string };

/** The pod has a minute to end, and etcd needs a moment of it. */
export const LEAVE_MS = 45_000;

/** How long the last of those that leave waits for the others; each one before it, some seconds more. */
const TURN_MS = 24_000;
const NEXT_TURN_MS = 3000;

const MOST_HAND_OVERS = 3;

/**
 * What a member does before it stops. A stop is not a leave: unless the StatefulSet says that there is to be no such pod, it stops at once.
 */
export function decideLeave({ place, statefulSet, view, leader, reachable, elapsed, handOvers }: LeaveFacts): LeaveAction {
  const objection = objectionToLeaving(statefulSet) ?? (isBeyond(statefulSet!, place.ordinal) ? undefined : 'the StatefulSet keeps this pod');
  if (objection !== undefined) {
    return { do: 'stop', reason: objection };
  }
  if (elapsed >= LEAVE_MS) {
    return { do: 'stop', reason: 'there is no more time to leave' };
  }
  if (view === undefined) {
    return { do: 'wait', reason: 'no other member can speak for a majority' };
  }
  const { members } = view;
  const me = memberAt(place, members, place.ordinal);
  if (me === undefined) {
    return { do: 'stop', reason: 'this is no member any more' };
  }
  const before = members.filter(member => reachable.has(member.id) && isMemberBeyond(place, statefulSet!, member)
    && place.ordinalOf(member.peerUrls)! > place.ordinal);
  if (before.length > 0 && elapsed < TURN_MS + NEXT_TURN_MS * before.length) {
    return { do: 'wait', reason: `${nameOf(place, before[0])} leaves first` };
  }
  if (!me.isLearner && !keepsQuorum(members, me, reachable)) {
    return { do: 'wait', reason: 'the others would have no quorum' };
  }
  const others = members.filter(({ id }) => id !== me.id && reachable.has(id));
  const to = leader === me.id && handOvers < MOST_HAND_OVERS ? heirOf(place, statefulSet!, others) : undefined;
  return to === undefined
    ? { do: 'remove', member: me, reason: `the StatefulSet has no pod ${place.podName} any more` }
    : { do: 'hand over', to, reason: 'this member leads' };
}

/** Who leads next: a voter, and one that stays if there is one. */
function heirOf(place: Place, statefulSet: StatefulSetView, others: readonly Member[]): Member | undefined {
  const voters = others.filter(({ isLearner }) => !isLearner);
  return voters.find(member => !isMemberBeyond(place, statefulSet, member)) ?? voters[0];
}
