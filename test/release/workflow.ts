import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './repository';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly steps: readonly Step[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly if?: string;
  readonly needs?: string | readonly string[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, any>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A workflow of GitHub, by the name of its file. */
export function workflow(name: string): Workflow {
  return parse(readFileSync(join(ROOT, '.github', 'workflows', `${name}.yml`), 'utf8'));
}
