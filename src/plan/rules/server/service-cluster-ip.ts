import { differencesAt } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

export const serviceClusterIp: ServerRule = {
  id: 'service-cluster-ip',
  severity: PlanSeverity.REFUSE,
  title: 'the cluster IP of a Service changes, or a Service becomes headless or ceases to be',
  explanation: '`clusterIP` is fixed once it is set, and `None` counts as set. So a normal Service cannot become headless in place, nor a headless one normal.',
  mend: 'Delete the Service and apply. Names that lead to it are gone for that moment; make a second Service if clients cannot bear that.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go',
  check: pair => {
    const isService = pair.group === '' && pair.kind === 'Service';
    const isExternal = isService && [pair.before?.spec.type, pair.after?.spec.type].includes('ExternalName');
    const found = isService && !isExternal ? differencesAt(pair, 'spec', 'clusterIP') : [];
    // a manifest says nothing of the address that the server has chosen.
    return hits(found.filter(({ before, after }) => after === 'None' || before === 'None' || (before !== undefined && after !== undefined)),
      () => 'Kubernetes refuses another clusterIP', [`${kubectl(pair)} delete service ${pair.name}, and apply at once`]);
  },
};
