import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BackOff, pause } from './back-off';
import { containerConfigOf, logFileOf } from './container-config';
import { ContainerStatus, newContainerStatus, statusAfterPowerFailure } from './container-status';
import { ContainerHost, ContainerWorker } from './container-worker';
import { writePodFiles } from './pod-files';
import { isOver, ObservedPod, podStatus } from './pod-status';
import { restartsAfter } from './restart-policy';
import { StoredPod } from './stored-pod';
import { NODE_ADDRESS } from '../../addresses';
import type { EventLog } from '../../control-plane/events';
import type { KubeObject } from '../../control-plane/objects';
import type { ObjectStore } from '../../control-plane/store';
import type { Images } from '../../images/images';
import type { Mount } from '../containers/oci-spec';
import type { Runtime } from '../containers/runtime';
import type { PodFacts } from '../environment/environment';
import type { Network, PodNetwork } from '../network/network';
import type { PodVolumes } from '../volumes/pod-volumes';

export type Volumes = Pick<PodVolumes, 'prepare' | 'mountsOf' | 'refresh' | 'tearDown'>;

/** What pods find on their node. */
export interface Node {
  readonly name: string;
  /** A folder, in which each pod has its own. */
  readonly directory: string;
  readonly cgroup: string;
  readonly pace: number;
  readonly store: ObjectStore;
  readonly events: EventLog;
  readonly network: Pick<Network, 'attach' | 'detach'>;
  readonly runtime: Pick<Runtime, 'start'>;
  readonly images: Pick<Images, 'pull'>;
  volumesOf(facts: PodFacts, directory: string): Volumes;
}

/**
 * Runs one pod, from when it is bound to the node until it is gone, and writes to the store what becomes of it.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export class PodWorker {
  readonly init: ContainerWorker[];
  readonly containers: ContainerWorker[];

  private readonly directory: string;
  private readonly stored: StoredPod;
  private readonly volumes: Volumes;
  private readonly ending = new AbortController();
  private files: Mount[] = [];
  private sandbox?: PodNetwork;
  private life: Promise<void> = Promise.resolve();
  private termination?: Promise<void>;
  private ended = false;
  private mounted = false;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(private readonly pod: KubeObject, private readonly node: Node) {
    this.directory = join(node.directory, pod.metadata.uid!);
    this.stored = new StoredPod(pod, node.store, node.events);
    this.volumes = node.volumesOf(this.facts(), join(this.directory, 'volumes'));
    const { initContainers = [], containers } = pod.spec;
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    const workersOf = (specs: any[], statuses: ContainerStatus[], isInit: boolean) => specs.map((spec) => {
      const status = statuses.find(({ name }) => name === spec.name);
      const begins = status ? statusAfterPowerFailure(status, Date.now()) : newContainerStatus(spec, initContainers.length > 0);
      return new ContainerWorker(spec, begins, this.hostOf(spec, isInit));
    });
    this.init = workersOf(initContainers, initContainerStatuses, true);
    this.containers = workersOf(containers, containerStatuses, false);
  }

  get network(): PodNetwork | undefined {
    return this.sandbox;
  }

  start(): void {
    this.life = this.live().catch(error => this.record('FailedSync', `error syncing the pod: ${error.message}`));
  }

  /** Ends the pod and takes it out of the store. To be called again when its grace period becomes shorter. */
  terminate(graceSeconds: number): Promise<void> {
    if (graceSeconds === 0) {
      // who deletes without grace does not wait to hear that the processes have ended, and Kubernetes does not either.
      this.stored.remove();
    }
    const stopped = this.stop(graceSeconds);
    return this.termination ??= this.cleanUpAfter(stopped).catch(error => this.record('FailedKillPod', `error killing pod: ${error.message}`));
  }

  /** Every process is gone at once, and so is the sandbox. Volumes stay, and the store hears nothing. */
  async cutPower(): Promise<void> {
    this.stored.silence();
    this.ending.abort();
    await Promise.all(this.all().map(container => container.halt()));
    await this.life;
    await this.termination;
    await this.leaveNetwork();
  }

  /** As if the pod had never been. */
  async shutDown(): Promise<void> {
    await this.cutPower();
    await this.refreshing;
    await this.volumes.tearDown();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Brings volumes up to date. */
  refresh(): void {
    if (this.mounted && !this.ending.signal.aborted) {
      this.refreshing = this.refreshing.then(() => this.volumes.refresh()).catch(error => this.record('FailedMount', error.message));
    }
  }

  container(name?: string): ContainerWorker | undefined {
    return name === undefined ? this.containers[0] : this.all().find(({ spec }) => spec.name === name);
  }

  /** What one container of many, one after the other, has printed. */
  async log(container: string, attempt: number): Promise<string> {
    return readFile(logFileOf(this.directory, container, attempt), 'utf8');
  }

  private async live(): Promise<void> {
    if (isOver(podStatus(this.pod, this.observed(), Date.now()).phase)) {
      this.publish();
      return;
    }
    await mkdir(join(this.directory, 'logs'), { recursive: true });
    await this.retry('FailedCreatePodSandBox', async () => {
      this.sandbox = await this.node.network.attach();
    });
    this.publish();
    await this.retry('FailedMount', async () => {
      await this.volumes.prepare();
      this.files = await writePodFiles(join(this.directory, 'etc'), this.facts());
      this.mounted = true;
    });
    if (await this.initialize()) {
      await this.runContainers();
    }
    if (!this.ending.signal.aborted) {
      await this.leaveNode();
    }
  }

  /** Runs init containers in their order, each to its success. False if one of them failed for good, or the pod is to end. */
  private async initialize(): Promise<boolean> {
    for (const container of this.init) {
      if (this.ending.signal.aborted) {
        return false;
      }
      await container.run();
      if (!container.hasSucceeded) {
        return false;
      }
    }
    return true;
  }

  /** Starts all that were not done before the node was started again, each when the one before was tried. */
  private async runContainers(): Promise<void> {
    const isDone = ({ status: { state: { terminated } } }: ContainerWorker) =>
      terminated !== undefined && !restartsAfter(this.pod.spec.restartPolicy, false, terminated.exitCode);
    const runs: Promise<void>[] = [];
    for (const container of this.containers.filter(worker => !isDone(worker))) {
      runs.push(container.run());
      await container.tried;
    }
    await Promise.all(runs);
  }

  /** Until it succeeds, or the pod is to end. */
  private async retry(reason: string, action: () => Promise<void>): Promise<void> {
    const backOff = BackOff.ofMounts();
    while (!this.ending.signal.aborted) {
      try {
        return await action();
      } catch (error) {
        this.record(reason, (error as Error).message);
        await pause(backOff.after(performance.now() / 1000 * this.node.pace) * 1000 / this.node.pace, this.ending.signal);
      }
    }
  }

  private async stop(graceSeconds: number): Promise<void> {
    this.ending.abort();
    await Promise.all(this.all().map(container => container.stop(graceSeconds)));
  }

  private async cleanUpAfter(stopped: Promise<void>): Promise<void> {
    await stopped;
    await this.life;
    this.ended = true;
    this.publish();
    if (!this.stored.isSilent) {
      await this.leaveNode();
      this.stored.remove();
    }
  }

  /** Gives back what belongs to the pod and not to its containers. What cannot be given back keeps no pod. */
  private async leaveNode(): Promise<void> {
    this.mounted = false;
    await this.refreshing;
    await this.leaveNetwork().catch(error => this.record('FailedKillPodSandBox', error.message));
    await this.volumes.tearDown().catch(error => this.record('FailedUnMount', error.message));
    if (this.ended) {
      await rm(this.directory, { recursive: true, force: true }).catch(error => this.record('FailedKillPod', error.message));
    }
  }

  private async leaveNetwork(): Promise<void> {
    const sandbox = this.sandbox;
    this.sandbox = undefined;
    if (sandbox) {
      await this.node.network.detach(sandbox);
    }
  }

  private publish(): void {
    this.stored.publish(pod => podStatus(pod, this.observed(), Date.now()));
  }

  private record(reason: string, message: string): void {
    this.stored.record(reason, message);
  }

  private all(): ContainerWorker[] {
    return [...this.init, ...this.containers];
  }

  private observed(): ObservedPod {
    return {
      init: this.init.map(({ status }) => status),
      containers: this.containers.map(({ status }) => status),
      hostIP: NODE_ADDRESS,
      podIP: this.sandbox?.ip,
      ended: this.ended,
    };
  }

  private facts(): PodFacts {
    const { stored } = this;
    const address = () => this.sandbox?.ip ?? '';
    return {
      get pod() { return stored.newest(); },
      get podIP() { return address(); },
      hostIP: NODE_ADDRESS,
      nodeName: this.node.name,
    };
  }

  private hostOf(container: any, isInit: boolean): ContainerHost {
    const { node, pod: { metadata: { namespace, name, uid }, spec } } = this;
    const { restartPolicy, terminationGracePeriodSeconds: graceSeconds } = spec;
    const address = () => this.sandbox!.ip;
    return {
      isInit,
      podName: `${name}_${namespace}(${uid})`,
      get podIP() { return address(); },
      nodeIP: NODE_ADDRESS,
      pace: node.pace,
      graceSeconds,
      restartsAfter: exitCode => restartsAfter(restartPolicy, isInit, exitCode),
      pull: image => node.images.pull(image),
      configure: (image, attempt) => containerConfigOf(container, image, attempt, {
        facts: this.facts(),
        store: node.store,
        netns: this.sandbox!.netns,
        directory: this.directory,
        cgroup: node.cgroup,
        files: this.files,
        volumes: this.volumes,
      }),
      start: config => node.runtime.start(config),
      record: (reason, message) => this.record(reason, message),
      changed: () => this.publish(),
    };
  }
}
