import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../execute';
import { ImageNotFound } from './image';
import { rclone } from './rclone';
import { findRecipe } from './registry';
import { RootDirectory } from './root-directory';

jest.mock('../execute');
// the authorities of this machine, if it has any, and the libraries of a program that is none.
jest.spyOn(RootDirectory.prototype, 'copy').mockResolvedValue();
jest.spyOn(RootDirectory.prototype, 'program').mockResolvedValue();

const run = execute as unknown as jest.Mock;
const MODULE = '/root/go/pkg/mod/github.com/rclone/rclone@v1.76.0';
let directory: string;

/** A machine with Go, and a program that says what version it is. */
function machine(version: string): void {
  run.mockImplementation(async (program: string, [command]: string[]) => {
    if (program === 'go') {
      return { stdout: command === 'mod' ? JSON.stringify({ Dir: MODULE }) : '' };
    }
    return { stdout: `rclone ${version}\n- os/type: linux\n` };
  });
}

beforeEach(async () => {
  run.mockReset();
  directory = await mkdtemp(join(tmpdir(), 'image-test-'));
});

afterEach(async () => rm(directory, { recursive: true }));

test('builds the whole program in the folder of its module, as the release that it is', async () => {
  machine('v1.76.0');
  await rclone('1.76.0').build(directory, '/scratch');
  expect(run.mock.calls.slice(0, 2)).toEqual([
    ['go', ['mod', 'download', '-json', 'github.com/rclone/rclone@v1.76.0'], { cwd: '/scratch' }],
    [
      'go',
      ['build', '-trimpath', '-ldflags=-s -X github.com/rclone/rclone/fs.Version=v1.76.0', '-o', '/scratch/rclone', '.'],
      { cwd: MODULE, env: expect.objectContaining({ CGO_ENABLED: '0' }) },
    ],
  ]);
  expect(RootDirectory.prototype.program).toHaveBeenCalledWith('/scratch/rclone', '/usr/local/bin/rclone');
});

test('has the user of the image and the folder that it starts in', async () => {
  machine('v1.76.0');
  const image = rclone('1.76.0');
  await image.build(directory, '/scratch');
  expect(await readFile(join(directory, 'etc/passwd'), 'utf8')).toMatch(/^rclone:x:1009:1009:/m);
  await expect(access(join(directory, image.config.workingDir))).resolves.toBeUndefined();
});

test('fails when what was built is another release', async () => {
  machine('v1.76.0-DEV');
  await expect(rclone('1.76.0').build(directory, '/scratch')).rejects.toThrow(/^rclone says that it is not 1\.76\.0 but: rclone v1\.76\.0-DEV/);
});

test('says that Go is missing where it is', async () => {
  run.mockRejectedValue(new Error('ENOENT'));
  expect(await rclone('1.76.0').missing()).toMatch(/^rclone 1\.76\.0 is built with Go, not installed here/);
  machine('v1.76.0');
  expect(await rclone('1.76.0').missing()).toBeUndefined();
});

test('is found by the name on Docker Hub, as root, and with an entrypoint', () => {
  const config = { entrypoint: ['rclone'], cmd: [], user: '', workingDir: '/data' };
  expect(findRecipe('rclone/rclone:1.76.0')).toMatchObject({ name: 'rclone', version: '1.76.0', config });
});

test.each(['rclone/rclone:v1.76.0', 'rclone/rclone:1.69.3', 'rclone/rclone:1', 'rclone/rclone'])('%s is not there', reference => {
  expect(() => findRecipe(reference)).toThrow(ImageNotFound);
});
