import { PeerMember } from './peers';

/** What is known when a member is about to start. */
export interface RestoreScene {
  readonly hasData: boolean;
  /** The URL at which others reach this member. */
  readonly peerUrl: string;
  /** What each other member says of who is a member; undefined of one that does not answer. */
  readonly answers: readonly (readonly PeerMember[] | undefined)[];
}

export interface RestoreDecision {
  readonly restore: boolean;
  readonly reason: string;
}

/**
 * Whether a member gets the data of the snapshot.
 *
 * Never one that has data. And never one that has run once in a cluster that is there: with the data of the snapshot it would take back what it has
 * agreed to since.
 */
export function decideRestore({ hasData, peerUrl, answers }: RestoreScene): RestoreDecision {
  if (hasData) {
    return { restore: false, reason: 'there is data' };
  }
  const known = answers.filter(members => members !== undefined);
  const mine = known.map(members => members.find(({ peerURLs }) => peerURLs.includes(peerUrl)));
  if (mine.includes(undefined)) {
    return { restore: false, reason: 'a member of a cluster answers, and this is none of its members' };
  }
  if (mine.some(member => member!.clientURLs?.length)) {
    return { restore: false, reason: 'a member of a cluster answers, in which this one has run before it lost its disk' };
  }
  return { restore: true, reason: known.length > 0 ? 'others have begun, and this one has not run yet' : 'there is no data, and no other member answers' };
}
