import { nameOf, KubeObject } from './objects';

export interface ClusterEvent {
  /** Seconds since the cluster was started. */
  readonly seconds: number;
  /** e.g. `Pod default/etcd-0` */
  readonly object: string;
  /** e.g. `Unhealthy`, one word as Kubernetes has it */
  readonly reason: string;
  readonly message: string;
}

/** What happened, in the order in which it happened: what `kubectl get events` would print. */
export class EventLog {
  private readonly started = performance.now();
  private readonly events: ClusterEvent[] = [];

  record(object: KubeObject, reason: string, message: string): void {
    this.events.push({ seconds: (performance.now() - this.started) / 1000, object: nameOf(object), reason, message });
  }

  all(): ClusterEvent[] {
    return [...this.events];
  }
}
