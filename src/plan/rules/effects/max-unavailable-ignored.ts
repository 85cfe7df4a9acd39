import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets } from '../rule';

export const maxUnavailableIgnored: EffectRule = {
  id: 'max-unavailable-ignored',
  severity: PlanSeverity.NOTE,
  title: 'maxUnavailable of a StatefulSet is stated',
  explanation: 'It needs the feature gate `MaxUnavailableStatefulSet`, which is alpha and off in Kubernetes 1.27 and on by default from 1.37; a cluster without it drops the field and '
    + 'replaces one pod at a time.',
  mend: 'Nothing, if one at a time is good, too. Where the gate is on, give `maxUnavailable: true` to the plan.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#maximum-unavailable-pods',
  check: forStatefulSets(({ pair, after, before }) => after?.maxUnavailable === undefined || after.maxUnavailable === before?.maxUnavailable ? [] : [{
    message: 'a cluster without the feature gate drops it, and replaces one pod at a time',
    difference: pair.differences.find(({ path }) => path === 'spec.updateStrategy.rollingUpdate.maxUnavailable'),
  }]),
};
