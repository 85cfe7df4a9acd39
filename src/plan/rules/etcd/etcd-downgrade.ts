import { forEtcd } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdDowngrade: EffectRule = {
  id: 'etcd-downgrade',
  severity: PlanSeverity.REFUSE,
  title: 'an older minor version of etcd',
  explanation: 'Once all members have a minor version, a member of an older one does not start: `invalid downgrade`. Only while one member is still old, '
    + 'the way back is open; waive it then.',
  mend: 'Stay, or restore a snapshot from before the upgrade into a new cluster. From 3.6 on `etcdctl downgrade` prepares one step.',
  source: 'https://etcd.io/docs/v3.6/downgrades/downgrading-etcd/',
  check: forEtcd(({ before: { version: old }, after: { version: now, container } }) => {
    if (!old || !now || now[0] > old[0] || (now[0] === old[0] && now[1] >= old[1])) {
      return [];
    }
    return [{
      message: `members of ${now[0]}.${now[1]} do not start on data of ${old[0]}.${old[1]}`,
      difference: { path: `version of ${container}`, way: [], before: old.join('.'), after: now.join('.') },
    }];
  }),
};
