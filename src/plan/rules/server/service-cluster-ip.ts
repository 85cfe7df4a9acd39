import { differencesAt } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

export const serviceClusterIp: ServerRule = {
  id: 'service-cluster-ip',
  severity: PlanSeverity.REFUSE,
  title: 'the cluster IP of a Service changes, or a Service becomes headless',
  explanation: '`clusterIP` is fixed once it is set, and `None` counts as set. So a normal Service cannot become headless in place, nor a headless one get an address, '
    + 'or a port of nodes, or a load balancer.',
  mend: 'Delete the Service and apply. Names that lead to it are gone for that moment; make a second Service if clients cannot bear that.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go',
  check: pair => {
    const isService = pair.group === '' && pair.kind === 'Service';
    const isExternal = isService && [pair.before?.spec.type, pair.after?.spec.type].includes('ExternalName');
    const found = isService && !isExternal ? differencesAt(pair, 'spec', 'clusterIP') : [];
    const mend = [`${kubectl(pair)} delete service ${pair.name}, and apply at once`];
    const { type, clusterIP } = pair.after?.spec ?? {};
    const isContradiction = isService && clusterIP === 'None' && ['NodePort', 'LoadBalancer'].includes(type);
    // a manifest says nothing of the address that the server has chosen.
    return [
      ...hits(found.filter(({ before, after }) => after === 'None' || before !== undefined), () => 'Kubernetes refuses another clusterIP', mend),
      ...isContradiction ? [{
        message: `Kubernetes refuses the type ${type} for a headless service`,
        difference: { path: 'spec.type', way: [], before: pair.before?.spec.type, after: type },
        mend,
      }] : [],
    ];
  },
};
