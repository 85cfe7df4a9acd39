import { StatefulSetView } from './kubernetes';
import { Place } from './place';
import { ClusterState } from './state';

/**
 * Whom to bring back first where there is no majority; undefined if every member has a pod. A pod that is scaled in while there is none cannot leave
 * the cluster: its member counts for the majority still, and so does the data on its claim.
 */
export function membersWithoutPod({ nameOf }: Place, state?: ClusterState, statefulSet?: StatefulSetView): string | undefined {
  if (state === undefined || statefulSet === undefined) {
    return undefined;
  }
  const pods = new Set(Array.from({ length: statefulSet.replicas }, (_, index) => nameOf(statefulSet.start + index)));
  const names = [...state.members.values()].filter(name => !pods.has(name)).sort();
  return names.length === 0 ? undefined : `members have no pod, ${names.join(', ')}: scale out again`;
}
