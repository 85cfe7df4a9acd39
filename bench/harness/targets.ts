import { ChainRow } from './chains';
import { PLANNED, PlanRow } from './plans';
import { Growth, ImportRow, Row } from './summary';
import { PeerName, Shape } from '../workload';

/** A promise of this library about its speed. */
export interface Target {
  readonly what: string;
  readonly limit: number;
  /** Left out when this run did not measure it. */
  readonly got?: number;
}

export function targetsOf(rows: Row[], growth: Growth[], imports: ImportRow[], plans: PlanRow[], chains: ChainRow[]): Target[] {
  const find = (peer: PeerName, shape: Shape, n: number) => rows.find((row) => row.peer === peer && row.shape === shape && row.n === n);
  const thousand = find('stateful', 'one-chart', 1000);
  const line = growth.find((other) => other.peer === 'stateful' && other.shape === 'one-chart');
  const [fleet, large] = [1000, 3000].map((n) => find('fleet', 'many-charts', n));
  const peak = (peer: PeerName) => find(peer, 'one-chart', 1000)?.peakMegabytes;
  const time = (module: string) => imports.find((row) => row.module === module)?.milliseconds;
  const [read, planned] = plans;
  const chain = (shape: Shape, n: number) => chains.find((row) => row.peer === 'stateful' && row.shape === shape && row.n === n);
  const dearer = (row: ChainRow | undefined) => quotient(row?.milliseconds, row?.withoutMilliseconds);

  return [
    { what: 'one chart, N = 1000: stateful / kplus', limit: 0.40, got: thousand?.ratios.kplus },
    { what: 'one chart, N = 1000: stateful / api-object', limit: 0.60, got: thousand?.ratios['api-object'] },
    { what: `one chart: growth exponent of stateful, N = 100 to ${line?.to ?? 3000}`, limit: 1.05, got: line?.exponent },
    { what: 'one chart, N = 1000, peak RSS: stateful / kplus', limit: 0.80, got: quotient(peak('stateful'), peak('kplus')) },
    { what: 'one chart, N = 1000, whole process: stateful / kustomize', limit: 1 / 15, got: thousand?.processRatios.kustomize },
    // jsonnet takes minutes for a thousand; it grows linearly, and fixed costs count against us at a hundred.
    { what: 'one chart, N = 100, whole process: stateful / jsonnet', limit: 1 / 30, got: find('stateful', 'one-chart', 100)?.processRatios.jsonnet },
    { what: 'charts of one app, N = 1000: fleet / kplus', limit: 0.12, got: fleet?.ratios.kplus },
    { what: 'charts of one app, N = 3000: fleet / kplus', limit: 0.03, got: large?.ratios.kplus },
    {
      what: 'charts of one app: growth exponent of fleet, N = 1000 to 3000',
      limit: 1.15,
      got: fleet && large && Math.log(large.milliseconds / fleet.milliseconds) / Math.log(3),
    },
    { what: 'chain of 24 apps in one chart: stateful / without dependencies', limit: 1.5, got: dearer(chain('one-chart', 24)) },
    { what: 'chain of 24 charts of one app: stateful / without dependencies', limit: 1.5, got: dearer(chain('many-charts', 24)) },
    { what: 'chain of 800 apps in one chart: stateful / without dependencies', limit: 1.5, got: dearer(chain('one-chart', 800)) },
    { what: 'import: cdk8s-stateful / cdk8s-plus-27', limit: 1.05, got: quotient(time('cdk8s-stateful'), time('cdk8s-plus-27')) },
    { what: `plan of ${PLANNED} StatefulSets / reading both sides with yaml`, limit: 0.75, got: quotient(planned?.milliseconds, read?.milliseconds) },
  ];
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

export function met(target: Target): boolean {
  return target.got !== undefined && target.got <= target.limit;
}
