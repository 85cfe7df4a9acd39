import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '../../execute';
import { unmount } from '../unmount';

/**
 * Mounts what a container has as its root, as the folder `rootfs` of its own: an image that is never written to, below a layer for what is.
 *
 * @see https://docs.kernel.org/filesystems/overlayfs.html
 */
export async function mountRootFilesystem(image: string, directory: string): Promise<void> {
  const [root, upper, work] = ['rootfs', 'upper', 'work'].map(name => join(directory, name));
  for (const folder of [root, upper, work]) {
    await mkdir(folder, { recursive: true });
  }
  await execute('mount', ['-t', 'overlay', 'overlay', '-o', overlayOptions(image, upper, work), root]);
}

/** Unmounts it, if it is mounted. */
export async function unmountRootFilesystem(directory: string): Promise<void> {
  await unmount(join(directory, 'rootfs'));
}

/** `volatile`, or unmounting would write back all of the disk that the upper layer is on, and of every container at once. */
export function overlayOptions(image: string, upper: string, work: string): string {
  return `lowerdir=${escaped(image)},upperdir=${escaped(upper)},workdir=${escaped(work)},volatile`;
}

function escaped(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}
