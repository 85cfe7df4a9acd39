import { KubeObject } from '../objects';

/** The label by which a pod says of which ControllerRevision it was made. */
export const REVISION_LABEL = 'controller-revision-hash';

/**
 * The ordinal in the name of a set's pod, or undefined if the name is not that of a pod of the set.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
 */
export function ordinalOf(set: KubeObject, pod: KubeObject): number | undefined {
  const [, parent, ordinal] = /^(.*)-(0|[1-9]\d*)$/.exec(pod.metadata.name) ?? [];
  return parent === set.metadata.name ? Number(ordinal) : undefined;
}

/** `<set>-<ordinal>`, which is the pod's host name too. */
export function podName(set: KubeObject, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

/** The first ordinal of a set. */
export function firstOrdinal(set: KubeObject): number {
  return set.spec.ordinals?.start ?? 0;
}

/** Whether a set asks for a pod of an ordinal. */
export function isWanted(set: KubeObject, ordinal: number): boolean {
  return ordinal >= firstOrdinal(set) && ordinal < firstOrdinal(set) + set.spec.replicas;
}

/** The labels that the controller gives to a pod beside those of the template, and gives back if they were taken. */
export function identityLabels(set: KubeObject, ordinal: number): Record<string, string> {
  return {
    'statefulset.kubernetes.io/pod-name': podName(set, ordinal),
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
}

/** The name of the ControllerRevision of which a pod was made. */
export function revisionOf(pod: KubeObject): string | undefined {
  return pod.metadata.labels?.[REVISION_LABEL];
}
