import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { BUILD, SCRATCH } from './paths';
import type { ChainJob, ChainResult } from '../children/chain';
import type { PlanJob, PlanResult } from '../children/plan';
import type { SynthJob, SynthResult } from '../children/synth';
import { jsonnet, jsonnetJson } from '../tools/jsonnet';
import * as kustomize from '../tools/kustomize';
import { charts, isTool, PeerName, Tool } from '../workload';

const TOOLS = { kustomize, jsonnet, 'jsonnet-json': jsonnetJson };

/** What is known of a process from outside, too. */
export interface ProcessResult extends SynthResult {
  readonly processMilliseconds: number;
}

/** Runs one job in a fresh process and hands the folder with its manifests to `read` before it goes away. */
export function synthOnce(job: Omit<SynthJob, 'outdir'>, read: (outdir: string) => void = () => undefined): ProcessResult {
  return inScratch((outdir) => {
    const { result, processMilliseconds } = isTool(job.peer) ? runTool(job.peer, job, outdir) : timed(() => run('synth', JSON.stringify({ ...job, outdir })));
    read(outdir);
    return { ...result, processMilliseconds };
  });
}

/** A tool makes one chart for each call, and prints it. */
function runTool(peer: Tool, { shape, n }: Omit<SynthJob, 'outdir'>, outdir: string) {
  const tool = TOOLS[peer];
  const work = charts(shape, n);
  return inScratch((input) => {
    tool.prepare(work, input);
    return timed(() => {
      const bytes = work.map(({ name }) => {
        const [program, ...args] = tool.command(path.join(input, name))!;
        const text = execFileSync(program, args, { encoding: 'utf8', env: environment(), maxBuffer: 1e9 });
        fs.writeFileSync(path.join(outdir, `${name}.k8s.yaml`), text);
        return text.length;
      });
      return { bytes: bytes.reduce((sum, one) => sum + one, 0) };
    });
  });
}

/** Whether this machine has what a peer needs. */
export function isThere(peer: PeerName): boolean {
  return !isTool(peer) || TOOLS[peer].command('.') !== undefined;
}

function inScratch<T>(use: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(SCRATCH, 'cdk8s-stateful-bench-'));
  try {
    return use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function timed<T>(use: () => T): { result: T; processMilliseconds: number } {
  const start = process.hrtime.bigint();
  const result = use();
  return { result, processMilliseconds: Number(process.hrtime.bigint() - start) / 1e6 };
}

/** Milliseconds to load `module` in a fresh process. */
export function importOnce(module: string): number {
  return run('import', module);
}

/** Makes apps in a row in a fresh process. */
export function chainOnce(job: Omit<ChainJob, 'outdir'>): ChainResult {
  return inScratch((outdir) => run('chain', JSON.stringify({ ...job, outdir })));
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
