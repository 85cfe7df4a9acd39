import { claimTemplateChanges } from './claim-templates';
import { PlanSeverity } from '../../plan-types';
import { kubectl, ServerRule } from '../rule';

export const claimTemplateClass: ServerRule = {
  id: 'claim-template-class',
  severity: PlanSeverity.REFUSE,
  title: 'a claim template asks for another storage class',
  explanation: 'Neither a claim template nor a claim that has its volume can move to another storage class; the disk would have to be another one.',
  mend: 'Put the old class back; or replace the StatefulSet around its pods, then let each pod start on a new claim, one after the other, where the '
    + 'application fills an empty disk by itself.',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims',
  check: pair => claimTemplateChanges(pair).filter(({ kind }) => kind === 'class').map(({ template, difference }) => ({
    difference,
    message: `Kubernetes refuses it, and the disks of '${template}' stay in the class that they have`,
    mend: [
      'put the old class back; or, if the application fills an empty disk from its peers:',
      `${kubectl(pair)} delete statefulset ${pair.name} --cascade=orphan, and apply`,
      `for one pod after the other, when all are healthy: ${kubectl(pair)} delete pvc ${template}-${pair.name}-N --wait=false, then delete pod ${pair.name}-N`,
      'this deletes the data of that pod: have a backup',
    ],
  })),
};
