import { Row } from './summary';
import { PEERS, PeerName, Shape } from '../workload';

/** Colours that people with any kind of sight tell apart, and a shape for each point besides. @see https://jfly.uni-koeln.de/color/ */
const LINES: { readonly [peer in PeerName]: { readonly colour: string; readonly dash?: string } } = {
  'stateful': { colour: '#0072b2' },
  'fleet': { colour: '#009e73' },
  'kplus': { colour: '#d55e00' },
  'l1': { colour: '#e69f00' },
  'api-object': { colour: '#cc79a7' },
  'plain-yaml': { colour: '#777777' },
  'plain-json': { colour: '#777777', dash: '2 3' },
  'kustomize': { colour: '#56b4e9', dash: '6 3' },
  'jsonnet': { colour: '#000000', dash: '6 3' },
  'jsonnet-json': { colour: '#000000', dash: '2 3' },
};

const PANEL = { width: 400, height: 360, left: 62, top: 40, gap: 80 };
const LEGEND = 110;

const TITLES: { readonly [shape in Shape]: string } = { 'one-chart': 'N apps in one chart', 'many-charts': 'N charts of one app' };
const SHAPES = Object.keys(TITLES) as Shape[];

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Time of the whole process over N, both on logarithmic axes, on which what grows linearly is a diagonal and what is quadratic twice as steep. */
export function plotOf(rows: readonly Row[]): string {
  const width = PANEL.left + SHAPES.length * PANEL.width + (SHAPES.length - 1) * PANEL.gap + LEGEND;
  const times = rows.map((row) => row.processMilliseconds);
  const time = { min: 10 ** Math.floor(Math.log10(Math.min(...times))), max: 10 ** Math.ceil(Math.log10(Math.max(...times))) };
  const n = { min: 1, max: Math.max(...rows.map((row) => row.n)) };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL.top + PANEL.height + 50}" font-family="sans-serif" font-size="12">`,
    '<title>Time to make the manifests of N apps, whole process</title>',
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...SHAPES.flatMap((shape, i) => panel(shape, rows.filter((row) => row.shape === shape), n, time, PANEL.left + i * (PANEL.width + PANEL.gap))),
    '</svg>',
    '',
  ].join('\n');
}

function panel(shape: Shape, rows: readonly Row[], n: Range, time: Range, left: number): string[] {
  const x = (value: number) => round(left + PANEL.width * part(value, n));
  const y = (value: number) => round(PANEL.top + PANEL.height * (1 - part(value, time)));
  const bottom = PANEL.top + PANEL.height;
  const right = left + PANEL.width;
  const peers = PEERS.filter((peer) => rows.some((row) => row.peer === peer));
  return [
    `<text x="${left + PANEL.width / 2}" y="${PANEL.top - 16}" text-anchor="middle" font-size="14">${TITLES[shape]}</text>`,
    ...powers(time).flatMap((value) => [
      `<line x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#dddddd"/>`,
      `<text x="${left - 6}" y="${y(value) + 4}" text-anchor="end">${duration(value)}</text>`,
    ]),
    ...[...powers(n), n.max].map((value) => `<text x="${x(value)}" y="${bottom + 18}" text-anchor="middle">${value}</text>`),
    `<text x="${left + PANEL.width / 2}" y="${bottom + 38}" text-anchor="middle">N</text>`,
    `<rect x="${left}" y="${PANEL.top}" width="${PANEL.width}" height="${PANEL.height}" fill="none" stroke="#888888"/>`,
    ...peers.flatMap((peer) => line(peer, rows.filter((row) => row.peer === peer).map((row) => [x(row.n), y(row.processMilliseconds)]))),
    ...labels(peers.map((peer) => {
      const last = rows.filter((row) => row.peer === peer).reduce((a, b) => b.n > a.n ? b : a);
      return { peer, x: x(last.n), y: y(last.processMilliseconds) };
    })),
  ];
}

function line(peer: PeerName, points: [number, number][]): string[] {
  const { colour, dash } = LINES[peer];
  return [
    `<polyline points="${points.map((point) => point.join()).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
    ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
  ];
}

/** The name of each line at its end; where ends are close to each other, names are moved apart. */
function labels(ends: { readonly peer: PeerName; readonly x: number; readonly y: number }[]): string[] {
  let lowest = -Infinity;
  return [...ends].sort((a, b) => a.y - b.y).map(({ peer, x, y }) => {
    lowest = Math.max(y, lowest + 13);
    return `<text x="${x + 7}" y="${round(lowest + 4)}" fill="${LINES[peer].colour}">${peer}</text>`;
  });
}

function powers({ min, max }: Range): number[] {
  const all: number[] = [];
  for (let value = min; value <= max; value *= 10) {
    all.push(value);
  }
  return all;
}

function part(value: number, { min, max }: Range): number {
  return Math.log(value / min) / Math.log(max / min);
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
