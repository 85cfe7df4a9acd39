import { PlanSeverity } from '../../plan-types';
import { hits, ServerRule } from '../rule';

const FIELDS: Record<string, string[]> = {
  'storage.k8s.io/StorageClass': ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
  'scheduling.k8s.io/PriorityClass': ['value', 'preemptionPolicy'],
};

export const classImmutable: ServerRule = {
  id: 'class-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'a StorageClass or PriorityClass changes',
  explanation: 'What a class stands for is fixed when it is made; objects that name it rely on that.',
  mend: 'Make a class of another name, and use that for what is new. Deleting the class and applying works too, and changes no disk that is there.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/storage/validation/validation.go',
  check: ({ group, kind, differences }) => hits(differences.filter(({ way }) => FIELDS[`${group}/${kind}`]?.includes(way[0])),
    ({ way }) => `Kubernetes refuses another ${way[0]} of a class`),
};
