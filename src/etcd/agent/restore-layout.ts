import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Environment, variable } from './environment';

/**
 * Where the steps of a restore find what they need. Those that are not the agent are told places once and for all, so two links lead to what is meant:
 * to the snapshot and to the disk of the member, or to an empty snapshot and a folder that is thrown away.
 */
export interface RestoreLayout {
  readonly storage: string;
  /** etcd's own. */
  readonly data: string;
  /** All that a restore writes, before it is `data`. */
  readonly staging: string;
  readonly download: string;
  readonly restored: string;
  /** By its presence, others of the agent's programs know that the data is that of a snapshot. */
  readonly origin: string;
  readonly work: string;
  /** The links. */
  readonly snapshot: string;
  readonly to: string;
  /** The name of the snapshot, or of nothing, for rclone. */
  readonly wanted: string;
  readonly unused: string;
}

export function restoreLayoutOf(env: Environment): RestoreLayout {
  const storage = variable(env, 'STORAGE_DIR');
  const work = variable(env, 'RESTORE_DIR');
  const staging = join(storage, 'restoring');
  return {
    storage,
    data: join(storage, 'data'),
    staging,
    download: join(staging, 'download'),
    restored: join(staging, 'data'),
    origin: join(storage, 'restored-from'),
    work,
    snapshot: join(work, 'snapshot.db'),
    to: join(work, 'to'),
    wanted: join(work, 'wanted.txt'),
    unused: join(work, 'unused'),
  };
}

/** Whether the first step has decided to restore. */
export function isRestoring({ to, staging }: RestoreLayout): boolean {
  return readlinkSync(to) === staging;
}

/** Whether there is anything in a folder. */
export function hasContent(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}
