import { OldPod } from './pods-before';
import { ordinalsOf, SetFields } from './stateful-set';
import { PlannedPod, PodAction } from '../plan-types';

type Move = Pick<PlannedPod, 'ordinal' | 'action' | 'updated'>;

/**
 * The pods of a set in the order in which its controller moves them, if each becomes ready: those that are missing, from the lowest up; those that are
 * not wanted, from the highest down; then those with another template, from the highest down to the partition.
 *
 * @param hasOldTemplate whether the controller keeps another template than that of the set, for pods below the partition
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
 */
export function podSteps(name: string, old: readonly OldPod[], fields: SetFields, atOnce: number, hasOldTemplate: boolean): PlannedPod[] {
  const wanted = new Set(ordinalsOf(fields));
  const there = new Map(old.map(pod => [pod.ordinal, pod]));
  const updatable = fields.first + fields.partition;
  const created: Move[] = [...wanted].filter(ordinal => !there.has(ordinal)).map(ordinal => ({
    // below the partition, pods are made from the template that was there.
    ordinal, action: PodAction.CREATE, updated: !hasOldTemplate || ordinal >= updatable,
  }));
  const condemned: Move[] = old.filter(({ ordinal }) => !wanted.has(ordinal))
    .map(({ ordinal, updated }) => ({ ordinal, action: PodAction.DELETE, updated })).reverse();
  const outdated: Move[] = old.filter(({ ordinal, updated }) => wanted.has(ordinal) && !updated && ordinal >= updatable)
    .map(({ ordinal }) => ({ ordinal, action: fields.onDelete ? PodAction.BY_HAND : PodAction.REPLACE, updated: true })).reverse();
  const replaced = fields.onDelete ? [] : batches(outdated, atOnce);
  const unready = old.filter(pod => pod.updated && !pod.ready && wanted.has(pod.ordinal));
  const groups = fields.ordered ? [...batches([...created, ...condemned], 1), ...replaced] : parallel(created, condemned, replaced, unready);
  const planned = (move: Move, step: number) => ({ step, name: `${name}-${move.ordinal}`, ...move });
  return [
    ...groups.flatMap((group, i) => group.map(move => planned(move, i + 1))),
    ...fields.onDelete ? outdated.map(move => planned(move, 0)) : [],
  ];
}

/** All that come and go do so at once. The first replacement does not wait for them either, unless a pod above it is new or not ready. */
function parallel(created: Move[], condemned: Move[], replaced: Move[][], unready: readonly OldPod[]): Move[][] {
  const [first, ...rest] = replaced;
  const scaled = [...created, ...condemned];
  if (first === undefined || scaled.length === 0) {
    return [scaled, ...replaced].filter(group => group.length > 0);
  }
  const waits = [...created, ...unready].some(({ ordinal }) => ordinal > first[0].ordinal);
  return waits ? [scaled, first, ...rest] : [[...scaled, ...first], ...rest];
}

function batches(moves: Move[], size: number): Move[][] {
  return Array.from({ length: Math.ceil(moves.length / size) }, (_, i) => moves.slice(i * size, (i + 1) * size));
}

/**
 * How many pods may be replaced at once, where the cluster knows `maxUnavailable`: a number, or a share of the pods. The API says that it is rounded up;
 * the controller rounds it down, to one at least.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_utils.go getStatefulSetMaxUnavailable
 */
export function replacedAtOnce({ maxUnavailable, replicas }: SetFields, enabled: boolean): number {
  const percent = /^(\d{1,3})%$/.exec(String(maxUnavailable))?.[1];
  const most = percent === undefined ? Number(maxUnavailable ?? 1) : Math.floor(Number(percent) * replicas / 100);
  return enabled && Number.isInteger(most) && most > 1 ? most : 1;
}
