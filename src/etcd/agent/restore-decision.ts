import { createHash } from 'node:crypto';
import { PeerMember } from './peers';

/** What is known when a member is about to start. */
export interface RestoreScene {
  readonly hasData: boolean;
  /** The URL at which others reach this member. */
  readonly peerUrl: string;
  /** What a cluster made of the snapshot has as its token. */
  readonly token: string;
  /** What each other member says of who is a member; undefined of one that does not answer. */
  readonly answers: readonly (readonly PeerMember[] | undefined)[];
}

export interface RestoreDecision {
  /** What is done: `refuse` is for people to mend, unless this member can join a cluster by itself. */
  readonly do: 'restore' | 'leave alone' | 'refuse';
  readonly reason: string;
}

/**
 * Whether a member gets the data of the snapshot.
 *
 * Never one that has data. And never beside members of anything but a cluster that was made of this very snapshot and in which this member has not run
 * yet: it would take back what it has agreed to since, or what others know would come together with what they do not.
 */
export function decideRestore({ hasData, peerUrl, token, answers }: RestoreScene): RestoreDecision {
  if (hasData) {
    return { do: 'leave alone', reason: 'there is data' };
  }
  const known = answers.filter(members => members !== undefined);
  if (known.length === 0) {
    return { do: 'restore', reason: 'there is no data, and no other member answers' };
  }
  const id = firstIdOf(peerUrl, token);
  const isAwaited = (members: readonly PeerMember[]) => members.some(member => member.id === id && !member.clientURLs?.length);
  return known.every(isAwaited)
    ? { do: 'restore', reason: 'others have begun with the snapshot, and this member has not run yet' }
    : { do: 'refuse', reason: 'members of a cluster answer that is not made of the snapshot, or in which this one has run before it lost its disk' };
}

/**
 * The number of a member that a cluster begins with.
 *
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/etcdserver/api/membership/member.go
 */
export function firstIdOf(peerUrl: string, token: string): string {
  return createHash('sha1').update(peerUrl + token).digest().readBigUInt64BE().toString();
}
