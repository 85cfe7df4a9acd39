import { forEtcd, settingChange } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdPeerTls: EffectRule = {
  id: 'etcd-peer-tls',
  severity: PlanSeverity.REFUSE,
  title: 'TLS between the members of a running etcd is turned on or off',
  explanation: 'The URLs by which members know each other are stored in the cluster. After the rollout each member listens in another way than the others '
    + 'dial it: the first ones still reach those that have not restarted, and become ready; with the last one the cluster is down.',
  mend: 'Make another cluster with TLS and copy the keys. If it was applied already, apply the chart as it was: all data are there.',
  source: 'https://etcd.io/docs/v3.6/op-guide/runtime-configuration/#update-advertise-peer-urls',
  check: forEtcd(change => {
    const found = settingChange(change, 'initial-advertise-peer-urls') ?? settingChange(change, 'listen-peer-urls');
    const [before, after] = [found?.before, found?.after].map(url => /^https?(?=:)/.exec(url ?? '')?.[0]);
    return change.members < 1 || before === undefined || after === undefined || before === after ? [] : [{
      message: `members are known by ${before} URLs, and would listen on ${after} only: after the rollout none reaches another`,
      difference: found,
    }];
  }),
};
