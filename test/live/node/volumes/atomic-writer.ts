import { chmod, chown, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

/** A file as it is to be in a volume. */
export interface FileProjection {
  readonly content: Buffer;
  readonly mode: number;
  /** @default - root, or whoever runs the kubelet */
  readonly uid?: number;
}

/** Files by their paths in a volume. */
export type Payload = ReadonlyMap<string, FileProjection>;

const DATA = '..data';

/**
 * Makes the files of a folder those of a payload, all at one moment, and does nothing where they are.
 *
 * The files are in a folder of their own, named after the time. `..data` links to it, and what one sees are links through `..data`; a rename of that
 * one link changes all of them. So a process never reads a half-written set, and one that watches must watch `..data`: files are replaced, not written.
 *
 * @param permit is called when all is written and nothing is seen yet
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/util/atomic_writer.go
 */
export async function writeAtomically(directory: string, payload: Payload, permit: () => Promise<void>): Promise<void> {
  [...payload.keys()].forEach(checkPath);
  const old = await readlink(join(directory, DATA)).catch(unlessMissing);
  if (old !== undefined && await holds(join(directory, old), payload)) {
    return;
  }
  const name = await writeFolder(directory, payload);
  const seen = new Set([...payload.keys()].map(firstPart));
  const present = await readdir(directory);
  for (const entry of seen) {
    if (!present.includes(entry)) {
      await symlink(join(DATA, entry), join(directory, entry));
    }
  }
  await permit();
  await symlink(name, join(directory, `${DATA}_tmp`));
  await rename(join(directory, `${DATA}_tmp`), join(directory, DATA));
  if (old !== undefined) {
    const gone = (await readdir(join(directory, old))).filter(entry => !seen.has(entry));
    await Promise.all([...gone, old].map(entry => rm(join(directory, entry), { recursive: true, force: true })));
  }
}

async function writeFolder(directory: string, payload: Payload): Promise<string> {
  const time = new Date().toISOString().replace(/\..*/, '').replace(/[-T:]/g, '_');
  const folder = await mkdtemp(join(directory, `..${time}.`));
  await chmod(folder, 0o755);
  for (const [path, { content, mode, uid }] of payload) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    // in a step of its own, since a mode given to the creation of a file is cut by the process's umask.
    await chmod(file, mode);
    if (uid !== undefined) {
      await chown(file, uid, -1);
    }
  }
  return folder.slice(directory.length + 1);
}

/** Whether a folder has exactly the files of a payload. A mode that differs does not count, as it does not for the kubelet. */
async function holds(folder: string, payload: Payload): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  if (entries.filter(entry => !entry.isDirectory()).length !== payload.size) {
    return false;
  }
  const contents = await Promise.all([...payload.keys()].map(path => readFile(join(folder, path)).catch(unlessMissing)));
  return [...payload.values()].every(({ content }, index) => contents[index]?.equals(content) ?? false);
}

function checkPath(path: string): void {
  if (path === '' || isAbsolute(path) || path.split('/').includes('..') || path.startsWith('..')) {
    throw new Error(`invalid path: must be relative, and neither contain nor start with '..': ${JSON.stringify(path)}`);
  }
}

function firstPart(path: string): string {
  return path.split('/')[0];
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
