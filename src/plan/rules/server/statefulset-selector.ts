import { immutableDifferencesAt, STATEFUL_SET_SOURCE } from './stateful-set-fields';
import { Pair } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { Hit, hits, kubectl, ServerRule } from '../rule';

export const statefulsetSelector: ServerRule = {
  id: 'statefulset-selector',
  severity: PlanSeverity.REFUSE,
  title: 'the selector of a StatefulSet changes',
  explanation: 'A selector says which pods are the StatefulSet\'s own; Kubernetes never lets it change. Labels for people (version, team) belong to '
    + '`metadata.labels` and the template, not to the selector.',
  mend: 'Keep the selector. To change it, label the pods, delete the StatefulSet with `--cascade=orphan`, and apply.',
  source: STATEFUL_SET_SOURCE,
  check,
};

function check(pair: Pair): Hit[] {
  const labels = Object.entries<unknown>(pair.after?.spec?.selector?.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
  return hits(immutableDifferencesAt(pair, 'selector'), () => 'Kubernetes refuses another selector', [
    'keep the selector as it was; or, for a new one:',
    `for each pod of it: ${kubectl(pair)} label pod ${pair.name}-N --overwrite ${labels.join(' ')}`,
    `${kubectl(pair)} delete statefulset ${pair.name} --cascade=orphan`,
    'apply again: pods without the new labels are not taken over, and stand in the way of those that are made',
  ]);
}
