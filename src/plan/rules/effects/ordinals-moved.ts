import { ClaimFate, PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, listed } from '../rule';

export const ordinalsMoved: EffectRule = {
  id: 'ordinals-moved',
  severity: PlanSeverity.WARN,
  title: 'the first ordinal changes',
  explanation: 'Pods whose ordinals are outside of the new range are deleted, and others are made, on claims of their own: the data do not move along.',
  mend: 'Keep `ordinals.start`, unless a StatefulSet is being moved from one cluster to another.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#start-ordinal',
  check: forStatefulSets(({ before, after, claims }) => {
    const made = claims.filter(({ fate }) => fate === ClaimFate.MADE).map(({ name }) => name);
    return !before || !after || before.first === after.first ? [] : [{
      message: made.length > 0 ? `pods start with empty disks: ${listed(made)}` : 'other pods take the place of those that run',
      difference: { path: 'spec.ordinals.start', way: [], before: before.first, after: after.first },
    }];
  }),
};
