import { ClaimFate, PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';

/** Fates of the claims that pods still use. */
const IN_USE = [ClaimFate.STAYS, ClaimFate.REUSED];

export const scaleInDeletesClaims: EffectRule = {
  id: 'scale-in-deletes-claims',
  severity: PlanSeverity.WARN,
  title: 'fewer or other ordinals, and a retention policy that deletes the claims of those that go; that is refused where none is left',
  explanation: 'With `whenScaled: Delete` the claims of pods that are no longer wanted are deleted. At zero replicas, or with a start ordinal beyond the last '
    + 'pod, these are **all** of them, whatever was meant: a pause for the night, an autoscaler, or a move.',
  mend: 'Apply `whenScaled: Retain` first, or have a backup and waive it.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
  check: forStatefulSets(({ pair, claims, before, after }) => {
    const isNothingLeft = !claims.some(({ fate }) => IN_USE.includes(fate));
    const lost = after === undefined ? [] : claims.filter(({ fate }) => fate === ClaimFate.DELETED).map(({ name }) => name);
    return lost.length === 0 ? [] : [{
      severity: isNothingLeft ? PlanSeverity.REFUSE : PlanSeverity.WARN,
      message: `${listed(lost)} and the data on them are deleted${isNothingLeft ? ': no data are left' : ''}`,
      difference: before!.replicas > after!.replicas
        ? { path: 'spec.replicas', way: [], before: before!.replicas, after: after!.replicas }
        : { path: 'spec.ordinals.start', way: [], before: before!.first, after: after!.first },
      mend: [`${kubectl(pair)} patch statefulset ${pair.name} -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Retain"}}}', and in the chart`,
        'then apply: the claims stay'],
    }];
  }),
};
