import { Difference } from '../../model/differences';
import { differencesAt, Pair } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

export const serviceFixedField: ServerRule = {
  id: 'service-fixed-field',
  severity: PlanSeverity.REFUSE,
  title: 'the class of a load balancer, the first IP family or the port for health checks of a Service changes',
  explanation: 'What was allocated for a Service elsewhere stays: `loadBalancerClass` and `healthCheckNodePort` as long as it is a load balancer, and the first of '
    + '`ipFamilies`. A second family may come and go.',
  mend: 'Put it back; or delete the Service and apply, which gives it another address.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-class',
  check: pair => pair.group === '' && pair.kind === 'Service' ? hits(differencesAt(pair, 'spec').filter(difference => isFixed(pair, difference)),
    ({ way }) => `Kubernetes refuses another ${way[1]} of a Service`, [`${kubectl(pair)} delete service ${pair.name}, and apply at once`]) : [],
};

function isFixed({ before, after }: Pair, { way, before: old, after: now }: Difference): boolean {
  const isOnBoth = (type: string) => before!.spec.type === type && after!.spec.type === type;
  switch (way[1]) {
    case 'loadBalancerClass': return isOnBoth('LoadBalancer');
    case 'healthCheckNodePort': return isOnBoth('LoadBalancer') && old !== undefined && now !== undefined;
    // a manifest that says nothing leaves the choice to the server.
    case 'ipFamilies': return Array.isArray(old) && Array.isArray(now) && old[0] !== now[0];
    default: return false;
  }
}
