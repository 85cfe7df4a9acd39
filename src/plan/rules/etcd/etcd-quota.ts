import { forEtcd, settingChange } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule, kubectl } from '../rule';

/** Beyond this, etcd itself warns. */
const MOST = 8 * 1024 ** 3;

/** What etcd takes where nothing is said. */
const DEFAULT = 2 * 1024 ** 3;

export const etcdQuota: EffectRule = {
  id: 'etcd-quota',
  severity: PlanSeverity.WARN,
  title: 'the quota of etcd goes down, or beyond 8 GiB',
  explanation: 'A database that is larger than its quota refuses every write until it was compacted, defragmented and its alarm disarmed. Beyond 8 GiB etcd '
    + 'warns: restarts and defragmentation take long.',
  mend: 'Look at the size of the database first: `etcdctl endpoint status --cluster`.',
  source: 'https://etcd.io/docs/v3.6/op-guide/maintenance/#space-quota',
  check: forEtcd(change => {
    const found = settingChange(change, 'quota-backend-bytes');
    const [before, after] = [found?.before, found?.after].map(text => Number(text ?? DEFAULT) || DEFAULT);
    const { pair } = change.movement;
    const look = [`${kubectl(pair)} exec ${pair.name}-0 -c ${change.after.container} -- etcdctl endpoint status --cluster --write-out table shows the size`];
    if (found === undefined || (after >= before && after <= MOST)) {
      return [];
    }
    return [{
      difference: found,
      mend: look,
      message: after < before ? 'a database that is larger refuses every write' : 'etcd advises against more than 8 GiB',
    }];
  }),
};
