import { PlanSeverity } from '../../plan-types';
import { Tree } from '../../read/yaml-document';
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
    const difference = { path: 'spec.serviceName', way: [], before: pair.before?.spec.serviceName, after: name };
    if (service.after === undefined) {
      return [{ difference, message: `the service '${name}' goes, and with it the names of the pods in DNS` }];
    }
    const selector = selectorOf(service.after);
    // with no selector, now and before, its endpoints are somebody's own.
    const isByHand = selector.length === 0 && (service.before === undefined || selectorOf(service.before).length === 0);
    const labels = pair.after!.spec.template.metadata?.labels;
    const selects = selector.length > 0 && selector.every(([label, value]) => labels?.[label] === value);
    return selects || isByHand ? [] : [{ difference, message: `the service '${name}' does not select the pods, so that their names do not resolve` }];
  }),
};

/** What is another name for something else selects nothing, whatever it says. */
function selectorOf({ spec }: Tree): [string, unknown][] {
  return spec.type === 'ExternalName' ? [] : Object.entries(spec.selector ?? {});
}
