import { immutableDifferences, STATEFUL_SET_SOURCE } from './stateful-set-fields';
import { PlanSeverity } from '../../plan-types';
import { hits, replaceAround, ServerRule } from '../rule';

/** Those that have a rule of their own. */
const OTHERS = ['serviceName', 'selector', 'podManagementPolicy', 'revisionHistoryLimit', 'volumeClaimTemplates'];

export const statefulsetImmutableField: ServerRule = {
  id: 'statefulset-immutable-field',
  severity: PlanSeverity.REFUSE,
  title: 'another field of a StatefulSet changes that must not',
  explanation: 'Only `replicas`, `ordinals`, `template`, `updateStrategy`, `persistentVolumeClaimRetentionPolicy` and `minReadySeconds` may change. '
    + 'This finds fields that are not among them and have no rule of their own.',
  mend: 'Put the old value back, or delete the StatefulSet with `--cascade=orphan` and apply.',
  source: STATEFUL_SET_SOURCE,
  check: pair => hits(immutableDifferences(pair).filter(({ way }) => !OTHERS.includes(way[1])), ({ path }) => `Kubernetes refuses a change of ${path}`,
    replaceAround(pair)),
};
