import { PlanSeverity } from '../../plan-types';
import { EffectRule, kubectl } from '../rule';

export const claimDeleted: EffectRule = {
  id: 'claim-deleted',
  severity: PlanSeverity.REFUSE,
  title: 'a PersistentVolumeClaim goes, and its data in most storage classes',
  explanation: 'With the reclaim policy `Delete`, which classes have unless they say otherwise, the disk is deleted with the claim.',
  mend: 'Put it back; or keep the disk by the policy `Retain` of its PersistentVolume, and waive it.',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
  check: pair => pair.group === '' && pair.kind === 'PersistentVolumeClaim' && pair.after === undefined ? [{
    message: 'the claim is deleted, and the data on it',
    mend: [`${kubectl(pair)} get pvc ${pair.name} names its volume`,
      'kubectl patch pv VOLUME -p \'{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}\' keeps the disk'],
  }] : [],
};
