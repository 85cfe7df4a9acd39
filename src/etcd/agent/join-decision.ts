import { ClusterView, MAXIMUM_MEMBERS } from './cluster-view';
import { Member } from './etcd-api';
import { isBeyond, StatefulSetView } from './kubernetes';
import { Place } from './place';
import { ClusterState } from './state';
import { Identity } from './wal';
import { membersWithoutPod } from './without-pod';

/** All that the way in which etcd starts depends on. */
export interface JoinFacts {
  readonly me: Place;
  /** Whose data is on the disk; in words, why that cannot be read; undefined if there is none. */
  readonly data?: Identity | string;
  /** Whether the data comes from a snapshot, and has not been in a cluster yet. */
  readonly isRestored: boolean;
  /** What the majority says; undefined if nobody can speak for it. */
  readonly cluster?: Pick<ClusterView, 'clusterId' | 'members'>;
  /** Undefined if the API server does not answer. */
  readonly state?: ClusterState;
  /** Undefined if there is none, or the API server does not answer. */
  readonly statefulSet?: StatefulSetView;
  /** Whom this pod was told to form the cluster with, as etcd's `initial-cluster`. */
  readonly firstMembers: string;
}

export type JoinAction =
  | { readonly do: 'wait'; readonly reason: string }
  /** With the data that is there; `force` makes the member the only one. */
  | { readonly do: 'start' | 'force'; readonly reason: string }
  /** Without data, as one of those that form the cluster; written down before, and only if the state is still the one that was read. */
  | { readonly do: 'bootstrap'; readonly firstMembers: string; readonly reason: string }
  /** Writes down who forms the cluster, only if the state is still the one that was read. */
  | { readonly do: 'agree'; readonly firstMembers: string; readonly reason: string }
  /** Becomes a member, which is written down, and starts as that. */
  | { readonly do: 'add'; readonly reason: string }
  | { readonly do: 'remove'; readonly member: Member; readonly reason: string }
  | { readonly do: 'set aside'; readonly data: Identity; readonly reason: string };

const RECOVERY = 'if a majority is lost for good, see docs/etcd/restore.md';

/**
 * What is to be done so that etcd can start: from what is true, not from what was done before, so that it may be interrupted anywhere.
 *
 * A cluster is formed once: afterwards nobody starts without data who was not added by the others.
 */
export function decideJoin(facts: JoinFacts): JoinAction {
  const { me, data, cluster } = facts;
  if (me.ordinal >= MAXIMUM_MEMBERS) {
    return wait(`a cluster has at most ${MAXIMUM_MEMBERS} members, those of the ordinals below ${MAXIMUM_MEMBERS}: scale the StatefulSet in`);
  }
  if (typeof data === 'string') {
    return wait(`the data on the disk is kept, and cannot be used: ${data}; restore it, or delete it if the other members have a majority`);
  }
  if (data !== undefined) {
    return cluster === undefined ? goOnAlone(facts, data) : goOn(facts, data, cluster);
  }
  return cluster === undefined ? form(facts) : enter(facts, cluster);
}

/** With data, while the others answer: they know whether it is still that of a member. */
function goOn({ isRestored, state }: JoinFacts, data: Identity, { clusterId, members }: Pick<ClusterView, 'clusterId' | 'members'>): JoinAction {
  if (isRestored) {
    return start('the data comes from a snapshot');
  }
  if (data.clusterId === clusterId) {
    return members.some(({ id }) => id === data.memberId)
      ? start('it is a member')
      : { do: 'set aside', data, reason: `the member ${data.memberId} was removed` };
  }
  return state?.clusterId === clusterId
    ? { do: 'set aside', data, reason: `the data is of cluster ${data.clusterId}, and the members are of ${clusterId}, which is the right one` }
    : wait(`the data is of cluster ${data.clusterId}, and the members that answer are of ${clusterId}: which is the right one is not written down`);
}

/** With data, while nobody speaks for a majority: after all were stopped somebody must be the first, but none that the others have removed. */
function goOnAlone({ me, isRestored, state }: JoinFacts, data: Identity): JoinAction {
  if (isRestored) {
    return start('the data comes from a snapshot');
  }
  if (state === undefined) {
    return start('there is data, and the API server does not answer');
  }
  const { clusterId, members, forceNewCluster } = state;
  if (forceNewCluster !== undefined) {
    return forceNewCluster === me.podName
      ? { do: 'force', reason: 'people said that it goes on alone' }
      : wait(`people said that ${forceNewCluster} goes on alone: it adds the others`);
  }
  if (clusterId !== undefined && clusterId !== data.clusterId) {
    return wait(`the data is of cluster ${data.clusterId}, and the cluster is ${clusterId}: without its members nothing can be done; ${RECOVERY}`);
  }
  if (clusterId !== undefined && members.size > 0 && !members.has(data.memberId)) {
    return wait(`the member ${data.memberId} was removed: without the other members it cannot be added again; ${RECOVERY}`);
  }
  return start('there is data, and nobody says that it was removed');
}

/** Without data, while the others answer. */
function enter({ me, state, statefulSet }: JoinFacts, { clusterId, members }: Pick<ClusterView, 'clusterId' | 'members'>): JoinAction {
  if (state === undefined) {
    return wait('there is no data, and the API server does not say what is known of the cluster');
  }
  if (state.clusterId !== undefined && state.clusterId !== clusterId) {
    return wait(`the members that answer are of cluster ${clusterId}, and the cluster is ${state.clusterId}: which is the right one people must say`);
  }
  if (statefulSet === undefined) {
    return wait('there is no data, and the API server does not say how many members there are to be');
  }
  if (isBeyond(statefulSet, me.ordinal)) {
    return wait(`the StatefulSet has no pod of the ordinal ${me.ordinal}`);
  }
  const mine = members.find(({ peerUrls }) => me.ordinalOf(peerUrls) === me.ordinal);
  if (mine === undefined) {
    const learner = members.find(({ isLearner }) => isLearner);
    return learner === undefined
      ? { do: 'add', reason: 'it is no member' }
      : wait(`${learner.name || `the member ${learner.id}`} is joining: one does at a time`);
  }
  // one that was added has no name before it starts; its id is another one than it would have by forming the cluster.
  const isAwaited = mine.name === me.podName && mine.clientUrls.length === 0 && !mine.isLearner;
  const { firstMembers } = state;
  if (isAwaited && firstMembers !== undefined && namesIn(firstMembers).includes(me.podName) && !state.tried.has(me.podName)) {
    return { do: 'bootstrap', firstMembers, reason: 'the others have formed the cluster with it, and it has never started' };
  }
  // the others have a majority without it, since they answer for one.
  return { do: 'remove', member: mine, reason: `the member ${mine.id} has no data: it may have promised what it does not know any more` };
}

/** Without data, while nobody speaks for a majority. */
function form({ me, state, statefulSet, firstMembers }: JoinFacts): JoinAction {
  if (state === undefined) {
    return wait('there is no data, nobody answers, and the API server does not say whether the cluster was formed before');
  }
  if (state.clusterId !== undefined) {
    return wait(`the cluster was formed before, and the disk is empty: it needs a majority of the others; ${membersWithoutPod(me, state, statefulSet) ?? RECOVERY}`);
  }
  const names = namesIn(state.firstMembers ?? firstMembers);
  if (!names.includes(me.podName)) {
    return wait(`the cluster is formed by ${names.join(', ')}`);
  }
  return state.firstMembers === undefined
    ? { do: 'agree', firstMembers, reason: 'nobody has written down who forms the cluster' }
    : { do: 'bootstrap', firstMembers: state.firstMembers, reason: 'the cluster was never formed' };
}

/** The names in etcd's `initial-cluster`. */
function namesIn(initialCluster: string): string[] {
  return initialCluster.split(',').map(entry => entry.split('=')[0]);
}

function start(reason: string): JoinAction {
  return { do: 'start', reason };
}

function wait(reason: string): JoinAction {
  return { do: 'wait', reason };
}
