// the modes of files are sets of bits.
/* eslint-disable no-bitwise */
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const SETGID = 0o2000;

export interface OwnershipOptions {
  /** Of volumes that are mounted read-only, the group may only read. */
  readonly readOnly: boolean;
  /** Whether nothing is done where the root of the volume is right already. Only claims honour it. */
  readonly onRootMismatch: boolean;
}

/**
 * The mode of a file or a folder of a volume that belongs to a group: what it has, and that the group may read and write it, and enter folders.
 * What is made in such a folder belongs to the group too, by its setgid bit.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/volume_linux.go changeFilePermission
 */
export function groupMode(mode: number, isFolder: boolean, readOnly: boolean): number {
  return (mode & 0o7777) | (readOnly ? 0o440 : 0o660) | (isFolder ? SETGID | 0o110 : 0);
}

/**
 * Whether the root of a volume already is as `groupMode` would have it, which with `OnRootMismatch` stands for all below it.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods
 */
export function belongsToGroup(root: { mode: number; gid: number }, fsGroup: number, readOnly: boolean): boolean {
  return root.gid === fsGroup && (root.mode & 0o7777) === groupMode(root.mode, true, readOnly);
}

/**
 * Makes a volume belong to a pod's `fsGroup`: every file and folder, while owners stay.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-the-security-context-for-a-pod
 */
export async function giveToGroup(volume: string, fsGroup: number, { readOnly, onRootMismatch }: OwnershipOptions): Promise<void> {
  if (onRootMismatch && belongsToGroup(await lstat(volume), fsGroup, readOnly)) {
    return;
  }
  await giveTree(volume, fsGroup, readOnly);
}

/** The root goes last, so that a volume of which only a part was done is not taken for a right one. */
async function giveTree(path: string, fsGroup: number, readOnly: boolean): Promise<void> {
  const stats = await lstat(path);
  if (stats.isDirectory()) {
    for (const name of await readdir(path)) {
      await giveTree(join(path, name), fsGroup, readOnly);
    }
  }
  await lchown(path, stats.uid, fsGroup);
  // the mode of a link says nothing, and setting it would change what it points to.
  if (!stats.isSymbolicLink()) {
    await chmod(path, groupMode(stats.mode, stats.isDirectory(), readOnly));
  }
}
