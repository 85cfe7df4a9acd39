import { immutableDifferencesAt, STATEFUL_SET_SOURCE } from './stateful-set-fields';
import { PlanSeverity } from '../../plan-types';
import { hits, replaceAround, ServerRule } from '../rule';

export const statefulsetServiceName: ServerRule = {
  id: 'statefulset-service-name',
  severity: PlanSeverity.REFUSE,
  title: 'the governing service of a StatefulSet has another name',
  explanation: 'The names of the pods in DNS hang on `serviceName`, so Kubernetes never lets it change. Tools that derive it from a path change it '
    + 'when a chart is renamed.',
  mend: 'Keep the name. To change it all the same, delete the StatefulSet with `--cascade=orphan` and apply; pods get the new name as they are replaced.',
  source: STATEFUL_SET_SOURCE,
  check: pair => hits(immutableDifferencesAt(pair, 'serviceName'), () => 'Kubernetes refuses another serviceName', replaceAround(pair)),
};
