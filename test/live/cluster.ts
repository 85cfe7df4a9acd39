import { App, Chart } from 'cdk8s';
import { KubeObject } from './control-plane/objects';

/** What goes to `kubectl apply`: a cdk8s app or chart, or manifests that were made of one. */
export type Manifests = App | Chart | readonly KubeObject[];

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WaitOptions {
  /** How long to wait, in seconds, before it is an error. @default - 60, and 300 on a real cluster */
  readonly timeout?: number;
}

export interface ExecOptions {
  /** @default - the first container of the pod */
  readonly container?: string;
  readonly input?: string;
  /** In seconds. @default 30 */
  readonly timeout?: number;
}

export interface RunOptions {
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: Record<string, string>;
  /** More of the pod's spec, e.g. a service account. */
  readonly spec?: Record<string, unknown>;
  /** In seconds. @default 60 */
  readonly timeout?: number;
}

/**
 * A Kubernetes cluster, as a scenario speaks to it. One implementation runs what it is given as processes of this machine; the other is `kubectl`.
 *
 * Everything happens in one namespace, which is empty at the start and gone at the end.
 */
export interface Cluster {
  readonly namespace: string;

  /** What only a cluster of processes can be made to suffer; undefined where it cannot be asked. */
  readonly faults?: Faults;

  /** `kubectl apply`: creates what is not there, and merges what is, by three ways. */
  apply(manifests: Manifests): Promise<void>;

  get(kind: string, name: string): Promise<KubeObject>;
  list(kind: string, labels?: Record<string, string>): Promise<KubeObject[]>;
  /** A JSON merge patch. */
  patch(kind: string, name: string, patch: object): Promise<KubeObject>;
  delete(kind: string, name: string, options?: { readonly cascade?: 'background' | 'orphan'; readonly gracePeriodSeconds?: number }): Promise<void>;

  /** The pods of a StatefulSet that are there, by ordinal. */
  pods(statefulSet: string): Promise<KubeObject[]>;
  /** Waits until as many pods as the StatefulSet asks for are ready. */
  ready(statefulSet: string, options?: WaitOptions): Promise<void>;
  /** Waits as `kubectl rollout status` does: every pod that the partition lets go is updated, and all are ready. */
  rolledOut(statefulSet: string, options?: WaitOptions): Promise<void>;
  scale(statefulSet: string, replicas: number): Promise<void>;
  setImage(statefulSet: string, container: string, image: string): Promise<void>;
  /** `kubectl rollout undo` */
  rollBack(statefulSet: string): Promise<void>;

  /** Waits until something is so. What it throws counts as "not yet", and is shown when the time is over. */
  eventually<T>(what: string, probe: () => Promise<T>, options?: WaitOptions): Promise<T>;

  /** Deletes a pod and returns once it, by its uid, is gone. */
  deletePod(name: string, options?: { readonly gracePeriodSeconds?: number }): Promise<void>;
  /** Asks for an eviction, as a drain does. False if a disruption budget says no. */
  evict(pod: string): Promise<boolean>;
  /** Makes a Job of a CronJob now and waits for its end. Returns what its pod printed. */
  runCronJob(name: string, options?: WaitOptions): Promise<ExecResult>;

  exec(pod: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  logs(pod: string, options?: { readonly container?: string; readonly previous?: boolean }): Promise<string>;
  /** Runs a program to its end in a pod of its own, which is then deleted. */
  run(options: RunOptions): Promise<ExecResult>;

  /** Everything that helps to understand a failure: events, the state of each pod, the end of each log. */
  describe(): Promise<string>;
  /** Ends it. Nothing is left behind. */
  stop(): Promise<void>;
}

/** Pods and claims are of the cluster's one namespace. */
export interface Faults {
  /** SIGKILL to the container's first process. The kubelet starts it again. @default - the first container */
  kill(pod: string, container?: string): Promise<void>;
  /** Drops every packet between the pod and everything but its kubelet, without a word to either side. */
  cutLink(pod: string): Promise<void>;
  /** Lets this many kilobits a second through, each way. */
  slowLink(pod: string, kilobitsPerSecond: number): Promise<void>;
  mendLink(pod: string): Promise<void>;
  /** The API server answers nothing that runs in a pod; kubelet and controllers go on. */
  cutApi(): Promise<void>;
  mendApi(): Promise<void>;
  /** Fills the volume of a claim to the last byte. */
  fillDisk(claim: string): Promise<void>;
  freeDisk(claim: string): Promise<void>;
  /** As when the power fails: every process is killed at once, and what was not written to a disk is gone. */
  powerOff(): Promise<void>;
  /** Starts again every pod that was there, each with a new address. */
  powerOn(): Promise<void>;
  /** Kills the cluster's own process with all in it, and starts an empty one of the same name. */
  crash(): Promise<void>;
}
