/**
 * How long to wait before what failed is tried again: twice as long each time, up to a limit.
 *
 * Forgets what was when nothing failed for twice the limit. Times are in seconds of a clock of the caller's.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/staging/src/k8s.io/client-go/util/flowcontrol/backoff.go
 */
export class BackOff {
  /** Of containers that ended. The first time they start again at once. */
  static ofRestarts(): BackOff {
    return new BackOff(10, 300, true);
  }

  /** Of images that could not be pulled, and of containers that could not be made. */
  static ofPulls(): BackOff {
    return new BackOff(10, 300, false);
  }

  /** Of volumes that could not be mounted. */
  static ofMounts(): BackOff {
    return new BackOff(0.5, 122, false);
  }

  private nextWait: number;
  private lastTry?: number;

  private constructor(private readonly initial: number, private readonly limit: number, private readonly firstIsFree: boolean) {
    this.nextWait = initial;
  }

  /** The seconds to wait after a failure. */
  after(failedAt: number): number {
    if (this.lastTry === undefined || failedAt - this.lastTry > 2 * this.limit) {
      this.nextWait = this.firstIsFree ? 0 : this.initial;
    }
    const wait = this.nextWait;
    this.nextWait = wait === 0 ? this.initial : Math.min(2 * wait, this.limit);
    this.lastTry = failedAt + wait;
    return wait;
  }
}

/** Waits, but no longer than until it is told that there is no reason to. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) {
      end();
    }
  });
}
