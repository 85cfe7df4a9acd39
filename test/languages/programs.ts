import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outcome, outcomeOf } from '../../scripts/languages/command';

export const ROOT = join(__dirname, '..', '..');

/** Programs that every language has. */
export const PROGRAMS = ['myapp', 'canary', 'etcd', 'readme', 'tour', 'review', 'refused', 'refused-at-synth'] as const;

export type ProgramName = typeof PROGRAMS[number];

/** A language, seen as its users see it. */
export interface LanguageProject {
  /** Installs the built package and what it needs, and compiles the programs, in a folder that has a copy of them. */
  install(folder: string): Promise<void>;

  /** The command that runs a program, once installed. */
  command(program: ProgramName, folder: string): readonly string[];

  /** How an error ends such a program: the line that says what was wrong. */
  refusal(message: string): string;

  /** The same, for one that JavaScript threw while manifests were written. */
  refusalAtSynth(message: string): string;
}

/** What a program did: what it printed, and the files that it wrote below dist/. */
export interface Result extends Outcome {
  readonly files: Record<string, string>;
}

/** A folder for programs that is not within this repository, so that nothing of it is found by accident. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `languages-${name}-`));
}

/** Copies the programs of a language to a folder of their own. */
export function copyPrograms(language: string): string {
  const folder = temporaryFolder(language);
  cpSync(join(__dirname, language), folder, { recursive: true });
  return folder;
}

/** Runs a program in an empty folder. */
export async function resultOf(command: readonly string[]): Promise<Result> {
  const cwd = temporaryFolder('run');
  try {
    const outcome = await outcomeOf(command, { cwd });
    return { ...outcome, files: filesIn(join(cwd, 'dist')) };
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** What the same program does in TypeScript. */
export async function typescriptResultOf(program: ProgramName): Promise<Result> {
  return resultOf([
    join(ROOT, 'node_modules', '.bin', 'ts-node'), '--transpile-only', '--project', join(ROOT, 'examples', 'tsconfig.json'),
    join(__dirname, 'typescript', `${program}.ts`),
  ]);
}

/** All files of a folder, by their names. */
export function filesIn(folder: string): Record<string, string> {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  // cdk8s writes this one for its own command line.
  return Object.fromEntries(names.filter(name => name !== 'construct-metadata.json').map(name => [name, readFileSync(join(folder, name), 'utf8')]));
}
