import { timestamp } from '../timestamp';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/**
 * The conditions with one of them set. Its `lastTransitionTime` stays as it is unless its status changes.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/staging/src/k8s.io/apimachinery/pkg/api/meta/conditions.go
 */
export function withCondition(conditions: readonly any[] | undefined, condition: Condition, now: number): any[] {
  const old = conditions?.find(({ type }) => type === condition.type);
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : timestamp(now);
  return [...(conditions ?? []).filter(({ type }) => type !== condition.type), { ...condition, lastTransitionTime }];
}
