import { parseArgs } from 'node:util';
import { isTool, PEERS, PeerName, Shape } from '../workload';

export const HELP = `usage: ts-node --project examples/tsconfig.json bench/run.ts [options]

  --quick             3 rounds, and no N = 3000
  --rounds <number>   how often every measurement is repeated (default 7; 3 at N = 3000)
  --charts-3000       3000 charts of one app for every peer, in place of fleet, kplus and plain objects: stock cdk8s is quadratic there
  --publish           writes bench/performance.json and the plot that is made of it
  --peers <a,b>       only these of ${PEERS.join(', ')}
  --check             exit with 1 if a target is missed or could not be measured
  --help`;

export interface Options {
  readonly cases: readonly Case[];
  readonly peers: readonly PeerName[];
  readonly importRounds: number;
  readonly check: boolean;
  readonly publish: boolean;
  readonly help: boolean;
}

/** A size and shape of the workload, measured `rounds` times for these peers. */
export interface Case {
  readonly shape: Shape;
  readonly n: number;
  readonly rounds: number;
  readonly peers: readonly PeerName[];
}

/** Who is measured with 3000 charts: the others are between them, and take minutes. */
const OF_3000_CHARTS: readonly PeerName[] = ['fleet', 'kplus', 'plain-yaml', 'plain-json'];

export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      'quick': { type: 'boolean', default: false },
      'rounds': { type: 'string' },
      'charts-3000': { type: 'boolean', default: false },
      'peers': { type: 'string', default: PEERS.join() },
      'check': { type: 'boolean', default: false },
      'publish': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });

  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`'--rounds' must be a positive integer, got ${values.rounds}`);
  }
  const few = Math.min(rounds, 3);
  const peers = peersOf(values.peers!);
  const others = peers.filter((peer) => !isTool(peer));
  // a tool makes one chart in each call, and jsonnet takes minutes for the YAML of a thousand apps.
  const tools = (n: number) => peers.filter((peer) => isTool(peer) && (peer !== 'jsonnet' || n <= 100));
  const cases: Case[] = [1, 100, 1000].flatMap((n) => [
    { shape: 'one-chart', n, rounds, peers: others },
    { shape: 'one-chart', n, rounds: n === 1 ? few : 1, peers: tools(n) },
    { shape: 'many-charts', n, rounds: n === 1000 ? few : rounds, peers: others },
  ] as const);
  if (!values.quick) {
    cases.push({ shape: 'one-chart', n: 3000, rounds: few, peers: others });
    // one sample of kplus takes minutes.
    const of3000 = values['charts-3000'] ? others : others.filter((peer) => OF_3000_CHARTS.includes(peer));
    cases.push({ shape: 'many-charts', n: 3000, rounds: 1, peers: of3000 });
  }
  const { check, publish, help } = values as Required<typeof values>;
  return { cases: cases.filter((c) => c.peers.length > 0), peers, importRounds: 2 * rounds + 1, check, publish, help };
}

function peersOf(list: string): PeerName[] {
  const wanted = list.split(',');
  const unknown = wanted.filter((name) => !PEERS.includes(name as PeerName));
  if (unknown.length > 0) {
    throw new Error(`'--peers' must be some of ${PEERS.join(', ')}, got ${unknown.join(', ')}`);
  }
  return PEERS.filter((peer) => wanted.includes(peer));
}
