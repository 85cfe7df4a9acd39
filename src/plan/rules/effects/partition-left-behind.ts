import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, listed } from '../rule';

export const partitionLeftBehind: EffectRule = {
  id: 'partition-left-behind',
  severity: PlanSeverity.WARN,
  title: 'a partition that has done its work is still there',
  explanation: 'A canary is a step of a rollout. While the partition stays, the pods below it run the old template; they come back with it when their node '
    + 'goes, and the next change of the template makes a third version.',
  mend: 'Take the partition out (`Rollout.rolling()`) to finish the rollout, or put the old template back to end it.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates',
  check: forStatefulSets(({ pair, before, after, oldPods, templateDifferences }) => {
    const stays = before && after && after.partition > 0 && before.partition === after.partition && templateDifferences.length === 0;
    const held = !stays ? [] : oldPods.filter(({ updated, ordinal }) => !updated && ordinal < after.first + after.partition);
    return held.length === 0 ? [] : [{
      message: `${listed(held.map(({ ordinal }) => `${pair.name}-${ordinal}`))} ${held.length === 1 ? 'keeps' : 'keep'} an older template`,
      difference: { path: 'spec.updateStrategy.rollingUpdate.partition', way: [], before: before!.partition, after: after!.partition },
    }];
  }),
};
