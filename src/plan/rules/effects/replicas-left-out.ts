import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl } from '../rule';

export const replicasLeftOut: EffectRule = {
  id: 'replicas-left-out',
  severity: PlanSeverity.WARN,
  title: 'replicas were stated and are left out now, so that one pod is left',
  explanation: 'What an earlier apply has stated and the next one leaves out is taken away, and Kubernetes completes it by 1: so does the change by which '
    + 'an autoscaler is to decide.',
  mend: 'State the number; or where an autoscaler is to decide, take it out of what was applied last before you leave it out.',
  source: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
  check: forStatefulSets(({ pair, before, after }) => {
    const isLeftOut = (pair.given.after?.spec?.replicas ?? undefined) === undefined;
    return before && after && isLeftOut && after.replicas < before.replicas ? [{
      message: `${before.replicas} pods become ${after.replicas}, since 'replicas' is left out`,
      difference: { path: 'spec.replicas', way: [], before: before.replicas, after: after.replicas },
      mend: [`${kubectl(pair)} apply edit-last-applied statefulset/${pair.name}, and take out the line 'replicas'`, 'then apply: the number of now stays'],
    }] : [];
  }),
};
