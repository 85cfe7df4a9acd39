import { forEtcd } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule, kubectl } from '../rule';

export const etcdMinorUpgrade: EffectRule = {
  id: 'etcd-minor-upgrade',
  severity: PlanSeverity.WARN,
  title: 'the next minor version of etcd, for all members in one go',
  explanation: 'The way back is open as long as one member is old. With the last one it closes: from then on the data are those of the new version.',
  mend: 'Take a snapshot; go member by member with a partition, and look at the cluster in between.',
  source: 'https://etcd.io/docs/latest/upgrades/upgrading-etcd/',
  check: forEtcd(({ movement: { pair, after: fields }, before: { version: old }, after: { version: now, container }, members }) => {
    if (!old || !now || now[0] !== old[0] || now[1] !== old[1] + 1 || fields!.partition > 0 || fields!.onDelete || members === 0) {
      return [];
    }
    return [{
      message: 'once all members have it, there is no way back',
      difference: { path: `version of ${container}`, way: [], before: old.join('.'), after: now.join('.') },
      mend: [
        `${kubectl(pair)} exec ${pair.name}-0 -c ${container} -- etcdctl endpoint health --cluster`,
        'keep a snapshot outside of the cluster',
        ...members > 1 ? [`apply with partition ${members - 1} first (Rollout.partition(${members - 1})), look, and go down to 0`] : [],
      ],
    }];
  }),
};
