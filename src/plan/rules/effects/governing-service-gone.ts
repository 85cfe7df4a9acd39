import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets } from '../rule';

export const governingServiceGone: EffectRule = {
  id: 'governing-service-gone',
  severity: PlanSeverity.REFUSE,
  title: 'the governing service of a StatefulSet goes, or ceases to select its pods',
  explanation: 'The pods\' names in DNS (`db-0.db`) are made by the headless service that `serviceName` names. Without it they resolve no more, and members '
    + 'of a cluster lose each other.',
  mend: 'Keep the service, with a selector that matches the labels of the pods.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id',
  check: forStatefulSets(({ pair }, world) => {
    const name = pair.after?.spec.serviceName;
    const service = typeof name === 'string' ? world.find('/Service', pair.namespace, name) : undefined;
    if (service === undefined) {
      return [];
    }
    const selector = Object.entries<unknown>(service.after?.spec.selector ?? {});
    const labels = pair.after!.spec.template.metadata?.labels;
    const selects = selector.every(([label, value]) => labels?.[label] === value);
    const difference = { path: 'spec.serviceName', way: [], before: pair.before?.spec.serviceName, after: name };
    if (service.after === undefined) {
      return [{ difference, message: `the service '${name}' goes, and with it the names of the pods in DNS` }];
    }
    return selects ? [] : [{ difference, message: `the service '${name}' does not select the pods, so that their names do not resolve` }];
  }),
};
