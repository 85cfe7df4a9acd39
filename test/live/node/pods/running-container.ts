import { endContainer, GracePeriod } from './termination';
import type { Container } from '../containers/runtime';
import { HandlerTarget } from '../probes/handlers';
import { runHook } from '../probes/hooks';
import { tryProbe } from '../probes/probe';
import { Prober } from '../probes/prober';

export interface RunningContainerOptions {
  /** The container in the pod's spec. */
  readonly spec: any;
  readonly stopSignal: NodeJS.Signals;
  readonly podIP: string;
  readonly nodeIP: string;
  /** How many times faster than in Kubernetes the kubelet's periods pass. */
  readonly pace: number;
  /** The `terminationGracePeriodSeconds` of the pod. */
  readonly graceSeconds: number;
  record(reason: string, message: string): void;
}

/** A container from its start to its end, with the hooks at both and the probes between them. */
export class RunningContainer {
  private readonly target: HandlerTarget;
  private prober?: Prober;
  /** Of its end, which has begun. */
  private grace?: GracePeriod;

  constructor(readonly container: Container, private readonly options: RunningContainerOptions) {
    const { spec, podIP, nodeIP } = options;
    this.target = { container: spec, address: podIP, localAddress: nodeIP, exec: (command, limits) => container.exec(command, limits) };
    void container.exited.then(() => this.prober?.stop());
  }

  /** Runs the hook and returns true; or false, when the container has ended, or has to since the hook failed. */
  async postStart(): Promise<boolean> {
    const { spec: { name, lifecycle }, graceSeconds, record } = this.options;
    if (!lifecycle?.postStart) {
      return true;
    }
    try {
      return await Promise.race([runHook(lifecycle.postStart, this.target).then(() => true), this.container.exited.then(() => false)]);
    } catch (error) {
      record('FailedPostStartHook', `PostStartHook failed: ${(error as Error).message}`);
      this.end(`Container ${name} failed postStart hook`, graceSeconds);
      return false;
    }
  }

  probe(listener: { started(): void; ready(ready: boolean): void }): void {
    const { spec, pace, graceSeconds, record } = this.options;
    if (this.grace) {
      return;
    }
    this.prober = new Prober(spec, pace, probe => tryProbe(probe, this.target), {
      started: () => listener.started(),
      ready: ready => listener.ready(ready),
      unhealthy: message => record('Unhealthy', message),
      // a probe may give less time than the pod does, or more.
      failed: kind => this.end(`Container ${spec.name} failed ${kind} probe, will be restarted`,
        spec[`${kind}Probe`].terminationGracePeriodSeconds ?? graceSeconds),
    });
    this.prober.start();
  }

  /** Begins its end; where that has begun, the time until it may become shorter. */
  end(message: string, graceSeconds: number): void {
    const { spec: { lifecycle }, stopSignal, record } = this.options;
    if (this.grace) {
      this.grace.shorten(graceSeconds);
      return;
    }
    this.grace = new GracePeriod(graceSeconds);
    this.prober?.stopKilling();
    record('Killing', message);
    void endContainer(this.container, {
      stopSignal,
      grace: this.grace,
      preStop: async () => lifecycle?.preStop && runHook(lifecycle.preStop, this.target),
      preStopFailed: error => record('FailedPreStopHook', `PreStopHook failed: ${error.message}`),
    });
  }
}
