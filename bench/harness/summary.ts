import { ImportSample, Sample } from './measure';
import { isTool, PeerName, PEERS, Shape } from '../workload';

type Ratios = { readonly [peer in PeerName]?: number };

/** One peer in one case: the medians of its samples. */
export interface Row {
  readonly peer: PeerName;
  readonly shape: Shape;
  readonly n: number;
  /** From the first construct to the last file; of a tool, the whole process. */
  readonly milliseconds: number;
  readonly processMilliseconds: number;
  /** The middle half of the samples lies within this part of the median. */
  readonly spread: number;
  readonly peakMegabytes?: number;
  readonly bytes: number;
  /** Median divided by the median of each peer in the same case. */
  readonly ratios: Ratios;
  readonly processRatios: Ratios;
}

/** How time grows with N: 1 is linear, 2 quadratic. */
export interface Growth {
  readonly peer: PeerName;
  readonly shape: Shape;
  readonly from: number;
  readonly to: number;
  readonly exponent: number;
}

export interface ImportRow {
  readonly module: string;
  readonly milliseconds: number;
  readonly spread: number;
}

export function rowsOf(samples: Sample[]): Row[] {
  const cases = new Map(samples.map((sample) => [`${sample.shape} ${sample.n}`, { shape: sample.shape, n: sample.n }]));
  return [...cases.values()].flatMap(({ shape, n }) => {
    const ofCase = samples.filter((sample) => sample.shape === shape && sample.n === n);
    const rows = PEERS.filter((peer) => ofCase.some((sample) => sample.peer === peer)).map((peer) => {
      const own = ofCase.filter((sample) => sample.peer === peer);
      const times = own.map((sample) => sample.milliseconds ?? sample.processMilliseconds);
      return {
        peer,
        shape,
        n,
        milliseconds: median(times),
        processMilliseconds: median(own.map((sample) => sample.processMilliseconds)),
        spread: spread(times),
        peakMegabytes: isTool(peer) ? undefined : median(own.map((sample) => sample.peakMegabytes!)),
        bytes: own[0].bytes,
      };
    });
    const ratios = (key: 'milliseconds' | 'processMilliseconds', row: typeof rows[number]) =>
      Object.fromEntries(rows.map((other) => [other.peer, row[key] / other[key]]));
    return rows.map((row) => ({ ...row, ratios: ratios('milliseconds', row), processRatios: ratios('processMilliseconds', row) }));
  });
}

/** From 100 apps, where fixed costs no longer hide the growth, to the most that were measured. */
export function growthOf(rows: Row[]): Growth[] {
  return rows.filter((row) => row.n === 100).flatMap((small) => {
    const same = rows.filter((row) => row.peer === small.peer && row.shape === small.shape);
    const large = same.reduce((a, b) => b.n > a.n ? b : a);
    const exponent = Math.log(large.milliseconds / small.milliseconds) / Math.log(large.n / small.n);
    return large.n > small.n ? [{ peer: small.peer, shape: small.shape, from: small.n, to: large.n, exponent }] : [];
  });
}

export function importRowsOf(samples: ImportSample[]): ImportRow[] {
  return [...new Set(samples.map((sample) => sample.module))].map((module) => {
    const times = samples.filter((sample) => sample.module === module).map((sample) => sample.milliseconds);
    return { module, milliseconds: median(times), spread: spread(times) };
  });
}

export function median(values: number[]): number {
  return quantile(values, 0.5);
}

export function spread(values: number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
}

function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low + (high - low) * (at % 1);
}
