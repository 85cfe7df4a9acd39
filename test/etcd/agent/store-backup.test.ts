import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURES } from './snapshots';
import * as files from '../../../src/etcd/agent/snapshot-file';
import { nameBackup, storeBackup } from '../../../src/etcd/agent/store-backup';

let folder: string;
let logged: jest.SpyInstance;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  logged = jest.spyOn(console, 'log').mockImplementation();
  jest.useFakeTimers({ now: new Date('2026-11-23T10:00:00Z'), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout'] });
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const [{ bytes, revision }] = FIXTURES;
const NAME = `20261123T100000Z-rev${revision}.db`;
const old = (day: number) => `202611${String(day).padStart(2, '0')}T100000Z-rev1.db`;
const put = (name: string, content: Buffer | string = 'x') => writeFileSync(join(folder, name), content);
const finished = () => put('snapshot.unfinished', bytes);
const store = async (keep?: string) => storeBackup({ BACKUP_DIR: folder, KEEP: keep });
const name = async (keep?: string) => nameBackup({ BACKUP_DIR: folder, KEEP: keep });
const events = () => logged.mock.calls.map(([line]) => JSON.parse(line));

describe('storeBackup', () => {
  test('gives a snapshot its name', async () => {
    finished();
    await store();
    expect(readdirSync(folder)).toEqual([NAME]);
    expect(readFileSync(join(folder, NAME))).toEqual(bytes);
    expect(events()).toEqual([expect.objectContaining({ event: 'stored', name: NAME })]);
  });

  test('keeps all that is there unless it is told how many', async () => {
    [1, 2, 3].forEach(day => put(old(day)));
    finished();
    await store();
    expect(readdirSync(folder)).toHaveLength(4);
  });

  test('deletes the oldest, and nothing that is no backup', async () => {
    [1, 2, 3].forEach(day => put(old(day)));
    put('mine.db');
    mkdirSync(join(folder, 'lost+found'));
    finished();
    await store('2');
    expect(readdirSync(folder).sort()).toEqual([old(3), NAME, 'lost+found', 'mine.db']);
    expect(events().slice(1)).toEqual([1, 2].map(day => expect.objectContaining({ event: 'deleted', name: old(day), reason: 'there are 2 newer ones' })));
  });

  test.each<[string, () => void, RegExp]>([
    ['the snapshot is half written', () => put('snapshot.unfinished', bytes.subarray(0, 9000)), /is no whole snapshot/],
    ['there is no snapshot', () => undefined, /ENOENT/],
    ['there is one of this name', () => [finished(), put(NAME)], /^20261123T100000Z-rev6\.db is there already: two backups were made in the same second$/],
  ])('deletes and renames nothing when %s', async (_, prepare, message) => {
    [1, 2, 3].forEach(day => put(old(day)));
    prepare();
    const before = readdirSync(folder);
    await expect(store('1')).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('fails when another backup has replaced what it has read', async () => {
    finished();
    const { checkSnapshot } = jest.requireActual('../../../src/etcd/agent/snapshot-file');
    jest.spyOn(files, 'checkSnapshot').mockImplementation(async path => {
      const found = await checkSnapshot(path);
      put('other', bytes);
      renameSync(join(folder, 'other'), path);
      return found;
    });
    await expect(store()).rejects.toThrow(/snapshot\.unfinished was written anew while it was read: two backups run at a time$/);
    expect(readdirSync(folder)).toEqual(['snapshot.unfinished']);
  });

  test('fails when it is not told where', async () => {
    await expect(storeBackup({})).rejects.toThrow(/^BACKUP_DIR is not set/);
  });
});

describe('nameBackup', () => {
  const listed = (names: string[]) => put('present.txt', names.map(file => `d41d8cd98f00b204e9800998ecf8427e  ${file}\n`).join(''));
  const expired = () => readFileSync(join(folder, 'expired.txt'), 'utf8').split('\n');

  test('moves a snapshot to a folder of its own, under its name', async () => {
    finished();
    await name();
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(folder, 'out', NAME))).toEqual(bytes);
  });

  test('leaves nothing of a try before beside it', async () => {
    mkdirSync(join(folder, 'out'));
    put(join('out', old(1)));
    finished();
    await name();
    expect(readdirSync(join(folder, 'out'))).toEqual([NAME]);
  });

  test('lists those that are too many, and never nothing', async () => {
    finished();
    listed([old(2), old(1), 'mine.db', `sub/${old(1)}`]);
    await name('2');
    expect(expired()).toEqual(['no-such-backup', old(1), '']);
    finished();
    rmSync(join(folder, 'out'), { recursive: true });
    listed([]);
    await name('2');
    expect(expired()).toEqual(['no-such-backup', '']);
  });

  test('knows names without a sum', async () => {
    finished();
    put('present.txt', `${' '.repeat(32)}  ${old(1)}\n`);
    await name('1');
    expect(expired()).toEqual(['no-such-backup', old(1), '']);
  });

  test('lists nothing when the snapshot is half written', async () => {
    put('snapshot.unfinished', 'half');
    listed([old(1)]);
    await expect(name('1')).rejects.toThrow(/is no whole snapshot/);
    expect(existsSync(join(folder, 'expired.txt'))).toBe(false);
  });
});
