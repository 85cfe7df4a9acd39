import { KubeObject } from '../objects';
import { revisionOf } from './identity';
import { isReady, untilAvailable } from './pods';

/** What the controller sees when it looks at a set. */
export interface Snapshot {
  readonly set: KubeObject;
  /** Those that belong to the set, whatever state they are in. */
  readonly pods: readonly KubeObject[];
  /** All of the set's namespace. */
  readonly claims: readonly KubeObject[];
  /** The names of the revisions of which pods below and above the partition are made. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  /** In milliseconds, as of `Date.now()`. */
  readonly now: number;
}

/** The `status` of a StatefulSet. */
export interface Status {
  readonly observedGeneration?: number;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly currentReplicas: number;
  readonly updatedReplicas: number;
  readonly currentRevision: string;
  readonly updateRevision: string;
}

/**
 * The status that a set has by its pods. A rolling update is complete, and its revision the current one, when every pod is updated and ready:
 * also when none is asked for, and although they may not be available yet.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_utils.go completeRollingUpdate
 */
export function statusOf({ set, pods, currentRevision, updateRevision, now }: Snapshot): Status {
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const status: Status = {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter(pod => untilAvailable(set, pod, now) === 0).length,
    currentReplicas: staying.filter(pod => revisionOf(pod) === currentRevision).length,
    updatedReplicas: staying.filter(pod => revisionOf(pod) === updateRevision).length,
    currentRevision,
    updateRevision,
  };
  const isComplete = [status.replicas, status.readyReplicas, status.updatedReplicas].every(count => count === set.spec.replicas);
  return isComplete && set.spec.updateStrategy?.type !== 'OnDelete'
    ? { ...status, currentRevision: updateRevision, currentReplicas: status.updatedReplicas }
    : status;
}
