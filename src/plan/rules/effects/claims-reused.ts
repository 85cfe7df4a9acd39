import { ClaimFate, PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';

export const claimsReused: EffectRule = {
  id: 'claims-reused',
  severity: PlanSeverity.WARN,
  title: 'a new pod gets a claim that is there from before',
  explanation: 'A claim of the right name is taken as it is: an ordinal that comes back starts with the data that it had when it left, and a new StatefulSet '
    + 'with those of an earlier one. Clusters often refuse such a member.',
  mend: 'Delete the claims, if the application does not want the old data.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage',
  check: forStatefulSets(({ pair, claims }) => {
    const names = claims.filter(({ fate }) => fate === ClaimFate.REUSED).map(({ name }) => name);
    return names.length === 0 ? [] : [{
      message: `new pods start with the old data of ${listed(names)}`,
      mend: [`if they are to start empty: ${kubectl(pair)} delete pvc ${names.length > 6 ? 'NAME, for each' : names.join(' ')}, before you apply`],
    }];
  }),
};
