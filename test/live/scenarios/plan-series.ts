import { setTimeout as sleep } from 'node:timers/promises';
import { Plan, PlanInput, PlannedStatefulSet, PodAction } from 'cdk8s-stateful';
import { Change, Series, Wish } from './plan-changes';
import { Move, PodWatch, stepsOf } from './pod-watch';
import { BUSYBOX } from './pods';
import { Cluster } from '../cluster';
import { KubeObject } from '../control-plane/objects';
import { stateOf } from '../rollout-status';

/** How long nothing else may happen, once everything that was foretold has; and how long a pod that blocks is watched to do so. */
const QUIET_MILLISECONDS = 600;

/** How long what was foretold may take, where other series and other programs want the same processors. */
const PATIENCE_SECONDS = 60;

const REVISION = 'controller-revision-hash';

/** What a plan says of a change, or what is seen of it, in the same words. */
export interface Account {
  readonly refused: boolean;
  readonly newRevision: boolean;
  /** Step by step; what goes on at once is joined by `&`. */
  readonly moves: string;
  readonly unmoved: string[];
  /** Those of them that have another template than the StatefulSet. */
  readonly outdated: string[];
  readonly blockedBy?: string;
  readonly claims: Record<string, string>;
}

/** What there is of a StatefulSet. */
interface State {
  readonly set?: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
  readonly revisions: readonly KubeObject[];
}

export interface Outcome {
  readonly foretold: Account;
  readonly happened: Account;
}

/** Makes the changes of a series one after the other, and gives account of each. */
export class SeriesRun {
  readonly outcomes: Promise<Outcome>[];
  private stated: Wish;

  constructor(private readonly cluster: Cluster, private readonly watch: PodWatch, private readonly series: Series) {
    const { name, first, changes } = series;
    this.stated = first;
    let last: Promise<unknown> = cluster.apply([manifestOf(name, first)]).then(() => cluster.ready(name));
    this.outcomes = changes.map(change => {
      const outcome = last.then(() => this.make(change));
      // who waits for it hears of it.
      outcome.catch(() => {});
      last = outcome;
      return outcome;
    });
  }

  private async make(change: Change): Promise<Outcome> {
    const { cluster, watch, series: { name } } = this;
    const stated = change.to === 'gone' ? undefined : { ...this.stated, ...change.to };
    const wanted = stated ? [manifestOf(name, stated)] : [];
    const before = await this.state();
    const plan = Plan.between(PlanInput.fromObjects(Object.values(before).flat()), PlanInput.fromObjects(wanted));
    const foretold = accountOf(plan.statefulSets[0], change.broken);
    const moment = watch.now;
    const refused = await isRefused(stated ? cluster.apply(wanted) : cluster.delete('StatefulSet', name));
    this.stated = refused || stated === undefined ? this.stated : stated;
    const look = async () => this.happened(before, refused, watch.movesSince(moment, pod => pod.startsWith(`${name}-`)));
    if (foretold.blockedBy !== undefined) {
      await sleep(2 * QUIET_MILLISECONDS);
      const { moves } = await look();
      if (moves !== '') {
        return { foretold, happened: { ...await look(), moves: `${moves}, though it was to be blocked` } };
      }
      if (!change.broken) {
        await cluster.deletePod(foretold.blockedBy);
      }
    }
    // what nobody foretold is not waited for: it is shown when the time is over.
    const happened = async () => ({ ...await look(), ...foretold.blockedBy && { blockedBy: foretold.blockedBy } });
    const done = async () => expect(await happened()).toEqual(foretold);
    await cluster.eventually('it has happened', done, { timeout: PATIENCE_SECONDS }).catch(() => {});
    await sleep(QUIET_MILLISECONDS);
    const outcome = { foretold, happened: await happened() };
    if (change.thenDeleted !== undefined) {
      await this.deleteByHand(`${name}-${change.thenDeleted}`);
    }
    return outcome;
  }

  /** Whoever deletes a pod gets one with the new template. */
  private async deleteByHand(pod: string): Promise<void> {
    await this.cluster.deletePod(pod);
    await this.cluster.ready(this.series.name);
    const { set, pods } = await this.state();
    expect(pods.find(({ metadata }) => metadata.name === pod)!.metadata.labels![REVISION]).toBe(set!.status.updateRevision);
  }

  private async state(): Promise<State> {
    const { cluster, series: { name } } = this;
    const own = async (kind: string, prefix: string) => (await cluster.list(kind)).filter(({ metadata }) => metadata.name.startsWith(prefix));
    const [sets, pods, claims, revisions] = await Promise.all([
      own('StatefulSet', name), own('Pod', `${name}-`), own('PersistentVolumeClaim', `data-${name}-`), own('ControllerRevision', `${name}-`),
    ]);
    return { set: sets[0], pods, claims, revisions };
  }

  private async happened(before: State, refused: boolean, moves: readonly Move[]): Promise<Account> {
    const after = await this.state();
    const { set, pods } = after;
    if (set && set.status.observedGeneration !== set.metadata.generation) {
      throw new Error('the change was not seen by the controller');
    }
    const uids = new Set(before.pods.map(({ metadata }) => metadata.uid));
    const unmoved = pods.filter(({ metadata }) => uids.has(metadata.uid));
    const isOutdated = (pod?: KubeObject) => pod?.metadata.labels?.[REVISION] !== set?.status.updateRevision;
    const told = ({ sign, pod, uid, end }: Move) => {
      const now = pods.find(({ metadata }) => metadata.uid === uid);
      const isBroken = now !== undefined && /ErrImagePull|ImagePullBackOff/.test(stateOf(now));
      return `${sign}${ordinalOf(pod)}${sign !== '-' && isOutdated(now) ? "'" : ''}${isBroken ? '!' : end === undefined ? '...' : ''}`;
    };
    return {
      refused,
      newRevision: set !== undefined && set.status.updateRevision !== before.set!.status.updateRevision,
      moves: stepsOf(moves).map(step => step.map(told).sort().join('&')).join(' '),
      unmoved: unmoved.map(nameOf).sort(),
      outdated: unmoved.filter(isOutdated).map(nameOf).sort(),
      claims: fatesOf(before, after),
    };
  }
}

/** What is applied. */
export function manifestOf(name: string, { image = BUSYBOX, container, pod, podLabels, annotations, ...spec }: Wish): KubeObject {
  const main = { name: 'main', image, command: ['/bin/sh', '-c', 'trap exit TERM; while true; do sleep 1 & wait; done'], ...container };
  return JSON.parse(JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, annotations },
    spec: {
      serviceName: name,
      selector: { matchLabels: { set: name } },
      template: {
        metadata: { labels: { set: name, ...podLabels } },
        spec: { terminationGracePeriodSeconds: 2, automountServiceAccountToken: false, ...pod, containers: [main] },
      },
      ...spec,
    },
  }));
}

/** What a plan says. Of pods that never become ready, the first step is all that happens. */
function accountOf(planned: PlannedStatefulSet, broken = false): Account {
  const { action, templateChanges, pods, untouched, heldBack, claims, blockedBy } = planned;
  const signs = { [PodAction.CREATE]: '+', [PodAction.REPLACE]: '~', [PodAction.DELETE]: '-', [PodAction.BY_HAND]: '' };
  const byHand = pods.filter(pod => pod.action === PodAction.BY_HAND).map(({ name }) => name);
  const steps = [...new Set(pods.map(({ step }) => step).filter(step => step > 0))].map(step => pods.filter(pod => pod.step === step));
  const seen = broken ? steps.slice(0, blockedBy === undefined ? 1 : 0) : steps;
  const never = steps.slice(seen.length).flat().map(({ name }) => name);
  const told = ({ action: sign, ordinal, updated }: typeof pods[number]) =>
    `${signs[sign]}${ordinal}${updated || sign === PodAction.DELETE ? '' : "'"}${broken && sign !== PodAction.DELETE ? '!' : ''}`;
  return {
    refused: action === 'refuse',
    newRevision: templateChanges && action === 'update',
    moves: seen.map(step => step.map(told).sort().join('&')).join(' '),
    unmoved: [...untouched, ...heldBack, ...byHand, ...never].sort(),
    outdated: [...heldBack, ...byHand, ...never].sort(),
    ...blockedBy !== undefined && { blockedBy },
    claims: Object.fromEntries(claims.map(({ name, fate }) => [name, fate])),
  };
}

function fatesOf(before: State, after: State): Record<string, string> {
  const was = new Map(before.claims.map(({ metadata }) => [metadata.name, metadata.uid]));
  const is = new Map(after.claims.map(({ metadata }) => [metadata.name, metadata.uid]));
  const hasPod = ({ pods }: State, claim: string) => pods.some(({ metadata }) => `data-${metadata.name}` === claim);
  const fate = (claim: string) => !is.has(claim) ? 'deleted'
    : !was.has(claim) ? 'made'
      : is.get(claim) !== was.get(claim) ? 'another'
        : !hasPod(after, claim) ? 'orphaned' : hasPod(before, claim) ? 'stays' : 'reused';
  return Object.fromEntries([...new Set([...was.keys(), ...is.keys()])].map(claim => [claim, fate(claim)]));
}

async function isRefused(sent: Promise<void>): Promise<boolean> {
  try {
    await sent;
    return false;
  } catch (error) {
    if (/ is invalid: /.test((error as Error).message)) {
      return true;
    }
    throw error;
  }
}

function ordinalOf(pod: string): string {
  return pod.slice(pod.lastIndexOf('-') + 1);
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name;
}
