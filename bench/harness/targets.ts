import { PLANNED, PlanRow } from './plans';
import { Growth, ImportRow, Row } from './summary';

/** A promise of this library about its speed. */
export interface Target {
  readonly what: string;
  readonly limit: number;
  /** Left out when this run did not measure it. */
  readonly got?: number;
}

export function targetsOf(rows: Row[], growth: Growth[], imports: ImportRow[], plans: PlanRow[]): Target[] {
  const thousand = rows.find((row) => row.peer === 'stateful' && row.shape === 'one-chart' && row.n === 1000);
  const line = growth.find((other) => other.peer === 'stateful' && other.shape === 'one-chart');
  const time = (module: string) => imports.find((row) => row.module === module)?.milliseconds;
  const own = time('cdk8s-stateful');
  const [read, planned] = plans;

  return [
    { what: 'one chart, N = 1000: stateful / kplus', limit: 0.75, got: thousand?.ratios.kplus },
    { what: 'one chart, N = 1000: stateful / l1', limit: 1.15, got: thousand?.ratios.l1 },
    { what: `one chart: growth exponent of stateful, N = 100 to ${line?.to ?? 3000}`, limit: 1.05, got: line?.exponent },
    { what: 'import: cdk8s-stateful / cdk8s-plus-27', limit: 1.10, got: own && own / time('cdk8s-plus-27')! },
    { what: `plan of ${PLANNED} StatefulSets / reading both sides with yaml`, limit: 0.75, got: planned && planned.milliseconds / read.milliseconds },
  ];
}

export function met(target: Target): boolean {
  return target.got !== undefined && target.got <= target.limit;
}
