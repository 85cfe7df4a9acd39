import { Admission } from './admission';
import { KubeObject } from './objects';
import { ApiError, ObjectStore } from './store';

let store: ObjectStore;
let admission: Admission;
const create = (object: KubeObject) => store.create(admission.create(object));
const update = (object: KubeObject) => {
  const { kind, metadata: { namespace, name } } = object;
  return store.update(admission.update(store.get(kind, namespace, name), object));
};
const refusal = (act: () => unknown): ApiError => {
  try {
    act();
  } catch (error) {
    return error as ApiError;
  }
  throw new Error('it was accepted');
};

beforeEach(() => {
  store = new ObjectStore();
  admission = new Admission(store);
});

const metadata = (name: string) => ({ namespace: 'shop', name });
const containers = [{ name: 'c', image: 'i:1' }];
const pod = (spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: metadata('web'), spec: { containers, ...spec } });
const service = (name: string, spec: object = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Service', metadata: metadata(name), spec: { ports: [{ port: 80 }], ...spec },
});
const statefulSet = (spec: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metadata('etcd'),
  spec: {
    serviceName: 'etcd',
    selector: { matchLabels: { app: 'etcd' } },
    template: { metadata: { labels: { app: 'etcd' } }, spec: { containers } },
    ...spec,
  },
});
const job = (spec: object = {}): KubeObject => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: metadata('backup'), spec: { template: { spec: { restartPolicy: 'Never', containers } }, ...spec },
});
const claim = (storage: string): KubeObject => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: metadata('data'), spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});

describe('any object', () => {
  test('is refused with all that breaks the schema', () => {
    const { code, reason, message } = refusal(() => create(statefulSet({ replica: 3, minReadySeconds: 'soon' })));
    expect([code, reason]).toEqual([422, 'Invalid']);
    expect(message).toBe('StatefulSet.apps "etcd" is invalid: [/spec/replica is not a field, /spec/minReadySeconds must be integer]');
  });

  test('is refused if its kind is not known', () => {
    expect(refusal(() => create({ apiVersion: 'example.com/v1', kind: 'Etcd', metadata: metadata('etcd') })).message).toMatch(/is not a stable kind of Kubernetes 1\.27/);
  });

  test('is refused without a name', () => {
    expect(refusal(() => create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} as any })).message).toMatch(/metadata\.name: Required value/);
  });

  test('is refused with the version of another', () => {
    const given = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata('x'), resourceVersion: '5' } };
    expect(refusal(() => create(given))).toMatchObject({ code: 400, message: 'resourceVersion should not be set on objects to be created' });
  });

  test('may have nulls where a field is left out', () => {
    expect(admission.create({ ...service('web'), metadata: { ...metadata('web'), creationTimestamp: null } as any }).metadata).toEqual(metadata('web'));
  });

  test('is kept with its defaults', () => {
    expect(create(statefulSet()).spec).toMatchObject({ replicas: 1, podManagementPolicy: 'OrderedReady', template: { spec: { restartPolicy: 'Always' } } });
  });

  test('brings no status', () => {
    expect(admission.create({ ...statefulSet(), status: { replicas: 3 } })).not.toHaveProperty('status');
  });

  test('that comes back from the server as it is stays as it is', () => {
    const created = create(statefulSet());
    store.modify('StatefulSet', 'shop', 'etcd', object => object.status = { replicas: 1, notInAnySchema: true });
    const read = store.get('StatefulSet', 'shop', 'etcd');
    expect(update(read)).toEqual(read);
    expect(read.metadata.uid).toBe(created.metadata.uid);
  });

  test('keeps its status if an update has none', () => {
    create(statefulSet());
    store.modify('StatefulSet', 'shop', 'etcd', object => object.status = { replicas: 1 });
    expect(update(statefulSet({ replicas: 2 })).status).toEqual({ replicas: 1 });
  });

  test('is checked when it is updated', () => {
    create(statefulSet());
    expect(refusal(() => update(statefulSet({ replica: 3 }))).message).toMatch(/\/spec\/replica is not a field/);
    expect(refusal(() => update(statefulSet({ serviceName: 'other' })))).toMatchObject({
      code: 422, reason: 'Invalid', message: expect.stringMatching(/^StatefulSet\.apps "etcd" is invalid: spec: Forbidden: updates to statefulset spec /),
    });
  });
});

// https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
describe('a Service', () => {
  const problem = (act: () => unknown) => refusal(act).message;

  test('gets the next address above those that manifests name', () => {
    expect(create(service('a')).spec).toMatchObject({ clusterIP: '10.96.1.0', clusterIPs: ['10.96.1.0'] });
    expect(create(service('b')).spec.clusterIP).toBe('10.96.1.1');
  });

  test('gets the address that it names', () => {
    expect(create(service('a', { clusterIP: '10.96.0.20' })).spec.clusterIP).toBe('10.96.0.20');
    create(service('b', { clusterIP: '10.96.1.0' }));
    expect(create(service('c')).spec.clusterIP).toBe('10.96.1.1');
  });

  test('may be headless, next to others that are', () => {
    expect(create(service('a', { clusterIP: 'None' })).spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
    expect(create(service('b', { clusterIP: 'None' })).spec.clusterIP).toBe('None');
  });

  test('is refused an address that is taken, by another or by the cluster', () => {
    create(service('a', { clusterIP: '10.96.0.20' }));
    expect(problem(() => create(service('b', { clusterIP: '10.96.0.20' })))).toBe(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.20"}: failed to allocate IP 10.96.0.20: provided IP is already allocated');
    expect(problem(() => create(service('b', { clusterIP: '10.96.0.1' })))).toMatch(/provided IP is already allocated$/);
    expect(problem(() => create(service('b', { clusterIP: '10.96.0.10' })))).toMatch(/provided IP is already allocated$/);
  });

  test.each(['10.97.0.1', 'localhost'])('is refused the address %s, which is none of the cluster', clusterIP => {
    expect(problem(() => create(service('a', { clusterIP })))).toMatch(
      /the provided IP \(.*\) is not in the valid range\. The range of valid IPs is 10\.96\.0\.0\/16$/);
  });

  test('keeps its address when an update names none', () => {
    create(service('a'));
    expect(update(service('a', { ports: [{ port: 81 }] })).spec).toMatchObject({ clusterIP: '10.96.1.0', clusterIPs: ['10.96.1.0'] });
  });

  test('cannot get another address', () => {
    create(service('a'));
    expect(problem(() => update(service('a', { clusterIP: 'None' })))).toBe(
      'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: []string{"None"}: may not change once set');
  });

  test('gives its address up as ExternalName, and gets one when it is no longer', () => {
    create(service('a'));
    expect(update(service('a', { type: 'ExternalName', externalName: 'example.com' })).spec).not.toHaveProperty('clusterIP');
    expect(update(service('a')).spec.clusterIP).toBe('10.96.1.0');
  });

  test('needs ports unless it is headless', () => {
    expect(problem(() => create(service('a', { ports: [] })))).toBe('Service "a" is invalid: spec.ports: Required value');
    expect(create(service('a', { clusterIP: 'None', ports: [] })).spec.clusterIP).toBe('None');
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/apps/validation/validation.go
describe('a StatefulSet', () => {
  const problem = (spec: object) => refusal(() => create(statefulSet(spec))).message;

  test('is refused if it would not select its own pods', () => {
    expect(problem({ selector: { matchLabels: { app: 'web' } } })).toBe('StatefulSet.apps "etcd" is invalid: ' +
      'spec.template.metadata.labels: Invalid value: map[string]string{"app":"etcd"}: `selector` does not match template `labels`');
  });

  test('is refused if it selects everything', () => {
    expect(problem({ selector: {} })).toMatch(/spec\.selector: Invalid value: .*: empty selector is invalid for statefulset$/);
  });

  test('is refused if its pods would not be started again', () => {
    expect(problem({ template: { metadata: { labels: { app: 'etcd' } }, spec: { restartPolicy: 'Never', containers } } })).toMatch(
      /spec\.template\.spec\.restartPolicy: Unsupported value: "Never": supported values: "Always"$/);
  });

  test('is refused if its pods would end by themselves', () => {
    expect(problem({ template: { metadata: { labels: { app: 'etcd' } }, spec: { activeDeadlineSeconds: 5, containers } } })).toMatch(
      /spec\.template\.spec\.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported$/);
  });

  test('is refused if it has a partition with OnDelete', () => {
    expect(problem({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } })).toMatch(
      /spec\.updateStrategy\.rollingUpdate: Invalid value: .*: only allowed for updateStrategy 'RollingUpdate'$/);
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/batch/validation/validation.go
describe('a Job', () => {
  const problem = (spec: object) => refusal(() => create(job(spec))).message;

  test('needs no selector', () => {
    expect(create(job()).spec).toMatchObject({ parallelism: 1, completions: 1, backoffLimit: 6 });
  });

  test('is refused without a restart policy, since the default one never ends', () => {
    expect(problem({ template: { spec: { containers } } })).toBe(
      'Job.batch "backup" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"');
  });

  test('is refused a selector that it does not ask to make itself', () => {
    expect(problem({ selector: { matchLabels: { app: 'backup' } } })).toMatch(/spec\.selector: Invalid value: .*: `selector` not auto-generated$/);
  });

  test('is refused if the selector that it makes itself does not match, or is not there', () => {
    expect(problem({ manualSelector: true, selector: { matchLabels: { app: 'backup' } } })).toMatch(/`selector` does not match template `labels`$/);
    expect(problem({ manualSelector: true })).toMatch(/spec\.selector: Required value$/);
  });

  test('is refused what the controller does not know', () => {
    expect(problem({ completionMode: 'Indexed', completions: 2 })).toMatch(/spec\.completionMode: Unsupported value: "Indexed": supported values: "NonIndexed"$/);
    expect(problem({ podFailurePolicy: { rules: [] } })).toMatch(/spec\.podFailurePolicy: Forbidden/);
  });
});

// https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
describe('a PersistentVolumeClaim', () => {
  test('waits for its volume, and is not gone while a pod uses it', () => {
    expect(create(claim('1Gi'))).toMatchObject({ metadata: { finalizers: ['kubernetes.io/pvc-protection'] }, status: { phase: 'Pending' } });
  });

  test('keeps finalizers that it brings', () => {
    const given = claim('1Gi');
    given.metadata.finalizers = ['example.com/backup'];
    expect(create(given).metadata.finalizers).toEqual(['example.com/backup', 'kubernetes.io/pvc-protection']);
  });

  test('cannot shrink', () => {
    create(claim('2Gi'));
    store.modify('PersistentVolumeClaim', 'shop', 'data', object => object.status.phase = 'Bound');
    expect(update(claim('3Gi')).spec.resources.requests.storage).toBe('3Gi');
    expect(refusal(() => update(claim('1Gi'))).message).toBe(
      'PersistentVolumeClaim "data" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than previous value');
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/plugin/pkg/admission/serviceaccount/admission.go
describe('a Pod', () => {
  test('runs as the account `default`, which each namespace has', () => {
    expect(create(pod())).toMatchObject({ spec: { serviceAccountName: 'default' }, status: { phase: 'Pending' } });
    expect(store.list('ServiceAccount').map(({ metadata: each }) => `${each.namespace}/${each.name}`)).toEqual(['shop/default']);
  });

  test('is refused if its account is not there', () => {
    expect(refusal(() => create(pod({ serviceAccountName: 'builder' })))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'pods "web" is forbidden: error looking up service account shop/builder: serviceaccount "builder" not found',
    });
  });

  test('runs as the account that it names', () => {
    create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('builder') });
    expect(create(pod({ serviceAccountName: 'builder' })).spec.serviceAccountName).toBe('builder');
  });
});

describe('a namespace', () => {
  test('has the certificate of the API server, if it is known', () => {
    admission = new Admission(store, { rootCa: 'PEM' });
    create(statefulSet());
    expect(store.get('ConfigMap', 'shop', 'kube-root-ca.crt').data).toEqual({ 'ca.crt': 'PEM' });
  });

  test('may get its account from a manifest', () => {
    create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('default'), automountServiceAccountToken: false });
    create(pod());
    expect(store.get('ServiceAccount', 'shop', 'default').automountServiceAccountToken).toBe(false);
  });
});
