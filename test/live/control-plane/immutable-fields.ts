import { isDeepStrictEqual } from 'node:util';
import { forbidden, invalid } from './invalid';
import { KubeObject } from './objects';
import { podUpdateErrors } from './pod-updates';
import { amountOf } from './quantity';

const RULES: Record<string, (old: any, updated: any) => string[]> = {
  Pod: podUpdateErrors,
  StatefulSet: statefulSetErrors,
  Job: jobErrors,
  Service: serviceErrors,
  PersistentVolumeClaim: claimErrors,
  ConfigMap: contentErrors,
  Secret: (old, updated) => [...fixed(old, updated, 'type'), ...contentErrors(old, updated)],
  ControllerRevision: (old, updated) => fixed(old, updated, 'data'),
  RoleBinding: (old, updated) => isDeepStrictEqual(old.roleRef, updated.roleRef) ? [] : [invalid('roleRef', updated.roleRef, 'cannot change roleRef')],
};

/** What may not change from one version of an object to the next, in the words of the API server but for Go's differences. Both are defaulted. */
export function immutableFieldErrors(old: KubeObject, updated: KubeObject): string[] {
  return RULES[old.kind]?.(old, updated) ?? [];
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/apps/validation/validation.go, ValidateStatefulSetUpdate */
function statefulSetErrors(old: KubeObject, updated: KubeObject): string[] {
  const fixedFields = ({ replicas, ordinals, template, updateStrategy, persistentVolumeClaimRetentionPolicy, minReadySeconds, ...rest }: any) => rest;
  return isDeepStrictEqual(fixedFields(old.spec), fixedFields(updated.spec)) ? [] : [forbidden(
    'spec',
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
    "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  )];
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/batch/validation/validation.go, ValidateJobSpecUpdate */
function jobErrors(old: KubeObject, updated: KubeObject): string[] {
  return ['completions', 'selector', 'template', 'completionMode'].flatMap(field => fixed(old.spec, updated.spec, field, 'spec.'));
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go, validateUpgradeDowngradeClusterIPs */
function serviceErrors(old: KubeObject, updated: KubeObject): string[] {
  if ([old, updated].some(({ spec }) => spec.type === 'ExternalName') || old.spec.clusterIP === updated.spec.clusterIP) {
    return [];
  }
  return [invalid('spec.clusterIPs[0]', updated.spec.clusterIPs, 'may not change once set')];
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaimUpdate */
function claimErrors(old: KubeObject, updated: KubeObject): string[] {
  const [before, after] = [old, updated].map(({ spec }) => spec.resources?.requests?.storage ?? 0);
  const [present, expected] = [old, updated].map(({ spec }) => structuredClone(spec));
  if (old.status?.phase === 'Bound' && expected.resources?.requests) {
    expected.resources.requests.storage = before;
  }
  if (old.spec.volumeName === undefined) {
    delete expected.volumeName;
  }
  const errors: string[] = [];
  if (!isDeepStrictEqual(present, expected)) {
    errors.push(forbidden('spec', 'spec is immutable after creation except resources.requests for bound claims'));
  }
  if (amountOf(after) < amountOf(before)) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than previous value'));
  }
  return errors;
}

/** @see https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable */
function contentErrors(old: KubeObject, updated: KubeObject): string[] {
  return old.immutable ? ['immutable', 'data', 'binaryData']
    .filter(field => !isDeepStrictEqual(old[field], updated[field]))
    .map(field => forbidden(field, 'field is immutable when `immutable` is set')) : [];
}

function fixed(old: any, updated: any, field: string, path = ''): string[] {
  return isDeepStrictEqual(old[field], updated[field]) ? [] : [invalid(path + field, updated[field], 'field is immutable')];
}
