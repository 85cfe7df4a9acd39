import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** An empty folder for a whole run. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'release-'));
}

/**
 * Runs a line of shell, as a step of a workflow does.
 *
 * @throws Error with all that it said, if it fails
 */
export function shell(folder: string, line: string, environment: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', line], {
    cwd: folder,
    env: { ...process.env, CI: 'true', ...environment },
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (status !== 0) {
    throw new Error(`${line} ended with ${status}:\n${stdout}${stderr}`);
  }
  return `${stdout}${stderr}`;
}

/** A clone of what is committed here, as a workflow has it, with the packages that are installed here. */
export class Repository {
  private readonly head: string;

  public constructor(public readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    shell(ROOT, `git clone --quiet --no-local . '${folder}'`);
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    // the pattern of .gitignore is for a folder, and this is a link.
    appendFileSync(join(folder, '.git', 'info', 'exclude'), 'node_modules\n');
    this.head = this.run('git rev-parse HEAD').trim();
    this.run('git config user.name release && git config user.email release@example.com');
  }

  public run(line: string, environment: Record<string, string> = {}): string {
    return shell(this.folder, line, environment);
  }

  public read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Has these commits since a release, or has never been released. */
  public since(tag: string | undefined, ...messages: string[]): void {
    this.run(`git reset --quiet --hard ${this.head}`);
    this.run('git tag --list | xargs --no-run-if-empty git tag --delete');
    if (tag !== undefined) {
      this.run(`git tag '${tag}'`);
    }
    for (const message of messages) {
      this.run('git commit --quiet --allow-empty --message "$MESSAGE"', { MESSAGE: message });
    }
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
