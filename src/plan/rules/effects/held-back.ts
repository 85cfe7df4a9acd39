import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, listed } from '../rule';

export const heldBack: EffectRule = {
  id: 'held-back',
  severity: PlanSeverity.NOTE,
  title: 'the template changes, and a partition holds pods back',
  explanation: 'Pods below the partition keep the template that they have, also when they are made again.',
  mend: 'Lower the partition step by step, and take it out in the end.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates',
  check: forStatefulSets(({ before, after, oldPods, templateDifferences, pair }) => {
    const held = after && !after.onDelete && templateDifferences.length > 0
      ? oldPods.filter(({ ordinal }) => ordinal < after.first + after.partition && ordinal >= after.first) : [];
    return held.length === 0 ? [] : [{
      message: `${listed(held.map(({ ordinal }) => `${pair.name}-${ordinal}`))} ${held.length === 1 ? 'keeps' : 'keep'} the old template`
        + (after!.partition >= after!.replicas ? ': nothing is replaced' : ''),
      difference: { path: 'spec.updateStrategy.rollingUpdate.partition', way: [], before: before?.partition, after: after!.partition },
    }];
  }),
};
