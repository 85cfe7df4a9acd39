import { RESOURCES } from './api/resources';
import { KubeObject, OwnerReference } from './objects';
import { Reconciler } from './reconciler';
import { ObjectStore } from './store';

const KINDS = RESOURCES.map(({ kind }) => kind);

/**
 * Deletes what belonged to objects of which none is left. What still has one of its owners stays, and forgets the others.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem
 */
export class GarbageCollector {
  private readonly reconciler: Reconciler;

  constructor(private readonly store: ObjectStore) {
    this.reconciler = new Reconciler(store, KINDS, () => {
      KINDS.flatMap(kind => store.list(kind)).forEach(object => this.check(object));
      return undefined;
    });
  }

  start(): void {
    this.reconciler.start();
  }

  stop(): void {
    this.reconciler.stop();
  }

  private check(object: KubeObject): void {
    const { kind, metadata: { namespace, name, ownerReferences = [], deletionTimestamp } } = object;
    const left = ownerReferences.filter(owner => this.isThere(owner, namespace));
    if (left.length === ownerReferences.length || deletionTimestamp !== undefined) {
      return;
    }
    if (left.length === 0) {
      this.store.delete(kind, namespace, name);
    } else {
      this.store.update({ ...object, metadata: { ...object.metadata, ownerReferences: left } });
    }
  }

  /** One of the same name is another if its uid is. */
  private isThere({ kind, name, uid }: OwnerReference, namespace: string | undefined): boolean {
    return this.store.find(kind, namespace, name)?.metadata.uid === uid;
  }
}
