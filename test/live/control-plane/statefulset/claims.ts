import { KubeObject, LabelSelector, ObjectMeta, ownedBy, OwnerReference } from '../objects';
import { isWanted, ordinalOf } from './identity';

/**
 * The name of the claim that an ordinal gets of a template: `<template>-<set>-<ordinal>`.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
 */
export function claimName(set: KubeObject, template: KubeObject, ordinal: number): string {
  return `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
}

/**
 * The claims of an ordinal, one of each template, as they are made where there is none. Labels of the selector win over those of the template.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_utils.go getPersistentVolumeClaims
 */
export function claimsOf(set: KubeObject, ordinal: number): KubeObject[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template: KubeObject) => {
    const { metadata: { labels, annotations }, spec } = structuredClone(template);
    const selector: LabelSelector = set.spec.selector;
    const metadata: ObjectMeta = {
      name: claimName(set, template, ordinal),
      namespace: set.metadata.namespace,
      labels: { ...labels, ...selector.matchLabels },
      ...annotations && { annotations },
      // an admission plugin of the API server adds it to every claim, so that none goes while a pod uses it.
      finalizers: ['kubernetes.io/pvc-protection'],
    };
    return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec, status: { phase: 'Pending' } };
  });
}

/**
 * Whether a claim still belongs to an earlier pod of the name, with which it is about to go: a new pod has to wait for that.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_pod_control.go PodClaimIsStale
 */
export function isStale(set: KubeObject, claim: KubeObject, podName: string): boolean {
  return policyOf(set).whenScaled === 'Delete' && ownersOf(claim).some(({ kind, name }) => kind === 'Pod' && name === podName);
}

/**
 * The owners that a claim has to have, as its set's retention policy says: the set if it goes with the set, the pod if it goes with a pod that is
 * scaled in, else none. Whom it belongs to besides is left alone, and so is what belongs to an earlier set or pod of the name.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 * @see https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_utils.go updateClaimOwnerRefForSetAndPod
 * @param pod undefined while it is not made yet
 */
export function ownersAsAsked(set: KubeObject, claim: KubeObject, podName: string, pod?: KubeObject): OwnerReference[] {
  const { whenDeleted, whenScaled } = policyOf(set);
  const names = ({ kind, name }: OwnerReference, of: string, called: string) => kind === of && name === called;
  const old = ownersOf(claim);
  const isEarlier = (owner: OwnerReference) => (names(owner, 'StatefulSet', set.metadata.name) && owner.uid !== set.metadata.uid)
    || (names(owner, 'Pod', podName) && owner.uid !== pod?.metadata.uid);
  if (old.some(isEarlier)) {
    return old;
  }
  const others = old.filter(owner => !names(owner, 'StatefulSet', set.metadata.name) && !names(owner, 'Pod', podName));
  if (others.some(({ controller }) => controller)) {
    return others;
  }
  if (pod && !isWanted(set, ordinalOf(set, pod)!) && whenScaled === 'Delete') {
    return [...others, ownedBy(pod)];
  }
  return whenDeleted === 'Delete' ? [...others, ownedBy(set)] : others;
}

function policyOf(set: KubeObject): { whenDeleted: string; whenScaled: string } {
  return { whenDeleted: 'Retain', whenScaled: 'Retain', ...set.spec.persistentVolumeClaimRetentionPolicy };
}

function ownersOf(claim: KubeObject): OwnerReference[] {
  return claim.metadata.ownerReferences ?? [];
}
