import { lstat, mkdtemp, open, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomically } from './atomic-writer';

const payload = (files: Record<string, string>, more: { mode?: number; uid?: number } = {}) =>
  new Map(Object.entries(files).map(([path, text]) => [path, { content: Buffer.from(text), mode: 0o644, ...more }]));

// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/util/atomic_writer.go
describe('writeAtomically', () => {
  let folder: string;
  let permits: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atomic-writer-'));
    permits = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (files: Record<string, string>, more = {}) => writeAtomically(folder, payload(files, more), async () => { permits++; });
  const read = (path: string) => readFile(join(folder, path), 'utf8');

  test('shows files by links through ..data to a folder named after the time', async () => {
    await write({ 'etcd.conf': 'a', 'tls/ca.crt': 'b' });
    expect(await readlink(join(folder, '..data'))).toMatch(/^\.\.\d{4}(_\d\d){5}\.\w{6}$/);
    expect(await readlink(join(folder, 'etcd.conf'))).toBe('..data/etcd.conf');
    expect(await readlink(join(folder, 'tls'))).toBe('..data/tls');
    expect(await read('tls/ca.crt')).toBe('b');
  });

  test('gives files the modes that are asked for, whatever the umask, and lets everybody into the folder', async () => {
    await write({ key: 'a' }, { mode: 0o466 });
    expect((await stat(join(folder, 'key'))).mode % 0o1000).toBe(0o466);
    expect((await stat(join(folder, '..data'))).mode % 0o1000).toBe(0o755);
  });

  test('gives a file to a user', async () => {
    await write({ token: 'a' }, { uid: process.getuid!() });
    expect((await stat(join(folder, 'token'))).uid).toBe(process.getuid!());
  });

  test('replaces all files at once, and removes what is gone', async () => {
    await write({ 'kept': '1', 'gone': '1', 'tls/old': '1' });
    const old = await readlink(join(folder, '..data'));
    await write({ kept: '2', new: '2' });
    expect((await readdir(folder)).filter(name => !name.startsWith('..')).sort()).toEqual(['kept', 'new']);
    expect(await Promise.all(['kept', 'new'].map(read))).toEqual(['2', '2']);
    expect(await readdir(folder)).not.toContain(old);
    expect(await readdir(folder)).toHaveLength(4);
  });

  test('permits once all is written and before any of it is seen', async () => {
    await write({ file: 'old' });
    await writeAtomically(folder, payload({ file: 'new' }), async () => {
      expect(await read('file')).toBe('old');
      expect((await readdir(folder)).filter(name => /^\.\.\d/.test(name))).toHaveLength(2);
    });
    expect(await read('file')).toBe('new');
  });

  test('touches nothing where the files are as they should be', async () => {
    await write({ 'a': '1', 'b/c': '2' });
    const before = await lstat(join(folder, '..data'));
    await write({ 'b/c': '2', 'a': '1' });
    expect((await lstat(join(folder, '..data'))).ino).toBe(before.ino);
    expect(permits).toBe(1);
  });

  test('writes where one file is gone, or another has its place', async () => {
    await write({ a: '1', b: '2' });
    await write({ a: '1' });
    await write({ c: '1' });
    expect(permits).toBe(3);
    expect(await read('c')).toBe('1');
  });

  test('leaves a file that is open as it was', async () => {
    await write({ file: 'old' });
    const file = await open(join(folder, 'file'));
    await write({ file: 'new' });
    expect(await file.readFile('utf8')).toBe('old');
    await file.close();
  });

  test('can show nothing, as an optional ConfigMap that is missing', async () => {
    await write({});
    expect(await readdir(join(folder, '..data'))).toEqual([]);
  });

  test.each(['', '/etc/passwd', '../outside', 'a/../../b', '..data'])('fails on the path %p', async (path) => {
    await expect(write({ [path]: '' })).rejects.toThrow(/^invalid path: must be relative, and neither contain nor start with '\.\.': ".*"$/);
    expect(await readdir(folder)).toEqual([]);
  });
});
