import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURES } from './snapshots';
import { checkSnapshot } from '../../../src/etcd/agent/snapshot-file';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const [{ bytes: whole }] = FIXTURES;
const check = async (bytes: Buffer) => {
  writeFileSync(join(folder, 'a.db'), bytes);
  return checkSnapshot(join(folder, 'a.db'));
};
const hashed = (bytes: Buffer) => Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]);

describe('checkSnapshot', () => {
  test.each(FIXTURES.map(fixture => [fixture.what, fixture] as const))('takes a snapshot of %s', async (_, { bytes, revision }) => {
    expect(await check(bytes)).toEqual({ revision, bytes: bytes.length, inode: statSync(join(folder, 'a.db')).ino });
  });

  test('finds every byte that was changed', async () => {
    for (let at = 0; at < whole.length; at += 997) {
      const changed = Buffer.from(whole);
      changed[at]++;
      await expect(check(changed)).rejects.toThrow(/a\.db is no whole snapshot: its hash is another than the one at its end/);
    }
  });

  test.each<[string, Buffer, RegExp]>([
    ['it is empty', Buffer.alloc(0), /is no whole snapshot: it has 0 bytes, which is not a database and its hash$/],
    ['it is shorter than its hash', Buffer.alloc(32), /it has 32 bytes/],
    ['its end is missing', whole.subarray(0, 10_000), /it has 10000 bytes/],
    ['its hash is missing, as in a file of a data directory', whole.subarray(0, -32), /it has 20480 bytes/],
    ['pages are missing', Buffer.concat([whole.subarray(0, 8192), whole.subarray(-32)]), /its hash is another/],
    ['it is something else that has a hash', hashed(Buffer.alloc(8192)), /it is no database of etcd/],
    ['it is much too short for a database', hashed(Buffer.alloc(512)), /it ends too early/],
  ])('fails when %s', async (_, bytes, message) => {
    await expect(check(bytes)).rejects.toThrow(message);
  });

  test('fails when there is no file', async () => {
    await expect(checkSnapshot(join(folder, 'b.db'))).rejects.toThrow(/ENOENT/);
  });
});
