import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';

export const stuckRollout: EffectRule = {
  id: 'stuck-rollout',
  severity: PlanSeverity.WARN,
  title: 'a new template for an ordered StatefulSet with pods that are not ready',
  explanation: 'With `OrderedReady` the controller waits for a pod that is not ready before it replaces any other, also when the new template is what '
    + 'would mend it: the rollout is stuck until somebody deletes the pod.',
  mend: 'Apply, then delete each pod that is not ready; it is made again from the new template.',
  source: 'https://github.com/kubernetes/kubernetes/issues/67250',
  check: forStatefulSets(movement => {
    const { pair, after, oldPods, templateDifferences, blockedBy } = movement;
    const { replicas, readyReplicas } = pair.status;
    const isUnready = typeof replicas === 'number' && replicas > Number(readyReplicas ?? 0);
    if (!after?.ordered || after.replicas === 0 || templateDifferences.length === 0 || !(blockedBy !== undefined || isUnready)) {
      return [];
    }
    const names = oldPods.filter(({ ready }) => !ready).map(({ ordinal }) => `${pair.name}-${ordinal}`);
    return [{
      message: names.length > 0 ? `${listed(names)} ${names.length === 1 ? 'is' : 'are'} not ready, and nothing is replaced until they are`
        : `${Number(readyReplicas ?? 0)} of ${replicas} pods are ready, and nothing is replaced until all are`,
      difference: templateDifferences[0],
      mend: [
        'apply',
        names.length > 0 ? `${kubectl(pair)} delete pod ${names.join(' ')}` : `${kubectl(pair)} delete pod ${pair.name}-N, for each that is not ready`,
      ],
    }];
  }),
};
