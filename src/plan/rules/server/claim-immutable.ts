import { differencesAt, Pair } from '../../model/pairs';
import { nanosOf } from '../../model/quantity';
import { PlanSeverity } from '../../plan-types';
import { Hit, ServerRule } from '../rule';

const STORAGE = 'spec.resources.requests.storage';

export const claimImmutable: ServerRule = {
  id: 'claim-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'a PersistentVolumeClaim changes in more than its size, or asks for less',
  explanation: 'A claim is fixed once it is made. Only the storage it asks for may change, and only grow.',
  mend: 'Put it back as it was; or make a claim of another name and copy the data.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go',
  check,
};

function check(pair: Pair): Hit[] {
  const found = pair.group === '' && pair.kind === 'PersistentVolumeClaim' ? differencesAt(pair, 'spec') : [];
  return found.flatMap(difference => {
    const [before, after] = [nanosOf(difference.before), nanosOf(difference.after)];
    if (difference.path !== STORAGE || before === undefined || after === undefined) {
      return [{ difference, message: 'Kubernetes refuses it: of a claim only the storage that it asks for may change' }];
    }
    return after < before ? [{ difference, message: 'Kubernetes refuses it: a claim cannot ask for less than before' }] : [];
  });
}
