import { hasCondition, KubeObject } from './control-plane/objects';

export interface RolloutStatus {
  readonly done: boolean;
  /** What `kubectl rollout status` prints. */
  readonly message: string;
}

/**
 * How far a StatefulSet's rollout is.
 *
 * @throws if its pods are updated on deletion only, where there is no rollout to follow
 * @see https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutStatus({ metadata, spec, status = {} }: KubeObject): RolloutStatus {
  if (spec.updateStrategy.type !== 'RollingUpdate') {
    throw new Error(`rollout status is only available for RollingUpdate strategy type, got ${spec.updateStrategy.type}`);
  }
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status;
  if (observedGeneration < metadata.generation!) {
    return { done: false, message: 'Waiting for statefulset spec update to be observed...' };
  }
  if (readyReplicas < spec.replicas) {
    return { done: false, message: `Waiting for ${spec.replicas - readyReplicas} pods to be ready...` };
  }
  const partition = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  if (partition > 0) {
    const expected = spec.replicas - partition;
    return updatedReplicas < expected
      ? { done: false, message: `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${expected} new pods have been updated...` }
      : { done: true, message: `partitioned roll out complete: ${updatedReplicas} new pods have been updated...` };
  }
  return currentRevision === updateRevision
    ? { done: true, message: `statefulset rolling update complete ${status.currentReplicas} pods at revision ${currentRevision}...` }
    : { done: false, message: `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...` };
}

/** What keeps a StatefulSet from having exactly the pods that it asks for, all of them ready; undefined if nothing does. */
export function notReady({ metadata, spec, status = {} }: KubeObject, pods: readonly KubeObject[]): string | undefined {
  const ready = pods.filter(pod => hasCondition(pod, 'Ready') && pod.metadata.deletionTimestamp === undefined);
  const states = pods.map(pod => `${pod.metadata.name} ${stateOf(pod)}`).join(', ') || 'none';
  return (status.observedGeneration ?? 0) === metadata.generation && ready.length === spec.replicas && pods.length === spec.replicas
    ? undefined
    : `${ready.length} of ${spec.replicas} pods are ready (${states})`;
}

/** A pod's state in a few words, as `kubectl get pods` has it. */
export function stateOf(pod: KubeObject): string {
  const { containerStatuses = [], initContainerStatuses = [], phase } = pod.status ?? {};
  const waiting = [...initContainerStatuses, ...containerStatuses].find(({ state }: any) => state?.waiting?.reason);
  if (pod.metadata.deletionTimestamp !== undefined) {
    return 'Terminating';
  }
  const restarts = containerStatuses.reduce((sum: number, { restartCount }: any) => sum + restartCount, 0);
  const word = waiting?.state.waiting.reason ?? (hasCondition(pod, 'Ready') ? 'Ready' : phase ?? 'Pending');
  return restarts > 0 ? `${word} (${restarts} restarts)` : word;
}
