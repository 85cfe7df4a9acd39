import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Does something while no other process does the same, by the name of a file.
 *
 * The lock is the kernel's and ends with its holder, however that ends. A file with a process id would not do: worlds have process ids of their own.
 *
 * @see https://man7.org/linux/man-pages/man1/flock.1.html
 */
export async function withLock<T>(file: string, action: () => Promise<T>): Promise<T> {
  // `cat` ends when its input does, and that is when this process ends at the latest.
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(holder, 'close');
  await Promise.race([once(holder.stdout, 'data'), ended.then(() => { throw new Error(`could not lock '${file}'`); })]);
  try {
    return await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
