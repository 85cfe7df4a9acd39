import { parseArgs } from 'node:util';
import { PEERS, PeerName, Shape } from '../workload';

export const HELP = `usage: ts-node --project examples/tsconfig.json bench/run.ts [options]

  --quick             3 rounds, and no N = 3000
  --rounds <number>   how often every measurement is repeated (default 7; 3 at N = 3000)
  --charts-3000       3000 charts of one app as well: more than a minute for one sample, stock cdk8s is quadratic there
  --peers <a,b>       only these of ${PEERS.join(', ')}
  --check             exit with 1 if a target is missed or could not be measured
  --help`;

export interface Options {
  readonly cases: readonly Case[];
  readonly peers: readonly PeerName[];
  readonly importRounds: number;
  readonly check: boolean;
  readonly help: boolean;
}

/** A size and shape of the workload, measured `rounds` times for every peer. */
export interface Case {
  readonly shape: Shape;
  readonly n: number;
  readonly rounds: number;
}

export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      'quick': { type: 'boolean', default: false },
      'rounds': { type: 'string' },
      'charts-3000': { type: 'boolean', default: false },
      'peers': { type: 'string', default: PEERS.join() },
      'check': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });

  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`'--rounds' must be a positive integer, got ${values.rounds}`);
  }
  const few = Math.min(rounds, 3);
  const cases: Case[] = [1, 100, 1000].flatMap((n) => [{ shape: 'one-chart', n, rounds }, { shape: 'many-charts', n, rounds }] as const);
  if (!values.quick) {
    cases.push({ shape: 'one-chart', n: 3000, rounds: few });
  }
  if (values['charts-3000']) {
    cases.push({ shape: 'many-charts', n: 3000, rounds: few });
  }
  return { cases, peers: peersOf(values.peers!), importRounds: 2 * rounds + 1, check: values.check!, help: values.help! };
}

function peersOf(list: string): PeerName[] {
  const wanted = list.split(',');
  const unknown = wanted.filter((name) => !PEERS.includes(name as PeerName));
  if (unknown.length > 0) {
    throw new Error(`'--peers' must be some of ${PEERS.join(', ')}, got ${unknown.join(', ')}`);
  }
  return PEERS.filter((peer) => wanted.includes(peer));
}
