import { differencesAt } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

const KINDS = ['Deployment', 'DaemonSet', 'ReplicaSet'];

export const selectorImmutable: ServerRule = {
  id: 'selector-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'the selector of a Deployment, DaemonSet or ReplicaSet changes',
  explanation: 'Kubernetes never lets a selector change. Tools that derive it from a path change it when a chart is renamed.',
  mend: 'Keep the selector; or delete the object and apply, which stops its pods for a moment; or apply it under another name beside the first.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates',
  check: pair => pair.group === 'apps' && KINDS.includes(pair.kind) ? hits(differencesAt(pair, 'spec', 'selector'),
    () => 'Kubernetes refuses another selector', [
      'keep the selector as it was; or, with its pods stopped for a moment:',
      `${kubectl(pair)} delete ${pair.kind.toLowerCase()} ${pair.name}, and apply`,
    ]) : [],
};
