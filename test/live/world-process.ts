import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Runtime } from './node/containers/runtime';
import type { WorldOptions } from './world';

const ROOT = join(__dirname, '..', '..');
/** On a disk and not in memory, for the sake of the databases that run in it. */
const WORLDS = '/var/tmp/cdk8s-stateful-live';

/** The path of a socket has at most 107 characters; the kernel's library cuts the rest off without a word. */
const NAME_MAX = 50;

/** The first process of a world takes up those whose parent has ended, which a shell does and Node.js does not: a container ends only when all in it were taken up. */
const REAPER = ['sh', '-c', '"$@"; exit $?', 'world'];

/** The process that a cluster of processes is, seen from outside. */
export class WorldProcess {
  static async start(scenario: string, options: Pick<WorldOptions, 'pace' | 'configMapRefreshSeconds'>): Promise<WorldProcess> {
    await sweep();
    const name = `${scenario.slice(0, NAME_MAX)}.${process.pid}`;
    const world = new WorldProcess({ ...options, name, directory: join(WORLDS, name), socket: join(WORLDS, `${name}.sock`) });
    const { child, gone } = world;
    await Promise.race([
      once(child.stdout!, 'data'),
      gone.then(() => { throw new Error(`the cluster did not start, exit code ${child.exitCode}:\n${world.log()}`); }),
    ]);
    return world;
  }

  private readonly child: ChildProcess;
  /** Its last process has ended, and not only the first one: that is when there is nobody to hold its output any more. */
  private readonly gone: Promise<unknown>;

  private constructor(readonly options: WorldOptions) {
    mkdirSync(WORLDS, { recursive: true });
    const log = openSync(logOf(options.name), 'a');
    this.child = spawn('unshare', [
      '--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--propagation', 'private', '--',
      ...REAPER, process.execPath, '-r', 'ts-node/register/transpile-only', join(__dirname, 'world.ts'), JSON.stringify(options),
    ], { cwd: ROOT, env: { ...process.env, TS_NODE_PROJECT: join(ROOT, 'test', 'tsconfig.json'), NODE_OPTIONS: '' }, stdio: ['pipe', 'pipe', log] });
    this.gone = once(this.child, 'close');
    closeSync(log);
  }

  /** What went wrong in the cluster itself, and not in what runs on it. */
  log(): string {
    return readFileSync(logOf(this.options.name), 'utf8');
  }

  /** Ends it at once, with all that runs in it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone;
  }

  /** Ends it and removes what it has on disk. */
  async remove(): Promise<void> {
    await this.kill();
    await removeTraces(this.options.name);
  }
}

/** Removes what is left of the clusters whose test run was killed. Their processes went with it. */
async function sweep(): Promise<void> {
  const names = existsSync(WORLDS) ? readdirSync(WORLDS).map(entry => entry.replace(/\.(sock|log)$/, '')) : [];
  for (const name of new Set(names)) {
    if (!existsSync(`/proc/${name.slice(name.lastIndexOf('.') + 1)}`)) {
      await removeTraces(name);
    }
  }
}

async function removeTraces(name: string): Promise<void> {
  await Runtime.cleanUp(name);
  for (const path of [join(WORLDS, name), join(WORLDS, `${name}.sock`), logOf(name)]) {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

function logOf(name: string): string {
  return join(WORLDS, `${name}.log`);
}
