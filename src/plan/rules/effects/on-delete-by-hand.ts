import { PlanSeverity, PodAction } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';

export const onDeleteByHand: EffectRule = {
  id: 'on-delete-by-hand',
  severity: PlanSeverity.NOTE,
  title: 'the template changes, and pods wait until somebody deletes them',
  explanation: 'With `OnDelete` the controller replaces no pod. Each gets the new template once it was deleted, for whatever reason.',
  mend: 'Delete the pods in the order of your choice.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies',
  check: forStatefulSets(({ pair, pods }) => {
    const names = pods.filter(({ action }) => action === PodAction.BY_HAND).map(({ name }) => name);
    return names.length === 0 ? [] : [{
      message: `the new template reaches ${listed(names)} when deleted`,
      mend: [`${kubectl(pair)} delete pod ${names[0]}, wait until it is ready again, then the next`],
    }];
  }),
};
