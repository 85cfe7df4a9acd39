/** One kind of object, as the API server offers it. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The word in URLs and in roles: lower case, plural. */
  readonly name: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly subresources: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** What a field selector may ask for besides name and namespace. */
  readonly fields: readonly string[];
}

/** The resource that a URL is about. Nothing says that it exists. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** What a request asks for: what access control decides on. */
export interface RequestInfo {
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Absent where the path is not that of a resource, e.g. `/version`. */
  readonly target?: Target;
}

const WRITTEN = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** Every resource that is served. What is missing here does not exist for a client either. */
export const RESOURCES: readonly Resource[] = [
  ...inGroup('', 'v1', [
    {
      name: 'pods',
      kind: 'Pod',
      shortNames: ['po'],
      subresources: ['status', 'log', 'exec', 'eviction'],
      fields: ['spec.nodeName', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
    },
    { name: 'services', kind: 'Service', shortNames: ['svc'], subresources: ['status'] },
    { name: 'endpoints', kind: 'Endpoints', shortNames: ['ep'] },
    { name: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'] },
    { name: 'secrets', kind: 'Secret', fields: ['type'] },
    { name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', shortNames: ['pvc'], subresources: ['status'] },
    { name: 'serviceaccounts', kind: 'ServiceAccount', shortNames: ['sa'] },
    {
      name: 'events',
      kind: 'Event',
      shortNames: ['ev'],
      verbs: ['get', 'list'],
      fields: ['involvedObject.kind', 'involvedObject.name', 'involvedObject.namespace', 'reason'],
    },
  ]),
  ...inGroup('apps', 'v1', [
    { name: 'statefulsets', kind: 'StatefulSet', shortNames: ['sts'], subresources: ['status', 'scale'] },
    { name: 'controllerrevisions', kind: 'ControllerRevision' },
  ]),
  ...inGroup('batch', 'v1', [
    { name: 'jobs', kind: 'Job', subresources: ['status'] },
    { name: 'cronjobs', kind: 'CronJob', shortNames: ['cj'], subresources: ['status'] },
  ]),
  ...inGroup('rbac.authorization.k8s.io', 'v1', [
    { name: 'roles', kind: 'Role' },
    { name: 'rolebindings', kind: 'RoleBinding' },
    { name: 'clusterroles', kind: 'ClusterRole', namespaced: false },
    { name: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false },
  ]),
  ...inGroup('policy', 'v1', [
    { name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', shortNames: ['pdb'], subresources: ['status'] },
  ]),
  ...inGroup('networking.k8s.io', 'v1', [
    { name: 'networkpolicies', kind: 'NetworkPolicy', shortNames: ['netpol'] },
  ]),
];

/** `apps/v1`, as `apiVersion` has it. */
export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group ? `${group}/${version}` : version;
}

/** `statefulsets.apps`, as error messages name a resource. */
export function qualifiedName({ group, resource }: Pick<Target, 'group' | 'resource'>): string {
  return group ? `${resource}.${group}` : resource;
}

/** The resource of a target. Undefined if it is not served, or has no such subresource. */
export function resourceOf({ group, version, resource, subresource, namespace }: Target): Resource | undefined {
  return RESOURCES.find(candidate => candidate.group === group && candidate.version === version && candidate.name === resource
    && (subresource === undefined || candidate.subresources.includes(subresource))
    && (namespace === undefined || candidate.namespaced));
}

/** Where the objects of a kind are, or one of them. */
export function pathOf(kind: string, namespace: string, name?: string): string {
  const resource = RESOURCES.find(candidate => candidate.kind === kind);
  if (!resource) {
    throw new Error(`the API server knows no kind '${kind}': use one of ${RESOURCES.map(known => known.kind).join(', ')}`);
  }
  const segments = [
    resource.group ? 'apis' : 'api', ...apiVersionOf(resource).split('/'),
    ...(resource.namespaced ? ['namespaces', namespace] : []), resource.name, ...(name === undefined ? [] : [name]),
  ];
  return `/${segments.map(encodeURIComponent).join('/')}`;
}

/**
 * What a request asks for, by its method and its URL alone.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go
 */
export function requestInfoOf(method: string, url: string): RequestInfo {
  const { pathname: path, searchParams: query } = new URL(url, 'http://kubernetes');
  const found = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path);
  if (!found) {
    return { verb: method.toLowerCase(), path, query };
  }
  const [group = '', version, namespace, resource, name, subresource] = found.slice(1).map(part => part && decodeURIComponent(part));
  const watched = ['1', 'true'].includes(query.get('watch') ?? '');
  const one: Record<string, string> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
  const all: Record<string, string> = { ...one, GET: watched ? 'watch' : 'list', HEAD: 'list', DELETE: 'deletecollection' };
  const verb = (name === undefined ? all : one)[method] ?? method.toLowerCase();
  // by this a role with `resourceNames` allows to list or watch that one object.
  const selected = /(?:^|,)metadata\.name==?([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1];
  return { verb, path, query, target: { group, version, resource, namespace, name: name ?? selected, subresource } };
}

type Row = Pick<Resource, 'name' | 'kind'> & Partial<Resource>;

function inGroup(group: string, version: string, rows: readonly Row[]): Resource[] {
  return rows.map(row => ({ group, version, shortNames: [], subresources: [], namespaced: true, verbs: WRITTEN, fields: [], ...row }));
}
