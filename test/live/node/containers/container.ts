import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countsSwap, oomKillsOf, removeCgroup } from './cgroups';
import { ContainerConfig, ociSpec } from './oci-spec';
import { mountRootFilesystem, unmountRootFilesystem } from './root-filesystem';
import type { ExecResult } from '../../cluster';
import { execute } from '../../execute';
import { timestamp } from '../../timestamp';

/** How a container ended. */
export interface ExitStatus {
  /** That of the program, or 128 and the number of the signal that ended it: 137 for SIGKILL, 143 for SIGTERM. */
  readonly exitCode: number;
  /** Whether the kernel killed any of its processes since they wanted more memory than the limit. */
  readonly oomKilled: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface ContainerExecOptions {
  /** @default - stdin is empty */
  readonly input?: string;
  /** When it is over, the process is killed. @default - no limit */
  readonly timeoutSeconds?: number;
}

/** A container that was started. */
export interface Container {
  readonly id: string;
  readonly startedAt: string;
  readonly exited: Promise<ExitStatus>;
  /** Sends a signal to the container's first process, which the kernel lets ignore all that it has no handler for, but SIGKILL and SIGSTOP. */
  signal(name: NodeJS.Signals): void;
  /** Runs one more process in it, as its user, with its variables. What cannot be executed is exit code 255, and runc's words on stderr. */
  exec(command: readonly string[], options?: ContainerExecOptions): Promise<ExecResult>;
  /** Kills it if it still runs, and removes every trace of it but its log. */
  remove(): Promise<void>;
}

/** Why a container's program could not be executed. Its pod says so in a state `terminated` of reason `StartError`. */
export class StartError extends Error {
  constructor(
    message: string,
    /** @see https://github.com/containerd/containerd/blob/v1.7.0/pkg/cri/sbserver/container_start.go */
    readonly exitCode = 128,
  ) {
    super(message);
  }
}

/** The state of runc, gone with the world: every world has a /run of its own. */
const RUNC = ['--root', '/run/runc'];
const POLL_MILLISECONDS = 5;

/**
 * A container under a `runc run` in the foreground. That is its parent, which learns how it ended, and carries stdout and stderr to the log file.
 */
export class RuncContainer implements Container {
  static async start(config: ContainerConfig): Promise<RuncContainer> {
    try {
      await mountRootFilesystem(config.rootfs, config.directory);
      await writeFile(join(config.directory, 'config.json'), JSON.stringify(ociSpec(config, countsSwap())));
      return await RuncContainer.run(config);
    } catch (error) {
      await removeTraces(config);
      throw error;
    }
  }

  private static async run(config: ContainerConfig): Promise<RuncContainer> {
    const log = await open(config.logFile, 'a');
    try {
      const { size } = await log.stat();
      const runc = spawn('runc', [
        ...RUNC, '--log', messagesOf(config), '--log-format', 'json',
        'run', '--keep', '--bundle', config.directory, '--pid-file', pidFileOf(config), config.id,
      ], { stdio: ['ignore', log.fd, log.fd] });
      const ended = exitCodeOf(runc);
      const pid = await executed(config, runc);
      if (pid !== undefined) {
        return new RuncContainer(config, pid, ended);
      }
      await ended;
      // runc has said why where the container would have spoken.
      await log.truncate(size);
      throw new StartError(await startErrorOf(config));
    } finally {
      await log.close();
    }
  }

  readonly id: string;
  readonly startedAt = timestamp(Date.now());
  readonly exited: Promise<ExitStatus>;
  private running = true;
  private execs = 0;
  private removal?: Promise<void>;

  private constructor(private readonly config: ContainerConfig, private readonly pid: number, ended: Promise<number>) {
    this.id = config.id;
    this.exited = ended.then(async exitCode => {
      this.running = false;
      const finishedAt = timestamp(Date.now());
      return { exitCode, oomKilled: await oomKillsOf(config.cgroup) > 0, startedAt: this.startedAt, finishedAt };
    });
  }

  signal(name: NodeJS.Signals): void {
    if (this.running) {
      killProcess(this.pid, name);
    }
  }

  async exec(command: readonly string[], { input, timeoutSeconds }: ContainerExecOptions = {}): Promise<ExecResult> {
    const pidFile = join(this.config.directory, `exec-${++this.execs}.pid`);
    // errors are told on stderr, whatever the log is.
    const runc = spawn('runc', [...RUNC, '--log', '/dev/null', 'exec', '--pid-file', pidFile, this.id, ...command]);
    runc.stdin.on('error', () => undefined).end(input);
    const [stdout, stderr] = [runc.stdout, runc.stderr].map(stream => {
      const chunks: Buffer[] = [];
      stream.on('data', chunk => chunks.push(chunk));
      return () => Buffer.concat(chunks).toString();
    });
    let timedOut = false;
    const timer = timeoutSeconds === undefined ? undefined : setTimeout(() => {
      timedOut = true;
      void killExec(runc, pidFile);
    }, timeoutSeconds * 1000);
    const [code, signal] = await once(runc, 'close');
    clearTimeout(timer);
    await rm(pidFile, { force: true });
    return {
      exitCode: codeOf(code, signal),
      stdout: stdout(),
      stderr: timedOut ? `${stderr()}command ${JSON.stringify(command.join(' '))} timed out\n` : stderr(),
    };
  }

  remove(): Promise<void> {
    return this.removal ??= this.kill().then(() => removeTraces(this.config));
  }

  private async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }
}

/** The pid of a container's program, once that has taken the place of runc's own beginnings; undefined if it never did. */
async function executed(config: ContainerConfig, runc: ChildProcess): Promise<number | undefined> {
  for (;;) {
    // asked before the file is read, which is written before runc ends.
    const over = hasEnded(runc);
    const pid = await pidIn(pidFileOf(config));
    if (over || (pid !== undefined && !await isRunc(pid))) {
      return pid;
    }
    await sleep(POLL_MILLISECONDS);
  }
}

async function isRunc(pid: number): Promise<boolean> {
  return await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') === 'runc\0init\0';
}

async function startErrorOf(config: ContainerConfig): Promise<string> {
  const lines = (await readFile(messagesOf(config), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const error = lines.map(line => JSON.parse(line)).filter(({ level }) => level === 'error').at(-1);
  return error?.msg.replace(/^runc run failed: /, '') ?? 'runc ended without a word';
}

/**
 * Kills a process that runc executes, and then runc, which waits for the process's children too while they hold its output. Never runc first: the
 * process would go on without it.
 */
async function killExec(runc: ChildProcess, pidFile: string): Promise<void> {
  while (!hasEnded(runc)) {
    const pid = await pidIn(pidFile);
    if (pid !== undefined && !killProcess(pid, 'SIGKILL')) {
      runc.kill('SIGKILL');
      return;
    }
    await sleep(POLL_MILLISECONDS);
  }
}

async function removeTraces(config: ContainerConfig): Promise<void> {
  await execute('runc', [...RUNC, '--log', '/dev/null', 'delete', '--force', config.id]);
  await removeCgroup(config.cgroup);
  await unmountRootFilesystem(config.directory);
  await rm(config.directory, { recursive: true, force: true });
}

function pidFileOf(config: ContainerConfig): string {
  return join(config.directory, 'pid');
}

/** What runc has to say, which would end up among the container's own words otherwise. */
function messagesOf(config: ContainerConfig): string {
  return join(config.directory, 'runc.log');
}

async function pidIn(file: string): Promise<number | undefined> {
  return Number(await readFile(file, 'utf8').catch(() => '')) || undefined;
}

/** False if there is no such process. */
function killProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code, signal] = await once(child, 'exit');
  return codeOf(code, signal);
}

function codeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + constants.signals[signal!];
}
