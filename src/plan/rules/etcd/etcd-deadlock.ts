import { etcdOf } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets } from '../rule';

export const etcdDeadlock: EffectRule = {
  id: 'etcd-deadlock',
  severity: PlanSeverity.REFUSE,
  title: 'an etcd whose members wait for each other for ever',
  explanation: 'A member is ready when there is a quorum. With `OrderedReady` the second pod is made when the first is ready; without '
    + '`publishNotReadyAddresses` nobody\'s name resolves before it is ready. Either way the cluster never forms.',
  mend: 'Use `podManagementPolicy: Parallel` and `publishNotReadyAddresses: true` on the governing service.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-management-policies',
  check: forStatefulSets(({ pair, after }, world) => {
    const etcd = etcdOf(pair.after);
    if (!etcd || !after || after.replicas < 2 || !etcd.hasReadiness) {
      return [];
    }
    const service = world.find('/Service', pair.namespace, String(pair.after!.spec.serviceName));
    const [published, publishes] = [service?.before?.spec.publishNotReadyAddresses, service?.after?.spec.publishNotReadyAddresses];
    const hides = service?.after !== undefined && publishes !== true && (pair.before === undefined || published === true);
    return [
      ...pair.before === undefined && after.ordered ? [{
        message: 'the first member waits for a quorum, and the second pod for the first to be ready',
        difference: { path: 'spec.podManagementPolicy', way: [], before: undefined, after: 'OrderedReady' },
      }] : [],
      ...hides ? [{
        message: `the service '${service.name}' names only pods that are ready, and none becomes ready before it finds the others`,
        difference: { path: 'spec.publishNotReadyAddresses of the service', way: [], before: published, after: publishes },
      }] : [],
    ];
  }),
};
