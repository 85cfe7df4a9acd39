import { chmod, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveSubPath, subPathOf } from './sub-path';

// https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath-expanded-environment
describe('subPathOf', () => {
  test.each([
    ['is nothing if the mount is of all the volume', {}, undefined],
    ['is what the mount says', { subPath: 'data/$(POD)' }, 'data/$(POD)'],
    ['expands variables in subPathExpr', { subPathExpr: 'data/$(POD)' }, 'data/etcd-0'],
  ])('%s', (_, mount, path) => {
    expect(subPathOf(mount, { POD: 'etcd-0' })).toBe(path);
  });

  test.each([
    ['missing value for A, B', { subPathExpr: '$(B)/$(A)' }],
    ['missing value for EMPTY', { subPathExpr: 'x$(EMPTY)' }],
    ['error SubPath `/etc` must not be an absolute path', { subPath: '/etc' }],
    ['error SubPath `/tmp` must not be an absolute path', { subPathExpr: '$(ROOTED)' }],
    ['unable to provision SubPath `a/../../b`: must not contain \'..\'', { subPath: 'a/../../b' }],
  ])('fails with: %s', (message, mount) => {
    expect(() => subPathOf(mount, { EMPTY: '', ROOTED: '/tmp' })).toThrow(message);
  });
});

// https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
describe('resolveSubPath', () => {
  let volume: string;

  beforeEach(async () => {
    volume = await realpath(await mkdtemp(join(tmpdir(), 'sub-path-')));
    await chmod(volume, 0o777);
  });
  afterEach(() => rm(volume, { recursive: true }));

  test('is the file that links lead to now', async () => {
    await mkdir(join(volume, '..1'));
    await writeFile(join(volume, '..1', 'key'), '');
    await symlink('..1', join(volume, '..data'));
    await symlink('..data/key', join(volume, 'key'));
    expect(resolveSubPath(volume, 'key', true)).toBe(join(volume, '..1', 'key'));
  });

  test('makes folders that can be used as the volume can', async () => {
    expect(resolveSubPath(volume, 'a//b/', true)).toBe(join(volume, 'a', 'b'));
    expect((await stat(join(volume, 'a', 'b'))).mode % 0o10000).toBe(0o777);
  });

  test('fails on what is missing in a read-only volume', () => {
    expect(() => resolveSubPath(volume, 'a', false)).toThrow(/^a is not there, and cannot be made in a read-only volume$/);
  });

  test('fails if a link leads out of the volume', async () => {
    await symlink('/etc', join(volume, 'out'));
    expect(() => resolveSubPath(volume, 'out/passwd', true)).toThrow(/^out\/passwd leads out of the volume$/);
  });

  test('does not take a neighbour whose name begins alike for the volume', async () => {
    const neighbour = `${volume}-2`;
    await mkdir(neighbour);
    await symlink(neighbour, join(volume, 'out'));
    expect(() => resolveSubPath(volume, 'out', true)).toThrow(/leads out of the volume$/);
    await rm(neighbour, { recursive: true });
  });

  test('fails if a link leads nowhere', async () => {
    await symlink('nowhere', join(volume, 'link'));
    expect(() => resolveSubPath(volume, 'link', true)).toThrow(/ENOENT/);
  });
});
