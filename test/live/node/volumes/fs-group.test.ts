import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { belongsToGroup, giveToGroup, groupMode } from './fs-group';

// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/volume_linux.go
describe('groupMode', () => {
  test.each([
    ['lets the group read and write a file', 0o100600, false, false, 0o660],
    ['lets the group enter a folder, whose files become the group\'s by setgid', 0o040755, true, false, 0o2775],
    ['lets the group only read a file of a read-only volume', 0o100400, false, true, 0o440],
    ['makes a token that only its owner can read one of the group too', 0o100600, false, true, 0o640],
    ['lets the group enter a folder of a read-only volume', 0o040700, true, true, 0o2750],
    ['keeps what is there, such as the sticky bit of a folder in memory', 0o041777, true, false, 0o3777],
  ])('%s', (_, mode, isFolder, readOnly, result) => {
    expect(groupMode(mode, isFolder, readOnly)).toBe(result);
  });
});

// https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods
describe('belongsToGroup', () => {
  test.each([
    ['is so with the group, its rights and setgid', { gid: 2000, mode: 0o042775 }, true],
    ['may give more than is needed', { gid: 2000, mode: 0o043777 }, true],
    ['is not so with another group', { gid: 0, mode: 0o042775 }, false],
    ['is not so if the group cannot write', { gid: 2000, mode: 0o042755 }, false],
    ['is not so without setgid', { gid: 2000, mode: 0o040775 }, false],
  ])('%s', (_, root, result) => {
    expect(belongsToGroup(root, 2000, false)).toBe(result);
  });
});

// with a group of the process, since only root can give files to others.
describe('giveToGroup', () => {
  const group = process.getgid!();
  let volume: string;
  const modeOf = async (path: string) => (await stat(join(volume, path))).mode % 0o10000;

  beforeEach(async () => {
    volume = await mkdtemp(join(tmpdir(), 'fs-group-'));
    await mkdir(join(volume, 'member'));
    await chmod(join(volume, 'member'), 0o755);
    await writeFile(join(volume, 'member', 'wal'), '');
    await chmod(join(volume, 'member', 'wal'), 0o600);
    await chmod(volume, 0o755);
  });
  afterEach(() => rm(volume, { recursive: true }));

  test('changes all below the root, and the root', async () => {
    await giveToGroup(volume, group, { readOnly: false, onRootMismatch: false });
    expect(await Promise.all(['.', 'member', 'member/wal'].map(modeOf))).toEqual([0o2775, 0o2775, 0o660]);
    expect((await stat(volume)).gid).toBe(group);
  });

  test('does not follow links', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'fs-group-outside-'));
    await chmod(outside, 0o700);
    await symlink(outside, join(volume, 'link'));
    await giveToGroup(volume, group, { readOnly: false, onRootMismatch: false });
    expect((await stat(outside)).mode % 0o10000).toBe(0o700);
    await rm(outside, { recursive: true });
  });

  test('leaves a volume alone whose root is right, with OnRootMismatch', async () => {
    await chmod(volume, 0o2775);
    await giveToGroup(volume, group, { readOnly: false, onRootMismatch: true });
    expect(await modeOf('member/wal')).toBe(0o600);
    await giveToGroup(volume, group, { readOnly: false, onRootMismatch: false });
    expect(await modeOf('member/wal')).toBe(0o660);
  });

  test('changes a volume whose root is not right, with OnRootMismatch', async () => {
    await giveToGroup(volume, group, { readOnly: false, onRootMismatch: true });
    expect(await modeOf('member/wal')).toBe(0o660);
  });
});
