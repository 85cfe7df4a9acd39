import { discovery } from './discovery';
import { pathOf, requestInfoOf, resourceOf } from './resources';

describe('requestInfoOf', () => {
  // https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
  test.each([
    ['GET', '/api/v1/namespaces/default/pods', 'list', 'pods', undefined],
    ['GET', '/api/v1/namespaces/default/pods?watch=1', 'watch', 'pods', undefined],
    ['GET', '/api/v1/namespaces/default/pods?watch=true&resourceVersion=5', 'watch', 'pods', undefined],
    ['GET', '/api/v1/namespaces/default/pods/etcd-0', 'get', 'pods', 'etcd-0'],
    ['GET', '/api/v1/namespaces/default/pods/etcd-0?watch=1', 'get', 'pods', 'etcd-0'],
    ['POST', '/api/v1/namespaces/default/pods', 'create', 'pods', undefined],
    ['PUT', '/apis/apps/v1/namespaces/default/statefulsets/etcd', 'update', 'statefulsets', 'etcd'],
    ['PATCH', '/apis/apps/v1/namespaces/default/statefulsets/etcd', 'patch', 'statefulsets', 'etcd'],
    ['DELETE', '/apis/apps/v1/namespaces/default/statefulsets/etcd', 'delete', 'statefulsets', 'etcd'],
    ['DELETE', '/apis/apps/v1/namespaces/default/statefulsets', 'deletecollection', 'statefulsets', undefined],
  ])('reads %s %s as %s', (method, url, verb, resource, name) => {
    const info = requestInfoOf(method, url);
    expect(info.verb).toBe(verb);
    expect(info.target).toMatchObject({ resource, namespace: 'default' });
    expect(info.target!.name).toBe(name);
  });

  test('reads the subresource', () => {
    expect(requestInfoOf('PATCH', '/apis/apps/v1/namespaces/default/statefulsets/etcd/scale').target)
      .toEqual({ group: 'apps', version: 'v1', resource: 'statefulsets', namespace: 'default', name: 'etcd', subresource: 'scale' });
  });

  test('takes the name that a field selector asks for, so that roles with names can allow it', () => {
    const url = '/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name%3Dleader';
    expect(requestInfoOf('GET', url)).toMatchObject({ verb: 'list', target: { name: 'leader' } });
    expect(requestInfoOf('GET', `${url}&watch=1`)).toMatchObject({ verb: 'watch', target: { name: 'leader' } });
  });

  test('finds no target in the path of something else', () => {
    expect(requestInfoOf('GET', '/version')).toMatchObject({ verb: 'get', path: '/version' });
    expect(requestInfoOf('GET', '/api/v1').target).toBeUndefined();
    expect(requestInfoOf('GET', '/apis/apps/v1').target).toBeUndefined();
    expect(requestInfoOf('POST', '/harness/kill').target).toBeUndefined();
  });
});

describe('resourceOf', () => {
  const target = { group: '', version: 'v1', resource: 'pods', namespace: 'default', name: 'etcd-0' };

  test('finds the resource and its subresources', () => {
    expect(resourceOf(target)?.kind).toBe('Pod');
    expect(resourceOf({ ...target, subresource: 'log' })?.kind).toBe('Pod');
    expect(resourceOf({ ...target, group: 'apps', resource: 'statefulsets', subresource: 'scale' })?.kind).toBe('StatefulSet');
  });

  test('finds nothing of another group or version, nor what is not served', () => {
    expect(resourceOf({ ...target, group: 'apps' })).toBeUndefined();
    expect(resourceOf({ ...target, version: 'v2' })).toBeUndefined();
    expect(resourceOf({ ...target, resource: 'nodes' })).toBeUndefined();
    expect(resourceOf({ ...target, subresource: 'scale' })).toBeUndefined();
    expect(resourceOf({ group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles', namespace: 'default' })).toBeUndefined();
  });
});

describe('pathOf', () => {
  test('says where the objects of a kind are, and one of them', () => {
    expect(pathOf('Pod', 'default')).toBe('/api/v1/namespaces/default/pods');
    expect(pathOf('StatefulSet', 'default', 'etcd')).toBe('/apis/apps/v1/namespaces/default/statefulsets/etcd');
    expect(pathOf('ClusterRole', 'default', 'view')).toBe('/apis/rbac.authorization.k8s.io/v1/clusterroles/view');
  });

  test('fails for a kind that is not served', () => {
    expect(() => pathOf('Deployment', 'default')).toThrow(/knows no kind 'Deployment': use one of Pod, Service, /);
  });
});

describe('discovery', () => {
  // https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
  test('names the groups and their version', () => {
    expect(discovery('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const { groups } = discovery('/apis') as any;
    expect(groups.map((group: any) => group.preferredVersion.groupVersion))
      .toEqual(['apps/v1', 'batch/v1', 'rbac.authorization.k8s.io/v1', 'policy/v1', 'networking.k8s.io/v1']);
    expect(discovery('/apis/apps')).toMatchObject({ kind: 'APIGroup', name: 'apps' });
  });

  test('names resources and subresources with the kinds that they speak of', () => {
    const { groupVersion, resources } = discovery('/apis/apps/v1') as any;
    const named = (name: string) => resources.find((resource: any) => resource.name === name);
    expect(groupVersion).toBe('apps/v1');
    expect(named('statefulsets')).toMatchObject({ kind: 'StatefulSet', singularName: 'statefulset', shortNames: ['sts'], namespaced: true });
    expect(named('statefulsets/status')).toMatchObject({ kind: 'StatefulSet' });
    expect(named('statefulsets/scale')).toMatchObject({ kind: 'Scale', group: 'autoscaling', version: 'v1' });
  });

  test('says that it is well, and which version it stands for', () => {
    expect(discovery('/readyz')).toBe('ok');
    expect(discovery('/version')).toMatchObject({ major: '1', minor: '27' });
  });

  test('knows no other path', () => {
    expect(discovery('/apis/extensions')).toBeUndefined();
    expect(discovery('/apis/apps/v2')).toBeUndefined();
    expect(discovery('/metrics')).toBeUndefined();
  });
});
