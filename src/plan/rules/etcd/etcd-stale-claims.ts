import { etcdOf } from './etcd';
import { ClaimFate, PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets, kubectl, listed } from '../rule';

export const etcdStaleClaims: EffectRule = {
  id: 'etcd-stale-claims',
  severity: PlanSeverity.REFUSE,
  title: 'a new member of etcd would start on an old claim',
  explanation: 'A member that was removed is removed for good: on its old data it exits with `the member has been permanently removed from the cluster`, also '
    + 'after another one was added. Data of an earlier cluster make a member of that one.',
  mend: 'Delete the claims of ordinals that have no pod before you apply; or waive it, if the whole cluster comes back on its data.',
  source: 'https://etcd.io/docs/v3.6/op-guide/runtime-configuration/#remove-a-member',
  check: forStatefulSets(({ pair, claims }) => {
    const etcd = etcdOf(pair.after);
    const stale = claims.filter(({ fate }) => fate === ClaimFate.REUSED).map(({ name }) => name);
    // what all members come back on, after zero replicas or a deletion, is what they left.
    const all = claims.every(({ fate }) => fate === ClaimFate.REUSED);
    return !etcd || etcd.managed || stale.length === 0 || all ? [] : [{
      message: `${listed(stale)} ${stale.length === 1 ? 'has' : 'have'} the data of a member that is none any more`,
      mend: [`${kubectl(pair)} delete pvc ${stale.length > 6 ? 'NAME, for each' : stale.join(' ')}`],
    }];
  }),
};
