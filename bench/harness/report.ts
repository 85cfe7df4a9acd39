import { ChainRow } from './chains';
import { PLANNED, PlanRow } from './plans';
import { Growth, ImportRow, Row } from './summary';
import { met, Target } from './targets';
import { isTool, PeerName, Shape } from '../workload';

export interface Report {
  readonly rows: Row[];
  readonly growth: Growth[];
  readonly imports: ImportRow[];
  readonly plans: PlanRow[];
  readonly chains: ChainRow[];
  readonly targets: Target[];
}

const SHAPES: { readonly [shape in Shape]: string } = { 'one-chart': 'One chart', 'many-charts': 'Charts of one app' };

const SHAPES_IN_ORDER = Object.keys(SHAPES) as Shape[];

/** What others are measured against: the library people use today, the same objects by hand, cdk8s's printer alone, the floor. */
const BASES: PeerName[] = ['kplus', 'l1', 'plain-yaml', 'plain-json'];

export function print(report: Report): string {
  return [
    ...cases(report.rows),
    growth(report.growth),
    imports(report.imports),
    ...report.plans.length > 0 ? [plans(report.plans)] : [],
    ...report.chains.length > 0 ? [chains(report.chains)] : [],
    targets(report.targets),
  ].join('\n\n');
}

function cases(rows: Row[]): string[] {
  return SHAPES_IN_ORDER.flatMap((shape) => {
    const sizes = [...new Set(rows.filter((row) => row.shape === shape).map((row) => row.n))];
    return sizes.flatMap((n) => {
      const ofCase = rows.filter((row) => row.shape === shape && row.n === n);
      const title = `${SHAPES[shape]}, N = ${n}`;
      const processes = ofCase.some(({ peer }) => isTool(peer)) ? [wholeProcess(title, ofCase)] : [];
      return [oneCase(title, ofCase.filter(({ peer }) => !isTool(peer))), ...processes];
    });
  });
}

function oneCase(title: string, rows: Row[]): string {
  const bases = BASES.filter((base) => rows.some((row) => row.peer === base));
  return table(
    [title, ...bases.map((base) => `/ ${base}`), 'median', 'spread', 'peak RSS', 'output'],
    rows.map((row) => [
      row.peer,
      ...bases.map((base) => ratio(row.ratios[base]!)),
      milliseconds(row.milliseconds),
      percent(row.spread),
      `${row.peakMegabytes!.toFixed(0)} MB`,
      `${(row.bytes / 1000).toFixed(0)} kB`,
    ]),
  );
}

/** The only way to compare with programs of their own: from the start of the process to its end, modules and all. */
function wholeProcess(title: string, rows: Row[]): string {
  const bases = rows.map(({ peer }) => peer).filter(isTool);
  return table([`${title}, whole process`, ...bases.map((base) => `/ ${base}`), 'median'], rows.map((row) => [
    row.peer,
    ...bases.map((base) => ratio(row.processRatios[base]!)),
    milliseconds(row.processMilliseconds),
  ]));
}

function growth(lines: Growth[]): string {
  const span = (line: Growth) => `${SHAPES[line.shape]}, ${line.from} to ${line.to}`;
  const spans = [...new Set(lines.map(span))];
  const peers = [...new Set(lines.map((line) => line.peer))];
  const exponent = (peer: PeerName, column: string) => lines.find((line) => line.peer === peer && span(line) === column)?.exponent.toFixed(2) ?? '';
  return table(['Growth exponent', ...spans], peers.map((peer) => [peer, ...spans.map((column) => exponent(peer, column))]));
}

function imports(rows: ImportRow[]): string {
  const base = rows.find((row) => row.module === 'cdk8s-plus-27')!;
  return table(['Import', `/ ${base.module}`, 'median', 'spread'], rows.map((row) => [
    row.module,
    ratio(row.milliseconds / base.milliseconds),
    milliseconds(row.milliseconds),
    percent(row.spread),
  ]));
}

function plans(rows: PlanRow[]): string {
  const words = { yaml: 'reading both sides with yaml', plan: 'reading them, and the plan' };
  const [base] = rows;
  return table([`Plan, N = ${PLANNED} on each side`, '/ yaml', 'median', 'spread'], rows.map((row) => [
    words[row.what],
    ratio(row.milliseconds / base.milliseconds),
    milliseconds(row.milliseconds),
    percent(row.spread),
  ]));
}

function chains(rows: ChainRow[]): string {
  return table(['Chains of apps that depend on the one before', '/ without', 'median', 'without', 'spread'], rows.map((row) => [
    `${row.peer}, ${SHAPES[row.shape].toLowerCase()}, N = ${row.n}`,
    ratio(row.milliseconds / row.withoutMilliseconds),
    milliseconds(row.milliseconds),
    milliseconds(row.withoutMilliseconds),
    percent(row.spread),
  ]));
}

function targets(all: Target[]): string {
  return table(['Targets', 'at most', 'got', ''], all.map((target) => [
    target.what,
    target.limit.toFixed(target.limit < 0.1 ? 3 : 2),
    target.got === undefined ? '-' : ratio(target.got),
    target.got === undefined ? '? not measured in this run' : met(target) ? '✓' : '✗ missed',
  ]), 1);
}

/** The first column to the left, numbers to the right; the last `notes` columns to the left again. */
function table(header: string[], rows: string[][], notes = 0): string {
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)));
  const line = (row: string[]) => row
    .map((cell, i) => i === 0 || i >= row.length - notes ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))
    .join('  ')
    .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  ').trimEnd(), ...rows.map(line)].join('\n');
}

function ratio(value: number): string {
  return value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 1);
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function percent(value: number): string {
  return `±${(50 * value).toFixed(0)} %`;
}
