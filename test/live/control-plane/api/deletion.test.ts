import { deleteObject } from './deletion';
import { KubeObject, ownedBy } from '../objects';
import { ObjectStore } from '../store';

/** A store with an owner and one pod of it. */
function storeWith(kind: 'StatefulSet' | 'Job') {
  const store = new ObjectStore();
  const owner = store.create({ apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, metadata: { name: 'db', namespace: 'default' } });
  const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'x' };
  store.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db-0', namespace: 'default', ownerReferences: [ownedBy(owner), other] } });
  const owners = () => store.get('Pod', 'default', 'db-0').metadata.ownerReferences!.map(({ name }) => name);
  return { store, owner, owners };
}

// https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion
describe('deleteObject', () => {
  test.each(['Background', 'Foreground'] as const)('leaves the dependants to the garbage collector: %s', propagationPolicy => {
    const { store, owner, owners } = storeWith('StatefulSet');
    deleteObject(store, owner, { propagationPolicy });
    expect(store.find('StatefulSet', 'default', 'db')).toBeUndefined();
    expect(owners()).toEqual(['db', 'other']);
  });

  test('takes its dependants off the object that orphans them', () => {
    const { store, owner, owners } = storeWith('StatefulSet');
    deleteObject(store, owner, { propagationPolicy: 'Orphan' });
    expect(store.find('StatefulSet', 'default', 'db')).toBeUndefined();
    expect(owners()).toEqual(['other']);
  });

  test('marks the object before it orphans, so that no controller takes a pod back', () => {
    const { store, owner } = storeWith('StatefulSet');
    const owners: (KubeObject | undefined)[] = [];
    store.watch(({ object: { kind } }) => {
      if (kind === 'Pod') {
        owners.push(store.find('StatefulSet', 'default', 'db'));
      }
    });
    deleteObject(store, owner, { propagationPolicy: 'Orphan' });
    expect(owners).toEqual([expect.objectContaining({ metadata: expect.objectContaining({ deletionTimestamp: expect.any(String) }) })]);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/registry/batch/job/strategy.go
  test('orphans the pods of a job by default, and those of a StatefulSet not', () => {
    const job = storeWith('Job');
    deleteObject(job.store, job.owner, {});
    expect(job.owners()).toEqual(['other']);
    const set = storeWith('StatefulSet');
    deleteObject(set.store, set.owner, {});
    expect(set.owners()).toEqual(['db', 'other']);
  });

  test('fails if the object is not the one that was meant', () => {
    const { store, owner } = storeWith('StatefulSet');
    const deleteIf = (preconditions: object) => () => deleteObject(store, owner, { preconditions });
    expect(deleteIf({ uid: '1' })).toThrow(/Precondition failed: UID in precondition: 1, UID in object meta: /);
    expect(deleteIf({ resourceVersion: '7' })).toThrow(/Precondition failed: ResourceVersion in precondition: 7, /);
    deleteIf({ uid: owner.metadata.uid })();
    expect(store.find('StatefulSet', 'default', 'db')).toBeUndefined();
  });
});
