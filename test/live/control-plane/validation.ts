import { forbidden, invalid, required, unsupported } from './invalid';
import { KubeObject, matches } from './objects';

const RULES: Record<string, (object: KubeObject) => string[]> = {
  StatefulSet: statefulSetErrors,
  Job: jobErrors,
  Service: serviceErrors,
};

/** What no schema can say: where fields of a defaulted object contradict each other, in the words of the API server. Empty = accepted. */
export function validationErrors(object: KubeObject): string[] {
  return RULES[object.kind]?.(object) ?? [];
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/apps/validation/validation.go */
function statefulSetErrors({ spec: { selector, template, updateStrategy } }: KubeObject): string[] {
  const errors: string[] = [];
  if (updateStrategy.type === 'OnDelete' && updateStrategy.rollingUpdate) {
    errors.push(invalid('spec.updateStrategy.rollingUpdate', updateStrategy.rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"));
  }
  if (!Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length) {
    errors.push(invalid('spec.selector', selector, 'empty selector is invalid for statefulset'));
  }
  errors.push(...labelErrors(selector, template));
  if (template.spec.restartPolicy !== 'Always') {
    errors.push(unsupported('spec.template.spec.restartPolicy', template.spec.restartPolicy, 'Always'));
  }
  if (template.spec.activeDeadlineSeconds !== undefined) {
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', 'activeDeadlineSeconds in StatefulSet is not Supported'));
  }
  return errors;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/batch/validation/validation.go */
function jobErrors({ metadata: { uid }, spec: { selector, manualSelector, template, completionMode, podFailurePolicy } }: KubeObject): string[] {
  const errors: string[] = [];
  if (template.spec.restartPolicy === 'Always') {
    errors.push(required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"'));
  }
  if (manualSelector) {
    errors.push(...selector ? labelErrors(selector, template) : [required('spec.selector')]);
  } else if (selector && (uid === undefined || selector.matchLabels?.['batch.kubernetes.io/controller-uid'] !== uid)) {
    errors.push(invalid('spec.selector', selector, '`selector` not auto-generated'));
  }
  // both are refused because the controller here does not know them: run as if they were not there, a job would do something else.
  if (completionMode !== 'NonIndexed') {
    errors.push(unsupported('spec.completionMode', completionMode, 'NonIndexed'));
  }
  if (podFailurePolicy) {
    errors.push(forbidden('spec.podFailurePolicy', 'not known to this controller'));
  }
  return errors;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go, ValidateService */
function serviceErrors({ spec: { ports, clusterIP, type } }: KubeObject): string[] {
  return ports?.length || clusterIP === 'None' || type === 'ExternalName' ? [] : [required('spec.ports')];
}

function labelErrors(selector: any, { metadata }: any): string[] {
  const labels = metadata?.labels ?? {};
  const selected = matches({ apiVersion: 'v1', kind: 'Pod', metadata: { name: '', labels } }, selector);
  return selected ? [] : [invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
}
