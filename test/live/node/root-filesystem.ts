import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run';

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
  await run('mount', ['-t', 'overlay', 'overlay', '-o', overlayOptions(image, upper, work), root]);
}

/** Unmounts it, if it is mounted. */
export async function unmountRootFilesystem(directory: string): Promise<void> {
  await run('umount', [join(directory, 'rootfs')]).catch(ignoreUnmounted);
}

/** `volatile`, or unmounting would write back all of the disk that the upper layer is on, and of every container at once. */
export function overlayOptions(image: string, upper: string, work: string): string {
  return `lowerdir=${escaped(image)},upperdir=${escaped(upper)},workdir=${escaped(work)},volatile`;
}

function escaped(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}

/** For the end of an `umount` of what may not be mounted. */
export function ignoreUnmounted(error: { readonly stderr?: string }): void {
  if (!/not mounted|no mount point/.test(error.stderr ?? '')) {
    throw error;
  }
}
