import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets } from '../rule';

export const autoscalerFights: EffectRule = {
  id: 'autoscaler-fights',
  severity: PlanSeverity.WARN,
  title: 'replicas are stated for a StatefulSet that an autoscaler scales',
  explanation: 'Each apply sets the number back, and the autoscaler changes it again: pods come and go.',
  mend: 'Leave `replicas` out where an autoscaler decides.',
  source: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
  check: forStatefulSets(({ pair }, world) => {
    const stated = pair.given.after?.spec?.replicas;
    const scaler = world.pairs.find(({ kind, group, after, namespace }) => group === 'autoscaling' && kind === 'HorizontalPodAutoscaler'
      && namespace === pair.namespace && after?.spec.scaleTargetRef?.kind === 'StatefulSet' && after.spec.scaleTargetRef.name === pair.name);
    return scaler === undefined || stated === undefined || stated === null ? [] : [{
      message: `the autoscaler '${scaler.name}' changes the number, and each apply sets it back`,
      difference: { path: 'spec.replicas', way: [], before: pair.before?.spec.replicas, after: stated },
    }];
  }),
};
