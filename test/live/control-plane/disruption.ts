import { withCondition } from './conditions';
import { hasCondition, KubeObject, matches } from './objects';
import { Reconciler } from './reconciler';
import { ObjectStore } from './store';

/** What the API server answers to a request for an eviction. */
export interface EvictionVerdict {
  readonly allowed: boolean;
  /** The HTTP status of a refusal. */
  readonly code?: 429 | 500;
  readonly reason?: string;
}

/**
 * Whether a pod may be evicted, by what the status of its disruption budget says.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/registry/core/pod/storage/eviction.go
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy
 */
export function mayEvict(pod: KubeObject, budgets: KubeObject[]): EvictionVerdict {
  const { deletionTimestamp, namespace } = pod.metadata;
  if (deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(pod.status?.phase)) {
    // it does no work that could be disrupted.
    return { allowed: true };
  }
  const [budget, ...others] = budgets
    .filter(({ metadata, spec }) => metadata.namespace === namespace && spec.selector && matches(pod, spec.selector));
  if (others.length) {
    return { allowed: false, code: 500, reason: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.' };
  }
  if (!budget) {
    return { allowed: true };
  }

  const { metadata: { name, generation = 0 }, spec } = budget;
  const { observedGeneration = 0, disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  const enoughHealthy = currentHealthy >= desiredHealthy && desiredHealthy > 0;
  if (!hasCondition(pod, 'Ready') && (enoughHealthy || spec.unhealthyPodEvictionPolicy === 'AlwaysAllow')) {
    return { allowed: true };
  }
  if (observedGeneration < generation) {
    return refusal(`The disruption budget ${name} is still being processed by the server.`);
  }
  return disruptionsAllowed > 0
    ? { allowed: true }
    : refusal(`The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`);
}

/** Keeps the status of disruption budgets true, from which evictions are decided. An evicted pod counts as lost before the next request is heard. */
export class DisruptionController {
  private readonly reconciler: Reconciler;

  constructor(private readonly store: ObjectStore) {
    this.reconciler = new Reconciler(store, ['PodDisruptionBudget', 'Pod', 'StatefulSet'], () => this.reconcile());
  }

  start(): void {
    this.reconciler.start();
  }

  stop(): void {
    this.reconciler.stop();
  }

  private reconcile(): undefined {
    const statefulSets = this.store.list('StatefulSet');
    for (const budget of this.store.list('PodDisruptionBudget')) {
      const pods = this.store.list('Pod', budget.metadata.namespace);
      this.store.update({ ...budget, status: disruptionStatus(budget, pods, statefulSets, Date.now()) });
    }
    return undefined;
  }
}

/**
 * The status of a budget, given the pods of its namespace.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/disruption/disruption.go
 */
export function disruptionStatus(budget: KubeObject, pods: readonly KubeObject[], statefulSets: readonly KubeObject[], now: number): any {
  const { metadata: { generation }, spec: { selector }, status: old } = budget;
  const selected = selector ? pods.filter(pod => matches(pod, selector)) : [];
  const demand = demandOf(budget, selected, statefulSets);
  if (typeof demand === 'string') {
    const failure = { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: demand } as const;
    const known = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...old };
    return { ...known, disruptionsAllowed: 0, conditions: withCondition(old?.conditions, failure, now) };
  }

  const { expectedPods, desiredHealthy } = demand;
  const currentHealthy = selected.filter(pod => pod.metadata.deletionTimestamp === undefined && hasCondition(pod, 'Ready')).length;
  // a budget without pods allows nothing, so that it guards its first pods before their number is known.
  const disruptionsAllowed = expectedPods > 0 ? Math.max(currentHealthy - desiredHealthy, 0) : 0;
  const [status, reason] = disruptionsAllowed > 0 ? ['True', 'SufficientPods'] as const : ['False', 'InsufficientPods'] as const;
  const condition = { type: 'DisruptionAllowed', status, reason, message: '', observedGeneration: generation };
  return {
    observedGeneration: generation,
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: withCondition(old?.conditions, condition, now),
  };
}

/** How many pods there should be, and how many of them healthy; or why that cannot be said. */
function demandOf({ spec }: KubeObject, pods: readonly KubeObject[], statefulSets: readonly KubeObject[]) {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable === undefined && typeof minAvailable !== 'string') {
    // only a number asks for nobody's replicas.
    return { expectedPods: minAvailable === undefined ? 0 : pods.length, desiredHealthy: minAvailable ?? 0 };
  }
  const expectedPods = expectedScale(pods, statefulSets);
  if (typeof expectedPods === 'string') {
    return expectedPods;
  }
  const desiredHealthy = maxUnavailable === undefined
    ? share(minAvailable, expectedPods)
    : Math.max(expectedPods - share(maxUnavailable, expectedPods), 0);
  return { expectedPods, desiredHealthy };
}

/** The replicas of all StatefulSets that control one of the pods. A pod that nobody controls counts for nothing. */
function expectedScale(pods: readonly KubeObject[], statefulSets: readonly KubeObject[]): number | string {
  const scales = new Map<string, number>();
  for (const { metadata } of pods) {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller);
    if (!owner) {
      continue;
    }
    const statefulSet = statefulSets.find(({ metadata: { uid } }) => uid === owner.uid);
    if (!statefulSet) {
      return `found no controllers for pod "${metadata.name}"`;
    }
    scales.set(owner.uid, statefulSet.spec.replicas);
  }
  return [...scales.values()].reduce((sum, scale) => sum + scale, 0);
}

/** A number as it is, or a part of the whole rounded up: of three pods `50%` are two. */
function share(value: number | string, whole: number): number {
  return typeof value === 'number' ? value : Math.ceil(parseInt(value) * whole / 100);
}

function refusal(cause: string): EvictionVerdict {
  return { allowed: false, code: 429, reason: `Cannot evict pod as it would violate the pod's disruption budget. ${cause}` };
}
