import { isDeepStrictEqual } from 'node:util';
import { KubeObject } from '../objects';
import { claimsOf, isStale, ownersAsAsked } from './claims';
import { firstOrdinal, identityLabels, isWanted, ordinalOf, podName, revisionOf } from './identity';
import { hasEnded, hasStorage, isReady, untilAvailable } from './pods';
import { Snapshot, Status, statusOf } from './status';

/** One thing to do. Those that follow one that fails are not done in this sync. */
export type Action =
  | { readonly type: 'create-claim'; readonly pod: string; readonly claim: KubeObject }
  | { readonly type: 'update-claim'; readonly pod: string; readonly claim: KubeObject }
  | { readonly type: 'create-pod'; readonly pod: string; readonly ordinal: number; readonly revision: string }
  | { readonly type: 'update-pod'; readonly pod: string; readonly labels: Record<string, string> }
  | { readonly type: 'delete-pod'; readonly pod: string }
  | { readonly type: 'wait'; readonly pod: string; readonly reason: string }
  | { readonly type: 'fail'; readonly pod: string; readonly verb: 'create' | 'update'; readonly reason: string };

/** What one sync does. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly status: Status;
  /** In how many milliseconds a pod becomes available by nothing but the passing of time. Undefined if none will. */
  readonly recheckAfter?: number;
}

/**
 * What Kubernetes' StatefulSet controller would do next.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees
 * @see https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
 */
export function planSync(snapshot: Snapshot): Plan {
  return new Planner(snapshot).plan();
}

/** An ordinal that the set asks for, with its pod if there is one. */
interface Replica {
  readonly ordinal: number;
  readonly name: string;
  readonly pod?: KubeObject;
}

/** How the look at one pod ended. Pods that wait stop an ordered set alone, failures every set. */
enum Outcome { FINE, WAITING, FAILED }

class Planner {
  private readonly actions: Action[] = [];
  private readonly deleting = new Set<string>();
  private readonly ordered: boolean;
  private readonly partition: number;

  constructor(private readonly snapshot: Snapshot) {
    const { podManagementPolicy, updateStrategy } = snapshot.set.spec;
    this.ordered = podManagementPolicy !== 'Parallel';
    this.partition = updateStrategy?.rollingUpdate?.partition ?? 0;
  }

  plan(): Plan {
    const { set, pods, now } = this.snapshot;
    if (set.metadata.deletionTimestamp === undefined) {
      this.act();
    }
    const waits = pods.map(pod => untilAvailable(set, pod, now) ?? 0).filter(wait => wait > 0);
    return { actions: this.actions, status: statusOf(this.snapshot), ...waits.length > 0 && { recheckAfter: Math.min(...waits) } };
  }

  /** Pods that are wanted come first, then those that are to go, and an update only when neither is in the way. */
  private act(): void {
    const { set, pods } = this.snapshot;
    const replicas = Array.from({ length: set.spec.replicas }, (_, index) => this.replica(firstOrdinal(set) + index));
    const condemned = pods
      .filter(pod => !isWanted(set, this.ordinal(pod)))
      .sort((a, b) => this.ordinal(b) - this.ordinal(a));
    const lowestUnavailable = [...condemned].reverse().find(pod => this.isUnavailable(pod));

    if (this.forEach(replicas, replica => this.keep(replica)) && this.forEach(condemned, pod => this.handOver(pod))
      && this.forEach(condemned, pod => this.condemn(pod, lowestUnavailable)) && set.spec.updateStrategy?.type !== 'OnDelete') {
      this.update(replicas);
    }
  }

  /** Looks at one pod after the other, or, in parallel, at 1, 2, 4 ... at a time. Says whether what comes next may be done. */
  private forEach<T>(items: readonly T[], step: (item: T) => Outcome): boolean {
    for (let done = 0, size = 1; done < items.length; done += size, size *= this.ordered ? 1 : 2) {
      const outcomes = items.slice(done, done + size).map(step);
      if (outcomes.includes(Outcome.FAILED) || (this.ordered && outcomes.includes(Outcome.WAITING))) {
        return false;
      }
    }
    return true;
  }

  private keep({ ordinal, name, pod }: Replica): Outcome {
    const { set, now } = this.snapshot;
    if (!pod) {
      return this.create(ordinal, name);
    }
    if (hasEnded(pod)) {
      return this.isTerminating(pod) ? this.wait(name, 'to terminate') : this.delete(name);
    }
    // a claim that was deleted while the pod waits for it is made again.
    const problem = pod.status?.phase === 'Pending' ? this.createClaims(ordinal, name, pod) : undefined;
    if (problem !== undefined) {
      this.wait(name, problem);
      return Outcome.FAILED;
    }
    if (this.ordered && this.isTerminating(pod)) {
      return this.wait(name, 'to terminate');
    }
    if (this.ordered && !isReady(pod)) {
      return this.wait(name, 'to be running and ready');
    }
    if (this.ordered && untilAvailable(set, pod, now) !== 0) {
      return this.wait(name, 'to be available');
    }
    return this.repair(ordinal, name, pod);
  }

  /** Below the partition, pods come back as they were. */
  private create(ordinal: number, name: string): Outcome {
    const { set, claims, currentRevision, updateRevision } = this.snapshot;
    const revision = ordinal < firstOrdinal(set) + this.partition ? currentRevision : updateRevision;
    const own = new Set(claimsOf(set, ordinal).map(claim => claim.metadata.name));
    if (claims.some(claim => own.has(claim.metadata.name) && isStale(set, claim, name))) {
      return this.wait(name, 'for the claims of an earlier pod of its name to go');
    }
    const problem = this.createClaims(ordinal, name) ?? tooLong(name, revision);
    if (problem !== undefined) {
      return this.fail(name, 'create', problem);
    }
    this.actions.push({ type: 'create-pod', pod: name, ordinal, revision });
    return this.ordered ? Outcome.WAITING : Outcome.FINE;
  }

  /** Makes the claims that are missing, and gives those that are there to whom they belong. Returns what stands against that. */
  private createClaims(ordinal: number, name: string, pod?: KubeObject): string | undefined {
    const { set, claims } = this.snapshot;
    const problems = claimsOf(set, ordinal).flatMap(claim => {
      const old = claims.find(({ metadata }) => metadata.name === claim.metadata.name);
      if (!old) {
        const ownerReferences = ownersAsAsked(set, claim, name, pod);
        this.actions.push({ type: 'create-claim', pod: name, claim: { ...claim, metadata: { ...claim.metadata, ownerReferences } } });
      }
      return old?.metadata.deletionTimestamp === undefined ? [] : [`pvc ${claim.metadata.name} is being deleted`];
    });
    if (problems.length > 0) {
      return problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
    }
    this.updateClaims(ordinal, name, pod);
    return undefined;
  }

  private updateClaims(ordinal: number, name: string, pod?: KubeObject): void {
    const { set, claims } = this.snapshot;
    for (const { metadata } of claimsOf(set, ordinal)) {
      const claim = claims.find(old => old.metadata.name === metadata.name);
      const owners = claim && ownersAsAsked(set, claim, name, pod);
      if (owners && !isDeepStrictEqual(owners, claim.metadata.ownerReferences ?? [])) {
        this.actions.push({ type: 'update-claim', pod: name, claim: { ...claim, metadata: { ...claim.metadata, ownerReferences: owners } } });
      }
    }
  }

  private repair(ordinal: number, name: string, pod: KubeObject): Outcome {
    const labels = identityLabels(this.snapshot.set, ordinal);
    if (!hasStorage(this.snapshot.set, pod, ordinal)) {
      const refused = 'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,'
        + '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`';
      return this.fail(name, 'update', this.createClaims(ordinal, name, pod) ?? `Pod "${name}" is invalid: ${refused}`);
    }
    this.updateClaims(ordinal, name, pod);
    if (pod.metadata.labels?.['statefulset.kubernetes.io/pod-name'] !== name) {
      this.actions.push({ type: 'update-pod', pod: name, labels });
    }
    return Outcome.FINE;
  }

  /** Gives the claims of a pod that is to go to that pod, if they are to go with it. */
  private handOver(pod: KubeObject): Outcome {
    this.updateClaims(this.ordinal(pod), pod.metadata.name, pod);
    return Outcome.FINE;
  }

  /** In an ordered set one goes when it is available, or when it is the lowest that is not. All pods that are wanted are available by then. */
  private condemn(pod: KubeObject, lowestUnavailable: KubeObject | undefined): Outcome {
    const { name } = pod.metadata;
    if (this.isTerminating(pod)) {
      return this.wait(name, 'to terminate prior to scale down');
    }
    if (this.ordered && pod !== lowestUnavailable && this.isUnavailable(pod)) {
      return this.wait(lowestUnavailable!.metadata.name, 'to be running, ready and available prior to scale down');
    }
    return this.delete(name);
  }

  /** Deletes the highest pod of another revision, when all above it are updated and available. */
  private update(replicas: readonly Replica[]): void {
    for (const { name, pod } of replicas.slice(this.partition).reverse()) {
      if (pod && revisionOf(pod) !== this.snapshot.updateRevision && !this.isTerminating(pod)) {
        this.delete(name);
        return;
      }
      if (this.isUnavailable(pod)) {
        this.wait(name, 'to update');
        return;
      }
    }
  }

  private replica(ordinal: number): Replica {
    const name = podName(this.snapshot.set, ordinal);
    return { ordinal, name, pod: this.snapshot.pods.find(({ metadata }) => metadata.name === name) };
  }

  private ordinal(pod: KubeObject): number {
    return ordinalOf(this.snapshot.set, pod)!;
  }

  private isTerminating({ metadata: { name, deletionTimestamp } }: KubeObject): boolean {
    return deletionTimestamp !== undefined || this.deleting.has(name);
  }

  private isUnavailable(pod: KubeObject | undefined): boolean {
    return !pod || this.isTerminating(pod) || untilAvailable(this.snapshot.set, pod, this.snapshot.now) !== 0;
  }

  private delete(pod: string): Outcome {
    this.deleting.add(pod);
    this.actions.push({ type: 'delete-pod', pod });
    return Outcome.WAITING;
  }

  private wait(pod: string, reason: string): Outcome {
    this.actions.push({ type: 'wait', pod, reason });
    return Outcome.WAITING;
  }

  private fail(pod: string, verb: 'create' | 'update', reason: string): Outcome {
    this.actions.push({ type: 'fail', pod, verb, reason });
    return Outcome.FAILED;
  }
}

/**
 * A revision's name is the value of a label, which may have 63 characters: so a set whose name has more than 52 never gets a pod.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/64023
 */
function tooLong(pod: string, revision: string): string | undefined {
  return revision.length > 63 ? `Pod "${pod}" is invalid: metadata.labels: Invalid value: "${revision}": must be no more than 63 characters` : undefined;
}
