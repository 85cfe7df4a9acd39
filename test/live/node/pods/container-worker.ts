import { BackOff, pause } from './back-off';
import { ContainerStatus, reasonOfExit, runningStatus, terminatedStatus, waitingStatus } from './container-status';
import { RunningContainer } from './running-container';
import type { Image } from '../../images/image';
import { timestamp } from '../../timestamp';
import type { ContainerConfig } from '../containers/oci-spec';
import type { Container } from '../containers/runtime';
import { ConfigError } from '../environment/config-objects';

/** What a container needs of its pod and its node, each time that it is started. */
export interface ContainerHost {
  readonly isInit: boolean;
  /** e.g. `etcd-0_default(2c5b...)`, as messages name the pod */
  readonly podName: string;
  /** What it needs while it runs. */
  readonly podIP: string;
  readonly nodeIP: string;
  readonly pace: number;
  readonly graceSeconds: number;
  restartsAfter(exitCode: number): boolean;
  pull(image: string): Promise<Image>;
  /** @throws ConfigError */
  configure(image: Image, attempt: number): ContainerConfig;
  start(config: ContainerConfig): Promise<Container>;
  record(reason: string, message: string): void;
  /** The status of the container is another. */
  changed(): void;
}

/** After how long the kubelet tries again to make a container that could not be made. */
const CONFIGURE_SECONDS = 10;

/** For how long a failed pull is `ErrImagePull`, before the kubelet looks again and says `ImagePullBackOff`. */
const PULL_ERROR_SECONDS = 1;

/**
 * Runs one container of a pod: again and again, as the pod's restart policy has it, until it is stopped.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
export class ContainerWorker {
  /** Resolves when the container runs, its `postStart` hook included, or could not be started for now: then the next container has its turn. */
  readonly tried: Promise<void>;

  private settleTried!: () => void;
  private readonly stopping = new AbortController();
  private work?: Promise<void>;
  private running?: RunningContainer;
  private newestAttempt: number;
  private stopGraceSeconds?: number;

  constructor(readonly spec: any, private currentStatus: ContainerStatus, private readonly host: ContainerHost) {
    this.tried = new Promise(resolve => this.settleTried = resolve);
    this.newestAttempt = currentStatus.containerID === undefined ? -1 : currentStatus.restartCount;
  }

  get status(): ContainerStatus {
    return this.currentStatus;
  }

  /** The number of the newest container, from 0; -1 if there was none. */
  get attempt(): number {
    return this.newestAttempt;
  }

  /** The container, while there is one. */
  get container(): Container | undefined {
    return this.running?.container;
  }

  get hasSucceeded(): boolean {
    return this.status.state.terminated?.exitCode === 0;
  }

  /** Resolves when it will not be started again. */
  run(): Promise<void> {
    return this.work ??= this.repeat().finally(() => this.settleTried());
  }

  /** Ends it for good. To be called again when the grace period becomes shorter. */
  async stop(graceSeconds: number): Promise<void> {
    this.stopGraceSeconds = graceSeconds;
    this.stopping.abort();
    this.running?.end(`Stopping container ${this.spec.name}`, graceSeconds);
    await this.work;
  }

  /** Ends it at once, for good. */
  async halt(): Promise<void> {
    this.stopping.abort();
    this.container?.signal('SIGKILL');
    await this.work;
  }

  private async repeat(): Promise<void> {
    const backOff = BackOff.ofRestarts();
    while (!this.stopping.signal.aborted) {
      const image = await this.pull();
      const config = image && await this.configure(image);
      if (!config) {
        return;
      }
      const exitCode = await this.runOnce(config, image.stopSignal ?? 'SIGTERM');
      if (!this.host.restartsAfter(exitCode)) {
        return;
      }
      await this.backOff(backOff.after(this.now()));
    }
  }

  /** The image, once it can be had; nothing if the container is stopped before. */
  private async pull(): Promise<Image | undefined> {
    const { host, spec: { image } } = this;
    const backOff = BackOff.ofPulls();
    while (!this.stopping.signal.aborted) {
      try {
        const pulled = await host.pull(image);
        host.record('Pulled', `Container image "${image}" already present on machine`);
        return pulled;
      } catch (error) {
        const { message } = error as Error;
        const wait = backOff.after(this.now());
        host.record('Failed', `Failed to pull image "${image}": ${message}`);
        await this.wait('ErrImagePull', message, PULL_ERROR_SECONDS);
        host.record('BackOff', `Back-off pulling image "${image}"`);
        await this.wait('ImagePullBackOff', `Back-off pulling image "${image}"`, wait - PULL_ERROR_SECONDS);
      }
    }
    return undefined;
  }

  /** What to start, decided anew each time, since what variables and sub-paths refer to may have changed. Nothing if the container is stopped before. */
  private async configure(image: Image): Promise<ContainerConfig | undefined> {
    while (!this.stopping.signal.aborted) {
      try {
        return this.host.configure(image, this.newestAttempt + 1);
      } catch (error) {
        const { message } = error as Error;
        this.host.record('Failed', `Error: ${message}`);
        await this.wait(error instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError', message, CONFIGURE_SECONDS);
      }
    }
    return undefined;
  }

  /** One container, from its start to its end, of which it returns the exit code. */
  private async runOnce(config: ContainerConfig, stopSignal: NodeJS.Signals): Promise<number> {
    const { host, spec: { name } } = this;
    const containerID = `runc://${config.id}`;
    const imageID = config.rootfs;
    this.newestAttempt++;
    let container: Container;
    try {
      container = await host.start(config);
    } catch (error) {
      const { message, exitCode = 128 } = error as Error & { exitCode?: number };
      host.record('Failed', `Error: ${message}`);
      const startedAt = timestamp(0);
      const terminated = { exitCode, reason: 'StartError', message, startedAt, finishedAt: timestamp(Date.now()), containerID };
      this.change(terminatedStatus(runningStatus(this.status, { imageID, containerID, startedAt }), terminated, host.isInit));
      return exitCode;
    }
    host.record('Created', `Created container ${name}`);
    host.record('Started', `Started container ${name}`);
    const runningState = runningStatus(this.status, { imageID, containerID, startedAt: container.startedAt });
    await this.accompany(container, stopSignal, runningState);
    const exit = await container.exited;
    this.running = undefined;
    const { exitCode, startedAt, finishedAt } = exit;
    this.change(terminatedStatus(runningState, { exitCode, reason: reasonOfExit(exit), startedAt, finishedAt, containerID }, host.isInit));
    await container.remove().catch(error => host.record('Failed', `Error: container ${name} could not be removed: ${error.message}`));
    return exitCode;
  }

  /** Runs the hook of a container that was just started, and then lets its probes begin. */
  private async accompany(container: Container, stopSignal: NodeJS.Signals, runningState: ContainerStatus): Promise<void> {
    const { host, spec, stopping, stopGraceSeconds } = this;
    const { podIP, nodeIP, pace, graceSeconds } = host;
    const record = (reason: string, message: string) => host.record(reason, message);
    const running = new RunningContainer(container, { spec, stopSignal, podIP, nodeIP, pace, graceSeconds, record });
    this.running = running;
    if (stopGraceSeconds !== undefined) {
      running.end(`Stopping container ${spec.name}`, stopGraceSeconds);
    } else if (stopping.signal.aborted) {
      container.signal('SIGKILL');
    }
    if (await running.postStart()) {
      this.change(runningState);
      running.probe({
        started: () => this.change({ ...this.status, started: true }),
        ready: ready => this.change({ ...this.status, ready: ready && !host.isInit }),
      });
    }
  }

  private async backOff(seconds: number): Promise<void> {
    if (seconds > 0) {
      const { spec: { name }, host } = this;
      host.record('BackOff', `Back-off restarting failed container ${name} in pod ${host.podName}`);
      await this.wait('CrashLoopBackOff', `back-off ${durationOf(seconds)} restarting failed container=${name} pod=${host.podName}`, seconds);
    }
  }

  private async wait(reason: string, message: string, seconds: number): Promise<void> {
    this.change(waitingStatus(this.status, reason, message));
    await pause(seconds * 1000 / this.host.pace, this.stopping.signal);
  }

  private change(status: ContainerStatus): void {
    this.currentStatus = status;
    this.settleTried();
    this.host.changed();
  }

  /** In the kubelet's seconds. */
  private now(): number {
    return performance.now() / 1000 * this.host.pace;
  }
}

/** As Go prints a duration: `40s`, `2m40s`, `5m0s`. */
function durationOf(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
