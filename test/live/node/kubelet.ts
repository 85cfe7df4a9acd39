import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecResult } from '../cluster';
import { cgroupOf } from './containers/cgroups';
import type { ContainerExecOptions } from './containers/container';
import type { Runtime } from './containers/runtime';
import type { Network, PodNetwork } from './network/network';
import type { ContainerWorker } from './pods/container-worker';
import { Node, PodWorker } from './pods/pod-worker';
import type { ClaimDisks } from './volumes/claim-disks';
import { PodVolumes } from './volumes/pod-volumes';
import type { PodOperations } from '../control-plane/api/server';
import type { Tokens } from '../control-plane/api/tokens';
import { withCondition } from '../control-plane/conditions';
import type { EventLog } from '../control-plane/events';
import { KubeObject, nameOf } from '../control-plane/objects';
import { Reconciler } from '../control-plane/reconciler';
import { ApiError, ObjectStore } from '../control-plane/store';
import type { Images } from '../images/images';

export const NODE_NAME = 'node';

export interface KubeletOptions {
  readonly world: string;
  /** A folder on a real disk. */
  readonly directory: string;
  readonly store: ObjectStore;
  readonly events: EventLog;
  readonly network: Network;
  readonly runtime: Runtime;
  readonly images: Images;
  readonly claims: ClaimDisks;
  readonly tokens: Tokens;
  /** How many times faster than in Kubernetes delays and periods of probes pass, and restarts follow one another. */
  readonly pace: number;
  /** How often files of ConfigMaps and Secrets are brought up to date. Of a real kubelet that takes up to about a minute. */
  readonly configMapRefreshSeconds: number;
}

/** The one node, which every pod is bound to at once, and its kubelet, which runs them. */
export class Kubelet implements PodOperations {
  private readonly workers = new Map<string, PodWorker>();
  private readonly reconciler: Reconciler;
  private readonly node: Node;
  private refresher?: NodeJS.Timeout;
  private hasPower = true;

  constructor(private readonly options: KubeletOptions) {
    const { world, directory, store, events, network, runtime, images, claims, tokens, pace } = options;
    this.reconciler = new Reconciler(store, ['Pod'], () => this.reconcile());
    this.node = {
      name: NODE_NAME,
      directory: join(directory, 'pods'),
      cgroup: cgroupOf(world),
      pace,
      store,
      events,
      network,
      runtime,
      images,
      volumesOf: (facts, folder) => new PodVolumes({ facts, directory: folder, store, claims, tokens }),
    };
  }

  start(): void {
    mkdirSync(this.node.directory, { recursive: true });
    this.refresher = setInterval(() => this.workers.forEach(worker => worker.refresh()), this.options.configMapRefreshSeconds * 1000);
    this.reconciler.start();
  }

  /** Ends everything, without grace. */
  async stop(): Promise<void> {
    clearInterval(this.refresher);
    this.reconciler.stop();
    await Promise.allSettled([...this.workers.values()].map(worker => worker.shutDown()));
    this.workers.clear();
  }

  async exec(
    namespace: string, pod: string, container: string | undefined, command: readonly string[], options?: ContainerExecOptions,
  ): Promise<ExecResult> {
    const worker = this.containerOf(namespace, pod, container);
    if (!worker.container) {
      throw new ApiError(500, 'InternalError', `unable to upgrade connection: container not found ("${worker.spec.name}")`);
    }
    return worker.container.exec(command, options);
  }

  async logs(namespace: string, pod: string, container: string | undefined, previous: boolean): Promise<string> {
    const { spec: { name }, attempt, status: { state } } = this.containerOf(namespace, pod, container);
    if (previous && attempt < 1) {
      throw new ApiError(400, 'BadRequest', `previous terminated container "${name}" in pod "${pod}" not found`);
    }
    if (attempt < 0) {
      throw new ApiError(400, 'BadRequest', `container "${name}" in pod "${pod}" is waiting to start: ${state.waiting?.reason}`);
    }
    return this.workerOf(namespace, pod).log(name, previous ? attempt - 1 : attempt);
  }

  /** SIGKILL to the first process of a container. Returns when it is dead. */
  async kill(namespace: string, pod: string, container?: string): Promise<void> {
    const { container: running, spec } = this.containerOf(namespace, pod, container);
    if (!running) {
      throw new Error(`container ${spec.name} of pod ${namespace}/${pod} does not run`);
    }
    running.signal('SIGKILL');
    await running.exited;
  }

  networkOf(namespace: string, pod: string): PodNetwork {
    const { network } = this.workerOf(namespace, pod);
    if (!network) {
      throw new Error(`pod ${namespace}/${pod} has no network`);
    }
    return network;
  }

  /** Kills every process at once. Nothing is said about it: what the store has of pods stays as it was. */
  async powerOff(): Promise<void> {
    this.hasPower = false;
    await Promise.all([...this.workers.values()].map(worker => worker.cutPower()));
    this.workers.clear();
  }

  /** Starts every pod that is still in the store in a new sandbox, as a kubelet does after a reboot. */
  async powerOn(): Promise<void> {
    this.hasPower = true;
    this.reconcile();
  }

  private reconcile(): undefined {
    if (!this.hasPower) {
      return;
    }
    const { store, events } = this.options;
    const pods = store.list('Pod');
    for (const pod of pods) {
      try {
        this.reconcilePod(pod);
      } catch (error) {
        events.record(pod, 'FailedSync', `error syncing the pod: ${(error as Error).message}`);
      }
    }
    for (const [uid, worker] of this.workers) {
      if (!pods.some(({ metadata }) => metadata.uid === uid)) {
        this.terminate(uid, worker, 0);
      }
    }
  }

  private reconcilePod(pod: KubeObject): void {
    const { uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    let worker = this.workers.get(uid!);
    if (!worker) {
      worker = new PodWorker(pod.spec.nodeName === undefined ? this.bind(pod) : pod, this.node);
      this.workers.set(uid!, worker);
      if (deletionTimestamp === undefined) {
        worker.start();
      }
    }
    if (deletionTimestamp !== undefined) {
      this.terminate(uid!, worker, deletionGracePeriodSeconds);
    }
  }

  private terminate(uid: string, worker: PodWorker, graceSeconds: number): void {
    void worker.terminate(graceSeconds).then(() => {
      // after a power failure there may be another.
      if (this.workers.get(uid) === worker) {
        this.workers.delete(uid);
      }
    });
  }

  /** All that a scheduler has to do where there is one node, with room for everything. */
  private bind({ metadata: { namespace, name } }: KubeObject): KubeObject {
    const bound = this.options.store.modify('Pod', namespace, name, (pod) => {
      pod.spec.nodeName = NODE_NAME;
      pod.status = {
        phase: 'Pending',
        ...pod.status,
        conditions: withCondition(pod.status?.conditions, { type: 'PodScheduled', status: 'True' }, Date.now()),
      };
    })!;
    this.options.events.record(bound, 'Scheduled', `Successfully assigned ${namespace}/${name} to ${NODE_NAME}`);
    return bound;
  }

  /** @throws ApiError 404 */
  private workerOf(namespace: string, name: string): PodWorker {
    const pod = this.options.store.get('Pod', namespace, name);
    const worker = this.workers.get(pod.metadata.uid!);
    if (!worker) {
      throw new ApiError(500, 'InternalError', `${nameOf(pod)} is not on the node yet`);
    }
    return worker;
  }

  private containerOf(namespace: string, pod: string, container: string | undefined): ContainerWorker {
    const worker = this.workerOf(namespace, pod).container(container);
    if (!worker) {
      throw new ApiError(400, 'BadRequest', `container ${container} is not valid for pod ${pod}`);
    }
    return worker;
  }
}
