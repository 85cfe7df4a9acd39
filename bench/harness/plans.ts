import * as fs from 'node:fs';
import * as path from 'node:path';
import { planOnce, synthOnce } from './children';
import { Options } from './options';
import { SCRATCH } from './paths';
import { median, spread } from './summary';
import type { PlanJob } from '../children/plan';
import { APP } from '../workload';

/** StatefulSets on each side. */
export const PLANNED = 1000;

const JOBS: PlanJob['what'][] = ['yaml', 'plan'];

export interface PlanSample {
  readonly what: PlanJob['what'];
  readonly round: number;
  readonly milliseconds: number;
}

export interface PlanRow {
  readonly what: PlanJob['what'];
  readonly milliseconds: number;
  readonly spread: number;
}

/** Another image for every StatefulSet: planned, and in the same round read with `yaml` and no more. */
export function measurePlans({ importRounds, peers }: Options, log: (line: string) => void): PlanSample[] {
  if (!peers.includes('stateful')) {
    return [];
  }
  log(`plans of ${PLANNED} StatefulSets`);
  const folder = fs.mkdtempSync(path.join(SCRATCH, 'cdk8s-stateful-bench-'));
  try {
    writeSides(folder);
    return Array.from({ length: importRounds }, (_, round) => (round % 2 === 0 ? JOBS : [...JOBS].reverse()).map((what) => {
      const { milliseconds, count } = planOnce({ what, folder });
      const expected = what === 'plan' ? PLANNED * APP.replicas : 4 * PLANNED;
      if (count !== expected) {
        throw new Error(`${what} gave ${count}, and not ${expected}: its speed must not be compared`);
      }
      return { what, round, milliseconds };
    })).flat();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function writeSides(folder: string): void {
  const next = APP.image.replace(/[^:]*$/, '2.0.0');
  synthOnce({ peer: 'stateful', shape: 'one-chart', n: PLANNED }, (outdir) => {
    const [file] = fs.readdirSync(outdir);
    const text = fs.readFileSync(path.join(outdir, file), 'utf8');
    fs.writeFileSync(path.join(folder, 'before.yaml'), text);
    fs.writeFileSync(path.join(folder, 'after.yaml'), text.replaceAll(APP.image, next));
  });
}

export function planRowsOf(samples: readonly PlanSample[]): PlanRow[] {
  return JOBS.filter((what) => samples.some((sample) => sample.what === what)).map((what) => {
    const times = samples.filter((sample) => sample.what === what).map(({ milliseconds }) => milliseconds);
    return { what, milliseconds: median(times), spread: spread(times) };
  });
}
