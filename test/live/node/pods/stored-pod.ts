import { EventLog } from '../../control-plane/events';
import { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';

/** One pod as the store has it, to which its worker tells what becomes of it: this pod by its uid, and never another of its name, which may be there already. */
export class StoredPod {
  /** The node has no power: nothing is written any more. */
  private silent = false;

  constructor(private readonly pod: KubeObject, private readonly store: ObjectStore, private readonly events: EventLog) {}

  get isSilent(): boolean {
    return this.silent;
  }

  silence(): void {
    this.silent = true;
  }

  /** As it is now, since its labels may have changed; as it was, once it is gone. */
  newest(): KubeObject {
    const pod = this.store.find('Pod', this.pod.metadata.namespace, this.pod.metadata.name);
    return this.isSame(pod) ? pod! : this.pod;
  }

  /** An error here is that of somebody who watches the store, and must not end the pod. */
  publish(statusOf: (pod: KubeObject) => object): void {
    if (this.silent) {
      return;
    }
    try {
      this.store.modify('Pod', this.pod.metadata.namespace, this.pod.metadata.name, (pod) => {
        if (this.isSame(pod)) {
          pod.status = statusOf(pod);
        }
      });
    } catch (error) {
      this.record('FailedSync', `error updating the status of the pod: ${(error as Error).message}`);
    }
  }

  remove(): void {
    const { namespace, name } = this.pod.metadata;
    if (this.isSame(this.store.find('Pod', namespace, name))) {
      this.store.remove('Pod', namespace, name);
    }
  }

  record(reason: string, message: string): void {
    if (!this.silent) {
      this.events.record(this.pod, reason, message);
    }
  }

  private isSame(pod: KubeObject | undefined): boolean {
    return pod?.metadata.uid === this.pod.metadata.uid;
  }
}
