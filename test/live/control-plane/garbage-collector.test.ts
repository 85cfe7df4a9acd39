import { setImmediate } from 'node:timers/promises';
import { GarbageCollector } from './garbage-collector';
import { KubeObject, ownedBy } from './objects';
import { ObjectStore } from './store';

const NAMESPACE = 'default';

describe('GarbageCollector', () => {
  const created: GarbageCollector[] = [];
  let store: ObjectStore;

  /** Until what follows from a deletion has followed. */
  const quiet = async () => {
    for (let version = ''; version !== store.resourceVersion;) {
      version = store.resourceVersion;
      await setImmediate();
      await setImmediate();
    }
  };
  const start = () => {
    const collector = new GarbageCollector(store);
    created.push(collector);
    collector.start();
  };
  const create = (apiVersion: string, kind: string, name: string, owners: KubeObject[] = [], finalizers?: string[]) =>
    store.create({ apiVersion, kind, metadata: { name, namespace: NAMESPACE, ownerReferences: owners.map(owner => ownedBy(owner)), finalizers } });
  const owner = (name = 'web') => create('apps/v1', 'StatefulSet', name);

  beforeEach(() => {
    store = new ObjectStore();
    start();
  });

  afterEach(() => created.splice(0).forEach(collector => collector.stop()));

  // https://kubernetes.io/docs/concepts/architecture/garbage-collection/#background-deletion
  test('deletes what belonged to an object that is gone', async () => {
    const set = owner();
    create('apps/v1', 'ControllerRevision', 'web-1', [set]);
    create('v1', 'ConfigMap', 'unowned');
    store.delete('StatefulSet', NAMESPACE, 'web');
    await quiet();
    expect(store.find('ControllerRevision', NAMESPACE, 'web-1')).toBeUndefined();
    expect(store.find('ConfigMap', NAMESPACE, 'unowned')).toBeDefined();
  });

  test('deletes what belonged to that in turn', async () => {
    const cronJob = create('batch/v1', 'CronJob', 'nightly');
    const job = create('batch/v1', 'Job', 'nightly-1', [cronJob]);
    create('v1', 'Secret', 'nightly-1-token', [job]);
    store.delete('CronJob', NAMESPACE, 'nightly');
    await quiet();
    expect(store.find('Job', NAMESPACE, 'nightly-1')).toBeUndefined();
    expect(store.find('Secret', NAMESPACE, 'nightly-1-token')).toBeUndefined();
  });

  test('leaves pods to their kubelet to stop, and asks for it once', async () => {
    create('v1', 'Pod', 'web-0', [owner()]);
    store.delete('StatefulSet', NAMESPACE, 'web');
    await quiet();
    const { metadata } = store.get('Pod', NAMESPACE, 'web-0');
    expect(metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 });
    store.remove('ConfigMap', NAMESPACE, 'something-else');
    await quiet();
    expect(store.get('Pod', NAMESPACE, 'web-0').metadata.resourceVersion).toEqual(metadata.resourceVersion);
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
  test('marks a claim of a pod that is gone, which goes with its last finalizer', async () => {
    create('v1', 'PersistentVolumeClaim', 'data-web-0', [create('v1', 'Pod', 'web-0')], ['kubernetes.io/pvc-protection']);
    store.remove('Pod', NAMESPACE, 'web-0');
    await quiet();
    expect(store.get('PersistentVolumeClaim', NAMESPACE, 'data-web-0').metadata).toMatchObject({ deletionTimestamp: expect.any(String) });
    store.modify('PersistentVolumeClaim', NAMESPACE, 'data-web-0', ({ metadata }) => { metadata.finalizers = []; });
    expect(store.find('PersistentVolumeClaim', NAMESPACE, 'data-web-0')).toBeUndefined();
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem
  test('keeps what still has one of its owners, and takes the others off', async () => {
    const [gone, left] = [owner('gone'), owner('left')];
    create('v1', 'ConfigMap', 'shared', [gone, left]);
    store.delete('StatefulSet', NAMESPACE, 'gone');
    await quiet();
    expect(store.get('ConfigMap', NAMESPACE, 'shared').metadata.ownerReferences).toEqual([ownedBy(left)]);
  });

  test('does not take another object of the same name for the owner', async () => {
    create('v1', 'ConfigMap', 'notes', [owner()]);
    store.delete('StatefulSet', NAMESPACE, 'web');
    owner();
    await quiet();
    expect(store.find('ConfigMap', NAMESPACE, 'notes')).toBeUndefined();
  });

  test('deletes what is made for an owner that is gone already', async () => {
    const set = owner();
    store.delete('StatefulSet', NAMESPACE, 'web');
    await quiet();
    create('v1', 'ConfigMap', 'late', [set]);
    await quiet();
    expect(store.find('ConfigMap', NAMESPACE, 'late')).toBeUndefined();
  });

  // https://kubernetes.io/docs/concepts/architecture/garbage-collection/#orphan-deletion
  test('leaves orphans alone', async () => {
    create('v1', 'ConfigMap', 'notes', [owner()]);
    store.modify('ConfigMap', NAMESPACE, 'notes', ({ metadata }) => { delete metadata.ownerReferences; });
    store.delete('StatefulSet', NAMESPACE, 'web');
    await quiet();
    expect(store.find('ConfigMap', NAMESPACE, 'notes')).toBeDefined();
  });

  test('looks at everything when it starts', async () => {
    created[0].stop();
    create('v1', 'ConfigMap', 'notes', [owner()]);
    store.delete('StatefulSet', NAMESPACE, 'web');
    await quiet();
    expect(store.find('ConfigMap', NAMESPACE, 'notes')).toBeDefined();
    start();
    await quiet();
    expect(store.find('ConfigMap', NAMESPACE, 'notes')).toBeUndefined();
  });
});
