import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { FileHandle, open } from 'node:fs/promises';
import { revisionIn } from './bolt';
import { messageOf } from './log';

/** What a snapshot is, once it was found to be whole. */
export interface Snapshot {
  readonly revision: bigint;
  readonly bytes: number;
  /** Which file it was, whatever its name is by now. */
  readonly inode: number;
}

/** etcd ends a snapshot with the SHA-256 of all that is before. Databases have whole pages, so it is seen by the size whether there is one. */
const HASH_SIZE = 32;
const SMALLEST_PAGE = 512;

/** Reads a snapshot to its end; throws what is wrong with it. `snapshot status` of etcd's own tools says nothing of a hash that does not fit. */
export async function checkSnapshot(path: string): Promise<Snapshot> {
  const file = await open(path);
  return check(file).catch(error => {
    throw new Error(`${path} is no whole snapshot: ${messageOf(error)}`, { cause: error });
  }).finally(async () => file.close());
}

async function check(file: FileHandle): Promise<Snapshot> {
  const { size: bytes, ino: inode } = await file.stat();
  if (bytes < SMALLEST_PAGE || bytes % SMALLEST_PAGE !== HASH_SIZE) {
    throw new Error(`it has ${bytes} bytes, which is not a database and its hash`);
  }
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ start: 0, end: bytes - HASH_SIZE - 1, autoClose: false })) {
    hash.update(chunk);
  }
  const read = (offset: number, length: number) => {
    const buffer = Buffer.alloc(length);
    if (readSync(file.fd, buffer, 0, length, offset) < length) {
      throw new Error('it ends too early');
    }
    return buffer;
  };
  if (!hash.digest().equals(read(bytes - HASH_SIZE, HASH_SIZE))) {
    throw new Error('its hash is another than the one at its end, so it was changed or is half written');
  }
  return { revision: revisionIn(read), bytes, inode };
}
