import { immutableDifferencesAt, STATEFUL_SET_SOURCE } from './stateful-set-fields';
import { PlanSeverity } from '../../plan-types';
import { hits, replaceAround, ServerRule } from '../rule';

export const statefulsetRevisionHistoryLimit: ServerRule = {
  id: 'statefulset-revision-history-limit',
  severity: PlanSeverity.REFUSE,
  title: 'the number of old revisions that a StatefulSet keeps changes',
  explanation: 'Harmless as it looks, `revisionHistoryLimit` of a StatefulSet is fixed when it is first applied; that of a Deployment is not. '
    + 'Releases after Kubernetes 1.31 let it change: waive this there.',
  mend: 'Put the old value back, or delete the StatefulSet with `--cascade=orphan` and apply.',
  source: STATEFUL_SET_SOURCE,
  check: pair => hits(immutableDifferencesAt(pair, 'revisionHistoryLimit'), () => 'Kubernetes refuses another revisionHistoryLimit', replaceAround(pair)),
};
