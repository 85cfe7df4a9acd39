import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { timestamp } from '../timestamp';
import { KubeObject, nameOf } from './objects';

/** What the API server answers in place of an object. `reason` is that of a Kubernetes `Status`, e.g. `NotFound`. */
export class ApiError extends Error {
  constructor(readonly code: number, readonly reason: string, message: string) {
    super(message);
  }
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

export type Watcher = (event: WatchEvent) => void;

/**
 * The objects in play, as etcd behind an API server keeps them: one version number for all, optimistic locking, watches.
 *
 * What goes in and what comes out is a copy. Kinds are told apart by their name alone, since no two groups in play share one.
 */
export class ObjectStore {
  private readonly objects = new Map<string, KubeObject>();
  private readonly watchers = new Set<Watcher>();
  private readonly untold: WatchEvent[] = [];
  private version = 0;

  /** The version of the newest change, from which a list begins to be watched. */
  get resourceVersion(): string {
    return String(this.version);
  }

  create(object: KubeObject): KubeObject {
    const key = keyOf(object.kind, object.metadata.namespace, object.metadata.name);
    if (this.objects.has(key)) {
      throw new ApiError(409, 'AlreadyExists', `${nameOf(object)} already exists`);
    }
    const created = structuredClone(object);
    Object.assign(created.metadata, { uid: randomUUID(), generation: 1, creationTimestamp: timestamp(Date.now()) });
    return this.write(key, created, 'ADDED');
  }

  /** @throws ApiError 404 */
  get(kind: string, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(kind, namespace, name);
    if (!object) {
      throw new ApiError(404, 'NotFound', `${nameOf({ apiVersion: '', kind, metadata: { name, namespace } })} not found`);
    }
    return object;
  }

  find(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const object = this.objects.get(keyOf(kind, namespace, name));
    return object && structuredClone(object);
  }

  /** All of a kind, in one namespace or in all, by name. */
  list(kind: string, namespace?: string): KubeObject[] {
    return [...this.objects.values()]
      .filter(object => object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace))
      .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name, 'en', { numeric: true }))
      .map(object => structuredClone(object));
  }

  /**
   * Puts an object in place of the one of its name; its generation counts the changes of its spec.
   *
   * @throws ApiError 404; 409 if it has a `resourceVersion` that is not the newest, or another `uid`
   */
  update(object: KubeObject): KubeObject {
    const { kind, metadata: { namespace, name, resourceVersion, uid } } = object;
    const old = this.get(kind, namespace, name);
    if ((resourceVersion ?? old.metadata.resourceVersion) !== old.metadata.resourceVersion || (uid ?? old.metadata.uid) !== old.metadata.uid) {
      throw new ApiError(409, 'Conflict', `${nameOf(object)}: the object has been modified; please apply your changes to the latest version`);
    }
    const updated = structuredClone(object);
    const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation } = old.metadata;
    Object.assign(updated.metadata, { uid: old.metadata.uid, creationTimestamp, generation, resourceVersion: old.metadata.resourceVersion });
    if (deletionTimestamp !== undefined) {
      Object.assign(updated.metadata, { deletionTimestamp, deletionGracePeriodSeconds });
    }
    if (isDeepStrictEqual(old, updated)) {
      return old;
    }
    if (!isDeepStrictEqual(old.spec, updated.spec)) {
      updated.metadata.generation = generation! + 1;
    }
    if (kind !== 'Pod' && deletionTimestamp !== undefined && !updated.metadata.finalizers?.length) {
      return this.remove(kind, namespace, name)!;
    }
    return this.write(keyOf(kind, namespace, name), updated, 'MODIFIED');
  }

  /** Changes an object in place, or does nothing where there is none. */
  modify(kind: string, namespace: string | undefined, name: string, change: (object: KubeObject) => void): KubeObject | undefined {
    const object = this.find(kind, namespace, name);
    if (!object) {
      return undefined;
    }
    change(object);
    return this.update(object);
  }

  /**
   * Asks for the end of an object. A pod is only marked: the kubelet stops it and then removes it; a second request may shorten its grace.
   * What has finalizers is marked too, and goes with the last of them. Everything else goes at once.
   *
   * @throws ApiError 404
   */
  delete(kind: string, namespace: string | undefined, name: string, gracePeriodSeconds?: number): KubeObject {
    const object = this.get(kind, namespace, name);
    const { metadata } = object;
    if (kind !== 'Pod') {
      if (!metadata.finalizers?.length) {
        return this.remove(kind, namespace, name)!;
      }
      metadata.deletionTimestamp ??= timestamp(Date.now());
      return this.write(keyOf(kind, namespace, name), object, 'MODIFIED');
    }
    const grace = gracePeriodSeconds ?? metadata.deletionGracePeriodSeconds ?? object.spec?.terminationGracePeriodSeconds ?? 30;
    const old = metadata.deletionGracePeriodSeconds;
    if (metadata.deletionTimestamp !== undefined && old !== undefined && old <= grace) {
      return object;
    }
    metadata.deletionTimestamp ??= timestamp(Date.now());
    metadata.deletionGracePeriodSeconds = grace;
    return this.write(keyOf(kind, namespace, name), object, 'MODIFIED');
  }

  /** Takes an object out, whatever it is. */
  remove(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const key = keyOf(kind, namespace, name);
    const object = this.objects.get(key);
    if (object) {
      this.objects.delete(key);
      this.tell({ type: 'DELETED', object: { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.version) } } });
    }
    return object;
  }

  /** Tells of every change from now on, after it is made. Returns what ends it. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private write(key: string, object: KubeObject, type: WatchEvent['type']): KubeObject {
    object.metadata.resourceVersion = String(++this.version);
    this.objects.set(key, object);
    this.tell({ type, object });
    return structuredClone(object);
  }

  /** Tells every watcher of every change in the order of the changes, also of one that a watcher makes while it is told of another. */
  private tell(event: WatchEvent): void {
    this.untold.push(event);
    if (this.untold.length > 1) {
      return;
    }
    while (this.untold.length > 0) {
      const [{ type, object }] = this.untold;
      this.watchers.forEach(watcher => watcher({ type, object: structuredClone(object) }));
      this.untold.shift();
    }
  }
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
