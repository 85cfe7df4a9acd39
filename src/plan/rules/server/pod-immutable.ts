import { Difference } from '../../model/differences';
import { isLive } from '../../model/last-applied';
import { differencesAt, Pair } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

const MUTABLE = /^spec\.(?:(?:containers|initContainers)\[[^\]]*\]\.image|activeDeadlineSeconds|terminationGracePeriodSeconds|tolerations.*|schedulingGates.*)$/;

export const podImmutable: ServerRule = {
  id: 'pod-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'a Pod of its own changes in more than its images',
  explanation: 'Of a pod that runs only `image`, `activeDeadlineSeconds`, `terminationGracePeriodSeconds` and added `tolerations` may change. What replaces '
    + 'pods when they change is a workload: a Deployment, a StatefulSet.',
  mend: 'Delete the Pod and apply, or make it a Deployment or StatefulSet.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement',
  check: pair => pair.group === '' && pair.kind === 'Pod'
    ? hits(differencesAt(pair, 'spec').filter(difference => !MUTABLE.test(difference.path) && !isServers(pair, difference)),
      ({ path }) => `Kubernetes refuses a change of ${path} of a Pod`, [`${kubectl(pair)} delete pod ${pair.name}, and apply`]) : [],
};

/** Into a pod that runs the server has written much that no manifest has: its node, the volume of its account. */
function isServers({ given }: Pair, { after }: Difference): boolean {
  return after === undefined && given.before !== undefined && isLive(given.before);
}
