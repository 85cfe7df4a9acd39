import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const crdDeleted: EffectRule = {
  id: 'crd-deleted',
  severity: PlanSeverity.REFUSE,
  title: 'a CustomResourceDefinition goes, with every object of its kind',
  explanation: 'All objects of a kind are deleted with its definition, in all namespaces.',
  mend: 'Put it back; or look for objects of the kind, and waive it.',
  source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#delete-a-customresourcedefinition',
  check: pair => pair.group === 'apiextensions.k8s.io' && pair.kind === 'CustomResourceDefinition' && pair.after === undefined ? [{
    message: 'every object of this kind is deleted, in all namespaces',
    mend: [`kubectl get ${pair.name} --all-namespaces`],
  }] : [],
};
