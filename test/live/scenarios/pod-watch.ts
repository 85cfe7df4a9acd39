import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../cluster';
import { hasCondition, KubeObject } from '../control-plane/objects';

/** What was seen of a pod: `+` it is made, `=` it is ready, `~` it is stopping, `-` it is gone. */
export interface Sighting {
  /** The number of the look in which it was seen first. */
  readonly look: number;
  readonly sign: '+' | '=' | '~' | '-';
  readonly pod: string;
  readonly uid: string;
}

/** What happened to a pod, from its beginning to its end. */
export interface Move {
  /** `+` a pod was made, `~` it was replaced, `-` it went. */
  readonly sign: '+' | '~' | '-';
  readonly pod: string;
  /** The pod that is there now. */
  readonly uid?: string;
  readonly begin: number;
  /** Nothing as long as it is not ready, or not gone. */
  readonly end?: number;
}

/** Looks at all pods of a cluster at small intervals, for as many as want to know. */
export class PodWatch {
  private readonly sightings: Sighting[] = [];
  private known = new Map<string, KubeObject>();
  private look = 0;
  private done = false;
  private failure?: Error;

  constructor(private readonly cluster: Cluster) {}

  /** Returns at once, and looks on until it is stopped. */
  start(): void {
    this.watch().catch(error => { this.failure = error; });
  }

  stop(): void {
    this.done = true;
  }

  /** A moment, for `movesSince`. */
  get now(): number {
    return this.sightings.length;
  }

  movesSince(moment: number, isOwn: (pod: string) => boolean): Move[] {
    if (this.failure) {
      throw this.failure;
    }
    return movesOf(this.sightings.slice(moment).filter(({ pod }) => isOwn(pod)));
  }

  private async watch(): Promise<void> {
    while (!this.done) {
      this.see(await this.cluster.list('Pod'));
      await sleep(15);
    }
  }

  /** Notes what is new. In one look, what may be the reason for the other comes first. */
  see(pods: readonly KubeObject[]): void {
    this.look++;
    const there = new Map(pods.map(pod => [pod.metadata.uid!, pod]));
    const note = (sign: Sighting['sign'], { metadata: { name, uid } }: KubeObject) => this.sightings.push({ look: this.look, sign, pod: name, uid: uid! });
    const before = (pod: KubeObject) => this.known.get(pod.metadata.uid!);
    const known = pods.filter(pod => before(pod) !== undefined);
    known.filter(pod => isReady(pod) && !isReady(before(pod)!)).forEach(pod => note('=', pod));
    for (const pod of [...this.known.values()].filter(({ metadata }) => !there.has(metadata.uid!))) {
      // a pod that is gone was stopping, even if nobody looked then.
      (isStopping(pod) ? ['-'] as const : ['~', '-'] as const).forEach(sign => note(sign, pod));
    }
    for (const pod of pods.filter(one => before(one) === undefined)) {
      (isReady(pod) ? ['+', '='] as const : ['+'] as const).forEach(sign => note(sign, pod));
    }
    known.filter(pod => isStopping(pod) && !isStopping(before(pod)!)).forEach(pod => note('~', pod));
    this.known = there;
  }
}

function isStopping({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function isReady(pod: KubeObject): boolean {
  return hasCondition(pod, 'Ready') && !isStopping(pod);
}

/** What was seen, put together; in the order in which it began. */
export function movesOf(sightings: readonly Sighting[]): Move[] {
  const moves: Move[] = [];
  for (const { look, sign, pod, uid } of sightings) {
    const index = moves.map(move => move.pod).lastIndexOf(pod);
    const move: Move | undefined = moves[index];
    if (sign === '~') {
      moves.push({ sign: '-', pod, begin: look });
    } else if (sign === '-') {
      moves[index] = { ...move, end: look };
    } else if (sign === '+' && move?.sign === '-') {
      moves[index] = { sign: '~', pod, uid, begin: move.begin };
    } else if (sign === '+') {
      moves.push({ sign: '+', pod, uid, begin: look });
    } else if (move?.uid === uid) {
      moves[index] = { ...move, end: move.end ?? look };
    }
  }
  return moves;
}

/** Puts together what went on at once; each group began when the one before had ended. */
export function stepsOf(moves: readonly Move[]): Move[][] {
  const steps: Move[][] = [];
  for (const move of moves) {
    const last = steps.at(-1);
    if (last !== undefined && last.some(({ end = Infinity }) => move.begin < end)) {
      last.push(move);
    } else {
      steps.push([move]);
    }
  }
  return steps;
}
