import { forEtcd } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdEvenMembers: EffectRule = {
  id: 'etcd-even-members',
  severity: PlanSeverity.WARN,
  title: 'an even number of members of etcd',
  explanation: 'An even number survives the loss of no more members than one less does, and there is one more that can fail.',
  mend: 'Give 1, 3, 5 or 7.',
  source: 'https://etcd.io/docs/v3.6/faq/#why-an-odd-number-of-cluster-members',
  check: forEtcd(({ members, wanted }) => members === wanted || wanted % 2 === 1 || wanted === 0 ? [] : [{
    message: `${wanted} members survive the loss of no more than ${wanted - 1} do`,
    difference: { path: 'spec.replicas', way: [], before: members, after: wanted },
  }]),
};
