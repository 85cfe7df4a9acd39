import { forEtcd, settingChange } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdDataDir: EffectRule = {
  id: 'etcd-data-dir',
  severity: PlanSeverity.REFUSE,
  title: 'the data directory of etcd changes',
  explanation: 'A member that finds no data takes itself for a new one. The others know it, and refuse it: `member has already been bootstrapped`; or it comes '
    + 'back with an empty log, and what it had agreed to is forgotten.',
  mend: 'Put the old directory back. Data move with a member: remove it, wipe it, add it, one after the other.',
  source: 'https://etcd.io/docs/v3.6/op-guide/configuration/',
  check: forEtcd(change => {
    const found = settingChange(change, 'data-dir');
    return found === undefined || change.members === 0 ? [] : [{ message: 'members start with an empty directory, as if they were new', difference: found }];
  }),
};
