import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LARGEST, Manifest, manifestsOfText, tooLarge } from './manifests';
import { InputProblem } from './problem';

const MANIFEST = /\.(?:ya?ml|json)$/;

/** Written by cdk8s beside manifests; it is none. */
const NO_MANIFEST = 'construct-metadata.json';

/** A file, or all manifests of a folder and its folders, in the order of their names. */
export function manifestsOfPath(path: string): Manifest[] {
  let left = LARGEST;
  const read = (file: string) => {
    const { size } = statSync(file);
    left -= size;
    if (left < 0) {
      throw tooLarge(path, LARGEST - left);
    }
    return manifestsOfText(readFileSync(file, 'utf8'), file);
  };
  try {
    return statSync(path).isDirectory() ? filesIn(path).flatMap(read) : read(path);
  } catch (error) {
    throw error instanceof InputProblem ? error : new InputProblem(path, `cannot be read: ${(error as Error).message}`);
  }
}

/** Links to folders are not followed: they may lead in circles. */
function filesIn(folder: string): string[] {
  return readdirSync(folder).sort().flatMap(name => {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) {
      return filesIn(path);
    }
    return MANIFEST.test(name) && name !== NO_MANIFEST && statSync(path).isFile() ? [path] : [];
  });
}

/** What a program prints; what it says of an error is the message. */
export function output(program: string, args: readonly string[], options: { readonly input?: string; readonly cwd?: string } = {}): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { ...options, maxBuffer: LARGEST + 1024 * 1024, env: process.env });
  // a program that is fine need not have read all its input.
  if (status !== 0) {
    throw new InputProblem(`${program} ${args[0]}`, stderr?.toString().trim() || error?.message || `ends with ${status}`);
  }
  return stdout;
}

/**
 * A file or folder as it was in a revision of git, as in `origin/main:dist`; a path that begins with `./` counts from the working directory, others from
 * the top of the repository. What was not there yet is nothing.
 */
export function manifestsOfGit(place: string, cwd?: string): Manifest[] {
  const colon = place.indexOf(':');
  const revision = place.slice(0, colon);
  if (colon < 1 || revision.startsWith('-')) {
    throw new InputProblem(place, 'must be a revision and a path, such as origin/main:dist');
  }
  const git = (args: readonly string[], input?: string) => output('git', args, { cwd, input });
  try {
    git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  } catch {
    throw new InputProblem(place, `git knows no revision '${revision}' here: fetch it first, in CI with the whole history or that branch`);
  }
  const type = typeOf(place, git);
  if (type === undefined) {
    return [];
  }
  const files = type === 'blob' ? [{ path: place, hash: place, size: sizeOf(place, git) }] : filesOfTree(place, git);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > LARGEST) {
    throw tooLarge(place, total);
  }
  const contents = contentsOf(files.map(({ hash }) => hash), git);
  return files.flatMap(({ path }, i) => manifestsOfText(contents[i], path));
}

type Git = (args: readonly string[], input?: string) => Buffer;

interface GitFile {
  readonly path: string;
  readonly hash: string;
  readonly size: number;
}

function typeOf(place: string, git: Git): string | undefined {
  const [line] = git(['cat-file', '--batch-check=%(objecttype)'], `${place.replaceAll('\n', '')}\n`).toString().split('\n');
  return ['blob', 'tree'].includes(line) ? line : undefined;
}

function sizeOf(place: string, git: Git): number {
  return Number(git(['cat-file', '-s', place]).toString());
}

function filesOfTree(place: string, git: Git): GitFile[] {
  return git(['ls-tree', '-r', '-l', '-z', place]).toString().split('\0').flatMap(line => {
    const [, type, hash, size, path] = /^\d+ (\w+) (\w+) +(\d+|-)\t([^]+)$/.exec(line) ?? [];
    return type === 'blob' && MANIFEST.test(path) && !path.endsWith(NO_MANIFEST) ? [{ path: `${place}/${path}`, hash, size: Number(size) }] : [];
  });
}

/** All of them by one process: a line with the size of each, then its bytes and a line end. */
function contentsOf(hashes: readonly string[], git: Git): string[] {
  const all = git(['cat-file', '--batch=%(objectsize)'], hashes.map(hash => `${hash}\n`).join(''));
  let at = 0;
  return hashes.map(() => {
    const start = all.indexOf('\n', at) + 1;
    const end = start + Number(all.toString('latin1', at, start - 1));
    at = end + 1;
    return all.toString('utf8', start, end);
  });
}
