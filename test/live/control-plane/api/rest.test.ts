import { ask, startApi } from './testing';
import { KubeObject } from '../objects';
import { ApiError } from '../store';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
const SETS = '/apis/apps/v1/namespaces/default/statefulsets';
const MERGE = { 'content-type': 'application/merge-patch+json' };

const configMap = (name: string, more: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...more }, data: { key: 'value' } });
const pod = (name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'etcd' } },
  spec: { terminationGracePeriodSeconds: 5 },
  ...more,
});
const set = (): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'etcd', namespace: 'default' },
  spec: { replicas: 3, selector: { matchLabels: { app: 'etcd' } } },
});

describe('Rest', () => {
  let world: Awaited<ReturnType<typeof startApi>>;
  beforeEach(async () => { world = await startApi(); });
  afterEach(() => world.stop());

  const admin = (request: string, body?: unknown, headers?: Record<string, string>) => ask(world.admin, request, body, headers);

  describe('create', () => {
    test('answers with what is now there', async () => {
      const { code, body } = await admin(`POST ${CONFIG_MAPS}`, configMap('a'));
      expect(code).toBe(201);
      expect(body).toEqual(world.store.get('ConfigMap', 'default', 'a'));
      expect(body.metadata).toMatchObject({ name: 'a', namespace: 'default', resourceVersion: '1', uid: expect.any(String) });
    });

    test('takes from the URL what the client leaves out', async () => {
      const { body } = await admin(`POST ${CONFIG_MAPS}`, { metadata: { name: 'a' } });
      expect(body).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default' } });
    });

    test.each([
      ['kind', { kind: 'Secret' }, /Secret in version "v1" cannot be handled as a ConfigMap/],
      ['version', { apiVersion: 'v2' }, /the API version in the data \(v2\) does not match the expected API version \(v1\)/],
      ['namespace', { metadata: { name: 'a', namespace: 'other' } }, /the namespace of the provided object does not match the namespace sent /],
    ])('fails if the object is of another %s than the URL', async (_, other, message) => {
      const { code, body } = await admin(`POST ${CONFIG_MAPS}`, { ...configMap('a'), ...other });
      expect([code, body.reason, body.message]).toEqual([400, 'BadRequest', expect.stringMatching(message)]);
    });

    // https://kubernetes.io/docs/reference/using-api/api-concepts/#generated-values
    test('makes a name of generateName', async () => {
      const { body } = await admin(`POST ${CONFIG_MAPS}`, { metadata: { generateName: 'backup-' } });
      expect(body.metadata.name).toMatch(/^backup-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    });

    test('fails without any name', async () => {
      const { code, body } = await admin(`POST ${CONFIG_MAPS}`, { metadata: {} });
      expect([code, body.message]).toEqual([422, 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required']);
    });

    test('fails if there is one of the name', async () => {
      await admin(`POST ${CONFIG_MAPS}`, configMap('a'));
      const { code, body } = await admin(`POST ${CONFIG_MAPS}`, configMap('a'));
      expect(code).toBe(409);
      expect(body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'AlreadyExists', message: 'configmaps "a" already exists' });
    });

    test('fails in the words of admission', async () => {
      world.admission.create = () => { throw new ApiError(422, 'Invalid', 'ConfigMap "a" is invalid: because'); };
      const { code, body } = await admin(`POST ${CONFIG_MAPS}`, configMap('a'));
      expect([code, body.message]).toEqual([422, 'ConfigMap "a" is invalid: because']);
      expect(world.store.list('ConfigMap')).toEqual([]);
    });

    // https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#spec-and-status
    test('takes no status, and no mark of deletion', async () => {
      const { body } = await admin(`POST ${PODS}`, pod('a', { status: { phase: 'Running' }, metadata: { name: 'a', deletionTimestamp: 'now' } }));
      expect(body.status).toBeUndefined();
      expect(body.metadata.deletionTimestamp).toBeUndefined();
    });
  });

  describe('get and list', () => {
    test('a list says at which version it was made, for a watch to go on from', async () => {
      world.store.create(pod('etcd-0'));
      world.store.create(pod('other', { metadata: { name: 'other', namespace: 'default' } }));
      world.store.create(pod('etcd-0', { metadata: { name: 'etcd-0', namespace: 'other', labels: { app: 'etcd' } } }));
      const { body } = await admin(`GET ${PODS}?labelSelector=app%3Detcd`);
      expect(body).toMatchObject({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '3' } });
      expect(body.items.map(({ metadata }: KubeObject) => metadata)).toMatchObject([{ name: 'etcd-0', namespace: 'default' }]);
    });

    test('a list is of all namespaces if the URL names none', async () => {
      world.store.create(configMap('a'));
      world.store.create({ ...configMap('a'), metadata: { name: 'a', namespace: 'other' } });
      const { body } = await admin('GET /api/v1/configmaps?fieldSelector=metadata.name%3Da');
      expect(body.items.map(({ metadata: { namespace } }: KubeObject) => namespace)).toEqual(['default', 'other']);
    });

    test('fails if it is not there', async () => {
      const { code, body } = await admin(`GET ${SETS}/etcd`);
      expect(code).toBe(404);
      expect(body).toMatchObject({
        reason: 'NotFound', message: 'statefulsets.apps "etcd" not found', details: { name: 'etcd', group: 'apps', kind: 'statefulsets' },
      });
    });

    test.each(['GET /api/v1/nodes', 'GET /apis/apps/v1/namespaces/default/deployments', `GET ${PODS}/etcd-0/scale`, 'GET /metrics'])(
      'fails if there is no such resource: %s', async request => {
        const { code, body } = await admin(request);
        expect([code, body.message]).toEqual([404, 'the server could not find the requested resource']);
      });

    test.each([
      `DELETE ${PODS}`, `PUT ${PODS}`, `POST ${PODS}/etcd-0`, 'POST /api/v1/pods', 'GET /api/v1/events?watch=1',
      'DELETE /api/v1/namespaces/default/events/x',
    ])('fails if the method is none for it: %s', async request => {
      const { code, body } = await admin(request, {});
      expect([code, body.reason]).toEqual([405, 'MethodNotAllowed']);
    });

    test('events come from the log, and can be selected by what they are about', async () => {
      world.events.record(pod('etcd-0'), 'Unhealthy', 'Readiness probe failed');
      world.events.record(pod('etcd-1'), 'Killing', 'Stopping container');
      const { body } = await admin('GET /api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Detcd-0');
      expect(body).toMatchObject({
        kind: 'EventList',
        items: [{
          metadata: { name: 'etcd-0.0', namespace: 'default' },
          involvedObject: { kind: 'Pod', namespace: 'default', name: 'etcd-0' },
          reason: 'Unhealthy',
          message: 'Readiness probe failed',
        }],
      });
      expect((await admin('GET /api/v1/namespaces/default/events/etcd-1.1')).body).toMatchObject({ reason: 'Killing' });
    });
  });

  describe('update and patch', () => {
    test('puts the object in place of the old one', async () => {
      const old = world.store.create(configMap('a'));
      const { code, body } = await admin(`PUT ${CONFIG_MAPS}/a`, { ...old, data: { key: 'new' } });
      expect([code, body.data, body.metadata.resourceVersion]).toEqual([200, { key: 'new' }, '2']);
    });

    // https://kubernetes.io/docs/reference/using-api/api-concepts/#updates-to-existing-resources
    test.each(['PUT', 'PATCH'])('fails if the client has read an older version: %s', async method => {
      const { metadata } = world.store.create(configMap('a'));
      world.store.modify('ConfigMap', 'default', 'a', object => { object.data = { key: 'theirs' }; });
      const { code, body } = await admin(`${method} ${CONFIG_MAPS}/a`, { metadata, data: { key: 'mine' } }, method === 'PATCH' ? MERGE : {});
      expect([code, body.reason]).toEqual([409, 'Conflict']);
      expect(body.message).toBe('Operation cannot be fulfilled on configmaps "a": '
        + 'the object has been modified; please apply your changes to the latest version and try again');
    });

    test('patches what is there now if the client names no version', async () => {
      world.store.create(configMap('a'));
      world.store.modify('ConfigMap', 'default', 'a', object => { object.data.theirs = '1'; });
      const { body } = await admin(`PATCH ${CONFIG_MAPS}/a`, { data: { mine: '2' } }, MERGE);
      expect(body.data).toEqual({ key: 'value', theirs: '1', mine: '2' });
    });

    test('shows admission the old object and the patched one', async () => {
      const old = world.store.create(configMap('a'));
      world.admission.update = jest.fn((_, updated) => updated);
      await admin(`PATCH ${CONFIG_MAPS}/a`, { data: { key: 'new' } }, MERGE);
      expect(world.admission.update).toHaveBeenCalledWith(old, { ...old, data: { key: 'new' } });
    });

    test.each(['PUT', 'PATCH'])('fails if the name is to change: %s', async method => {
      world.store.create(configMap('a'));
      const { code, body } = await admin(`${method} ${CONFIG_MAPS}/a`, { metadata: { name: 'b' } }, method === 'PATCH' ? MERGE : {});
      expect([code, body.message]).toEqual([400, 'the name of the object (b) does not match the name on the URL (a)']);
    });

    test.each([
      ['application/yaml', 'a: b', 415], ['application/json', '{', 400], ['application/json', 'null', 400],
    ])('fails on a body of %s that is %s', async (type, body, code) => {
      world.store.create(configMap('a'));
      expect((await admin(`PUT ${CONFIG_MAPS}/a`, body, { 'content-type': type })).code).toBe(code);
    });

    test('fails on a server-side apply', async () => {
      world.store.create(configMap('a'));
      const { code, body } = await admin(`PATCH ${CONFIG_MAPS}/a`, {}, { 'content-type': 'application/apply-patch+yaml' });
      expect([code, body.reason]).toEqual([415, 'UnsupportedMediaType']);
    });

    test('fails on a dry run, which would not be one', async () => {
      const { code, body } = await admin(`POST ${CONFIG_MAPS}?dryRun=All`, configMap('a'));
      expect([code, body.message]).toEqual([400, 'the dryRun feature is disabled']);
    });
  });

  // https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/#patch-subresource
  describe('status', () => {
    beforeEach(() => { world.store.create({ ...set(), status: { replicas: 1 } }); });

    test.each(['PUT', 'PATCH'])('is all that its subresource changes: %s', async method => {
      const body = { metadata: { name: 'etcd', labels: { a: 'b' } }, spec: { replicas: 9 }, status: { replicas: 2 } };
      const { code } = await admin(`${method} ${SETS}/etcd/status`, body, method === 'PATCH' ? MERGE : {});
      expect(code).toBe(200);
      const { metadata, spec, status } = world.store.get('StatefulSet', 'default', 'etcd');
      expect([metadata.labels, metadata.generation, spec.replicas, status.replicas]).toEqual([undefined, 1, 3, 2]);
    });

    test.each(['PUT', 'PATCH'])('is not changed with the rest: %s', async method => {
      const body = { ...set(), spec: { ...set().spec, replicas: 9 }, status: { replicas: 2 } };
      await admin(`${method} ${SETS}/etcd`, body, method === 'PATCH' ? MERGE : {});
      const { metadata, spec, status } = world.store.get('StatefulSet', 'default', 'etcd');
      expect([metadata.generation, spec.replicas, status.replicas]).toEqual([2, 9, 1]);
    });

    test('fails if the client has read an older version', async () => {
      const { code } = await admin(`PUT ${SETS}/etcd/status`, { metadata: { name: 'etcd', resourceVersion: '0' }, status: {} });
      expect(code).toBe(409);
    });

    test('is the whole object when it is read', async () => {
      expect((await admin(`GET ${SETS}/etcd/status`)).body).toEqual(world.store.get('StatefulSet', 'default', 'etcd'));
    });
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/registry/apps/statefulset/storage/storage.go
  describe('scale', () => {
    beforeEach(() => { world.store.create({ ...set(), status: { replicas: 2 } }); });

    test('shows the number that is wanted, the number that is there, and the selector', async () => {
      expect((await admin(`GET ${SETS}/etcd/scale`)).body).toMatchObject({
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'etcd', namespace: 'default' },
        spec: { replicas: 3 },
        status: { replicas: 2, selector: 'app=etcd' },
      });
    });

    test.each(['PUT', 'PATCH'])('sets the number: %s', async method => {
      const scale = { metadata: { name: 'etcd' }, spec: { replicas: 5 } };
      const { code, body } = await admin(`${method} ${SETS}/etcd/scale`, scale, method === 'PATCH' ? MERGE : {});
      expect([code, body.kind, body.spec.replicas]).toEqual([200, 'Scale', 5]);
      expect(world.store.get('StatefulSet', 'default', 'etcd').spec).toEqual({ ...set().spec, replicas: 5 });
    });

    test.each([[-1, 422, /Scale\.autoscaling "etcd" is invalid: spec\.replicas: Invalid value: -1/], ['5', 400, /must be an integer, got "5"/]])(
      'fails on %p', async (replicas, code, message) => {
        const reply = await admin(`PATCH ${SETS}/etcd/scale`, { spec: { replicas } }, MERGE);
        expect([reply.code, reply.body.message]).toEqual([code, expect.stringMatching(message)]);
      });

    test('fails if the client has read an older version', async () => {
      const { code } = await admin(`PUT ${SETS}/etcd/scale`, { metadata: { name: 'etcd', resourceVersion: '0' }, spec: { replicas: 5 } });
      expect(code).toBe(409);
    });
  });

  describe('delete', () => {
    test('answers with a status if the object is gone, and with the object if it is on its way', async () => {
      const { metadata: { uid } } = world.store.create(configMap('a'));
      world.store.create(pod('etcd-0'));
      const gone = await admin(`DELETE ${CONFIG_MAPS}/a`);
      expect(gone.body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps', uid } });
      const going = await admin(`DELETE ${PODS}/etcd-0`);
      expect(going.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 5, deletionTimestamp: expect.any(String) });
    });

    test('takes the grace period from the body or from the query', async () => {
      world.store.create(pod('a'));
      world.store.create(pod('b'));
      expect((await admin(`DELETE ${PODS}/a`, { gracePeriodSeconds: 1 })).body.metadata.deletionGracePeriodSeconds).toBe(1);
      expect((await admin(`DELETE ${PODS}/b?gracePeriodSeconds=2`)).body.metadata.deletionGracePeriodSeconds).toBe(2);
    });

    test('orphans if it is told to', async () => {
      const { metadata: { uid } } = world.store.create(set());
      const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'etcd', uid: uid! };
      world.store.create(pod('etcd-0', { metadata: { name: 'etcd-0', namespace: 'default', ownerReferences: [owner] } }));
      await admin(`DELETE ${SETS}/etcd`, { propagationPolicy: 'Orphan' });
      expect(world.store.list('StatefulSet')).toEqual([]);
      expect(world.store.get('Pod', 'default', 'etcd-0').metadata.ownerReferences).toEqual([]);
    });
  });

  describe('of a pod', () => {
    beforeEach(() => { world.store.create(pod('etcd-0', { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } })); });

    test('logs are text', async () => {
      jest.mocked(world.pods.logs).mockResolvedValue('hello\n');
      const { type, body } = await admin(`GET ${PODS}/etcd-0/log?container=etcd&previous=true`);
      expect([type, body]).toEqual(['text/plain', 'hello']);
      expect(world.pods.logs).toHaveBeenCalledWith('default', 'etcd-0', 'etcd', true);
    });

    test('exec answers with what the program has left', async () => {
      jest.mocked(world.pods.exec).mockResolvedValue({ exitCode: 1, stdout: 'out', stderr: 'err' });
      const request = { container: 'etcd', command: ['etcdctl', 'get'], input: 'in', timeoutSeconds: 3 };
      const { code, body } = await admin(`POST ${PODS}/etcd-0/exec`, request);
      expect([code, body]).toEqual([200, { exitCode: 1, stdout: 'out', stderr: 'err' }]);
      expect(world.pods.exec).toHaveBeenCalledWith('default', 'etcd-0', 'etcd', ['etcdctl', 'get'], { input: 'in', timeoutSeconds: 3 });
    });

    test('exec fails without a command', async () => {
      const { code, body } = await admin(`POST ${PODS}/etcd-0/exec`, { command: [] });
      expect([code, body.message]).toEqual([400, 'you must specify at least 1 command for the container']);
    });

    test.each(['log', 'exec', 'eviction'])('%s fails if the pod is not there', async subresource => {
      const { code } = await admin(`${subresource === 'log' ? 'GET' : 'POST'} ${PODS}/etcd-9/${subresource}`, { command: ['true'] });
      expect(code).toBe(404);
    });

    test.each(['POST log', 'GET exec', 'GET eviction'])('%s is no method', async request => {
      const [method, subresource] = request.split(' ');
      expect((await admin(`${method} ${PODS}/etcd-0/${subresource}`)).code).toBe(405);
    });

    const evict = (name = 'etcd-0') => admin(`POST ${PODS}/etcd-0/eviction`, {
      apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, deleteOptions: { gracePeriodSeconds: 1 },
    });
    const budget = (name: string, disruptionsAllowed: number) => world.store.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'etcd' } } },
      status: { observedGeneration: 1, disruptionsAllowed, currentHealthy: 2, desiredHealthy: 2 },
    });

    // https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/registry/core/pod/storage/eviction.go
    test('an eviction deletes it if its disruption budget allows that', async () => {
      budget('etcd', 1);
      const { code, body } = await evict();
      expect([code, body.status]).toEqual([201, 'Success']);
      expect(world.store.get('Pod', 'default', 'etcd-0').metadata.deletionGracePeriodSeconds).toBe(1);
    });

    test('an eviction fails, to be tried again, if its disruption budget does not allow it', async () => {
      budget('etcd', 0);
      const { code, body } = await evict();
      expect(code).toBe(429);
      expect(body).toMatchObject({
        reason: 'TooManyRequests',
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget etcd needs 2 healthy pods and has 2 currently' }] },
      });
      expect(world.store.get('Pod', 'default', 'etcd-0').metadata.deletionTimestamp).toBeUndefined();
    });

    test('an eviction fails if there are two disruption budgets', async () => {
      budget('a', 1);
      budget('b', 1);
      const { code, body } = await evict();
      expect([code, body.message]).toEqual([500, expect.stringMatching(/more than one PodDisruptionBudget/)]);
    });

    test('an eviction fails if it is of another pod', async () => {
      const { code, body } = await evict('etcd-1');
      expect([code, body.message]).toEqual([400, 'name in URL does not match name in Eviction object']);
    });
  });
});
