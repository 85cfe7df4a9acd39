import { apiVersionOf, Resource, RESOURCES } from './resources';

/** Whose schemas the objects are checked against, and whose rules are followed. */
const VERSION = { major: '1', minor: '27', gitVersion: 'v1.27.1', gitTreeState: 'clean', platform: 'linux/amd64' };

/** The kinds that a subresource speaks of; the others speak of that of their resource. */
const SUBRESOURCE_KINDS: Record<string, object> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  exec: { kind: 'PodExecOptions', verbs: ['create'] },
  log: { verbs: ['get'] },
};

/**
 * What the API server says of itself: how kubectl and other dynamic clients learn which resources there are. Undefined for any other path.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export function discovery(path: string): object | string | undefined {
  if (['/healthz', '/livez', '/readyz'].includes(path)) {
    return 'ok';
  }
  if (path === '/version') {
    return VERSION;
  }
  if (path === '/api') {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  }
  const groups = [...new Set(RESOURCES.map(apiVersionOf))].filter(version => version.includes('/')).map(groupOf);
  if (path === '/apis') {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  }
  const [, group, version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (group && !version) {
    return groups.find(({ name }) => name === group);
  }
  const groupVersion = path === '/api/v1' ? 'v1' : `${group}/${version}`;
  const resources = RESOURCES.filter(resource => apiVersionOf(resource) === groupVersion).flatMap(describe);
  return resources.length > 0 ? { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources } : undefined;
}

function groupOf(groupVersion: string) {
  const [name, version] = groupVersion.split('/');
  const preferredVersion = { groupVersion, version };
  return { kind: 'APIGroup', apiVersion: 'v1', name, versions: [preferredVersion], preferredVersion };
}

function describe({ name, kind, namespaced, verbs, shortNames, subresources }: Resource): object[] {
  return [
    { name, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames },
    ...subresources.map(subresource =>
      ({ name: `${name}/${subresource}`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'], ...SUBRESOURCE_KINDS[subresource] })),
  ];
}
