import { forEtcd } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdVersionSkip: EffectRule = {
  id: 'etcd-version-skip',
  severity: PlanSeverity.REFUSE,
  title: 'an upgrade of etcd that skips a minor version',
  explanation: 'Members of two neighbouring minor versions can form a cluster, others cannot: 3.4, 3.5, 3.6, 3.7, each with all members before the next.',
  mend: 'Go step by step, with the newest patch of each minor version.',
  source: 'https://etcd.io/docs/latest/upgrades/upgrading-etcd/',
  check: forEtcd(({ before: { version: old }, after: { version: now, container } }) => {
    if (!old || !now || (now[0] === old[0] && now[1] <= old[1] + 1) || now[0] < old[0]) {
      return [];
    }
    return [{
      message: `from ${old[0]}.${old[1]} the next step is ${old[0]}.${old[1] + 1}`,
      difference: { path: `version of ${container}`, way: [], before: old.join('.'), after: now.join('.') },
    }];
  }),
};
