/** What is done to a cluster of etcd, and how long it is then left alone. */
export type Fault = Disruption & {
  /** Whether the next fault waits until all is well again, or for how many seconds it waits otherwise. */
  readonly then: 'ready' | number;
};

export type Disruption =
  | { readonly kind: 'kill'; readonly ordinal: number; readonly container: 'etcd' | 'agent' }
  | { readonly kind: 'delete'; readonly ordinal: number; readonly gracePeriodSeconds?: number }
  /** The disk of a member is lost, and its pod with it. */
  | { readonly kind: 'wipe'; readonly ordinal: number }
  | { readonly kind: 'cutLink'; readonly ordinal: number; readonly seconds: number }
  | { readonly kind: 'cutApi'; readonly seconds: number }
  | { readonly kind: 'scale'; readonly replicas: number }
  /** Every pod is replaced, one after the other. */
  | { readonly kind: 'restart' }
  /** Every pod stops at once. */
  | { readonly kind: 'deleteAll' };

export interface ChaosOptions {
  /** The size at the start. @default 3 */
  readonly replicas?: number;
  /** The sizes that are scaled to. */
  readonly sizes?: readonly number[];
}

/** What may be lost of a cluster that went through these sizes since all was well. */
export function tolerated(sizes: readonly number[]): number {
  return Math.floor((Math.min(...sizes) - 1) / 2);
}

/** Sizes that people choose, and now and then one that they should not. */
const SIZES = [1, 2, 3, 3, 4, 5, 5, 5, 6, 7];

/**
 * As many faults as are asked for, the same for the same seed.
 *
 * Between two moments at which all is well, never more members are killed, deleted, wiped, cut off or restarted than the smallest size in between
 * can lose: so no acknowledged write may be lost, and the cluster always mends itself. When all pods stop at once their disks remain, and nobody is
 * scaled in until all is well: whoever is has no majority to leave by. Nor is anybody scaled in, out and in again: who stops while it is wanted
 * stays a member, and cannot leave any more when it is not.
 */
export function faultsOf(seed: number, count: number, { replicas = 3, sizes = SIZES }: ChaosOptions = {}): Fault[] {
  const random = randomOf(seed);
  const between = (low: number, high: number) => low + random() * (high - low);
  const choose = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)];
  const faults: Fault[] = [];
  let since = new Since(replicas);

  for (let number = 0; number < count; number++) {
    const kind = choose(KINDS);
    let disruption = make(kind);
    if (!since.tolerates(disruption)) {
      // it is for a cluster that is well, if it can be had at all.
      since = since.wellAgain();
      faults.push(...faults.splice(-1).map(last => ({ ...last, then: 'ready' as const })));
      disruption = make(kind);
      disruption = since.tolerates(disruption) ? disruption : make('scale');
    }
    since.add(disruption);
    const isWell = random() < 0.2 || number === count - 1;
    faults.push({ ...disruption, then: isWell ? 'ready' : seconds(between(0, 3)) });
    since = isWell ? since.wellAgain() : since;
  }
  return faults;

  function make(kind: Disruption['kind']): Disruption {
    const ordinal = choose(since.untouched());
    switch (kind) {
      case 'kill': return { kind, ordinal, container: choose(['etcd', 'etcd', 'agent'] as const) };
      case 'delete': return { kind, ordinal, ...random() < 0.5 && { gracePeriodSeconds: 0 } };
      case 'wipe': return { kind, ordinal };
      case 'cutLink': return { kind, ordinal, seconds: seconds(between(1, 6)) };
      case 'cutApi': return { kind, seconds: seconds(between(1, 6)) };
      case 'scale': return { kind, replicas: choose(sizes.filter(other => other !== since.size)) };
      default: return { kind };
    }
  }
}

/** How often each fault comes. */
const KINDS: readonly Disruption['kind'][] = [
  'kill', 'kill', 'kill', 'delete', 'delete', 'wipe', 'wipe', 'wipe', 'cutLink', 'cutLink', 'cutApi', 'scale', 'scale', 'scale', 'scale', 'restart', 'deleteAll',
];

/** How many members a fault takes away, for a while or for good; a restart takes one at a time. */
export function takenBy({ kind }: Disruption): number {
  return ['kill', 'delete', 'wipe', 'cutLink', 'restart'].includes(kind) ? 1 : 0;
}

/** What was done to a cluster since all was well. */
class Since {
  private readonly sizes: number[];
  private readonly struck = new Set<number>();
  private taken = 0;
  private hasStopped = false;

  constructor(size: number) {
    this.sizes = [size];
  }

  get size(): number {
    return this.sizes.at(-1)!;
  }

  /** Whether pods that were scaled in were wanted back. */
  private get hasReturned(): boolean {
    const firstIn = this.sizes.findIndex((size, i) => i > 0 && size < this.sizes[i - 1]);
    return firstIn > 0 && this.sizes.some((size, i) => i > firstIn && size > this.sizes[i - 1]);
  }

  /** Members that were there all the time, and that nothing was done to. */
  untouched(): number[] {
    return Array.from({ length: Math.min(...this.sizes) }, (_, ordinal) => ordinal).filter(ordinal => !this.struck.has(ordinal));
  }

  tolerates(disruption: Disruption): boolean {
    const sizes = disruption.kind === 'scale' ? [...this.sizes, disruption.replicas] : this.sizes;
    if ((this.hasStopped || this.hasReturned) && sizes.at(-1)! < this.size) {
      return false;
    }
    return this.taken + takenBy(disruption) <= tolerated(sizes);
  }

  add(disruption: Disruption): void {
    this.taken += takenBy(disruption);
    this.hasStopped ||= disruption.kind === 'deleteAll';
    if ('ordinal' in disruption) {
      this.struck.add(disruption.ordinal);
    }
    if (disruption.kind === 'scale') {
      this.sizes.push(disruption.replicas);
    }
  }

  wellAgain(): Since {
    return new Since(this.size);
  }
}

/** Numbers from 0 to 1 that follow from a seed. @see https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
function randomOf(seed: number): () => number {
  const modulus = 2147483647;
  let state = Math.abs(seed) % (modulus - 1) + 1;
  const next = () => (state = state * 48271 % modulus) / modulus;
  // seeds that are close begin with numbers that are.
  next();
  next();
  return next;
}

function seconds(number: number): number {
  return Math.round(number * 10) / 10;
}
