import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from './log';
import { Identity, identityIn, SEGMENT_HEAD } from './wal';

/** Where the disk of a member is mounted. */
const STORAGE_PATH = '/var/lib/etcd';

const SEGMENT = /\.wal$/;

/** Data that was set aside, but for what was never written to. */
const REMOVED = /^removed-\d+$/;
const NEVER_USED = 'removed-never-used';

/** What is on the disk of a member: etcd's own data, and beside it what the agent keeps. Data that may ever have been used is never deleted here. */
export class DataDir {
  private readonly data: string;
  private readonly origin: string;

  public constructor(private readonly storage = STORAGE_PATH) {
    this.data = join(storage, 'data');
    this.origin = join(storage, 'restored-from');
  }

  /** Whose data there is; in words, what is wrong with it; undefined if etcd never got as far as to take part in anything. */
  public async identity(): Promise<Identity | string | undefined> {
    const log = join(this.data, 'member', 'wal');
    const [segment] = (await namesIn(log)).filter(name => SEGMENT.test(name)).sort();
    if (segment === undefined) {
      return undefined;
    }
    try {
      return identityIn(await headOf(join(log, segment)));
    } catch (error) {
      return `${segment} of its write-ahead log is not as etcd writes it: ${messageOf(error)}`;
    }
  }

  /** The snapshot that the data comes from, if it has not been in a cluster yet. */
  public async restoredFrom(): Promise<string | undefined> {
    return (await namesIn(this.storage)).includes('restored-from') ? (await readFile(this.origin, 'utf8')).trim() : undefined;
  }

  public async forgetRestored(): Promise<void> {
    await rm(this.origin, { force: true });
  }

  /** Makes room for a new member, and keeps the data of the one that was removed; at most one is kept. */
  public async setAside({ memberId }: Identity): Promise<void> {
    await this.deleteSetAside();
    await rename(this.data, join(this.storage, `removed-${memberId}`));
  }

  /** Makes room where etcd was stopped before it had a log: what it leaves then would be taken for data of the new member. */
  public async clear(): Promise<void> {
    if ((await namesIn(this.data)).length > 0) {
      await this.delete(NEVER_USED);
      await rename(this.data, join(this.storage, NEVER_USED));
    }
  }

  /** Deletes what was set aside; returns what it was. */
  public async deleteSetAside(): Promise<string[]> {
    const names = (await namesIn(this.storage)).filter(name => REMOVED.test(name) || name === NEVER_USED);
    await Promise.all(names.map(name => this.delete(name)));
    return names;
  }

  private async delete(name: string): Promise<void> {
    await rm(join(this.storage, name), { recursive: true, force: true });
  }
}

/** Nothing, also where there is no such directory. Anything else that is wrong must not look like a disk without data. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SEGMENT_HEAD), 0, SEGMENT_HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
