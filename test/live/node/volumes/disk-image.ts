import { mkdir, open, rm, rmdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execute } from '../../execute';
import { unmount, unmountLazily } from '../unmount';

/** Less than this, and a file system has no room for anything but itself. */
const MINIMUM_BYTES = 8 * 2 ** 20;
const FILLER = '.filler';
const PATIENCE_MILLISECONDS = 10_000;

/**
 * A disk of a size of its own: a sparse file with an ext4 file system, mounted by a loop device.
 *
 * A full disk is full, and one that is asked to be larger has to be resized, as with a real volume; a folder could do neither.
 */
export class DiskImage {
  static async create(directory: string, bytes: number): Promise<DiskImage> {
    const disk = new DiskImage(directory);
    try {
      await mkdir(disk.path, { recursive: true });
      await writeFile(disk.image, '');
      await truncate(disk.image, Math.max(bytes, MINIMUM_BYTES));
      await execute('mkfs.ext4', ['-q', '-b', '4096', '-O', '^has_journal', '-E', 'lazy_itable_init=1,lazy_journal_init=1', '-m', '0', disk.image]);
      await disk.mount();
      // it would be in the way of programs that want an empty folder, and is of use to none.
      await rmdir(join(disk.path, 'lost+found'));
      return disk;
    } catch (error) {
      await disk.remove();
      throw error;
    }
  }

  /** The folder as which it is mounted: root's, and readable by all. */
  readonly path: string;
  private readonly image: string;

  private constructor(private readonly directory: string) {
    this.path = join(directory, 'mount');
    this.image = join(directory, 'image');
  }

  /**
   * Must not be in use, and is not mounted meanwhile: to grow a file system that is mounted takes CAP_SYS_RESOURCE, which not even root has everywhere.
   * If it fails, it can be tried again.
   */
  async grow(bytes: number): Promise<void> {
    await unmount(this.path);
    await this.released();
    await truncate(this.image, Math.max(bytes, MINIMUM_BYTES));
    await execute('resize2fs', ['-f', this.image]);
    await this.mount();
  }

  /** Leaves no room for a byte more. Most of it is set aside and not written, so it takes little of the disk below. */
  async fill(): Promise<void> {
    const filler = join(this.path, FILLER);
    const { stdout } = await execute('findmnt', ['--noheadings', '--bytes', '--output', 'AVAIL', '--mountpoint', this.path]);
    // what it needs for itself makes it fail at the end, with all that it got until then.
    await execute('fallocate', ['--length', stdout.trim(), filler]).catch(() => undefined);
    await writeUntilFull(filler);
  }

  async free(): Promise<void> {
    await rm(join(this.path, FILLER), { force: true });
  }

  /** Lazily, since a pod that has been deleted by force may not have ended yet; the kernel takes the device down with its last user. */
  async remove(): Promise<void> {
    await unmountLazily(this.path);
    await rm(this.directory, { recursive: true, force: true });
  }

  private async mount(): Promise<void> {
    // without barriers the loop device does not sync the disk below it: what was synced has to outlive processes, and not the machine.
    await execute('mount', ['-t', 'ext4', '-o', 'loop,nobarrier,noinit_itable', this.image, this.path]);
  }

  /** Containers that are just being started see all mounts for a moment, and hold on to the loop device. */
  private async released(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MILLISECONDS;
    while ((await execute('losetup', ['--associated', this.image])).stdout !== '') {
      if (performance.now() > deadline) {
        throw new Error(`${this.image} is still in use`);
      }
      await setTimeout(20);
    }
  }
}

async function writeUntilFull(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (;;) {
      await file.write(Buffer.alloc(4096));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
      throw error;
    }
  } finally {
    await file.close();
  }
}
