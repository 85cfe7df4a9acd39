import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT, tarball } from './tarball';

/** How a program ended, and all that it said. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

const { peerDependencies }: { peerDependencies: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The peers as their ranges say, or the lowest version in each range. */
const PEERS = {
  lowest: Object.entries(peerDependencies).map(([name, range]) => `${name}@${lowestOf(range)}`),
  newest: Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`),
};

/** Versions of the peers that a user may have. */
export type Peers = keyof typeof PEERS;

/** An empty folder, in which somebody installs the package and uses it. */
export class UserProject {
  public readonly folder = mkdtempSync(join(tmpdir(), 'user-'));

  /** @param peers which versions of its peer dependencies are installed beside the package */
  public constructor(peers: Peers) {
    this.write('package.json', JSON.stringify({ name: 'user', private: true }));
    const { status, output } = this.run('npm', 'install', '--no-audit', '--no-fund', tarball(), ...PEERS[peers]);
    if (status !== 0) {
      throw new Error(`npm install: ${output}`);
    }
  }

  /** The versions that were installed. */
  public versions(): Record<string, string> {
    return Object.fromEntries(Object.keys(peerDependencies).map(name => [name, JSON.parse(this.read(`node_modules/${name}/package.json`)).version]));
  }

  public read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  public write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Copies a file or a folder of the repository. */
  public copy(from: string, to: string): void {
    cpSync(join(ROOT, from), join(this.folder, to), { recursive: true });
  }

  /** Runs a program there, without what npm and jest put into the environment of theirs. */
  public run(command: string, ...args: string[]): Outcome {
    return this.runIn('.', command, ...args);
  }

  public runIn(folder: string, command: string, ...args: string[]): Outcome {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|config_local)|NODE_ENV|JEST|INIT_CWD)/.test(name)));
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: join(this.folder, folder),
      env: { ...env, CDK8S_CHECK_UPGRADE: 'false' },
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}${error ?? ''}` };
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export function lowestOf(range: string): string {
  const [, version] = /^\^(\d+\.\d+\.\d+)$/.exec(range) ?? [];
  if (version === undefined) {
    throw new Error(`the range of a peer must be a caret and a version, got '${range}'`);
  }
  return version;
}
