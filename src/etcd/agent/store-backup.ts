import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupName, expiredOf } from './backup-names';
import { sync } from './durable';
import { Environment, variable } from './environment';
import { log } from './log';
import { Program } from './main';
import { checkSnapshot } from './snapshot-file';

/** What etcd's own tool has written. No backup has such a name, so a half written file is never taken for one. */
const UNFINISHED = 'snapshot.unfinished';

/** A line in a list that no file is called by: rclone takes no list, and some of its versions an empty one, for everything. */
const NO_FILE = 'no-such-backup';

/** What stands before each name in rclone's list: a sum, or as many spaces, and two more. */
const SUM_SIZE = 34;

/** Gives a snapshot that was verified its name in the folder that it is in, and deletes those that are too many. */
export const storeBackup: Program = async env => {
  const folder = variable(env, 'BACKUP_DIR');
  const name = await nameIn(folder, folder);
  sync(join(folder, name));
  sync(folder);
  log('stored', { name });
  const keep = keepOf(env);
  for (const old of keep === undefined ? [] : expiredOf(readdirSync(folder), name, keep)) {
    rmSync(join(folder, old));
    log('deleted', { name: old, reason: `there are ${keep} newer ones` });
  }
};

/** Gives a snapshot that was verified its name in a folder of its own, from where it is uploaded, and lists those that are too many then. */
export const nameBackup: Program = async env => {
  const folder = variable(env, 'BACKUP_DIR');
  const out = join(folder, 'out');
  // what a try before this has left, where the folder outlives its pod.
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const name = await nameIn(folder, out);
  log('named', { name });
  const keep = keepOf(env);
  if (keep !== undefined) {
    const present = readFileSync(join(folder, 'present.txt'), 'utf8').split('\n').map(line => line.slice(SUM_SIZE));
    const expired = expiredOf(present, name, keep);
    writeFileSync(join(folder, 'expired.txt'), [NO_FILE, ...expired, ''].join('\n'));
    log('expired', { names: expired, reason: `there are ${keep} newer ones` });
  }
};

/** Checks the snapshot itself, and moves it to the name that it has from now on. */
async function nameIn(folder: string, target: string): Promise<string> {
  const unfinished = join(folder, UNFINISHED);
  const { revision, inode } = await checkSnapshot(unfinished);
  const name = backupName(new Date(), revision);
  if (existsSync(join(target, name))) {
    throw new Error(`${name} is there already: two backups were made in the same second`);
  }
  if (statSync(unfinished).ino !== inode) {
    throw new Error(`${unfinished} was written anew while it was read: two backups run at a time`);
  }
  renameSync(unfinished, join(target, name));
  return name;
}

function keepOf({ KEEP }: Environment): number | undefined {
  return KEEP === undefined ? undefined : Number(KEEP);
}
