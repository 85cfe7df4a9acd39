import { hasCondition, KubeObject, ownedBy } from '../objects';
import { claimName } from './claims';
import { identityLabels, podName, REVISION_LABEL } from './identity';

/**
 * The pod of an ordinal, as a revision's template has it. Claims take the place of equally named volumes of the template.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-identity
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod, updateStorage
 */
export function podOf(set: KubeObject, revision: KubeObject, ordinal: number): KubeObject {
  const { metadata: { labels, annotations, finalizers } = {} as KubeObject['metadata'], spec } = structuredClone(revision.data.spec.template);
  const name = podName(set, ordinal);
  const claims: KubeObject[] = set.spec.volumeClaimTemplates ?? [];
  const volumes = [
    ...claims.map(claim => ({ name: claim.metadata.name, persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) } })),
    ...(spec.volumes ?? []).filter((volume: any) => !claims.some(claim => claim.metadata.name === volume.name)),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: set.metadata.namespace,
      labels: { ...labels, ...identityLabels(set, ordinal), [REVISION_LABEL]: revision.metadata.name },
      ...annotations && { annotations },
      ...finalizers && { finalizers },
      ownerReferences: [ownedBy(set)],
    },
    spec: { ...spec, hostname: name, subdomain: set.spec.serviceName, ...volumes.length > 0 && { volumes } },
    status: { phase: 'Pending' },
  };
}

/** Whether a pod has the volumes that the set's claim templates ask for, which cannot be given to a pod that exists. */
export function hasStorage(set: KubeObject, pod: KubeObject, ordinal: number): boolean {
  return (set.spec.volumeClaimTemplates ?? []).every((claim: KubeObject) => (pod.spec?.volumes ?? []).some((volume: any) =>
    volume.name === claim.metadata.name && volume.persistentVolumeClaim?.claimName === claimName(set, claim, ordinal)));
}

/** Whether a pod has come to its end, by failure or by success: neither is what a StatefulSet wants. */
export function hasEnded(pod: KubeObject): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

/** Whether a pod is running and ready. */
export function isReady(pod: KubeObject): boolean {
  return pod.status?.phase === 'Running' && hasCondition(pod, 'Ready');
}

/**
 * For how many milliseconds a pod that is ready has yet to stay so to be available: 0 if it is, undefined if it is not ready.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#minimum-ready-seconds
 */
export function untilAvailable(set: KubeObject, pod: KubeObject, now: number): number | undefined {
  if (!isReady(pod)) {
    return undefined;
  }
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const { lastTransitionTime } = pod.status.conditions.find((condition: any) => condition.type === 'Ready');
  // strictly before now, hence one millisecond more.
  return minReadySeconds === 0 ? 0 : Math.max(0, Date.parse(lastTransitionTime) + minReadySeconds * 1000 + 1 - now);
}
