import { defaulted } from './defaults';
import { KubeObject } from './objects';

const object = (kind: string, spec: any): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, spec });
const specOf = (kind: string, spec: any) => defaulted(object(kind, spec)).spec;
const podSpec = (spec: any = {}) => specOf('Pod', { containers: [], ...spec });
const container = (fields: any) => podSpec({ containers: [{ name: 'c', image: 'i:1', ...fields }] }).containers[0];
const template = { spec: { containers: [{ name: 'c', image: 'i:1' }] } };

test('what is given stays as it is, and the object that came is not touched', () => {
  const given = object('Pod', { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, enableServiceLinks: false, containers: [] });
  const before = structuredClone(given);
  expect(defaulted(given).spec).toMatchObject({ restartPolicy: 'Never', terminationGracePeriodSeconds: 0, enableServiceLinks: false });
  expect(given).toEqual(before);
});

test('a second time changes nothing', () => {
  const once = defaulted(object('StatefulSet', { template, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }));
  expect(defaulted(once)).toEqual(once);
});

test('a kind without defaults stays as it is', () => {
  expect(defaulted(object('PodDisruptionBudget', { minAvailable: 1 }))).toEqual(object('PodDisruptionBudget', { minAvailable: 1 }));
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/v1/defaults.go
describe('a pod', () => {
  const expected = {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    enableServiceLinks: true,
    securityContext: {},
  };

  test('has a restart policy, a grace period, DNS, an account and service links', () => {
    expect(podSpec()).toEqual({ ...expected, containers: [] });
  });

  test.each([
    ['StatefulSet', (spec: any) => spec.template.spec, { template }],
    ['Job', (spec: any) => spec.template.spec, { template }],
    ['CronJob', (spec: any) => spec.jobTemplate.spec.template.spec, { jobTemplate: { spec: { template } } }],
  ])('has them in the template of a %s too', (kind, templateOf, spec) => {
    expect(templateOf(specOf(kind, spec))).toMatchObject(expected);
  });

  test('runs as the account that it names the old way', () => {
    expect(podSpec({ serviceAccount: 'builder' }).serviceAccountName).toBe('builder');
  });

  test('has the defaults of containers in its init containers', () => {
    expect(podSpec({ initContainers: [{ name: 'i', image: 'i:1' }] }).initContainers[0].imagePullPolicy).toBe('IfNotPresent');
  });
});

describe('a container', () => {
  test.each([
    ['etcd', 'Always'],
    ['etcd:latest', 'Always'],
    ['registry:5000/etcd', 'Always'],
    ['etcd:3.5.1', 'IfNotPresent'],
    ['registry:5000/etcd:3.5.1', 'IfNotPresent'],
    ['etcd@sha256:0123', 'IfNotPresent'],
    ['etcd:latest@sha256:0123', 'Always'],
  ])('of the image %s is pulled %s', (image, imagePullPolicy) => {
    expect(container({ image }).imagePullPolicy).toBe(imagePullPolicy);
  });

  test('writes its last message to a file', () => {
    expect(container({})).toMatchObject({ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' });
  });

  test('has ports of TCP', () => {
    expect(container({ ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] }).ports).toEqual([
      { containerPort: 80, protocol: 'TCP' }, { containerPort: 53, protocol: 'UDP' },
    ]);
  });

  test.each(['startupProbe', 'readinessProbe', 'livenessProbe'])('is asked every 10 seconds, for 1 second, by its %s', probe => {
    expect(container({ [probe]: { exec: { command: ['true'] }, failureThreshold: 0 } })[probe]).toEqual({
      exec: { command: ['true'] }, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3,
    });
  });

  test('is asked for / by HTTP in probes and hooks', () => {
    const { livenessProbe, lifecycle } = container({ livenessProbe: { httpGet: { port: 80 } }, lifecycle: { preStop: { httpGet: { port: 80, path: '/stop' } } } });
    expect(livenessProbe.httpGet).toEqual({ port: 80, path: '/', scheme: 'HTTP' });
    expect(lifecycle.preStop.httpGet).toEqual({ port: 80, path: '/stop', scheme: 'HTTP' });
  });

  test('reads fields as v1 has them', () => {
    expect(container({ env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, { name: 'A', value: 'a' }] }).env).toEqual([
      { name: 'IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }, { name: 'A', value: 'a' },
    ]);
  });

  test('requests what it is limited to, unless it says otherwise', () => {
    expect(container({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } } }).resources.requests).toEqual({ cpu: '100m', memory: '1Gi' });
  });
});

describe('a volume', () => {
  const volume = (fields: any) => podSpec({ volumes: [{ name: 'v', ...fields }] }).volumes[0];

  test.each(['configMap', 'secret', 'projected', 'downwardAPI'])('of kind %s has files that all may read and the owner may write', kind => {
    expect(volume({ [kind]: {} })[kind].defaultMode).toBe(420);
    expect(volume({ [kind]: { defaultMode: 0o400 } })[kind].defaultMode).toBe(0o400);
  });

  test('of no kind is an emptyDir', () => {
    expect(volume({})).toEqual({ name: 'v', emptyDir: {} });
  });

  test('has tokens for an hour', () => {
    expect(volume({ projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }).projected.sources[0].serviceAccountToken.expirationSeconds).toBe(3600);
  });

  test('of a claim of its own is a file system', () => {
    expect(volume({ ephemeral: { volumeClaimTemplate: { spec: {} } } }).ephemeral.volumeClaimTemplate.spec.volumeMode).toBe('Filesystem');
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/apps/v1/defaults.go
describe('a StatefulSet', () => {
  test('has one replica, in order, updated one after the other, with claims that stay', () => {
    expect(specOf('StatefulSet', { template })).toMatchObject({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
  });

  test('may have no replicas', () => {
    expect(specOf('StatefulSet', { replicas: 0, template }).replicas).toBe(0);
  });

  test('has no partition with OnDelete', () => {
    expect(specOf('StatefulSet', { updateStrategy: { type: 'OnDelete' }, template }).updateStrategy).toEqual({ type: 'OnDelete' });
  });

  test('has claims that are file systems', () => {
    const volumeClaimTemplates = [{ metadata: { name: 'data' }, spec: {} }, { metadata: { name: 'raw' }, spec: { volumeMode: 'Block' } }];
    expect(specOf('StatefulSet', { template, volumeClaimTemplates }).volumeClaimTemplates.map(({ spec }: any) => spec.volumeMode)).toEqual(['Filesystem', 'Block']);
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/batch/v1/defaults.go
describe('a Job', () => {
  test('runs one pod to success, and again up to 6 times', () => {
    expect(specOf('Job', { template })).toMatchObject({ parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  });

  test('has no number of completions if it has a parallelism alone', () => {
    expect(specOf('Job', { parallelism: 3, template })).not.toHaveProperty('completions');
  });

  test('has the labels of its pods if it has none', () => {
    expect(defaulted(object('Job', { template: { ...template, metadata: { labels: { app: 'backup' } } } })).metadata.labels).toEqual({ app: 'backup' });
  });
});

test('a CronJob may overlap, and remembers 3 successes and 1 failure', () => {
  expect(specOf('CronJob', { jobTemplate: { spec: { template } } })).toMatchObject({
    concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1,
  });
});

describe('a Service', () => {
  test('has an address in the cluster, and ports of TCP that are those of its pods', () => {
    expect(specOf('Service', { ports: [{ port: 80 }, { port: 81, targetPort: 'http' }] })).toEqual({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }, { port: 81, protocol: 'TCP', targetPort: 'http' }],
    });
  });

  test('remembers its clients for three hours if it shall', () => {
    expect(specOf('Service', { sessionAffinity: 'ClientIP' }).sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10800 } });
  });

  test('takes traffic from outside on each node', () => {
    expect(specOf('Service', { type: 'LoadBalancer' })).toMatchObject({ externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true });
  });

  test('has no traffic of its own if it is another name', () => {
    expect(specOf('Service', { type: 'ExternalName', externalName: 'example.com' })).not.toHaveProperty('internalTrafficPolicy');
  });
});

test('a claim is a file system', () => {
  expect(specOf('PersistentVolumeClaim', {})).toEqual({ volumeMode: 'Filesystem' });
});

test('a Secret is opaque, and its text becomes bytes that go over bytes given', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { a: 'b2xk', b: 'Yg==' }, stringData: { a: 'new' } };
  expect(defaulted(secret)).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, type: 'Opaque', data: { a: 'bmV3', b: 'Yg==' } });
});

test('a NetworkPolicy is for what comes in, and for what goes out if it says something of it', () => {
  expect(specOf('NetworkPolicy', { ingress: [{ ports: [{ port: 80 }] }] })).toEqual({ policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 80, protocol: 'TCP' }] }] });
  expect(specOf('NetworkPolicy', { egress: [{}] }).policyTypes).toEqual(['Ingress', 'Egress']);
});
