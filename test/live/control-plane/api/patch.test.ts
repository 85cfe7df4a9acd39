import { patched } from './patch';
import { KubeObject } from '../objects';

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

const container = (name: string, fields: object = {}) => ({ name, image: `${name}:1`, ...fields });
const set = (...containers: object[]): KubeObject =>
  ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'etcd' }, spec: { replicas: 3, template: { spec: { containers } } } });
const containersOf = (object: KubeObject) => object.spec.template.spec.containers;
const containersPatch = (containers: unknown, more: object = {}) => ({ spec: { template: { spec: { containers, ...more } } } });

test('leaves the object itself as it is', () => {
  const old = set(container('etcd'));
  for (const [type, patch] of [
    [JSON_PATCH, [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'etcd:2' }]],
    [MERGE, containersPatch([])],
    [STRATEGIC, containersPatch([{ name: 'etcd', image: 'etcd:2' }])],
  ] as const) {
    expect(patched(old, type, patch)).not.toEqual(old);
    expect(old).toEqual(set(container('etcd')));
  }
});

test('fails on a kind of patch that is not served, and names those that are', () => {
  expect(() => patched(set(), 'application/apply-patch+yaml', {})).toThrow(expect.objectContaining({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: expect.stringMatching(/accepted media types include: application\/json-patch\+json, application\/merge-patch\+json, /),
  }));
});

test('fails on a merge patch that leaves no object', () => {
  expect(() => patched(set(), MERGE, 'etcd')).toThrow(/must leave an object/);
});

describe('a JSON patch', () => {
  // https://www.rfc-editor.org/rfc/rfc6902
  test('does its operations in order', () => {
    const result = patched(set(container('etcd')), JSON_PATCH, [
      { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'etcd' },
      { op: 'replace', path: '/spec/replicas', value: 5 },
      { op: 'add', path: '/metadata/labels', value: {} },
      { op: 'add', path: '/metadata/labels/example.com~1tier', value: 'data' },
      { op: 'remove', path: '/spec/template/spec/containers/0' },
    ]);
    expect(result.spec.replicas).toBe(5);
    expect(result.metadata.labels).toEqual({ 'example.com/tier': 'data' });
    expect(containersOf(result)).toEqual([]);
  });

  test.each([
    ['a test does not hold', [{ op: 'test', path: '/spec/replicas', value: 1 }], /TestError/],
    ['a path is not there', [{ op: 'replace', path: '/spec/nothing/here', value: 1 }], /MissingError/],
  ])('fails if %s', (_, patch, message) => {
    expect(() => patched(set(), JSON_PATCH, patch)).toThrow(expect.objectContaining({ code: 422, message: expect.stringMatching(message) }));
  });

  test('fails if it is not a list', () => {
    expect(() => patched(set(), JSON_PATCH, { op: 'remove' })).toThrow(/must be a list of operations/);
  });
});

describe('a merge patch', () => {
  // https://www.rfc-editor.org/rfc/rfc7386
  test('sets, removes by null, and replaces lists as a whole', () => {
    const old = { ...set(container('etcd'), container('sidecar')), metadata: { name: 'etcd', labels: { a: '1', b: '2' } } };
    const result = patched(old, MERGE, { metadata: { labels: { a: null, c: '3' } }, ...containersPatch([container('other')]) });
    expect(result.metadata.labels).toEqual({ b: '2', c: '3' });
    expect(containersOf(result)).toEqual([container('other')]);
    expect(result.spec.replicas).toBe(3);
  });
});

// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
describe('a strategic merge patch', () => {
  const merge = (object: KubeObject, patch: object) => patched(object, STRATEGIC, patch);

  test('finds the elements of a list by their key and leaves the others', () => {
    const result = merge(set(container('etcd'), container('sidecar')), containersPatch([{ name: 'sidecar', image: 'sidecar:2' }]));
    expect(containersOf(result)).toEqual([container('etcd'), container('sidecar', { image: 'sidecar:2' })]);
  });

  // https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/ shows it so.
  test('puts a new element first', () => {
    const result = merge(set(container('etcd')), containersPatch([container('sidecar')]));
    expect(containersOf(result).map(({ name }: any) => name)).toEqual(['sidecar', 'etcd']);
  });

  test('puts elements in the order that it sets', () => {
    const result = merge(set(container('a'), container('b')), containersPatch([container('c')], {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }, { name: 'a' }],
    }));
    expect(containersOf(result).map(({ name }: any) => name)).toEqual(['b', 'c', 'a']);
    expect(result.spec.template.spec).not.toHaveProperty(['$setElementOrder/containers']);
  });

  test('deletes an element', () => {
    const result = merge(set(container('etcd'), container('sidecar')), containersPatch([{ $patch: 'delete', name: 'sidecar' }]));
    expect(containersOf(result)).toEqual([container('etcd')]);
  });

  test('deletes the fields of a map, and replaces a map', () => {
    const old = set(container('etcd', { resources: { limits: { cpu: '1' } }, securityContext: { runAsUser: 1 } }));
    const [result] = containersOf(merge(old, containersPatch([
      { name: 'etcd', resources: { $patch: 'delete' }, securityContext: { $patch: 'replace', runAsGroup: 2 } },
    ])));
    expect(result).toEqual(container('etcd', { resources: {}, securityContext: { runAsGroup: 2 } }));
  });

  test('replaces a list if it says so', () => {
    const result = merge(set(container('etcd')), containersPatch([{ $patch: 'replace' }, container('other')]));
    expect(containersOf(result)).toEqual([container('other')]);
  });

  test.each([
    ['env', [{ name: 'A' }, { name: 'B', value: '2' }], { name: 'B', value: '3' }, [{ name: 'A' }, { name: 'B', value: '3' }]],
    ['ports', [{ containerPort: 1 }, { containerPort: 2 }], { containerPort: 2, name: 'x' }, [{ containerPort: 1 }, { containerPort: 2, name: 'x' }]],
    ['volumeMounts', [{ mountPath: '/a', name: 'v' }], { mountPath: '/a', readOnly: true }, [{ mountPath: '/a', name: 'v', readOnly: true }]],
    ['args', ['--a', '--b'], '--c', ['--c']],
  ])('treats %s of a container as its type says', (field, old, patch, expected) => {
    const [result] = containersOf(merge(set(container('etcd', { [field]: old })), containersPatch([{ name: 'etcd', [field]: [patch] }])));
    expect(result[field]).toEqual(expected);
  });

  test('tells the ports of a service apart by their number', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'etcd' }, spec: { ports: [{ port: 1 }, { port: 2 }] } };
    expect(merge(service, { spec: { ports: [{ port: 2, name: 'peer' }] } }).spec.ports).toEqual([{ port: 1 }, { port: 2, name: 'peer' }]);
  });

  test('adds to owners and finalizers, and takes from them', () => {
    const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: '1' };
    const old: KubeObject = { ...set(), metadata: { name: 'etcd', finalizers: ['a', 'b'], ownerReferences: [owner] } };
    const { metadata } = merge(old, {
      metadata: { 'finalizers': ['c'], '$deleteFromPrimitiveList/finalizers': ['a'], 'ownerReferences': [{ $patch: 'delete', uid: '1' }] },
    });
    expect(metadata).toEqual({ name: 'etcd', finalizers: ['b', 'c'], ownerReferences: [] });
  });

  test('keeps of a volume only what it is to retain', () => {
    const old = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { volumes: [{ name: 'data', emptyDir: {} }] } };
    const { spec } = merge(old, { spec: { volumes: [{ $retainKeys: ['name', 'configMap'], name: 'data', configMap: { name: 'c' } }] } });
    expect(spec.volumes).toEqual([{ name: 'data', configMap: { name: 'c' } }]);
  });

  test('fails on an element without its key', () => {
    expect(() => merge(set(container('etcd')), containersPatch([{ image: 'x' }]))).toThrow(/'containers' does not contain declared merge key: name/);
  });
});
