import { ClaimFate, PlanSeverity, PodAction } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';
import { isRenamed } from './statefulset-renamed';

export const statefulsetDeleted: EffectRule = {
  id: 'statefulset-deleted',
  severity: PlanSeverity.WARN,
  title: 'a StatefulSet goes; if its claims go with it, that is refused',
  explanation: 'All its pods stop at once. Its claims stay, unless `persistentVolumeClaimRetentionPolicy.whenDeleted` is `Delete`: then the data go, too.',
  mend: 'Put it back, or say by a waiver that it is meant. To keep data that would go, apply `whenDeleted: Retain` before you take the StatefulSet out.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
  check: forStatefulSets((movement, world) => {
    const { pair, pods, claims } = movement;
    if (pair.after !== undefined || !pods.some(({ action }) => action === PodAction.DELETE) || isRenamed(movement, world)) {
      return [];
    }
    const lost = claims.filter(({ fate }) => fate === ClaimFate.DELETED).map(({ name }) => name);
    const left = claims.filter(({ fate }) => fate !== ClaimFate.DELETED).map(({ name }) => name);
    return [{
      severity: lost.length > 0 ? PlanSeverity.REFUSE : PlanSeverity.WARN,
      message: `${pods.length === 1 ? 'its pod stops' : `its ${pods.length} pods stop`} at once${lost.length > 0 ? `, and ${listed(lost)} and the data on them are deleted`
        : left.length > 0 ? `; ${listed(left)} stay with their data until somebody deletes them` : ''}`,
      mend: lost.length > 0 ? [`${kubectl(pair)} patch statefulset ${pair.name} -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain"}}}'`,
        'then apply: the claims stay'] : undefined,
    }];
  }),
};
