import { RESOURCES } from './resources';
import { Selection } from './selectors';
import { KubeObject, nameOf } from '../objects';
import { ApiError, ObjectStore, WatchEvent } from '../store';

/** A change as it was made: what was there before tells whether a watcher of a selection sees an object come or go. */
interface Change {
  readonly version: number;
  readonly event: WatchEvent;
  readonly previous?: KubeObject;
}

export interface WatchOptions {
  readonly kind: string;
  readonly namespace?: string;
  readonly selected: Selection;
  /** The version after which to begin. 0: with what is there now. */
  readonly since: number;
}

/**
 * The last changes of all objects, so that whoever lists and then watches misses nothing in between.
 *
 * A controller may answer a change with another one before all watchers of the store have heard of the first; here they are put in order again.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class WatchHistory {
  private readonly changes: Change[] = [];
  private readonly objects = new Map<string, KubeObject>();
  private readonly listeners = new Set<(change: Change) => void>();
  private pending: WatchEvent[] = [];
  private forgotten: number;

  constructor(private readonly store: ObjectStore, private readonly size = 2048) {
    this.forgotten = Number(store.resourceVersion);
    for (const object of RESOURCES.flatMap(({ kind }) => store.list(kind))) {
      this.objects.set(nameOf(object), object);
    }
    store.watch(event => {
      if (this.pending.push(event) === 1) {
        queueMicrotask(() => this.flush());
      }
    });
  }

  /**
   * Sends what has happened, and what happens from now on. Returns what ends it.
   *
   * @throws ApiError 410 if what happened after the version is no longer known
   */
  watch({ kind, namespace, selected, since }: WatchOptions, send: (event: WatchEvent) => void): () => void {
    this.flush();
    const start = since || Number(this.store.resourceVersion);
    if (start < this.forgotten) {
      throw new ApiError(410, 'Expired', `too old resource version: ${start} (${this.forgotten + 1})`);
    }
    if (since === 0) {
      this.store.list(kind, namespace).filter(selected).forEach(object => send({ type: 'ADDED', object }));
    }
    const listener = (change: Change) => {
      const { object } = change.event;
      const watched = object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace) && change.version > start;
      const event = watched ? seenThrough(selected, change) : undefined;
      if (event) {
        send(event);
      }
    };
    this.changes.forEach(listener);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private flush(): void {
    const events = this.pending.map(event => ({ version: Number(event.object.metadata.resourceVersion), event }));
    this.pending = [];
    for (const { version, event } of events.sort((a, b) => a.version - b.version)) {
      const name = nameOf(event.object);
      const change = { version, event, previous: this.objects.get(name) };
      if (event.type === 'DELETED') {
        this.objects.delete(name);
      } else {
        this.objects.set(name, event.object);
      }
      this.changes.push(change);
      this.listeners.forEach(listener => listener(change));
    }
    for (const { version } of this.changes.splice(0, Math.max(0, this.changes.length - this.size))) {
      this.forgotten = version;
    }
  }
}

/**
 * An object that ceases to match is as good as deleted for whoever selects, and one that begins to match is new.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go (convertToWatchEvent)
 */
function seenThrough(selected: Selection, { event: { type, object }, previous }: Change): WatchEvent | undefined {
  const was = previous !== undefined && selected(previous);
  const is = type !== 'DELETED' && selected(object);
  if (was && !is) {
    const { resourceVersion } = object.metadata;
    return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion } } };
  }
  return is ? { type: was ? 'MODIFIED' : 'ADDED', object } : undefined;
}
