import { Pair } from '../../model/pairs';
import { mapsOf } from '../../model/pod-defaults';
import { PlanSeverity } from '../../plan-types';
import { Tree } from '../../read/yaml-document';
import { Hit, ServerRule } from '../rule';

const KINDS = ['StatefulSet', 'Deployment', 'DaemonSet', 'ReplicaSet'];

export const selectorMismatch: ServerRule = {
  id: 'selector-mismatch',
  severity: PlanSeverity.REFUSE,
  title: 'the labels of a pod template do not match the selector',
  explanation: 'A workload whose own pods would not be its own is refused.',
  mend: 'Give the pod template the labels that the selector names.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-selector',
  check,
};

function check({ group, kind, after }: Pair): Hit[] {
  if (group !== 'apps' || !KINDS.includes(kind) || after === undefined) {
    return [];
  }
  const { selector, template } = after.spec;
  const labels: Tree = template?.metadata?.labels ?? {};
  const missed = Object.entries<unknown>(selector?.matchLabels ?? {}).filter(([name, value]) => labels[name] !== value);
  const contradicted = mapsOf(selector?.matchExpressions).filter(expression => !isMet(expression, labels[expression.key]))
    .map(({ key, operator, values }) => [String(key), [operator, ...mayBeList(values)].join(' ')] as const);
  return [...missed, ...contradicted].map(([name, wanted]) => ({
    message: 'Kubernetes refuses a selector that does not match the labels of the pod template',
    difference: { path: `spec.template.metadata.labels[${name}]`, way: [], before: wanted, after: labels[name] },
  }));
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
function isMet({ operator, values }: Tree, label: unknown): boolean {
  switch (operator) {
    case 'In': return mayBeList(values).includes(label);
    case 'NotIn': return !mayBeList(values).includes(label);
    case 'Exists': return label !== undefined;
    case 'DoesNotExist': return label === undefined;
    // an operator that there is not is refused for itself.
    default: return true;
  }
}

function mayBeList(values: unknown): unknown[] {
  return Array.isArray(values) ? values : [];
}
