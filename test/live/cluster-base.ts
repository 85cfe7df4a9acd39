import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, ExecOptions, ExecResult, Faults, Manifests, RunOptions, WaitOptions } from './cluster';
import { jobFromCronJob } from './control-plane/cron-jobs';
import { isOwnedBy, KubeObject } from './control-plane/objects';
import { notReady, rolloutStatus } from './rollout-status';

/** The operations of RFC 6902 that are needed here. */
export interface JsonPatchOperation {
  readonly op: 'test' | 'replace' | 'add' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

export interface DeleteOptions {
  readonly cascade?: 'background' | 'orphan';
  readonly gracePeriodSeconds?: number;
}

/** What scenarios say, put together from the few requests that each kind of cluster makes in its own way. */
export abstract class ClusterBase implements Cluster {
  readonly faults?: Faults;

  /** How often `eventually` looks: short where a look costs nothing. */
  protected abstract readonly pollMilliseconds: number;

  /** For how many seconds `eventually` looks unless it is told. */
  protected abstract readonly patience: number;

  constructor(readonly namespace: string) {}

  abstract apply(manifests: Manifests): Promise<void>;
  abstract create(object: KubeObject): Promise<KubeObject>;
  abstract get(kind: string, name: string): Promise<KubeObject>;
  abstract list(kind: string, labels?: Record<string, string>): Promise<KubeObject[]>;
  abstract patch(kind: string, name: string, patch: object): Promise<KubeObject>;
  abstract jsonPatch(kind: string, name: string, operations: readonly JsonPatchOperation[]): Promise<KubeObject>;
  abstract delete(kind: string, name: string, options?: DeleteOptions): Promise<void>;
  abstract evict(pod: string): Promise<boolean>;
  abstract exec(pod: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  abstract logs(pod: string, options?: { container?: string; previous?: boolean }): Promise<string>;
  abstract describe(): Promise<string>;
  abstract stop(): Promise<void>;

  async pods(statefulSet: string): Promise<KubeObject[]> {
    const set = await this.get('StatefulSet', statefulSet);
    const ordinal = ({ metadata: { name } }: KubeObject) => Number(name.slice(name.lastIndexOf('-') + 1));
    return (await this.list('Pod')).filter(pod => isOwnedBy(pod, set)).sort((a, b) => ordinal(a) - ordinal(b));
  }

  async ready(statefulSet: string, options?: WaitOptions): Promise<void> {
    await this.eventually(`${statefulSet} is ready`, async () => {
      const problem = notReady(await this.get('StatefulSet', statefulSet), await this.pods(statefulSet));
      if (problem !== undefined) {
        throw new Error(problem);
      }
    }, options);
  }

  async rolledOut(statefulSet: string, options?: WaitOptions): Promise<void> {
    await this.eventually(`the rollout of ${statefulSet} is done`, async () => {
      const { done, message } = rolloutStatus(await this.get('StatefulSet', statefulSet));
      if (!done) {
        throw new Error(message);
      }
    }, options);
  }

  async scale(statefulSet: string, replicas: number): Promise<void> {
    await this.patch('StatefulSet', statefulSet, { spec: { replicas } });
  }

  async setImage(statefulSet: string, container: string, image: string): Promise<void> {
    const { spec } = await this.get('StatefulSet', statefulSet);
    const index = spec.template.spec.containers.findIndex(({ name }: { name: string }) => name === container);
    const path = `/spec/template/spec/containers/${index}`;
    await this.jsonPatch('StatefulSet', statefulSet, [
      { op: 'test', path: `${path}/name`, value: container },
      { op: 'replace', path: `${path}/image`, value: image },
    ]);
  }

  async rollBack(statefulSet: string): Promise<void> {
    const set = await this.get('StatefulSet', statefulSet);
    const revisions = (await this.list('ControllerRevision')).filter(revision => isOwnedBy(revision, set)).sort((a, b) => b.revision - a.revision);
    if (revisions.length < 2) {
      throw new Error(`no last revision to roll back to: ${statefulSet} has ${revisions.length}`);
    }
    // `$patch: replace` is for kubectl's own kind of patch.
    const { $patch: _, ...template } = revisions[1].data.spec.template;
    await this.jsonPatch('StatefulSet', statefulSet, [{ op: 'replace', path: '/spec/template', value: template }]);
  }

  async eventually<T>(what: string, probe: () => Promise<T>, { timeout = this.patience }: WaitOptions = {}): Promise<T> {
    const end = performance.now() + timeout * 1000;
    for (;;) {
      try {
        return await probe();
      } catch (error) {
        if (performance.now() > end) {
          throw new Error(`waited ${timeout} s until ${what}: ${(error as Error).message}`, { cause: error });
        }
        await sleep(this.pollMilliseconds);
      }
    }
  }

  async deletePod(name: string, options: { gracePeriodSeconds?: number } = {}): Promise<void> {
    const { metadata: { uid } } = await this.get('Pod', name);
    await this.delete('Pod', name, options);
    await this.eventually(`pod ${name} is gone`, async () => {
      const { metadata, status } = await this.getIfPresent('Pod', name) ?? {};
      if (metadata?.uid === uid) {
        throw new Error(`it is still there, ${status?.phase}`);
      }
    });
  }

  async runCronJob(name: string, options?: WaitOptions): Promise<ExecResult> {
    const job = jobFromCronJob(await this.get('CronJob', name), `${name}-${suffix()}`);
    const { metadata } = await this.create(job);
    const [pod] = await this.eventually(`job ${metadata.name} has ended`, async () => {
      const { status } = await this.get('Job', metadata.name);
      if (!(status?.conditions ?? []).some(({ type, status: is }: any) => is === 'True' && ['Complete', 'Failed'].includes(type))) {
        throw new Error(JSON.stringify(status));
      }
      return (await this.list('Pod', { 'job-name': metadata.name })).reverse();
    }, options);
    return this.resultOf(pod);
  }

  async run({ image, command, env = {}, spec = {}, timeout }: RunOptions): Promise<ExecResult> {
    const container = { name: 'run', image, command: [...command], env: Object.entries(env).map(([key, value]) => ({ name: key, value })) };
    const { metadata: { name } } = await this.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `run-${suffix()}` },
      spec: { restartPolicy: 'Never', automountServiceAccountToken: false, ...spec, containers: [container] },
    });
    try {
      const pod = await this.eventually(`${command.join(' ')} has ended`, async () => {
        const found = await this.get('Pod', name);
        if (!['Succeeded', 'Failed'].includes(found.status?.phase)) {
          throw new Error(`the pod is ${JSON.stringify(found.status)}`);
        }
        return found;
      }, { timeout });
      return await this.resultOf(pod);
    } finally {
      await this.delete('Pod', name, { gracePeriodSeconds: 0 });
    }
  }

  protected abstract getIfPresent(kind: string, name: string): Promise<KubeObject | undefined>;

  /** What the one container of a pod that ended has left. A log does not tell standard output and error apart. */
  private async resultOf(pod: KubeObject): Promise<ExecResult> {
    const [{ state }] = pod.status.containerStatuses;
    return { exitCode: state.terminated.exitCode, stdout: await this.logs(pod.metadata.name), stderr: '' };
  }
}

function suffix(): string {
  return randomBytes(3).toString('hex');
}
