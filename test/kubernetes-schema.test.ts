import { schemaErrors } from './kubernetes-schema';

const labels = { 'app.kubernetes.io/name': 'etcd' };

/** A correct StatefulSet, changed by `change`. */
function statefulSet(change: (manifest: any) => void = () => {}): any {
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'etcd', labels, creationTimestamp: '2024-02-29T12:00:00Z' },
    spec: {
      replicas: 3,
      serviceName: 'etcd',
      selector: { matchLabels: labels },
      ordinals: { start: 1 },
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', partition: 0 } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 30,
          securityContext: { fsGroup: 1000, runAsUser: 2 ** 40 },
          containers: [{
            name: 'etcd',
            image: 'quay.io/coreos/etcd:v3.5.9',
            env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
            ports: [{ name: 'client', containerPort: 2379 }],
            livenessProbe: { httpGet: { path: '/health', port: 2379 }, periodSeconds: 10 },
            readinessProbe: { httpGet: { path: '/health', port: 'client' } },
            resources: { requests: { cpu: 0.5, memory: '1e3' }, limits: { cpu: '1500m', memory: '1.5Gi' } },
            volumeMounts: [{ name: 'data', mountPath: '/var/lib/etcd' }],
          }],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
      volumeClaimTemplates: [{
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
      }],
    },
  };
  // without a shared reference, so that a change shows in one place only.
  const copy = JSON.parse(JSON.stringify(manifest));
  change(copy);
  return copy;
}

const meta = { name: 'etcd', labels };
const subjects = [{ kind: 'ServiceAccount', name: 'etcd' }];
const jobSpec = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'defrag', command: ['etcdctl', 'defrag'] }] } } };

describe('a correct manifest is accepted', () => {
  test.each<[string, any]>([
    ['StatefulSet', statefulSet()],
    ['Service', {
      apiVersion: 'v1',
      metadata: meta,
      spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'client', port: 2379, targetPort: 'client' }, { port: 2380, targetPort: 2380 }] },
    }],
    ['PodDisruptionBudget', { apiVersion: 'policy/v1', metadata: meta, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } }],
    ['ConfigMap', { apiVersion: 'v1', metadata: meta, data: { a: 'b' }, binaryData: { c: 'aGk=' }, immutable: true }],
    ['Secret', { apiVersion: 'v1', metadata: meta, type: 'Opaque', data: { password: 'c2VjcmV0' }, stringData: { user: 'root' } }],
    ['NetworkPolicy', {
      apiVersion: 'networking.k8s.io/v1',
      metadata: meta,
      spec: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: labels } }], ports: [{ port: 2379, protocol: 'TCP' }] }],
      },
    }],
    ['ServiceAccount', { apiVersion: 'v1', metadata: meta, automountServiceAccountToken: false }],
    ['PersistentVolumeClaim', {
      apiVersion: 'v1',
      metadata: meta,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Ti' } } },
    }],
    ['Role', { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: meta, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }],
    ['RoleBinding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: meta,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'etcd' },
      subjects,
    }],
    ['HorizontalPodAutoscaler', {
      apiVersion: 'autoscaling/v2',
      metadata: meta,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'etcd' },
        maxReplicas: 5,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      },
    }],
    ['Job', { apiVersion: 'batch/v1', metadata: meta, spec: jobSpec }],
    ['CronJob', { apiVersion: 'batch/v1', metadata: meta, spec: { schedule: '@daily', jobTemplate: { spec: jobSpec } } }],
    ['Pod', { apiVersion: 'v1', metadata: meta, spec: { containers: [{ name: 'etcd' }] } }],
  ])('%s', (kind, manifest) => {
    expect(schemaErrors({ kind, ...manifest })).toEqual([]);
  });
});

describe('a wrong StatefulSet is refused', () => {
  const container = (manifest: any) => manifest.spec.template.spec.containers[0];
  const probe = (manifest: any) => container(manifest).livenessProbe.httpGet;
  const claim = (manifest: any) => manifest.spec.volumeClaimTemplates[0].spec;

  test.each<[string, (manifest: any) => void, RegExp]>([
    ['for an unknown field at the top', m => { m.specs = {}; }, /^StatefulSet etcd: \/specs is not a field$/],
    ['for an unknown field deep in the pod template', m => { container(m).ports[0].port = 1; }, /containers\/0\/ports\/0\/port is not a field$/],
    ['for an unknown field in a claim template', m => { claim(m).size = 1; }, /volumeClaimTemplates\/0\/spec\/size is not a field$/],
    ['for a number where a string is needed', m => { container(m).env[0].value = 1; }, /env\/0\/value must be string$/],
    ['for a string where an integer is needed', m => { m.spec.replicas = '3'; }, /^StatefulSet etcd: \/spec\/replicas must be integer$/],
    ['for a fraction where an integer is needed', m => { m.spec.replicas = 1.5; }, /\/spec\/replicas must be integer$/],
    ['for an integer over 32 bits', m => { m.spec.replicas = 2 ** 31; }, /\/spec\/replicas must match format "int32"$/],
    ['for a port over 32 bits', m => { probe(m).port = 2 ** 31; }, /httpGet\/port must match format "int32"$/],
    ['for a port that is neither a number nor a name', m => { probe(m).port = true; }, /httpGet\/port must be string,integer$/],
    ['for an integer over 64 bits', m => { m.spec.template.spec.securityContext.fsGroup = 2 ** 63; }, /fsGroup must match format "int64"$/],
    ['for NaN', m => { m.spec.replicas = NaN; }, /\/spec\/replicas must be integer$/],
    ['for a NaN quantity', m => { container(m).resources.limits.cpu = NaN; }, /limits\/cpu must be number,string$/],
    ['for a quantity that is a word', m => { claim(m).resources.requests.storage = 'ten'; }, /requests\/storage must match format "quantity"$/],
    ['for a quantity with an unknown unit', m => { container(m).resources.limits.memory = '1GB'; }, /limits\/memory must match format "quantity"$/],
    ['for a null label', m => { m.metadata.labels.tier = null; }, /^StatefulSet etcd: \/metadata\/labels\/tier must be string$/],
    ['for null instead of an optional number', m => { m.spec.replicas = null; }, /\/spec\/replicas must be integer$/],
    ['for null instead of an optional object', m => { m.spec.updateStrategy = null; }, /\/spec\/updateStrategy must be object$/],
    ['for null instead of its spec', m => { m.spec = null; }, /^StatefulSet etcd: \/spec must be object$/],
    ['for a missing selector', m => { delete m.spec.selector; }, /^StatefulSet etcd: \/spec\/selector is required$/],
    ['for a value outside an enumeration', m => { m.spec.podManagementPolicy = 'Serial'; }, /Policy must be one of OrderedReady, Parallel$/],
    ['for a date without a time', m => { m.metadata.creationTimestamp = '2024-02-29'; }, /creationTimestamp must match format "date-time"$/],
    ['for a container restart policy, which came with 1.28', m => { container(m).restartPolicy = 'Always'; }, /0\/restartPolicy is not a field$/],
  ])('%s', (_, change, error) => {
    expect(schemaErrors(statefulSet(change))).toEqual([expect.stringMatching(error)]);
  });

  test('with every error it has', () => {
    expect(schemaErrors(statefulSet(m => {
      m.spec.replicas = '3';
      delete m.spec.serviceName;
      m.metadata.labels = [];
    })).sort()).toEqual([
      'StatefulSet etcd: /metadata/labels must be object',
      'StatefulSet etcd: /spec/replicas must be integer',
      'StatefulSet etcd: /spec/serviceName is required',
    ]);
  });
});

describe('wherever in a StatefulSet it is', () => {
  /** Every object or array with one of its keys. */
  function* places(node: any): Generator<[any, string]> {
    for (const [key, value] of Object.entries(node)) {
      yield [node, key];
      if (typeof value === 'object') {
        yield* places(value);
      }
    }
  }

  test.each<[string, (value: any) => boolean, (value: any) => any]>([
    ['null', () => true, () => null],
    ['NaN', value => typeof value === 'number', () => NaN],
    ['an unknown field', value => typeof value === 'object' && !Array.isArray(value), value => ({ ...value, bogus: {} })],
  ])('%s is refused', (_, applies, wrong) => {
    const manifest = statefulSet();
    let count = 0;
    for (const [node, key] of places(manifest)) {
      const value = node[key];
      if (applies(value)) {
        count++;
        node[key] = wrong(value);
        expect({ key, errors: schemaErrors(manifest) }).not.toEqual({ key, errors: [] });
        node[key] = value;
      }
    }
    expect(count).toBeGreaterThan(5);
    expect(schemaErrors(manifest)).toEqual([]);
  });
});

test('a Job with a pod replacement policy, which came with 1.28, is refused', () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: meta, spec: { ...jobSpec, podReplacementPolicy: 'Failed' } };
  expect(schemaErrors(job)).toEqual(['Job etcd: /spec/podReplacementPolicy is not a field']);
});

test('a Secret whose data is not base64 is refused', () => {
  expect(schemaErrors({ apiVersion: 'v1', kind: 'Secret', metadata: meta, data: { password: 'not base64' } }))
    .toEqual(['Secret etcd: /data/password must match format "byte"']);
});

describe('what is no kind of Kubernetes 1.27 is refused', () => {
  test.each<[string, any]>([
    ['an unknown kind', { apiVersion: 'apps/v1', kind: 'StatefulSets' }],
    ['a type that is not a kind', { apiVersion: 'apps/v1', kind: 'StatefulSetSpec' }],
    ['an unknown group', { apiVersion: 'example.com/v1', kind: 'Etcd' }],
    ['a kind in the wrong group', { apiVersion: 'v1', kind: 'StatefulSet' }],
    ['a version that 1.27 no longer serves', { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget' }],
    ['a path', { apiVersion: '../v1', kind: 'Pod' }],
    ['an empty object', {}],
    ['null', null],
    ['nothing', undefined],
  ])('%s', (_, manifest) => {
    expect(schemaErrors(manifest)).toEqual([expect.stringMatching(/ is not a stable kind of Kubernetes 1\.27$/)]);
  });
});
