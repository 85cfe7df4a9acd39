import { importOnce, ProcessResult, synthOnce } from './children';
import { Case, Options } from './options';
import { PeerName, Shape } from '../workload';

export interface Sample extends ProcessResult {
  readonly peer: PeerName;
  readonly shape: Shape;
  readonly n: number;
  readonly round: number;
}

export interface ImportSample {
  readonly module: string;
  readonly round: number;
  readonly milliseconds: number;
}

export const MODULES = ['cdk8s', 'cdk8s-plus-27', 'cdk8s-stateful', 'cdk8s-stateful#StatefulApp'];

/**
 * Every peer once, then every peer again: a machine that gets slower for a minute slows all of them.
 *
 * Each round starts with another peer, so that none always runs behind the same neighbour.
 */
export function measure(options: Options, log: (line: string) => void): Sample[] {
  const samples: Sample[] = [];
  const rounds = Math.max(...options.cases.map((c) => c.rounds));
  for (let round = 0; round < rounds; round++) {
    for (const { shape, n, peers } of options.cases.filter((c: Case) => round < c.rounds)) {
      log(`round ${round + 1} of ${rounds}: ${shape}, N = ${n}`);
      for (const peer of rotated(peers, round)) {
        samples.push({ peer, shape, n, round, ...synthOnce({ peer, shape, n }) });
      }
    }
  }
  return samples;
}

export function measureImports(options: Options, log: (line: string) => void): ImportSample[] {
  log('import times');
  const modules = MODULES.filter((module) => !module.startsWith('cdk8s-stateful') || options.peers.includes('stateful'));
  // files come from the page cache in every sample but the first, which is why that one does not count.
  modules.forEach(importOnce);
  const samples: ImportSample[] = [];
  for (let round = 0; round < options.importRounds; round++) {
    for (const module of rotated(modules, round)) {
      samples.push({ module, round, milliseconds: importOnce(module) });
    }
  }
  return samples;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
