import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DataDir } from '../../../src/etcd/agent/data-dir';

/** The beginning of the log of a real member. */
const SEGMENT = Buffer.from('040000000000008408041000000000002000000000000000080110fcb588d4091a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a701', 'hex');
const IDENTITY = { memberId: '15985099378392235387', clusterId: '12101053776118486841' };
const WAL = 'data/member/wal/0000000000000000-0000000000000000.wal';

let storage: string;
let disk: DataDir;

beforeEach(() => {
  storage = mkdtempSync(join(tmpdir(), 'storage-'));
  disk = new DataDir(storage);
});

afterEach(() => rmSync(storage, { recursive: true }));

function write(file: string, content: string | Buffer = 'x'): void {
  mkdirSync(dirname(join(storage, file)), { recursive: true });
  writeFileSync(join(storage, file), content);
}

const names = () => readdirSync(storage).sort();

describe('identity', () => {
  test('is none on an empty disk, or one that is not there', async () => {
    expect(await disk.identity()).toBeUndefined();
    expect(await new DataDir(join(storage, 'x')).identity()).toBeUndefined();
  });

  test('is none where etcd was stopped before it had a log', async () => {
    write('data/member/snap/db');
    write('data/member/wal.tmp/0000000000000000-0000000000000000.wal', SEGMENT);
    mkdirSync(join(storage, 'data', 'member', 'wal'));
    expect(await disk.identity()).toBeUndefined();
  });

  test('is that of the first segment', async () => {
    write(WAL, Buffer.concat([SEGMENT, Buffer.alloc(10_000)]));
    write('data/member/wal/0000000000000001-0000000000000047.wal', 'later');
    write('data/member/wal/0.tmp', 'x');
    expect(await disk.identity()).toEqual(IDENTITY);
  });

  test('is a reason where the log cannot be read', async () => {
    write(WAL, '');
    expect(await disk.identity())
      .toBe('0000000000000000-0000000000000000.wal of its write-ahead log is not as etcd writes it: it ends before its metadata');
  });

  test('is nothing to guess where the disk cannot be read', async () => {
    write('data/member/wal');
    await expect(disk.identity()).rejects.toThrow('ENOTDIR');
  });
});

test('knows from which snapshot the data comes, until it is told to forget it', async () => {
  expect(await disk.restoredFrom()).toBeUndefined();
  write('restored-from', '20261123T100000Z-rev4711.db\n');
  expect(await disk.restoredFrom()).toBe('20261123T100000Z-rev4711.db');
  await disk.forgetRestored();
  await disk.forgetRestored();
  expect(names()).toEqual([]);
});

describe('data of a member that was removed', () => {
  test('is set aside under its id, and what was set aside before is deleted', async () => {
    write(WAL, SEGMENT);
    write('removed-4711/member/wal/x');
    write('lost+found/x');
    await disk.setAside(IDENTITY);
    expect(names()).toEqual(['lost+found', `removed-${IDENTITY.memberId}`]);
    expect(existsSync(join(storage, `removed-${IDENTITY.memberId}`, 'member', 'wal'))).toBe(true);
    expect(await disk.identity()).toBeUndefined();
  });

  test('is set aside when that was interrupted before', async () => {
    write(WAL, SEGMENT);
    write(`removed-${IDENTITY.memberId}/member/wal/x`);
    await disk.setAside(IDENTITY);
    expect(names()).toEqual([`removed-${IDENTITY.memberId}`]);
  });

  test('is kept while what was never used makes room, and both are deleted together', async () => {
    write('removed-4711/x');
    write('data/member/snap/db');
    await disk.clear();
    write('data/member/snap/db');
    await disk.clear();
    expect(names()).toEqual(['removed-4711', 'removed-never-used']);
    write('removed-by-hand/x');
    expect((await disk.deleteSetAside()).sort()).toEqual(['removed-4711', 'removed-never-used']);
    expect(names()).toEqual(['removed-by-hand']);
  });
});

test('makes no room where there is nothing', async () => {
  await disk.clear();
  mkdirSync(join(storage, 'data'));
  await disk.clear();
  expect(names()).toEqual(['data']);
});

test('is where the disk of a member is, unless told otherwise', async () => {
  expect(new DataDir()).toMatchObject({ storage: '/var/lib/etcd', data: '/var/lib/etcd/data' });
});
