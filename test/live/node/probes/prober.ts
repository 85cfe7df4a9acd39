import { ProbeTry } from './probe';
import { probed, ProbeOutcome, UNPROBED } from './probe-state';
import { pause } from '../pods/back-off';

/** What becomes known of a container by its probes. */
export interface ProbeListener {
  /** The startup probe succeeded. Told at once where there is none. */
  started(): void;
  ready(ready: boolean): void;
  /** The container is to be killed. Told once. */
  failed(kind: 'startup' | 'liveness'): void;
  /** For an event, after each try that was no success. */
  unhealthy(message: string): void;
}

/**
 * Makes the probes of one running container, each in its own time: the first after its `initialDelaySeconds` and not a period later, liveness and readiness
 * not before the startup probe succeeded.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes
 */
export class Prober {
  private readonly stopping = new AbortController();
  private readonly stoppingToKill = new AbortController();
  private readonly began = performance.now();

  /** @param pace how many times faster than in Kubernetes delays and periods pass. Timeouts are not touched: programs do not get faster. */
  constructor(
    private readonly container: any,
    private readonly pace: number,
    private readonly attempt: (probe: any) => Promise<ProbeTry>,
    private readonly listener: ProbeListener,
  ) {}

  start(): void {
    const { startupProbe } = this.container;
    if (startupProbe) {
      void this.repeat('Startup', startupProbe, this.stoppingToKill.signal, result => this.afterStartupProbe(result));
    } else {
      this.afterStartup();
    }
  }

  /** No more probes that could kill: the container is being ended already. Whether it is ready is still of interest. */
  stopKilling(): void {
    this.stoppingToKill.abort();
  }

  stop(): void {
    this.stoppingToKill.abort();
    this.stopping.abort();
  }

  private afterStartupProbe(result: ProbeOutcome): boolean {
    if (result === 'success') {
      this.afterStartup();
    } else if (result === 'failure') {
      this.listener.failed('startup');
    }
    return result === 'unknown';
  }

  private afterStartup(): void {
    const { livenessProbe, readinessProbe } = this.container;
    this.listener.started();
    if (readinessProbe) {
      void this.repeat('Readiness', readinessProbe, this.stopping.signal, result => {
        this.listener.ready(result === 'success');
        return true;
      });
    } else {
      this.listener.ready(true);
    }
    if (livenessProbe) {
      void this.repeat('Liveness', livenessProbe, this.stoppingToKill.signal, result => {
        if (result === 'failure') {
          this.listener.failed('liveness');
        }
        return result !== 'failure';
      });
    }
  }

  /** Tries again and again, until it is stopped or what came out is enough. A try that takes longer than the period is followed by the next at once. */
  private async repeat(kind: string, probe: any, signal: AbortSignal, goesOn: (result: ProbeOutcome) => boolean): Promise<void> {
    let state = UNPROBED;
    let due = this.began + probe.initialDelaySeconds * 1000 / this.pace;
    await pause(Math.max(0, due - performance.now()), signal);
    while (!signal.aborted) {
      due = performance.now() + probe.periodSeconds * 1000 / this.pace;
      const { outcome, message } = await this.attempt(probe);
      if (signal.aborted) {
        return;
      }
      if (outcome !== 'success') {
        this.listener.unhealthy(`${kind} probe ${outcome === 'failure' ? 'failed' : 'errored'}: ${message}`);
      }
      state = probed(state, outcome, probe);
      if (!goesOn(state.result)) {
        return;
      }
      await pause(Math.max(0, due - performance.now()), signal);
    }
  }
}
