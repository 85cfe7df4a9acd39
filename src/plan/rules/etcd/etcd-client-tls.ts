import { forEtcd, settingChange } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const etcdClientTls: EffectRule = {
  id: 'etcd-client-tls',
  severity: PlanSeverity.WARN,
  title: 'TLS for the clients of a running etcd is turned on or off',
  explanation: 'Clients speak to a member in one way. While the rollout is under way, some members understand them and some do not; at its end none does.',
  mend: 'Change the clients together with it, or make another cluster.',
  source: 'https://etcd.io/docs/v3.6/op-guide/security/',
  check: forEtcd(change => {
    const found = settingChange(change, 'listen-client-urls') ?? settingChange(change, 'advertise-client-urls');
    const [before, after] = [found?.before, found?.after].map(url => /^https?(?=:)/.exec(url ?? '')?.[0]);
    return before === undefined || after === undefined || before === after ? [] : [{
      message: `clients that speak ${before} do not reach members any more that have restarted`,
      difference: found,
    }];
  }),
};
