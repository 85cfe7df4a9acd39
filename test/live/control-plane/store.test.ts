import { KubeObject } from './objects';
import { ObjectStore, WatchEvent } from './store';

const pod = (name: string, fields: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { terminationGracePeriodSeconds: 30 }, ...fields,
});
const config = (name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data,
});

let store: ObjectStore;
beforeEach(() => { store = new ObjectStore(); });

describe('writing', () => {
  test('gives each object an identity and a version', () => {
    const { metadata: first } = store.create(config('a'));
    const { metadata: second } = store.create(config('b'));
    expect(first).toMatchObject({ generation: 1, creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) });
    expect(first.uid).not.toBe(second.uid);
    expect(Number(second.resourceVersion)).toBeGreaterThan(Number(first.resourceVersion));
  });

  test('refuses a second object of the same kind and name', () => {
    store.create(config('a'));
    expect(() => store.create(config('a'))).toThrow(/^ConfigMap default\/a already exists$/);
  });

  test('counts changes of the spec, and of nothing else, as generations', () => {
    const made = store.create(pod('a'));
    expect(store.update({ ...made, status: { phase: 'Running' } }).metadata.generation).toBe(1);
    expect(store.modify('Pod', 'default', 'a', object => { object.spec.nodeName = 'node'; })!.metadata.generation).toBe(2);
  });

  test('refuses a change that is based on an older version', () => {
    const made = store.create(config('a'));
    store.update({ ...made, data: { key: 'theirs' } });
    expect(() => store.update({ ...made, data: { key: 'mine' } })).toThrow(/^ConfigMap default\/a: the object has been modified/);
    expect(store.get('ConfigMap', 'default', 'a').data).toEqual({ key: 'theirs' });
  });

  test('refuses a change of an object that was replaced by another of its name', () => {
    const { metadata: { uid } } = store.create(config('a'));
    store.delete('ConfigMap', 'default', 'a');
    store.create(config('a'));
    expect(() => store.update({ ...config('a'), metadata: { name: 'a', namespace: 'default', uid } })).toThrow(/the object has been modified/);
  });

  test('is not told of when it changes nothing', () => {
    const made = store.create(config('a', { key: 'value' }));
    const events: WatchEvent[] = [];
    store.watch(event => events.push(event));
    expect(store.update(made).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    expect(events).toEqual([]);
  });

  test('hands out copies', () => {
    store.create(config('a', { key: 'value' }));
    store.get('ConfigMap', 'default', 'a').data.key = 'changed outside';
    expect(store.get('ConfigMap', 'default', 'a').data).toEqual({ key: 'value' });
  });

  test('of an object that is not there is an error, or nothing', () => {
    expect(() => store.get('ConfigMap', 'default', 'a')).toThrow(/^ConfigMap default\/a not found$/);
    expect(store.find('ConfigMap', 'default', 'a')).toBeUndefined();
    expect(store.modify('ConfigMap', 'default', 'a', () => {})).toBeUndefined();
  });
});

describe('listing', () => {
  test('sorts by name, and numbers by their value', () => {
    ['etcd-10', 'etcd-9', 'a'].forEach(name => store.create(pod(name)));
    expect(store.list('Pod').map(({ metadata }) => metadata.name)).toEqual(['a', 'etcd-9', 'etcd-10']);
  });

  test('keeps to a namespace', () => {
    store.create(pod('a'));
    store.create({ ...pod('b'), metadata: { name: 'b', namespace: 'other' } });
    expect(store.list('Pod', 'other').map(({ metadata }) => metadata.name)).toEqual(['b']);
  });
});

describe('deleting', () => {
  test('marks a pod with its grace period, and leaves it to the kubelet', () => {
    store.create(pod('a'));
    expect(store.delete('Pod', 'default', 'a').metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 });
    expect(store.find('Pod', 'default', 'a')).toBeDefined();
  });

  test('can shorten the grace of a pod that is being stopped, and not lengthen it', () => {
    store.create(pod('a'));
    store.delete('Pod', 'default', 'a', 10);
    expect(store.delete('Pod', 'default', 'a', 20).metadata.deletionGracePeriodSeconds).toBe(10);
    expect(store.delete('Pod', 'default', 'a', 0).metadata.deletionGracePeriodSeconds).toBe(0);
  });

  test('removes what nobody holds', () => {
    store.create(config('a'));
    store.delete('ConfigMap', 'default', 'a');
    expect(store.find('ConfigMap', 'default', 'a')).toBeUndefined();
  });

  test('waits for the last finalizer', () => {
    const made = store.create({ ...config('a'), metadata: { name: 'a', namespace: 'default', finalizers: ['example.com/hold'] } });
    expect(store.delete('ConfigMap', 'default', 'a').metadata.deletionTimestamp).toEqual(expect.any(String));
    store.update({ ...made, metadata: { name: 'a', namespace: 'default', finalizers: [] } });
    expect(store.find('ConfigMap', 'default', 'a')).toBeUndefined();
  });

  test('cannot be taken back by a later change', () => {
    const made = store.create(pod('a'));
    store.delete('Pod', 'default', 'a');
    const { metadata: { resourceVersion: _, ...metadata } } = made;
    expect(store.update({ ...made, metadata }).metadata.deletionTimestamp).toEqual(expect.any(String));
  });
});

test('a watch sees each change once, in order, until it is ended', () => {
  const seen: string[] = [];
  const stop = store.watch(({ type, object }) => seen.push(`${type} ${object.metadata.name}`));
  const made = store.create(config('a'));
  store.update({ ...made, data: { key: 'value' } });
  store.delete('ConfigMap', 'default', 'a');
  stop();
  store.create(config('b'));
  expect(seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
});

test('every watch sees changes in their order, also of one that a watcher makes', () => {
  const seen: string[] = [];
  store.watch(({ object }) => {
    if (object.metadata.name === 'first') {
      store.create(config('second'));
    }
  });
  store.watch(({ object }) => seen.push(object.metadata.name));
  store.create(config('first'));
  expect(seen).toEqual(['first', 'second']);
});
