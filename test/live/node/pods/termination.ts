import { pause } from './back-off';
import type { Container } from '../containers/runtime';

/**
 * Even a hook that uses the whole grace period up leaves a process this long between SIGTERM and SIGKILL.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/kubelet/kuberuntime/kuberuntime_container.go `minimumGracePeriodInSeconds`
 */
const MINIMUM_GRACE_SECONDS = 2;

/** The time that is left to a container to end by itself. */
export class GracePeriod {
  private endsAt: number;
  private changed = new AbortController();

  constructor(seconds: number) {
    // never nothing at all, even for a pod that is deleted without grace. see `calculateEffectiveGracePeriod` in pod_workers.go of the kubelet.
    this.endsAt = performance.now() + Math.max(seconds, 1) * 1000;
  }

  /** A second deletion of a pod may ask for less. */
  shorten(seconds: number): void {
    this.endAt(Math.min(this.endsAt, performance.now() + Math.max(seconds, MINIMUM_GRACE_SECONDS) * 1000));
  }

  extendToMinimum(): void {
    this.endAt(Math.max(this.endsAt, performance.now() + MINIMUM_GRACE_SECONDS * 1000));
  }

  cancel(): void {
    this.endAt(0);
  }

  /** Resolves when it is over. */
  async over(): Promise<void> {
    for (let left = this.endsAt - performance.now(); left > 0; left = this.endsAt - performance.now()) {
      await pause(left, this.changed.signal);
    }
  }

  private endAt(time: number): void {
    this.endsAt = time;
    this.changed.abort();
    this.changed = new AbortController();
  }
}

/** How a container is asked to end. */
export interface Ending {
  readonly stopSignal: NodeJS.Signals;
  readonly grace: GracePeriod;
  preStop(): Promise<void>;
  /** The hook failed, while there was time left for it. */
  preStopFailed(error: Error): void;
}

/**
 * Ends a container: the hook, then the signal, then SIGKILL when the grace period is over. The hook's time is part of it.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export async function endContainer(container: Pick<Container, 'signal' | 'exited'>, ending: Ending): Promise<void> {
  const { stopSignal, grace } = ending;
  await Promise.race([ending.preStop(), grace.over(), container.exited]).catch(error => ending.preStopFailed(error));
  grace.extendToMinimum();
  container.signal(stopSignal);
  await Promise.race([grace.over(), container.exited]);
  container.signal('SIGKILL');
  await container.exited;
  // nobody is to wait for it any more.
  grace.cancel();
}
