import { RequestInfo } from './resources';
import { KubeObject } from '../objects';
import { ObjectStore } from '../store';

/** Who asks. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const AUTHENTICATED = 'system:authenticated';
const MASTERS = 'system:masters';

/** The administrator: nothing is refused to this group, whatever roles there are. */
export const ADMIN: User = { name: 'kubernetes-admin', groups: [MASTERS, AUTHENTICATED] };

/** Whoever shows no token. */
export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** What the default roles `system:public-info-viewer` (for all) and `system:discovery` (for who is known) allow. */
const PUBLIC: PolicyRule = { verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version'] };
const DISCOVERY: PolicyRule = { verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'] };

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#service-account-tokens */
export function serviceAccountUser(namespace: string, name: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
  };
}

/**
 * Whether any rule allows it: there are none that forbid.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function isAllowed(store: ObjectStore, user: User, request: RequestInfo): boolean {
  return user.groups.includes(MASTERS) || rulesOf(store, user, request.target?.namespace).some(rule => allows(rule, request));
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go */
export function refusal(user: User, { verb, path, target }: RequestInfo): string {
  if (!target) {
    return `forbidden: User "${user.name}" cannot ${verb} path "${path}"`;
  }
  const { group, resource, subresource, namespace, name } = target;
  const subject = (group ? `${resource}.${group}` : resource) + (name === undefined ? '' : ` "${name}"`);
  const what = `resource "${subresource === undefined ? resource : `${resource}/${subresource}`}" in API group "${group}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `${subject} is forbidden: User "${user.name}" cannot ${verb} ${what} ${where}`;
}

/** A role's rules hold in the namespace of its binding; those of a cluster role bound cluster-wide hold everywhere. */
function rulesOf(store: ObjectStore, user: User, namespace: string | undefined): PolicyRule[] {
  const bindings = [
    ...store.list('ClusterRoleBinding'),
    ...(namespace === undefined ? [] : store.list('RoleBinding', namespace)),
  ].filter(binding => (binding.subjects ?? []).some((subject: any) => isSubject(user, subject, binding.metadata.namespace)));
  return [
    PUBLIC,
    ...(user.groups.includes(AUTHENTICATED) ? [DISCOVERY] : []),
    ...bindings.flatMap(binding => roleOf(store, binding)?.rules ?? []),
  ];
}

/** A binding may name a role that is not there; it then gives nothing. */
function roleOf(store: ObjectStore, { roleRef, metadata: { namespace } }: KubeObject): KubeObject | undefined {
  return store.find(roleRef.kind, roleRef.kind === 'Role' ? namespace : undefined, roleRef.name);
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/registry/rbac/validation/rule.go (appliesToUser) */
function isSubject(user: User, subject: { kind: string; name: string; namespace?: string }, bindingNamespace: string | undefined): boolean {
  switch (subject.kind) {
    case 'User': return user.name === subject.name;
    case 'Group': return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const namespace = subject.namespace ?? bindingNamespace;
      return namespace !== undefined && user.name === serviceAccountUser(namespace, subject.name).name;
    }
    default: return false;
  }
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/apis/rbac/v1/evaluation_helpers.go */
function allows(rule: PolicyRule, { verb, path, target }: RequestInfo): boolean {
  if (!includes(rule.verbs, verb)) {
    return false;
  }
  if (!target) {
    return (rule.nonResourceURLs ?? []).some(url => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))));
  }
  const { group, resource, subresource, name } = target;
  const resources = subresource === undefined ? [resource] : [`${resource}/${subresource}`, `*/${subresource}`];
  return includes(rule.apiGroups, group)
    && resources.some(candidate => includes(rule.resources, candidate))
    // a request without a name, such as a create, can match no name.
    && (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)));
}

function includes(values: readonly string[] | undefined, value: string): boolean {
  return values?.some(candidate => candidate === '*' || candidate === value) ?? false;
}
