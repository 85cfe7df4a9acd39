import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execute } from '../execute';
import { withLock } from './lock';
import { Recipe } from './recipe';

/**
 * To be raised whenever a recipe puts something else into an image of the same version.
 *
 * A folder is never rewritten, since containers may run from it.
 */
const REVISION = 1;

/** Where the files of an image are, or will be: outside the repository, so that every checkout builds them once. */
export function imageDirectory({ name, version }: Pick<Recipe, 'name' | 'version'>): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'cdk8s-stateful', 'images', name, `${version}-${REVISION}`);
}

export function isBuilt(recipe: Recipe): boolean {
  return existsSync(imageDirectory(recipe));
}

/** Builds an image unless it is there. Of many processes that ask at once, one builds; a build that fails or is killed leaves no image. */
export async function built(recipe: Recipe): Promise<string> {
  const directory = imageDirectory(recipe);
  if (!isBuilt(recipe)) {
    await mkdir(dirname(directory), { recursive: true });
    await withLock(`${directory}.lock`, async () => isBuilt(recipe) || build(recipe, directory));
  }
  return directory;
}

async function build(recipe: Recipe, directory: string): Promise<void> {
  const lack = await recipe.missing();
  if (lack) {
    throw new Error(lack);
  }
  const unfinished = `${directory}.unfinished`;
  const [root, scratch] = ['root', 'scratch'].map(name => join(unfinished, name));
  // of a build that was killed.
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await mkdir(scratch);
  try {
    await recipe.build(root, scratch);
    // whatever the umask of the one who builds: containers are not root.
    await execute('chmod', ['-R', 'a+rX', root]);
    await rename(root, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
