import { chainOnce } from './children';
import { Options } from './options';
import { median, spread } from './summary';
import type { ChainJob } from '../children/chain';

type Chain = Pick<ChainJob, 'peer' | 'shape' | 'n'>;

const CHAINS: readonly Chain[] = [
  { peer: 'stateful', shape: 'one-chart', n: 24 },
  { peer: 'stateful', shape: 'many-charts', n: 24 },
  { peer: 'stateful', shape: 'one-chart', n: 800 },
  { peer: 'fleet', shape: 'one-chart', n: 800 },
  { peer: 'fleet', shape: 'many-charts', n: 800 },
];

export interface ChainSample extends Chain {
  readonly isLinked: boolean;
  readonly round: number;
  readonly milliseconds: number;
}

export interface ChainRow extends Chain {
  readonly milliseconds: number;
  readonly spread: number;
  /** The same apps, none of which depends on another. */
  readonly withoutMilliseconds: number;
}

/** Apps in a row that each depend on the one before, and in the same round as many that depend on none. */
export function measureChains({ importRounds, peers }: Options, log: (line: string) => void): ChainSample[] {
  const chains = CHAINS.filter(({ peer }) => peers.includes(peer));
  return Array.from({ length: chains.length > 0 ? importRounds : 0 }, (_, round) => {
    log(`round ${round + 1} of ${importRounds}: chains`);
    return chains.flatMap((chain) => pairOf(chain, round));
  }).flat();
}

function pairOf(chain: Chain, round: number): ChainSample[] {
  const results = [round % 2 === 0, round % 2 === 1].map((isLinked) => ({ ...chain, isLinked, round, ...chainOnce({ ...chain, isLinked }) }));
  if (results[0].bytes !== results[1].bytes) {
    throw new Error(`a chain of ${chain.n} apps gave ${results.map(({ bytes }) => bytes).join(' and ')} bytes: their speed must not be compared`);
  }
  return results.map(({ bytes, ...sample }) => sample);
}

export function chainRowsOf(samples: readonly ChainSample[]): ChainRow[] {
  return CHAINS.flatMap((chain) => {
    const times = (isLinked: boolean) => samples
      .filter((sample) => sample.isLinked === isLinked && sample.peer === chain.peer && sample.shape === chain.shape && sample.n === chain.n)
      .map(({ milliseconds }) => milliseconds);
    const linked = times(true);
    return linked.length === 0 ? [] : [{ ...chain, milliseconds: median(linked), spread: spread(linked), withoutMilliseconds: median(times(false)) }];
  });
}
