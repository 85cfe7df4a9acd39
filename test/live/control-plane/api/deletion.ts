import { RESOURCES } from './resources';
import { isOwnedBy, KubeObject } from '../objects';
import { ApiError, ObjectStore } from '../store';

/** What a client says on how to delete, in the body or in the query. Foreground deletion is done as one in the background. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

const ORPHAN = 'orphan';

/**
 * Deletes an object. Its dependants are left to the garbage collector, unless they are to be orphaned: then the object stays, marked as on its
 * way out, until none of them refers to it any more, so that no controller takes them back.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion
 */
export function deleteObject(store: ObjectStore, object: KubeObject, options: DeleteOptions): KubeObject {
  const { kind, metadata: { namespace, name } } = object;
  checkPreconditions(object, options.preconditions ?? {});
  // batch/v1 keeps to what it did before there was a garbage collector: kubectl asks for the background by itself.
  // https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/registry/batch/job/strategy.go (DefaultGarbageCollectionPolicy)
  const policy = options.propagationPolicy ?? (kind === 'Job' ? 'Orphan' : 'Background');
  if (policy !== 'Orphan') {
    return store.delete(kind, namespace, name, options.gracePeriodSeconds);
  }
  store.modify(kind, namespace, name, ({ metadata }) => { metadata.finalizers = [...new Set([...metadata.finalizers ?? [], ORPHAN])]; });
  const deleted = store.delete(kind, namespace, name, options.gracePeriodSeconds);
  for (const dependant of RESOURCES.flatMap(resource => store.list(resource.kind)).filter(candidate => isOwnedBy(candidate, object))) {
    store.modify(dependant.kind, dependant.metadata.namespace, dependant.metadata.name, ({ metadata }) => {
      metadata.ownerReferences = metadata.ownerReferences?.filter(({ uid }) => uid !== object.metadata.uid);
    });
  }
  store.modify(kind, namespace, name, ({ metadata }) => { metadata.finalizers = metadata.finalizers?.filter(finalizer => finalizer !== ORPHAN); });
  return deleted;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/storage/interfaces.go (Preconditions.Check) */
function checkPreconditions({ metadata }: KubeObject, { uid, resourceVersion }: NonNullable<DeleteOptions['preconditions']>): void {
  if (uid !== undefined && uid !== metadata.uid) {
    throw new ApiError(409, 'Conflict', `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw new ApiError(409, 'Conflict',
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`);
  }
}
