import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { BUILD, SCRATCH } from './paths';
import type { PlanJob, PlanResult } from '../children/plan';
import type { SynthJob, SynthResult } from '../children/synth';

/** Runs one job in a fresh process and hands the folder with its manifests to `read` before it goes away. */
export function synthOnce(job: Omit<SynthJob, 'outdir'>, read: (outdir: string) => void = () => undefined): SynthResult {
  const outdir = fs.mkdtempSync(path.join(SCRATCH, 'cdk8s-stateful-bench-'));
  try {
    const result = run('synth', JSON.stringify({ ...job, outdir }));
    read(outdir);
    return result;
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

/** Milliseconds to load `module` in a fresh process. */
export function importOnce(module: string): number {
  return run('import', module);
}

/** Plans a change, or reads its two sides, in a fresh process. */
export function planOnce(job: PlanJob): PlanResult {
  return run('plan', JSON.stringify(job));
}

function run(child: string, argument: string) {
  const text = execFileSync(process.execPath, [path.join(BUILD, 'children', `${child}.js`), argument], { encoding: 'utf8', env: environment() });
  return JSON.parse(text);
}

/** Variables that change how cdk8s or Node work stay out, or two people would measure different things. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(CDK8S_|NODE_|TS_NODE_)/.test(key)));
}
