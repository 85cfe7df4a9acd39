import { ADMIN, ANONYMOUS, isAllowed, refusal, serviceAccountUser } from './rbac';
import { requestInfoOf } from './resources';
import { ObjectStore } from '../store';

const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' };
const OPERATOR = serviceAccountUser('default', 'operator');
const SUBJECT = { kind: 'ServiceAccount', name: 'operator', namespace: 'default' };

/** A store with one role, bound to the operator. */
function storeWith(rule: object, subject: object = SUBJECT, kind: 'Role' | 'ClusterRole' = 'Role'): ObjectStore {
  const store = new ObjectStore();
  store.create({ ...RBAC, kind, metadata: { name: 'r', ...(kind === 'Role' && { namespace: 'default' }) }, rules: [rule] });
  store.create({ ...RBAC, kind: 'RoleBinding', metadata: { name: 'b', namespace: 'default' }, subjects: [subject], roleRef: { kind, name: 'r' } });
  return store;
}

const may = (store: ObjectStore, request: string, user = OPERATOR) => {
  const [method, url] = request.split(' ');
  return isAllowed(store, user, requestInfoOf(method, url));
};

const POD = '/api/v1/namespaces/default/pods/etcd-0';
const PODS = '/api/v1/namespaces/default/pods';
const SET = '/apis/apps/v1/namespaces/default/statefulsets/etcd';
const pods = (verbs: string[], more: object = {}) => ({ apiGroups: [''], resources: ['pods'], verbs, ...more });

// https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/apis/rbac/v1/evaluation_helpers.go
describe('a rule', () => {
  test.each<[string, object, string, boolean]>([
    ['allows its verb', pods(['get']), `GET ${POD}`, true],
    ['allows no other verb', pods(['get']), `GET ${PODS}`, false],
    ['allows to watch only if it says so', pods(['get', 'list']), `GET ${PODS}?watch=1`, false],
    ['allows every verb by *', pods(['*']), `PATCH ${POD}`, true],
    ['allows no other namespace', pods(['*']), 'GET /api/v1/namespaces/other/pods/etcd-0', false],
    ['allows nothing over all namespaces', pods(['*']), 'GET /api/v1/pods', false],
    ['is for its API group', { apiGroups: [''], resources: ['statefulsets'], verbs: ['get'] }, `GET ${SET}`, false],
    ['is for every API group by *', { apiGroups: ['*'], resources: ['statefulsets'], verbs: ['get'] }, `GET ${SET}`, true],
    ['is for every resource by *', { apiGroups: [''], resources: ['*'], verbs: ['get'] }, `GET ${POD}`, true],
    ['is for every subresource by *, too', { apiGroups: [''], resources: ['*'], verbs: ['get'] }, `GET ${POD}/log`, true],
    ['does not reach subresources by the name of the resource', pods(['*']), `GET ${POD}/log`, false],
    ['names a subresource', { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }, `GET ${POD}/log`, true],
    ['does not reach the resource by its subresource', { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }, `GET ${POD}`, false],
    ['names one subresource of all', { apiGroups: ['apps'], resources: ['*/scale'], verbs: ['patch'] }, `PATCH ${SET}/scale`, true],
    ['names a scale', { apiGroups: ['apps'], resources: ['statefulsets/scale'], verbs: ['patch'] }, `PATCH ${SET}`, false],
    ['reaches the object that it names', pods(['get', 'patch', 'delete'], { resourceNames: ['etcd-0'] }), `DELETE ${POD}`, true],
    ['reaches no object that it does not name', pods(['get'], { resourceNames: ['etcd-1'] }), `GET ${POD}`, false],
    ['cannot allow to create by name', pods(['create'], { resourceNames: ['etcd-0'] }), `POST ${PODS}`, false],
    ['cannot allow to list all by name', pods(['list'], { resourceNames: ['etcd-0'] }), `GET ${PODS}`, false],
    ['allows to list the one that it names', pods(['list'], { resourceNames: ['etcd-0'] }), `GET ${PODS}?fieldSelector=metadata.name%3Detcd-0`, true],
    ['allows to watch it', pods(['watch'], { resourceNames: ['etcd-0'] }), `GET ${PODS}?watch=1&fieldSelector=metadata.name=etcd-0`, true],
    ['allows to list no other', pods(['list'], { resourceNames: ['etcd-0'] }), `GET ${PODS}?fieldSelector=metadata.name%3Detcd-1`, false],
    ['reaches all by an empty list of names', pods(['get'], { resourceNames: [] }), `GET ${POD}`, true],
    ['reaches no path by naming resources', { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, 'GET /metrics', false],
  ])('%s', (_, rule, request, allowed) => expect(may(storeWith(rule), request)).toBe(allowed));
});

// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
describe('a binding', () => {
  test.each<[string, object, boolean]>([
    ['the service account', SUBJECT, true],
    ['one of that name in another namespace', { ...SUBJECT, namespace: 'other' }, false],
    ['one of that name without a namespace, which is then its own', { kind: 'ServiceAccount', name: 'operator' }, true],
    ['another service account', { ...SUBJECT, name: 'other' }, false],
    ['the user by its full name', { kind: 'User', name: 'system:serviceaccount:default:operator' }, true],
    ['all service accounts of the namespace', { kind: 'Group', name: 'system:serviceaccounts:default' }, true],
    ['all service accounts of another namespace', { kind: 'Group', name: 'system:serviceaccounts:other' }, false],
    ['everybody who is known', { kind: 'Group', name: 'system:authenticated' }, true],
    ['a kind of subject that there is not', { kind: 'Robot', name: 'operator' }, false],
  ])('to %s: %s', (_, subject, allowed) => expect(may(storeWith(pods(['get']), subject), `GET ${POD}`)).toBe(allowed));

  test('gives a cluster role in its own namespace only', () => {
    const store = storeWith(pods(['get']), SUBJECT, 'ClusterRole');
    expect(may(store, `GET ${POD}`)).toBe(true);
    expect(may(store, 'GET /api/v1/namespaces/other/pods/etcd-0')).toBe(false);
  });

  test('of the whole cluster gives it everywhere', () => {
    const store = new ObjectStore();
    const rules = [pods(['get', 'list']), { nonResourceURLs: ['/metrics*'], verbs: ['get'] }];
    store.create({ ...RBAC, kind: 'ClusterRole', metadata: { name: 'r' }, rules });
    store.create({ ...RBAC, kind: 'ClusterRoleBinding', metadata: { name: 'b' }, subjects: [SUBJECT], roleRef: { kind: 'ClusterRole', name: 'r' } });
    expect(may(store, 'GET /api/v1/namespaces/other/pods/etcd-0')).toBe(true);
    expect(may(store, 'GET /api/v1/pods')).toBe(true);
    expect(may(store, 'GET /metrics/slis')).toBe(true);
    expect(may(store, 'GET /api/v1/pods', serviceAccountUser('default', 'other'))).toBe(false);
  });

  test('to a role that is not there gives nothing', () => {
    const store = storeWith(pods(['get']));
    store.delete('Role', 'default', 'r');
    expect(may(store, `GET ${POD}`)).toBe(false);
  });
});

// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
describe('without any binding', () => {
  const store = new ObjectStore();

  test.each(['/healthz', '/livez', '/readyz', '/version'])('everybody may get %s', path => {
    expect(may(store, `GET ${path}`, ANONYMOUS)).toBe(true);
  });

  test.each(['/api', '/api/v1', '/apis', '/apis/apps/v1', '/openapi/v2'])('who is known may get %s', path => {
    expect(may(store, `GET ${path}`)).toBe(true);
    expect(may(store, `GET ${path}`, ANONYMOUS)).toBe(false);
  });

  test('nobody but the administrator may do anything else', () => {
    for (const request of [`GET ${POD}`, 'POST /version', 'POST /harness/kill']) {
      expect(may(store, request)).toBe(false);
      expect(may(store, request, ADMIN)).toBe(true);
    }
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go
describe('a refusal', () => {
  test.each([
    [`GET ${PODS}`, 'pods is forbidden', 'list resource "pods" in API group "" in the namespace "default"'],
    [`GET ${POD}/log`, 'pods "etcd-0" is forbidden', 'get resource "pods/log" in API group "" in the namespace "default"'],
    [`PATCH ${SET}`, 'statefulsets.apps "etcd" is forbidden', 'patch resource "statefulsets" in API group "apps" in the namespace "default"'],
    ['GET /api/v1/pods', 'pods is forbidden', 'list resource "pods" in API group "" at the cluster scope'],
    ['GET /metrics', 'forbidden', 'get path "/metrics"'],
  ])('of %s', (request, subject, what) => {
    const [method, url] = request.split(' ');
    expect(refusal(OPERATOR, requestInfoOf(method, url))).toBe(`${subject}: User "system:serviceaccount:default:operator" cannot ${what}`);
  });
});
