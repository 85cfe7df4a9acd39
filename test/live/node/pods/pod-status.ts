import { ContainerStatus } from './container-status';
import { Condition, withCondition } from '../../control-plane/conditions';
import type { KubeObject } from '../../control-plane/objects';
import { timestamp } from '../../timestamp';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** What a node knows of a pod. */
export interface ObservedPod {
  readonly init: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  readonly hostIP: string;
  /** @default - the pod has no address yet */
  readonly podIP?: string;
  /** Whether it was deleted and all of its containers have ended. */
  readonly ended: boolean;
}

/** The status of a pod. What it has of others, such as a condition that is not the kubelet's, stays. */
export function podStatus(pod: KubeObject, observed: ObservedPod, now: number): any {
  const { init, containers, hostIP, podIP } = observed;
  const phase = podPhase(pod, observed);
  return {
    ...pod.status,
    phase,
    conditions: podConditions(phase, observed).reduce((conditions, condition) => withCondition(conditions, condition, now), pod.status?.conditions),
    startTime: pod.status?.startTime ?? timestamp(now),
    hostIP,
    ...podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] },
    ...init.length > 0 && { initContainerStatuses: init },
    containerStatuses: containers,
  };
}

/**
 * A pod that has succeeded or failed stays so.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/kubelet/kubelet_pods.go `getPhase`
 */
export function podPhase(pod: KubeObject, { init, containers, ended }: ObservedPod): PodPhase {
  const { status, spec: { restartPolicy } } = pod;
  if (isOver(status?.phase)) {
    return status.phase;
  }
  const succeeded = containers.every(hasSucceeded);
  if (ended) {
    return succeeded ? 'Succeeded' : 'Failed';
  }
  if (restartPolicy === 'Never' && init.some(hasFailed)) {
    return 'Failed';
  }
  if (init.some(isPending) || containers.some(isNew)) {
    return 'Pending';
  }
  if (restartPolicy === 'Always' || containers.some(({ state }) => state.running)) {
    return 'Running';
  }
  if (succeeded) {
    return 'Succeeded';
  }
  // those that are to be started again have not failed for good.
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/** Whether nothing of a pod will ever run again. */
export function isOver(phase: PodPhase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/kubelet/status/generate.go */
function podConditions(phase: PodPhase, { init, containers }: ObservedPod): Condition[] {
  const uninitialized = phase === 'Succeeded' ? [] : init.filter(({ ready }) => !ready);
  const unready = containers.filter(({ ready }) => !ready);
  const reasonOfEnd = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const readiness = reasonOfEnd !== undefined
    ? { status: 'False' as const, reason: reasonOfEnd }
    : conditionWithout(unready, 'ContainersNotReady', 'unready');
  return [
    { type: 'Initialized', ...conditionWithout(uninitialized, 'ContainersNotInitialized', 'incomplete') },
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
  ];
}

function conditionWithout(wanting: readonly ContainerStatus[], reason: string, what: string): Omit<Condition, 'type'> {
  return wanting.length === 0
    ? { status: 'True' }
    : { status: 'False', reason, message: `containers with ${what} status: [${wanting.map(({ name }) => name).join(' ')}]` };
}

function hasSucceeded({ state }: ContainerStatus): boolean {
  return state.terminated?.exitCode === 0;
}

/** Even if it waits to be tried again. */
function hasFailed({ state, lastState }: ContainerStatus): boolean {
  const { terminated } = state.waiting ? lastState : state;
  return terminated !== undefined && terminated.exitCode !== 0;
}

/** Of an init container: it failed or succeeded at no time yet, or runs again. */
function isPending(status: ContainerStatus): boolean {
  return !hasSucceeded(status) && !hasFailed(status);
}

/** Never started. */
function isNew({ state, lastState }: ContainerStatus): boolean {
  return state.waiting !== undefined && !lastState.terminated;
}
