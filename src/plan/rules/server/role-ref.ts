import { PlanSeverity } from '../../plan-types';
import { hits, ServerRule } from '../rule';

export const roleRef: ServerRule = {
  id: 'role-ref',
  severity: PlanSeverity.REFUSE,
  title: 'a RoleBinding or ClusterRoleBinding is for another role',
  explanation: 'The role of a binding is fixed, so that whoever may add subjects cannot give them more.',
  mend: 'Delete the binding and apply, or make a second one; `kubectl auth reconcile` does the first.',
  source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#clusterrolebinding-example',
  check: ({ group, kind, differences }) => group === 'rbac.authorization.k8s.io' && ['RoleBinding', 'ClusterRoleBinding'].includes(kind)
    ? hits(differences.filter(({ way }) => way[0] === 'roleRef'), () => 'Kubernetes refuses another roleRef') : [],
};
