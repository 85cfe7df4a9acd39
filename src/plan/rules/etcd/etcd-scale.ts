import { EtcdChange, forEtcd, quorumOf } from './etcd';
import { PlanSeverity } from '../../plan-types';
import { EffectRule, Hit, kubectl } from '../rule';

export const etcdScale: EffectRule = {
  id: 'etcd-scale',
  severity: PlanSeverity.REFUSE,
  title: 'another number of pods for an etcd whose members nobody adds or removes',
  explanation: 'The number of pods changes, and not who is a member. Pods that are added form a second, empty cluster if they are a majority of the new list, '
    + 'and never become ready if not; pods that go are still counted as members that are down.',
  mend: 'Put the old number back. For another size, make another cluster beside this one and copy the keys, or let a program manage the members.',
  source: 'https://etcd.io/docs/v3.6/op-guide/runtime-configuration/',
  check: forEtcd(check),
};

function check({ movement: { pair }, after, members, wanted }: EtcdChange): Hit[] {
  if (after.managed || members === wanted || members === 0 || wanted === 0) {
    return [];
  }
  const added = wanted - members;
  return [{
    message: added > 0 ? growth(added, wanted) : shrinking(members, wanted),
    difference: { path: 'spec.replicas', way: [], before: members, after: wanted },
    mend: [
      `keep ${members} in the chart`,
      `if it was applied already: ${kubectl(pair)} scale statefulset ${pair.name} --replicas=${members}`,
      ...added > 0 ? [`and delete the claims of the pods that were too many: ordinals from ${members}`] : ['and delete no claim: the members come back on theirs'],
    ],
  }];
}

function growth(added: number, wanted: number): string {
  return added >= quorumOf(wanted)
    ? `the ${added} new pods are a majority of ${wanted}: they form a second, empty cluster, and clients reach both`
    : `the ${added} new pods are no members, and never become ready`;
}

function shrinking(members: number, wanted: number): string {
  return wanted < quorumOf(members)
    ? `${members} members are counted and ${wanted} run, fewer than the ${quorumOf(members)} that must agree: no more writes`
    : `${members} members are still counted and ${wanted} run: ${wanted - quorumOf(members) === 0 ? 'one more failure ends all writes' : 'fewer failures than before end all writes'}`;
}
