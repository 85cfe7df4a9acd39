import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const namespaceDeleted: EffectRule = {
  id: 'namespace-deleted',
  severity: PlanSeverity.REFUSE,
  title: 'a Namespace goes, with everything in it',
  explanation: 'All objects of the namespace are deleted with it, those of other charts too; with their claims go the disks, in most storage classes.',
  mend: 'Put it back; or look what is in it, and waive it.',
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
  check: pair => pair.group === '' && pair.kind === 'Namespace' && pair.after === undefined ? [{
    message: 'everything in it is deleted, claims and their data too',
    mend: [`kubectl get all,pvc,secret,configmap -n ${pair.name} shows a part of what is in it`],
  }] : [],
};
