import { STATEFUL_SET_SOURCE } from './stateful-set-fields';
import { isStatefulSet } from '../../movements/stateful-set';
import { PlanSeverity } from '../../plan-types';
import { ServerRule } from '../rule';

export const updateStrategyContradiction: ServerRule = {
  id: 'update-strategy-contradiction',
  severity: PlanSeverity.REFUSE,
  title: 'a StatefulSet becomes OnDelete, and its rollingUpdate stays',
  explanation: 'Kubernetes fills in `rollingUpdate` where a manifest leaves the update strategy out, and apply takes back only what was stated before. '
    + 'So the first `OnDelete` is refused: `rollingUpdate` is only allowed for `RollingUpdate`.',
  mend: 'Apply once with the type `RollingUpdate` and a `rollingUpdate` that is stated, then with `OnDelete`.',
  source: STATEFUL_SET_SOURCE,
  check: pair => {
    const strategy = isStatefulSet(pair) ? pair.after?.spec.updateStrategy : undefined;
    return strategy?.type !== 'OnDelete' || strategy.rollingUpdate === undefined ? [] : [{
      message: 'Kubernetes refuses OnDelete, since the rollingUpdate that it filled in itself would stay',
      difference: pair.differences.find(({ path }) => path === 'spec.updateStrategy.type'),
      mend: [
        'apply once with updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0}}',
        'then apply with OnDelete',
      ],
    }];
  },
};
