import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

export const secretType: ServerRule = {
  id: 'secret-type',
  severity: PlanSeverity.REFUSE,
  title: 'the type of a Secret changes',
  explanation: 'The type of a Secret is fixed when it is made.',
  mend: 'Delete the Secret and apply, or give it another name.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go',
  check: pair => pair.group === '' && pair.kind === 'Secret' ? hits(pair.differences.filter(({ path }) => path === 'type'),
    () => 'Kubernetes refuses another type of a Secret', [`${kubectl(pair)} delete secret ${pair.name}, and apply`]) : [],
};
