import { immutableDifferencesAt, STATEFUL_SET_SOURCE } from './stateful-set-fields';
import { PlanSeverity } from '../../plan-types';
import { hits, replaceAround, ServerRule } from '../rule';

export const statefulsetPodManagementPolicy: ServerRule = {
  id: 'statefulset-pod-management-policy',
  severity: PlanSeverity.REFUSE,
  title: 'a StatefulSet that was ordered becomes parallel, or the other way round',
  explanation: 'Kubernetes never lets `podManagementPolicy` change.',
  mend: 'Delete the StatefulSet with `--cascade=orphan` and apply: the pods run on, and none restarts for it.',
  source: STATEFUL_SET_SOURCE,
  check: pair => hits(immutableDifferencesAt(pair, 'podManagementPolicy'), () => 'Kubernetes refuses another podManagementPolicy', replaceAround(pair)),
};
