import { existsSync } from 'node:fs';
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';
const PATIENCE_MILLISECONDS = 10_000;

/** The control group below which a world keeps those of its containers. It is the one thing of a world that the kernel does not take down with it. */
export function cgroupOf(world: string): string {
  if (!/^\w[\w.-]*$/.test(world)) {
    throw new Error(`a world's name must be of letters, digits, dots, dashes and underscores, got ${JSON.stringify(world)}`);
  }
  return `/cdk8s-stateful-${world}`;
}

/** Whether memory and swap can be limited together. Version 1 of control groups asks for a boot option on some machines; version 2 has a file of its own. */
export function countsSwap(): boolean {
  return !existsSync(join(ROOT, 'memory')) || existsSync(join(ROOT, 'memory', 'memory.memsw.limit_in_bytes'));
}

/** How many processes of a control group the kernel killed since they wanted more memory than the limit. */
export async function oomKillsOf(cgroup: string): Promise<number> {
  const version1 = join(ROOT, 'memory', cgroup, 'memory.oom_control');
  const version2 = join(ROOT, cgroup, 'memory.events');
  const counters = await readFile(version1, 'utf8').catch(() => readFile(version2, 'utf8')).catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(counters)?.[1] ?? 0);
}

/** Removes a control group, with those below it, from every hierarchy (several in version 1, one in version 2). What still runs there is killed. */
export async function removeCgroup(cgroup: string): Promise<void> {
  const hierarchies = existsSync(ROOT) ? await readdir(ROOT) : [];
  await Promise.all(['', ...hierarchies].map(hierarchy => removeTree(join(ROOT, hierarchy, cgroup))));
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  await Promise.all(entries.filter(entry => entry.isDirectory()).map(entry => removeTree(join(folder, entry.name))));
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    await killProcesses(folder);
    try {
      return await rmdir(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        return;
      }
      // busy for as long as the last of its processes takes to go.
      if (code !== 'EBUSY' || performance.now() > deadline) {
        throw error;
      }
      await setTimeout(20);
    }
  }
}

async function killProcesses(folder: string): Promise<void> {
  // only version 2 can; in version 1 processes are killed one by one, and those of another PID namespace, listed as 0, cannot be told apart.
  await writeFile(join(folder, 'cgroup.kill'), '1', { flag: 'r+' }).catch(() => undefined);
  const processes = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
  for (const pid of processes.split('\n').map(Number).filter(Boolean)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has gone by itself.
    }
  }
}
