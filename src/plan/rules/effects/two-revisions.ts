import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl } from '../rule';

export const twoRevisions: EffectRule = {
  id: 'two-revisions',
  severity: PlanSeverity.WARN,
  title: 'a new template while a rollout is not finished',
  explanation: 'Some pods have the template from before the last one. With another one on top three versions run side by side, and pods below the '
    + 'partition stay at the oldest.',
  mend: 'Finish the rollout that is under way, or take it back, and apply then.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates',
  check: forStatefulSets(({ pair, before, templateDifferences }) => {
    const { currentRevision, updateRevision, updatedReplicas, replicas } = pair.status;
    const isUnfinished = typeof updateRevision === 'string' ? currentRevision !== updateRevision && updatedReplicas !== replicas
      : before !== undefined && before.partition > 0 && before.partition < before.replicas;
    return templateDifferences.length === 0 || !isUnfinished ? [] : [{
      message: typeof updateRevision === 'string' ? `${Number(updatedReplicas ?? 0)} of ${replicas} pods have the template from the last change`
        : `the partition ${before!.partition} held pods back from the last template`,
      difference: templateDifferences[0],
      mend: [`${kubectl(pair)} rollout status statefulset ${pair.name}, with the partition taken out`, 'then apply'],
    }];
  }),
};
