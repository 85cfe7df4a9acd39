import { EtcdChange, forEtcd, quorumOf } from './etcd';
import { PlanSeverity, PodAction } from '../../plan-types';
import { stepsOf } from '../../render/words';
import { EffectRule, Hit, kubectl } from '../rule';

export const etcdRolloutQuorum: EffectRule = {
  id: 'etcd-rollout-quorum',
  severity: PlanSeverity.REFUSE,
  title: 'a rollout that stops more members of etcd at once than it can miss',
  explanation: 'A member that restarts is down for a moment. Together with those that are down already, or that restart at the same time, no majority '
    + 'may be left: then there are no writes, and often no way for the restarted ones to become ready.',
  mend: 'Get all members healthy first; replace one at a time.',
  source: 'https://etcd.io/docs/v3.6/faq/#what-is-failure-tolerance',
  check: forEtcd(check),
};

function check({ movement, members }: EtcdChange): Hit[] {
  const { pair, pods, oldPods, templateDifferences } = movement;
  const replaced = pods.filter(({ action }) => action === PodAction.REPLACE);
  if (replaced.length === 0 || members === 0) {
    return [];
  }
  const { replicas, readyReplicas } = pair.status;
  const down = Math.max(oldPods.filter(({ ready }) => !ready).length, typeof replicas === 'number' ? replicas - Number(readyReplicas ?? 0) : 0);
  const most = Math.max(...stepsOf(replaced).map(([, together]) => together.length));
  if (members - down - most >= quorumOf(members)) {
    return [];
  }
  const cause = { difference: templateDifferences[0] };
  if (down === 0 && most === 1) {
    return [{ ...cause, severity: PlanSeverity.WARN, message: `with ${members} member${members === 1 ? '' : 's'}, each restart is an outage`, mend: [] }];
  }
  return [{
    ...cause,
    message: `${down} of ${members} members are down and ${most} restart${most === 1 ? 's' : ''} at once: fewer than ${quorumOf(members)} are left`,
    mend: [`${kubectl(pair)} get pods shows who is not ready; mend that first`, 'leave maxUnavailable out, and apply'],
  }];
}
