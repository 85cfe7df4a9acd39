import { EventLog } from '../events';
import { isOwnedBy, KubeObject, matches, ownedBy } from '../objects';
import { Reconciler } from '../reconciler';
import { requireServiceAccount } from '../service-accounts';
import { ApiError, ObjectStore } from '../store';
import { ordinalOf } from './identity';
import { podOf } from './pods';
import { expired, Revisions, revisionsOf } from './revisions';
import { Action, planSync } from './rules';

/**
 * Makes pods and claims what StatefulSets ask for. It looks at all sets again after any change, until there is nothing left to do.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set.go
 */
export class StatefulSetController {
  private readonly reconciler: Reconciler;
  private readonly failures = new Map<string, string>();

  constructor(private readonly store: ObjectStore, private readonly events: EventLog) {
    // Kubernetes looks at claims and accounts only when it tries again by and by.
    this.reconciler = new Reconciler(store, ['StatefulSet', 'Pod', 'PersistentVolumeClaim', 'ServiceAccount'], () => {
      const rechecks = store.list('StatefulSet').map(set => this.sync(set)).filter(after => after !== undefined);
      return rechecks.length > 0 ? Math.min(...rechecks) : undefined;
    });
  }

  start(): void {
    this.reconciler.start();
  }

  stop(): void {
    this.reconciler.stop();
  }

  /** Nothing in here waits, so that what it reads cannot change under its hands. Returns in how many milliseconds to look again. */
  private sync(set: KubeObject): number | undefined {
    const { namespace, name } = set.metadata;
    const pods = this.claimPods(set);
    const history = this.claimHistory(set);
    const revisions = this.writeRevision(revisionsOf(set, history), history);
    const { actions, status, recheckAfter } = planSync({
      set,
      pods,
      claims: this.store.list('PersistentVolumeClaim', namespace),
      currentRevision: revisions.current.metadata.name,
      updateRevision: revisions.update.metadata.name,
      now: Date.now(),
    });
    this.perform(set, revisions, actions);
    this.store.modify('StatefulSet', namespace, name, object => { object.status = status; });
    for (const { metadata } of expired(set, pods, history, revisions)) {
      this.store.delete('ControllerRevision', namespace, metadata.name);
    }
    return recheckAfter;
  }

  /**
   * The pods of a set. One that its selector no longer matches is let go; one that it matches, has a name of the set and no controller is taken in.
   *
   * @see https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/controller_ref_manager.go ClaimPods
   */
  private claimPods(set: KubeObject): KubeObject[] {
    return this.store.list('Pod', set.metadata.namespace).flatMap(pod => {
      const isMember = matches(pod, set.spec.selector) && ordinalOf(set, pod) !== undefined;
      if (isOwnedBy(pod, set)) {
        return isMember ? [pod] : this.release(set, pod);
      }
      return isMember && mayAdopt(set, pod) ? [this.adopt(set, pod)] : [];
    });
  }

  private claimHistory(set: KubeObject): KubeObject[] {
    return this.store.list('ControllerRevision', set.metadata.namespace)
      .filter(revision => matches(revision, set.spec.selector) && (isOwnedBy(revision, set) || mayAdopt(set, revision)))
      .map(revision => isOwnedBy(revision, set) ? revision : this.adopt(set, revision));
  }

  private adopt(set: KubeObject, object: KubeObject): KubeObject {
    const { metadata } = object;
    return this.store.update({ ...object, metadata: { ...metadata, ownerReferences: [...metadata.ownerReferences ?? [], ownedBy(set)] } });
  }

  private release(set: KubeObject, pod: KubeObject): [] {
    if (set.metadata.deletionTimestamp === undefined) {
      const { metadata } = pod;
      const others = metadata.ownerReferences!.filter(({ uid }) => uid !== set.metadata.uid);
      this.store.update({ ...pod, metadata: { ...metadata, ownerReferences: others } });
    }
    return [];
  }

  private writeRevision({ current, update }: Revisions, history: readonly KubeObject[]): Revisions {
    const { namespace, name } = update.metadata;
    const old = history.find(({ metadata }) => metadata.name === name);
    if (old?.revision === update.revision) {
      return { current, update };
    }
    // one of that name that is not the set's own is the like of a set that was just deleted, and will soon be gone.
    const written = old ? this.store.update(update) : this.store.find('ControllerRevision', namespace, name) ?? this.store.create(update);
    return { current: current.metadata.name === name ? written : current, update: written };
  }

  private perform(set: KubeObject, { current, update }: Revisions, actions: readonly Action[]): void {
    for (const action of actions) {
      try {
        this.act(set, action, action.type === 'create-pod' && action.revision === current.metadata.name ? current : update);
      } catch (error) {
        if (!(error instanceof ApiError)) {
          throw error;
        }
        // Kubernetes says nothing of a pod that stands in the way of another.
        if (error.reason !== 'AlreadyExists') {
          this.recordFailure(set, action.pod, 'create', error.message);
        }
        return;
      }
    }
    if (!actions.some(({ type }) => type === 'fail')) {
      this.failures.delete(set.metadata.uid!);
    }
  }

  private act(set: KubeObject, action: Action, revision: KubeObject): void {
    const { namespace, name } = set.metadata;
    const done = (verb: string) => this.events.record(set, `Successful${title(verb)}`, `${verb} Pod ${action.pod} in StatefulSet ${name} successful`);
    switch (action.type) {
      case 'create-claim':
        this.store.create(action.claim);
        this.events.record(set, 'SuccessfulCreate', `create Claim ${action.claim.metadata.name} Pod ${action.pod} in StatefulSet ${name} success`);
        return;
      case 'update-claim':
        this.store.update(action.claim);
        return;
      case 'create-pod': {
        const pod = podOf(set, revision, action.ordinal);
        requireServiceAccount(this.store, pod);
        this.store.create(pod);
        done('create');
        return;
      }
      case 'update-pod':
        this.store.modify('Pod', namespace, action.pod, ({ metadata }) => { metadata.labels = { ...metadata.labels, ...action.labels }; });
        done('update');
        return;
      case 'delete-pod':
        this.store.delete('Pod', namespace, action.pod);
        done('delete');
        return;
      case 'fail':
        this.recordFailure(set, action.pod, action.verb, action.reason);
    }
  }

  /** What fails in the same words time after time is one event, as it would be one with a count. */
  private recordFailure(set: KubeObject, pod: string, verb: string, reason: string): void {
    const message = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${reason}`;
    if (this.failures.get(set.metadata.uid!) !== message) {
      this.failures.set(set.metadata.uid!, message);
      this.events.record(set, `Failed${title(verb)}`, message);
    }
  }
}

/** Nothing is taken in by a set that goes, for it may be about to leave its pods behind. */
function mayAdopt(set: KubeObject, { metadata }: KubeObject): boolean {
  return !metadata.ownerReferences?.some(({ controller }) => controller)
    && metadata.deletionTimestamp === undefined && set.metadata.deletionTimestamp === undefined;
}

function title(verb: string): string {
  return verb[0].toUpperCase() + verb.slice(1);
}
