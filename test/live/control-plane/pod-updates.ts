import { isDeepStrictEqual } from 'node:util';
import { forbidden, invalid } from './invalid';
import { KubeObject } from './objects';

/**
 * What may not change in a pod, in the words of the API server: nearly everything. A pod is replaced, not changed.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go, ValidatePodUpdate
 */
export function podUpdateErrors({ spec: old }: KubeObject, { spec: updated }: KubeObject): string[] {
  for (const field of ['containers', 'initContainers']) {
    if ((old[field] ?? []).length !== (updated[field] ?? []).length) {
      return [forbidden(`spec.${field}`, 'pod updates may not add or remove containers')];
    }
  }
  const errors = [...deadlineErrors(old, updated), ...tolerationErrors(old, updated)];
  if (!isDeepStrictEqual(fixedFields(old), fixedFields(updated))) {
    errors.push(forbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
      '`spec.tolerations` (only additions to existing tolerations),' +
      '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ));
  }
  return errors;
}

function fixedFields({ containers, initContainers, activeDeadlineSeconds, tolerations, ...rest }: any): any {
  const withoutImage = ({ image, ...container }: any) => container;
  return { ...rest, containers: containers.map(withoutImage), initContainers: (initContainers ?? []).map(withoutImage) };
}

function deadlineErrors({ activeDeadlineSeconds: old }: any, { activeDeadlineSeconds: updated }: any): string[] {
  if (old === undefined || (updated !== undefined && updated <= old)) {
    return [];
  }
  return [invalid('spec.activeDeadlineSeconds', updated, updated === undefined
    ? 'must not update from a positive integer to nil value'
    : 'must be less than or equal to previous value')];
}

/** Old ones must stay; how long they last may change. */
function tolerationErrors({ tolerations: old = [] }: any, { tolerations: updated = [] }: any): string[] {
  const lasting = ({ tolerationSeconds, ...toleration }: any) => toleration;
  const kept = old.every((toleration: any) => updated.some((other: any) => isDeepStrictEqual(lasting(toleration), lasting(other))));
  return kept ? [] : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}
