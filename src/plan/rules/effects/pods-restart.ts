import { PlanSeverity, PodAction } from '../../plan-types';
import { EffectRule, forStatefulSets, listed } from '../rule';

export const podsRestart: EffectRule = {
  id: 'pods-restart',
  severity: PlanSeverity.NOTE,
  title: 'the template changes, so that pods restart',
  explanation: 'Any change of the template replaces pods, with Kubernetes\' defaults filled in on both sides: a new annotation as much as a new image.',
  mend: 'Nothing, if it is meant. `Rollout.canary()` tries it on the last pod first.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates',
  check: forStatefulSets(({ pods, templateDifferences }) => {
    const replaced = pods.filter(({ action }) => action === PodAction.REPLACE).map(({ name }) => name);
    return replaced.length === 0 ? [] : [{
      message: `${listed(replaced)} ${replaced.length === 1 ? 'restarts' : 'restart, in this order'}`,
      difference: templateDifferences[0],
      mend: [],
    }];
  }),
};
