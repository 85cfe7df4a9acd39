import { PlanSeverity } from '../../plan-types';
import { hits, ServerRule } from '../rule';

export const configImmutable: ServerRule = {
  id: 'config-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'a ConfigMap or Secret changes that was made immutable',
  explanation: 'With `immutable: true` neither the data nor that mark may change any more.',
  mend: 'Give the new content another name, and refer to that; or delete the object and apply.',
  source: 'https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable',
  check: ({ group, kind, before, differences }) => group === '' && ['ConfigMap', 'Secret'].includes(kind) && before?.immutable === true
    ? hits(differences.filter(({ way }) => ['immutable', 'data', 'binaryData'].includes(way[0])), () => 'Kubernetes refuses it: the object is immutable') : [],
};
