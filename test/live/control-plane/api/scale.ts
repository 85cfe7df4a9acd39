import { badRequest } from './errors';
import { labelSelectorText } from './selectors';
import { KubeObject } from '../objects';
import { ApiError } from '../store';

/**
 * How many replicas a StatefulSet has, as the kind that all scalable workloads share: what `kubectl scale` and autoscalers read and write.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/registry/apps/statefulset/storage/storage.go (ScaleREST)
 */
export function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, selector: labelSelectorText(spec.selector) },
  };
}

/** The StatefulSet as a scale asks for it. Nothing but the number is taken from the scale, and the version that it was read at. */
export function scaled(set: KubeObject, scale: KubeObject): KubeObject {
  const replicas = scale.spec?.replicas ?? 0;
  if (!Number.isInteger(replicas)) {
    throw badRequest(`spec.replicas must be an integer, got ${JSON.stringify(replicas)}`);
  }
  if (replicas < 0) {
    const problem = `spec.replicas: Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw new ApiError(422, 'Invalid', `Scale.autoscaling "${set.metadata.name}" is invalid: ${problem}`);
  }
  const { resourceVersion = set.metadata.resourceVersion } = scale.metadata ?? {};
  return { ...set, metadata: { ...set.metadata, resourceVersion }, spec: { ...set.spec, replicas } };
}
