import { Status } from './etcd-api';

/** A member as it was found. */
export interface Found {
  readonly id: string;
  readonly name: string;
  readonly isLearner: boolean;
  /** How it sees itself; or why that is not known. */
  readonly status: Status | string;
}

/** All that the next step depends on. */
export interface Scene {
  readonly clusterId: string;
  readonly members: readonly Found[];
  /** What every member must have written by now: what any of them had a moment before. */
  readonly revision: bigint;
  /** Those that are done, or need nothing. */
  readonly settled: ReadonlySet<string>;
  readonly handOvers: number;
  /** Members that would give back less than this are left alone, in bytes. */
  readonly minimumFree: number;
}

/** A member that answers. */
export type Sound = Found & { readonly status: Status };

export type Step =
  | { readonly do: 'stop'; readonly reason: string }
  | { readonly do: 'leave alone'; readonly member: Sound; readonly reason: string }
  | { readonly do: 'defragment'; readonly member: Sound; readonly reason: string }
  | { readonly do: 'hand over'; readonly member: Sound; readonly to: Sound; readonly reason: string }
  | { readonly do: 'finish' };

/** An alarm that a defragmentation is part of the way out of. */
export const NO_SPACE = /alarm:NOSPACE/;

const MIB = 1024 * 1024;

/** What is to be done now: one thing at a time, the leader last and after it has handed over, and nothing while a member is not well. */
export function nextStep(scene: Scene): Step {
  const reason = troubleOf(scene);
  if (reason !== undefined) {
    return { do: 'stop', reason };
  }
  const voters = votersOf(scene) as Sound[];
  const open = voters.filter(({ id }) => !scene.settled.has(id));
  const idle = open.find(({ status }) => freeOf(status) < scene.minimumFree);
  if (idle !== undefined) {
    return { do: 'leave alone', member: idle, reason: `it would give back ${mebibytes(freeOf(idle.status))}, and answers nothing while it is rewritten` };
  }
  const follower = open.find(({ id, status }) => id !== status.leader);
  if (follower !== undefined) {
    return { do: 'defragment', member: follower, reason: 'it follows' };
  }
  const [leader] = open;
  if (leader === undefined) {
    return { do: 'finish' };
  }
  const to = voters.find(({ id }) => scene.settled.has(id));
  if (to === undefined) {
    return { do: 'defragment', member: leader, reason: 'it is the only one' };
  }
  return scene.handOvers < voters.length
    ? { do: 'hand over', member: leader, to, reason: 'it leads, and writes would wait for it' }
    : { do: 'stop', reason: `${leader.name} leads again, whoever it hands over to` };
}

/** What speaks against doing anything at all, or nothing. */
export function troubleOf(scene: Scene): string | undefined {
  const voters = votersOf(scene);
  const troubles = voters.map(member => {
    const trouble = troubleWith(member, scene);
    return trouble && `${member.name} ${trouble}`;
  });
  const leaders = new Set(voters.map(({ status }) => (status as Status).leader));
  return troubles.find(trouble => trouble !== undefined)
    ?? (leaders.size > 1 ? 'members do not agree on who leads' : undefined)
    ?? (voters.some(({ id }) => leaders.has(id)) ? undefined : 'none of the members leads');
}

function troubleWith({ id, status }: Found, { clusterId, revision }: Scene): string | undefined {
  if (typeof status === 'string') {
    return `is not healthy: ${status}`;
  }
  if (status.clusterId !== clusterId || status.memberId !== id) {
    return 'is not healthy: another member answers at its URL';
  }
  if (status.leader === undefined) {
    return 'is not healthy: it knows no leader';
  }
  const errors = status.errors.filter(error => !NO_SPACE.test(error));
  if (errors.length > 0) {
    return `is not healthy: ${errors.join('; ')}`;
  }
  return status.revision < revision ? `is not in sync: it is at revision ${status.revision}, and others are at ${revision}` : undefined;
}

/** Learners have nothing that is not rewritten to them, and no voice. */
function votersOf({ members }: Scene): Found[] {
  return members.filter(({ isLearner }) => !isLearner);
}

function freeOf({ dbSize, dbSizeInUse }: Status): number {
  return dbSize - dbSizeInUse;
}

/** A size for people. */
export function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
