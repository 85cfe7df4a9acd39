import { Pair } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
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
  const wanted = group === 'apps' && KINDS.includes(kind) ? Object.entries<unknown>(after?.spec.selector?.matchLabels ?? {}) : [];
  const labels = wanted.length === 0 ? undefined : after?.spec.template?.metadata?.labels;
  return wanted.filter(([name, value]) => labels?.[name] !== value).map(([name, value]) => ({
    message: 'Kubernetes refuses a selector that does not match the labels of the pod template',
    difference: { path: `spec.template.metadata.labels[${name}]`, way: [], before: value, after: labels?.[name] },
  }));
}
