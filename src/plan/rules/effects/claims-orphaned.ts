import { ClaimFate, PlanSeverity, PodAction } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';

export const claimsOrphaned: EffectRule = {
  id: 'claims-orphaned',
  severity: PlanSeverity.NOTE,
  title: 'fewer replicas, and their claims stay',
  explanation: 'Claims outlive the pods that are scaled in. They cost what they cost, and a pod that comes back later finds the data as they were then.',
  mend: 'Delete the claims if the data are not needed; otherwise nothing.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations',
  check: forStatefulSets(({ pair, pods, claims, after }) => {
    const going = new Set(pods.filter(({ action }) => action === PodAction.DELETE).map(({ ordinal }) => ordinal));
    const orphans = claims.filter(({ fate, ordinal }) => fate === ClaimFate.ORPHANED && going.has(ordinal));
    const left = after === undefined ? [] : orphans.map(({ name }) => name);
    return left.length === 0 ? [] : [{
      message: `${listed(left)} stay${left.length === 1 ? 's' : ''} with the data of then, for a pod that may come back`,
      mend: [`if the data are not needed: ${kubectl(pair)} delete pvc ${left.length > 6 ? 'NAME, for each' : left.join(' ')}`],
    }];
  }),
};
