import { chmod, mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { KubeObject } from '../../control-plane/objects';
import { amountOf } from '../../control-plane/quantity';
import { execute } from '../../execute';
import { unmountLazily } from '../unmount';

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
    await unmountLazily(path);
    await execute('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  }
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
