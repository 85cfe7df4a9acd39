import { App, Chart } from 'cdk8s';
import { FleetApp, StatefulApp } from 'cdk8s-stateful';
import { bytesIn } from './bytes';
import { build } from '../peers/stateful';
import { charts, Shape } from '../workload';

export interface ChainJob {
  readonly peer: 'stateful' | 'fleet';
  readonly shape: Shape;
  readonly n: number;
  /** Whether each app depends on the one before it, or on none. */
  readonly isLinked: boolean;
  /** An empty folder that the caller removes. */
  readonly outdir: string;
}

export interface ChainResult {
  readonly milliseconds: number;
  readonly bytes: number;
}

// as in the peers.
void FleetApp;

const { peer, shape, n, isLinked, outdir }: ChainJob = JSON.parse(process.argv[2]);
const work = charts(shape, n);

const start = process.hrtime.bigint();
synthesize();
const end = process.hrtime.bigint();

const result: ChainResult = { milliseconds: Number(end - start) / 1e6, bytes: bytesIn(outdir) };
console.log(JSON.stringify(result));

function synthesize(): void {
  const root = peer === 'fleet' ? new FleetApp({ outdir }) : new App({ outdir });
  let previous: StatefulApp | undefined;
  for (const { name, apps } of work) {
    const chart = new Chart(root, name);
    for (const id of apps) {
      const app = build(chart, id);
      if (isLinked && previous !== undefined) {
        app.node.addDependency(previous);
      }
      previous = app;
    }
  }
  root.synth();
}
