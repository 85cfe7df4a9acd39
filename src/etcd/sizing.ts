import { Size } from 'cdk8s';
import { shown } from '../private/refuse';
import { kibibytesOf, sizeProblem } from '../private/units';

const KIB = 1024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;

/** Six segments of the log at 64 MiB, and room for what is being written. */
const LOG_BYTES = 512 * MIB;

/** Beyond this, etcd itself warns. */
const QUOTA_MAX_BYTES = 8 * GIB;

/** etcd starts with less, and then stops at the first alarm. */
const STORAGE_MIN_BYTES = GIB;

/**
 * What keeps a number from being one of members, or nothing. A cluster that follows its number of pods has even sizes on its way.
 *
 * @see https://etcd.io/docs/v3.6/faq/#why-an-odd-number-of-cluster-members
 */
export function membersProblem(replicas: unknown, mayBeEven: boolean): string | undefined {
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 1 || replicas > 7) {
    return `must be ${mayBeEven ? '1 to 7' : '1, 3, 5 or 7'}, got ${shown(replicas)}${typeof replicas === 'number' && replicas > 7
      ? ': each write waits for a majority, so more members make it slower and not safer' : ''}`;
  }
  return mayBeEven || replicas % 2 === 1 ? undefined
    : `must be odd, got ${replicas}: ${replicas} members survive the loss of no more than ${replicas - 1} do; give ${replicas - 1} or ${replicas + 1}`;
}

/** What keeps a disk from holding a database of etcd, or nothing. */
export function storageProblem(storage: unknown): string | undefined {
  const problem = sizeProblem(storage);
  return problem ?? (bytesOf(storage as Size) < STORAGE_MIN_BYTES
    ? `must be at least 1 GiB, of which etcd's log alone takes half, got ${bytesOf(storage as Size) / MIB} MiB` : undefined);
}

/** What keeps a quota from fitting a disk, or nothing. */
export function quotaProblem(quota: unknown, storage: Size, isDefragmented: boolean): string | undefined {
  const problem = sizeProblem(quota);
  if (problem !== undefined) {
    return problem;
  }
  const besideLog = bytesOf(storage) - LOG_BYTES;
  const most = isDefragmented ? besideLog / 2 : besideLog;
  const copy = isDefragmented ? ', and room for the copy that a defragmentation writes' : '';
  return bytesOf(quota as Size) <= most ? undefined
    : `must leave 512 MiB of 'storage' to the log${copy}: ${most / MIB} MiB at most, got ${bytesOf(quota as Size) / MIB} MiB; make 'storage' larger`;
}

/** The quota by which a database and its copy during a defragmentation fit a disk beside the log. */
export function fittingQuota(storage: Size): number {
  return Math.min(Math.floor((bytesOf(storage) - LOG_BYTES) / 2), QUOTA_MAX_BYTES);
}

/** A size in bytes. */
export function bytesOf(size: Size): number {
  return kibibytesOf(size) * KIB;
}
