import { ClaimFate, PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';

export const scaleInDeletesClaims: EffectRule = {
  id: 'scale-in-deletes-claims',
  severity: PlanSeverity.WARN,
  title: 'fewer replicas, and a retention policy that deletes their claims; at zero replicas that is refused',
  explanation: 'With `whenScaled: Delete` the claims of pods that are scaled in are deleted. At zero replicas these are **all** of them, whatever was meant: '
    + 'a pause for the night, or an autoscaler.',
  mend: 'Apply `whenScaled: Retain` first, or have a backup and waive it.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
  check: forStatefulSets(({ pair, claims, before, after }) => {
    const lost = after === undefined ? [] : claims.filter(({ fate }) => fate === ClaimFate.DELETED).map(({ name }) => name);
    return lost.length === 0 ? [] : [{
      severity: after!.replicas === 0 ? PlanSeverity.REFUSE : PlanSeverity.WARN,
      message: `${listed(lost)} and the data on them are deleted${after!.replicas === 0 ? ': no data are left' : ''}`,
      difference: { path: 'spec.replicas', way: [], before: before!.replicas, after: after!.replicas },
      mend: [`${kubectl(pair)} patch statefulset ${pair.name} -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Retain"}}}', and in the chart`,
        'then apply: the claims stay'],
    }];
  }),
};
