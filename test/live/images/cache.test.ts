import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { built, imageDirectory, isBuilt } from './cache';
import { Recipe } from './recipe';

const CONFIG = { entrypoint: [], cmd: [], env: {}, user: '', workingDir: '/' };
const { XDG_CACHE_HOME } = process.env;
let cache: string;

function recipeOf(build: Recipe['build'], missing?: string): Recipe {
  return { name: 'example', version: '1.0.0', config: CONFIG, missing: async () => missing, build };
}

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'cache-test-'));
  process.env.XDG_CACHE_HOME = cache;
});

afterEach(async () => {
  delete process.env.XDG_CACHE_HOME;
  Object.assign(process.env, XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME });
  await rm(cache, { recursive: true });
});

test('imageDirectory is of the name and the version, below the cache of the user', () => {
  expect(imageDirectory({ name: 'etcd', version: '3.6.14' })).toEqual(`${cache}/cdk8s-stateful/images/etcd/3.6.14-1`);
});

// flock(1) is of util-linux.
(hasFlock() ? describe : describe.skip)('built', () => {
  test('builds once for all that ask at once', async () => {
    const build = jest.fn(async (directory: string) => writeFile(join(directory, 'file'), 'content'));
    const recipe = recipeOf(build);
    const directories = await Promise.all([built(recipe), built(recipe), built(recipe)]);
    expect(new Set(directories)).toEqual(new Set([imageDirectory(recipe)]));
    expect(build).toHaveBeenCalledTimes(1);
    expect(await readFile(join(directories[0], 'file'), 'utf8')).toEqual('content');
  });

  test('makes files readable by every user', async () => {
    const directory = await built(recipeOf(async path => writeFile(join(path, 'file'), 'content', { mode: 0o600 })));
    expect((await stat(join(directory, 'file'))).mode.toString(8)).toEqual('100644');
  });

  test('leaves nothing of a build that fails, so that the next may succeed', async () => {
    const failing = recipeOf(async (directory, scratch) => {
      await writeFile(join(directory, 'file'), 'half');
      await writeFile(join(scratch, 'file'), 'half');
      throw new Error('no network');
    });
    await expect(built(failing)).rejects.toThrow(/^no network$/);
    expect(isBuilt(failing)).toBe(false);
    expect(await readdir(dirname(imageDirectory(failing)))).toEqual(['1.0.0-1.lock']);
    expect(await readdir(await built(recipeOf(async () => undefined)))).toEqual([]);
  });

  test('fails with what the machine lacks', async () => {
    const build = jest.fn();
    await expect(built(recipeOf(build, 'the image needs Go'))).rejects.toThrow(/^the image needs Go$/);
    expect(build).not.toHaveBeenCalled();
  });

  test('fails where the cache cannot be written', async () => {
    process.env.XDG_CACHE_HOME = '/dev/null';
    await expect(built(recipeOf(jest.fn()))).rejects.toThrow(/ENOTDIR/);
  });
});

function hasFlock(): boolean {
  try {
    execFileSync('flock', ['--version']);
    return true;
  } catch {
    return false;
  }
}
