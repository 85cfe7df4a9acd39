import { availableParallelism, totalmem } from 'node:os';
import { fileField, resourceField, variableField } from './downward-api';

const container = { name: 'main', resources: { limits: { cpu: '1500m', memory: '64Mi' }, requests: { cpu: '0.1' } } };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'etcd-0',
    namespace: 'default',
    uid: '1-2-3',
    labels: { 'b': '2', 'app.kubernetes.io/name': 'etcd' },
    annotations: { note: 'a "quoted"\nline' },
  },
  spec: { serviceAccountName: 'builder', containers: [container, { name: 'free' }] },
};
const facts = { pod, podIP: '10.244.0.7', hostIP: '10.244.0.1', nodeName: 'node' };

// https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields
describe('variableField', () => {
  test.each([
    ['metadata.name', 'etcd-0'],
    ['metadata.namespace', 'default'],
    ['metadata.uid', '1-2-3'],
    ['metadata.labels[\'app.kubernetes.io/name\']', 'etcd'],
    ['metadata.labels[\'nothing\']', ''],
    ['metadata.annotations[\'note\']', 'a "quoted"\nline'],
    ['spec.nodeName', 'node'],
    ['spec.serviceAccountName', 'builder'],
    ['status.podIP', '10.244.0.7'],
    ['status.podIPs', '10.244.0.7'],
    ['status.hostIP', '10.244.0.1'],
  ])('%s is %p', (path, value) => {
    expect(variableField(path, facts)).toBe(value);
  });

  test.each(['metadata.labels', 'metadata.annotations', 'spec.hostname', 'status.phase'])('fails on %s, which a variable cannot have', (path) => {
    expect(() => variableField(path, facts)).toThrow(`unsupported fieldPath: ${path}`);
  });
});

// https://kubernetes.io/docs/tasks/inject-data-application/downward-api-volume-expose-pod-information/
// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/fieldpath/fieldpath.go
describe('fileField', () => {
  test.each([
    ['metadata.name', 'etcd-0'],
    ['metadata.labels[\'b\']', '2'],
    ['metadata.labels', 'app.kubernetes.io/name="etcd"\nb="2"'],
    ['metadata.annotations', 'note="a \\"quoted\\"\\nline"'],
  ])('%s is %p', (path, value) => {
    expect(fileField(path, pod)).toBe(value);
  });

  test('all labels of a pod without any are an empty file', () => {
    expect(fileField('metadata.labels', { ...pod, metadata: { name: 'bare' } })).toBe('');
  });

  test.each(['status.podIP', 'spec.nodeName'])('fails on %s, which only a variable can have', (path) => {
    expect(() => fileField(path, pod)).toThrow(`unsupported fieldPath: ${path}`);
  });
});

// https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-resourceFieldRef
describe('resourceField', () => {
  test.each([
    ['rounds a processor up to whole ones', { resource: 'limits.cpu' }, '2'],
    ['counts in the divisor', { resource: 'limits.cpu', divisor: '1m' }, '1500'],
    ['takes a divisor of 0, as the API server writes it, for 1', { resource: 'limits.memory', divisor: '0' }, '67108864'],
    ['counts memory in mebibytes', { resource: 'limits.memory', divisor: '1Mi' }, '64'],
    ['does not round a fraction up that is none', { resource: 'requests.cpu', divisor: '1m' }, '100'],
    ['is 0 for a request that is not set', { resource: 'requests.memory' }, '0'],
    ['takes the container that is named', { containerName: 'free', resource: 'requests.cpu' }, '0'],
  ])('%s', (_, reference, value) => {
    expect(resourceField(reference, pod, container)).toBe(value);
  });

  // https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#fallback-information-for-resource-limits
  test('has all of the node for a limit that is not set', () => {
    expect(resourceField({ containerName: 'free', resource: 'limits.cpu' }, pod)).toBe(String(availableParallelism()));
    expect(resourceField({ containerName: 'free', resource: 'limits.memory' }, pod)).toBe(String(totalmem()));
  });

  test('fails on a container that is not there', () => {
    expect(() => resourceField({ containerName: 'other', resource: 'limits.cpu' }, pod)).toThrow(/^container other not found$/);
  });

  test('fails on a resource that is not in the model', () => {
    expect(() => resourceField({ resource: 'limits.hugepages-2Mi' }, pod, container)).toThrow(/^unsupported container resource : limits.hugepages-2Mi$/);
  });
});
