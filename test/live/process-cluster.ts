import { request } from 'node:http';
import { noted, threeWayPatch } from './apply';
import { ExecOptions, ExecResult, Faults, Manifests } from './cluster';
import { ClusterBase, DeleteOptions, JsonPatchOperation } from './cluster-base';
import { pathOf } from './control-plane/api/resources';
import { ClusterEvent } from './control-plane/events';
import { KubeObject } from './control-plane/objects';
import { objectsOf } from './manifests';
import { stateOf } from './rollout-status';
import { WorldProcess } from './world-process';

export interface ProcessClusterOptions {
  /**
   * How many times faster than in Kubernetes probes and restarts follow one another. Grace periods and the timeouts of probes stay as they are.
   *
   * @default 10
   */
  readonly pace?: number;
  /**
   * After how many seconds a changed ConfigMap shows in the volumes of running pods. A real kubelet takes up to about a minute.
   *
   * @default 1
   */
  readonly configMapRefreshSeconds?: number;
}

interface Answer {
  readonly code: number;
  readonly body: any;
}

/** A cluster that runs pods as processes of this machine. Everything that it is asked goes through the same API that its pods see. */
export class ProcessCluster extends ClusterBase {
  static async start(scenario: string, { pace = 10, configMapRefreshSeconds = 1 }: ProcessClusterOptions = {}): Promise<ProcessCluster> {
    return new ProcessCluster(scenario, await WorldProcess.start(scenario, { pace, configMapRefreshSeconds }));
  }

  readonly faults: Faults = {
    kill: (pod, container) => this.fault('kill', { pod, container }),
    cutLink: pod => this.fault('cut-link', { pod }),
    slowLink: (pod, kilobitsPerSecond) => this.fault('slow-link', { pod, kilobitsPerSecond }),
    mendLink: pod => this.fault('mend-link', { pod }),
    cutApi: () => this.fault('cut-api'),
    mendApi: () => this.fault('mend-api'),
    fillDisk: claim => this.fault('fill-disk', { claim }),
    freeDisk: claim => this.fault('free-disk', { claim }),
    powerOff: () => this.fault('power-off'),
    powerOn: () => this.fault('power-on'),
    crash: async () => {
      await this.world.kill();
      this.world = await WorldProcess.start(this.scenario, this.world.options);
    },
  };

  protected readonly pollMilliseconds = 20;

  protected readonly patience = 60;

  private constructor(private readonly scenario: string, private world: WorldProcess) {
    super('default');
  }

  async apply(manifests: Manifests): Promise<void> {
    for (const object of objectsOf(manifests)) {
      const { kind, metadata: { name } } = object;
      const live = await this.getIfPresent(kind, name);
      await (live ? this.patch(kind, name, threeWayPatch(live, object)) : this.create(noted(object)));
    }
  }

  async create(object: KubeObject): Promise<KubeObject> {
    return this.ask('POST', pathOf(object.kind, this.namespace), object);
  }

  async get(kind: string, name: string): Promise<KubeObject> {
    return this.ask('GET', pathOf(kind, this.namespace, name));
  }

  async list(kind: string, labels: Record<string, string> = {}): Promise<KubeObject[]> {
    const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
    const { items } = await this.ask('GET', `${pathOf(kind, this.namespace)}?labelSelector=${encodeURIComponent(selector)}`);
    return items;
  }

  async patch(kind: string, name: string, patch: object): Promise<KubeObject> {
    return this.ask('PATCH', pathOf(kind, this.namespace, name), patch, 'application/merge-patch+json');
  }

  async jsonPatch(kind: string, name: string, operations: readonly JsonPatchOperation[]): Promise<KubeObject> {
    return this.ask('PATCH', pathOf(kind, this.namespace, name), operations, 'application/json-patch+json');
  }

  async delete(kind: string, name: string, { cascade = 'background', gracePeriodSeconds }: DeleteOptions = {}): Promise<void> {
    const propagationPolicy = { background: 'Background', orphan: 'Orphan' }[cascade];
    await this.ask('DELETE', pathOf(kind, this.namespace, name), { gracePeriodSeconds, propagationPolicy });
  }

  async evict(pod: string): Promise<boolean> {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: this.namespace } };
    const { code, body } = await this.send('POST', `${pathOf('Pod', this.namespace, pod)}/eviction`, eviction);
    if (code >= 400 && code !== 429) {
      throw new Error(body.message);
    }
    return code < 400;
  }

  async exec(pod: string, command: readonly string[], { container, input, timeout = 30 }: ExecOptions = {}): Promise<ExecResult> {
    return this.ask('POST', `${pathOf('Pod', this.namespace, pod)}/exec`, { container, command, input, timeoutSeconds: timeout });
  }

  async logs(pod: string, { container, previous = false }: { container?: string; previous?: boolean } = {}): Promise<string> {
    const query = new URLSearchParams({ ...(container && { container }), previous: String(previous) });
    return this.ask('GET', `${pathOf('Pod', this.namespace, pod)}/log?${query}`);
  }

  async describe(): Promise<string> {
    const events: ClusterEvent[] = await this.fault('events');
    const pods = await Promise.all((await this.list('Pod')).map(async pod => {
      const { spec, status: { podIP } = {} as any, metadata: { name } } = pod;
      const containers = [...spec.initContainers ?? [], ...spec.containers].map(container => container.name);
      const logs = await Promise.all(containers.map(async container => {
        const text: string = await this.logs(name, { container }).catch(error => error.message);
        return `  ${container}:\n${text.trimEnd().split('\n').slice(-60).map(line => `    ${line}`).join('\n')}`;
      }));
      return [`${name}: ${stateOf(pod)}, ${podIP}`, ...logs].join('\n');
    }));
    const lines = collapsed(events).map(({ seconds, object, reason, message, count }) =>
      `${seconds.toFixed(2).padStart(8)} ${object} ${reason}: ${message}${count > 1 ? ` (${count} times)` : ''}`);
    return ['events:', ...lines, '', ...pods, '', this.world.log()].join('\n');
  }

  async stop(): Promise<void> {
    await this.world.remove();
  }

  protected async getIfPresent(kind: string, name: string): Promise<KubeObject | undefined> {
    const { code, body } = await this.send('GET', pathOf(kind, this.namespace, name));
    if (code >= 400 && code !== 404) {
      throw new Error(body.message);
    }
    return code === 404 ? undefined : body;
  }

  private async fault(action: string, body: object = {}): Promise<any> {
    return this.ask('POST', `/harness/${action}`, { namespace: this.namespace, ...body });
  }

  private async ask(method: string, path: string, body?: unknown, type?: string): Promise<any> {
    const answer = await this.send(method, path, body, type);
    if (answer.code >= 400) {
      throw new Error(answer.body.message ?? answer.body);
    }
    return answer.body;
  }

  private send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    // without its length, Node does not send what belongs to a DELETE.
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: this.world.options.socket, method, path, headers }, incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          const json = incoming.headers['content-type']?.startsWith('application/json');
          resolve({ code: incoming.statusCode!, body: json ? JSON.parse(answer) : answer });
        });
      });
      outgoing.on('error', reject).end(text);
    });
  }
}

/** Events that say the same, as one, at the time of the last. */
function collapsed(events: readonly ClusterEvent[]): (ClusterEvent & { readonly count: number })[] {
  const counted = new Map<string, ClusterEvent & { count: number }>();
  for (const event of events) {
    const key = JSON.stringify([event.object, event.reason, event.message]);
    counted.set(key, { ...event, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return [...counted.values()].sort((a, b) => a.seconds - b.seconds);
}
