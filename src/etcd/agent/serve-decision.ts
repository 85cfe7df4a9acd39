import { ClusterView } from './cluster-view';
import { Member, Status } from './etcd-api';
import { isBeyond, objectionToLeaving, StatefulSetView } from './kubernetes';
import { Place } from './place';
import { ClusterState, clusterIs, clusterRestoredFrom, forceDone, membersBecome, StateChanges } from './state';
import { membersWithoutPod } from './without-pod';

/** How etcd was started, which the init container writes down. */
export type How = 'start' | 'bootstrap' | 'join' | 'force';

/** All that the next action depends on. */
export interface ServeFacts {
  readonly place: Place;
  readonly how: How;
  /** The snapshot that the data comes from, if nobody has taken note of that yet. */
  readonly restoredFrom?: string;
  /** Whether data of a removed member was set aside. */
  readonly hasOldData: boolean;
  /** What this member says of itself; undefined if it does not answer. */
  readonly local?: Status;
  /** What the majority says: through this member if it has a vote, and else through another. It is asked after the state was read. */
  readonly view?: Pick<ClusterView, 'clusterId' | 'members'>;
  /** Undefined if the API server does not answer. */
  readonly state?: ClusterState;
  /** Undefined if there is none, or the API server does not answer. */
  readonly statefulSet?: StatefulSetView;
  /** The ids of the members that answer. */
  readonly reachable: ReadonlySet<string>;
}

export type ServeAction =
  | { readonly do: 'nothing'; readonly reason: string }
  | { readonly do: 'promote'; readonly member: Member; readonly reason: string }
  | { readonly do: 'delete old data'; readonly reason: string }
  /** Written only if the state is still the one that was read. */
  | { readonly do: 'record'; readonly changes: StateChanges; readonly reason: string }
  /** As record; and the data is like any other from then on. */
  | { readonly do: 'adopt'; readonly changes: StateChanges; readonly reason: string }
  | { readonly do: 'remove'; readonly member: Member; readonly reason: string };

/** What the agent of a running member does next: one thing, and then everything is looked at anew. */
export function decideServe(facts: ServeFacts): ServeAction {
  const { place, local, view, hasOldData } = facts;
  if (view === undefined) {
    const wayOut = membersWithoutPod(place, facts.state, facts.statefulSet);
    return nothing(`no member can speak for a majority${wayOut === undefined ? '' : `; ${wayOut}`}`);
  }
  const me = memberAt(place, view.members, place.ordinal);
  if (me === undefined) {
    return nothing('this is no member of the cluster');
  }
  if (local !== undefined && (local.clusterId !== view.clusterId || local.memberId !== me.id)) {
    return nothing('the cluster has another member at this place than the one that runs here');
  }
  if (me.isLearner) {
    return { do: 'promote', member: me, reason: 'it is a learner' };
  }
  if (local === undefined) {
    return nothing('etcd does not answer');
  }
  if (hasOldData) {
    return { do: 'delete old data', reason: 'this member has a vote again' };
  }
  return keepState(facts, view) ?? (local.leader === me.id ? removal(facts, view.members, me) : nothing('another member leads'));
}

/** What is to be written down, if anything, or why nothing may happen to a member either. */
function keepState({ how, restoredFrom, place, local, state }: ServeFacts, { clusterId, members }: Pick<ClusterView, 'clusterId' | 'members'>): ServeAction | undefined {
  if (state === undefined) {
    return nothing('the state cannot be read');
  }
  const memberChanges = membersBecome(state, new Map(members.map(member => [member.id, nameOf(place, member)])));
  const changes = { ...clusterIs(clusterId), ...memberChanges };
  if (restoredFrom !== undefined || how === 'force') {
    const origin = restoredFrom === undefined ? {} : clusterRestoredFrom(restoredFrom);
    const reason = restoredFrom === undefined ? 'this member went on alone' : 'the data comes from a snapshot';
    return { do: 'adopt', changes: { ...changes, ...origin, ...state.forceNewCluster !== undefined && forceDone() }, reason };
  }
  if (state.clusterId === undefined) {
    return { do: 'record', changes, reason: 'the cluster is formed' };
  }
  if (state.clusterId !== clusterId) {
    return nothing(`the state is that of cluster ${state.clusterId}, and this is ${clusterId}`);
  }
  if (local!.leader !== local!.memberId) {
    return undefined;
  }
  if (state.forceNewCluster !== undefined) {
    // it would be taken at its word the next time that all are stopped.
    return { do: 'record', changes: forceDone(), reason: `there is a majority: ${state.forceNewCluster} does not have to go on alone` };
  }
  return Object.keys(memberChanges).length > 0 ? { do: 'record', changes: memberChanges, reason: 'the members are others' } : undefined;
}

/** Removes a member whose pod is gone by the word of the StatefulSet, and which did not leave by itself. */
function removal({ place, statefulSet, reachable }: ServeFacts, members: readonly Member[], me: Member): ServeAction {
  const objection = objectionToRemoval(statefulSet);
  if (objection !== undefined) {
    return nothing(objection);
  }
  const beyond = members.filter(member => member.id !== me.id && isMemberBeyond(place, statefulSet!, member));
  const gone = beyond.find(({ id }) => !reachable.has(id));
  if (gone === undefined) {
    return nothing(beyond.length === 0 ? 'the members are those of the StatefulSet' : `${nameOf(place, beyond[0])} has not stopped`);
  }
  return keepsQuorum(members, gone, reachable)
    ? { do: 'remove', member: gone, reason: `the StatefulSet has no pod ${nameOf(place, gone)} any more` }
    : nothing(`without ${nameOf(place, gone)} there would be no quorum`);
}

function objectionToRemoval(statefulSet: StatefulSetView | undefined): string | undefined {
  return objectionToLeaving(statefulSet) ?? (!statefulSet!.isSettled ? 'the controller has not seen the StatefulSet'
    : statefulSet!.currentReplicas > statefulSet!.replicas ? 'pods are ending' : undefined);
}

/** Whether the voters that are left have a majority of theirs that answers. */
export function keepsQuorum(members: readonly Member[], without: Member, reachable: ReadonlySet<string>): boolean {
  const rest = members.filter(({ id, isLearner }) => !isLearner && id !== without.id);
  return rest.filter(({ id }) => reachable.has(id)).length > rest.length / 2;
}

export function memberAt(place: Place, members: readonly Member[], ordinal: number): Member | undefined {
  return members.find(({ peerUrls }) => place.ordinalOf(peerUrls) === ordinal);
}

/** Whether the StatefulSet says that there is to be no such member. Members that are no pods of it never are. */
export function isMemberBeyond(place: Place, statefulSet: StatefulSetView, { peerUrls }: Member): boolean {
  const ordinal = place.ordinalOf(peerUrls);
  return ordinal !== undefined && isBeyond(statefulSet, ordinal);
}

/** A member that has not started has no name yet, but will have that of its pod. */
export function nameOf(place: Place, { name, peerUrls }: Member): string {
  const ordinal = place.ordinalOf(peerUrls);
  return name || ordinal === undefined ? name : place.nameOf(ordinal);
}

function nothing(reason: string): ServeAction {
  return { do: 'nothing', reason };
}

/** Why clients must not come yet, if so. Everything else that may be wrong is the business of etcd's own probe. */
export function unreadiness(how: How, isVoter: boolean | undefined, isRecorded: boolean): string | undefined {
  if (isVoter === false || (isVoter === undefined && how === 'join')) {
    return 'this member is a learner';
  }
  return how === 'bootstrap' && !isRecorded ? 'that the cluster was formed is not written down yet' : undefined;
}
