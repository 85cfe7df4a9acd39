import { forEtcd } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdPatchFirst: EffectRule = {
  id: 'etcd-patch-first',
  severity: PlanSeverity.WARN,
  title: 'etcd 3.6 from a patch of 3.5 before 3.5.26',
  explanation: 'Older patches of 3.5 keep two lists of members. With 3.6 the other one counts, and members that were removed long ago may come back.',
  mend: 'Upgrade to 3.5.26 or a later patch first, and let all members run with it.',
  source: 'https://etcd.io/blog/2025/zombie_members_upgrade/',
  check: forEtcd(({ before: { version: old }, after: { version: now, container } }) => {
    const isRisky = old?.[0] === 3 && old[1] === 5 && old[2] < 26 && now?.[0] === 3 && now[1] === 6;
    return isRisky ? [{
      message: 'members that were removed long ago may come back',
      difference: { path: `version of ${container}`, way: [], before: old.join('.'), after: now.join('.') },
    }] : [];
  }),
};
