import { execFile } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';
import { amountOf } from './quantity';
import { KubeObject } from '../control-plane/objects';

const run = promisify(execFile);

/**
 * Makes the folder of an `emptyDir`, which everybody may write; with `medium: Memory` it is a file system in memory, whose files count as memory of the
 * containers that write them.
 *
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export async function makeEmptyDir(path: string, { medium = '' }: any, size: number): Promise<void> {
  if (medium !== '' && medium !== 'Memory') {
    throw new Error(`unknown storage medium "${medium}"`);
  }
  await mkdir(path, { recursive: true });
  await chmod(path, 0o777);
  if (medium === 'Memory') {
    // that of before the power failed.
    await unmountEmptyDir(path).catch(() => undefined);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  }
}

/** Takes down what `makeEmptyDir` mounted, with all in it. Lazily, since a container that is just ending may still hold it. */
export async function unmountEmptyDir(path: string): Promise<void> {
  await run('umount', ['--lazy', path]);
}

/**
 * How large an `emptyDir` in memory can become, in bytes: the least of its own limit, the limit of its pod, and what the node has.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/emptydir/empty_dir.go calculateEmptyDirMemorySize
 */
export function memorySizeOf({ sizeLimit = 0 }: any, { spec }: KubeObject): number {
  const limits: number[] = spec.containers.map(({ resources }: any) => amountOf(resources?.limits?.memory ?? 0));
  const ofPod = limits.includes(0) ? 0 : limits.reduce((sum, limit) => sum + limit, 0);
  return Math.min(...[amountOf(sizeLimit), ofPod, totalmem()].filter(size => size > 0));
}
