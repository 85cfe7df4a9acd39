import { createHash } from 'node:crypto';
import { PeerMember } from './peers';
import { ClusterState } from './state';

/** What is known when a member is about to start. */
export interface RestoreScene {
  readonly hasData: boolean;
  /** The URL at which others reach this member. */
  readonly peerUrl: string;
  /** The name of the snapshot. */
  readonly snapshot: string;
  /** What a cluster made of the snapshot has as its token. */
  readonly token: string;
  /** What each other member says of who is a member; undefined of one that does not answer. */
  readonly answers: readonly (readonly PeerMember[] | undefined)[];
  /** What members write down that can join; undefined of those that cannot. */
  readonly state?: ClusterState;
}

export interface RestoreDecision {
  /** What is done. Where there is a cluster to join, a member is left alone to do that; to `refuse` is for people to mend. */
  readonly do: 'restore' | 'leave alone' | 'refuse';
  readonly reason: string;
}

/**
 * Whether a member gets the data of the snapshot.
 *
 * Never one that has data. And never beside members of anything but a cluster that was made of this very snapshot and in which this member has not run
 * yet: it would take back what it has agreed to since, or what others know would come together with what they do not.
 */
export function decideRestore({ hasData, peerUrl, snapshot, token, answers, state }: RestoreScene): RestoreDecision {
  if (hasData) {
    return { do: 'leave alone', reason: 'there is data' };
  }
  const known = answers.filter(members => members !== undefined);
  const id = firstIdOf(peerUrl, token);
  if (known.length === 0) {
    return state?.restoredFrom === snapshot
      ? { do: 'leave alone', reason: 'the cluster was made of the snapshot before, and has data that are newer' }
      : { do: 'restore', reason: 'there is no data, and no other member answers' };
  }
  const isAwaited = (members: readonly PeerMember[]) => members.some(member => member.id === id && !member.clientURLs?.length);
  return known.every(isAwaited)
    ? { do: 'restore', reason: 'others have begun with the snapshot, and this member has not run yet' }
    : { do: state?.clusterId === undefined ? 'refuse' : 'leave alone', reason: 'members of a cluster answer that is not made of the snapshot, or in which this one has run before it lost its disk' };
}

/**
 * The number of a member that a cluster begins with.
 *
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/etcdserver/api/membership/member.go
 */
export function firstIdOf(peerUrl: string, token: string): string {
  return createHash('sha1').update(peerUrl + token).digest().readBigUInt64BE().toString();
}
