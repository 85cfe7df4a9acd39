import { Difference } from '../../model/differences';
import { differencesAt, Pair } from '../../model/pairs';
import { isStatefulSet } from '../../movements/stateful-set';

/** Nothing else of a spec may change. */
const MUTABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

export const STATEFUL_SET_SOURCE = 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/apps/validation/validation.go';

/** The differences in fields that must not change, by the field of the spec. */
export function immutableDifferences(pair: Pair): Difference[] {
  return isStatefulSet(pair) ? differencesAt(pair, 'spec').filter(({ way }) => !MUTABLE.includes(way[1])) : [];
}

export function immutableDifferencesAt(pair: Pair, field: string): Difference[] {
  return immutableDifferences(pair).filter(({ way }) => way[1] === field);
}
