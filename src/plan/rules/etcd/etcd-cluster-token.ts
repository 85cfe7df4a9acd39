import { forEtcd, settingChange } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdClusterToken: EffectRule = {
  id: 'etcd-cluster-token',
  severity: PlanSeverity.WARN,
  title: 'the token of a running etcd changes',
  explanation: 'The token is part of what a cluster is known by, and only read when it is formed. Members that have data ignore it; one that lost its disk and '
    + 'starts as new takes itself for a member of another cluster: `request cluster ID mismatch`.',
  mend: 'Put the old token back: nothing is gained by another one, and all members restart.',
  source: 'https://etcd.io/docs/v3.6/op-guide/configuration/',
  check: forEtcd(change => {
    const found = settingChange(change, 'initial-cluster-token');
    return found === undefined || change.members === 0 ? [] : [{ message: 'members restart for a token that they ignore', difference: found }];
  }),
};
