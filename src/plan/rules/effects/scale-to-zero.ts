import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets } from '../rule';

export const scaleToZero: EffectRule = {
  id: 'scale-to-zero',
  severity: PlanSeverity.WARN,
  title: 'a StatefulSet goes to zero replicas',
  explanation: 'All its pods stop, one after the other or at once, and nothing serves any more.',
  mend: 'If a number was left out or is computed, state it.',
  source: 'https://kubernetes.io/docs/tasks/run-application/scale-stateful-set/',
  check: forStatefulSets(({ before, after }) => before && before.replicas > 0 && after?.replicas === 0 ? [{
    message: `all ${before.replicas} pods stop`,
    difference: { path: 'spec.replicas', way: [], before: before.replicas, after: 0 },
  }] : []),
};
