import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { ExecOptions, ExecResult, Manifests } from './cluster';
import { ClusterBase, DeleteOptions, JsonPatchOperation } from './cluster-base';
import { KubeObject } from './control-plane/objects';
import { objectsOf } from './manifests';

/** A real cluster, as `kubectl` reaches it: kind, k3s or any other. Each has a new namespace of its own, which goes with it. */
export class KubectlCluster extends ClusterBase {
  static async start(scenario: string, kubeconfig: string): Promise<KubectlCluster> {
    const cluster = new KubectlCluster(`${scenario.slice(0, 40)}-${randomBytes(3).toString('hex')}`, kubeconfig);
    await cluster.ask(['create', 'namespace', cluster.namespace]);
    try {
      // pods are refused until the controller has made it.
      await cluster.eventually('the default service account is there', () => cluster.get('ServiceAccount', 'default'));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  protected readonly pollMilliseconds = 500;

  protected readonly patience = 300;

  private constructor(namespace: string, private readonly kubeconfig: string) {
    super(namespace);
  }

  async apply(manifests: Manifests): Promise<void> {
    const list = { apiVersion: 'v1', kind: 'List', items: objectsOf(manifests) };
    await this.ask(['apply', '--filename', '-'], JSON.stringify(list));
  }

  async create(object: KubeObject): Promise<KubeObject> {
    return this.json(['create', '--filename', '-'], JSON.stringify(object));
  }

  async get(kind: string, name: string): Promise<KubeObject> {
    return this.json(['get', kind, name]);
  }

  async list(kind: string, labels: Record<string, string> = {}): Promise<KubeObject[]> {
    const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
    const { items } = await this.json(['get', kind, '--selector', selector]);
    return items;
  }

  async patch(kind: string, name: string, patch: object): Promise<KubeObject> {
    return this.json(['patch', kind, name, '--type', 'merge', '--patch', JSON.stringify(patch)]);
  }

  async jsonPatch(kind: string, name: string, operations: readonly JsonPatchOperation[]): Promise<KubeObject> {
    return this.json(['patch', kind, name, '--type', 'json', '--patch', JSON.stringify(operations)]);
  }

  async delete(kind: string, name: string, { cascade = 'background', gracePeriodSeconds }: DeleteOptions = {}): Promise<void> {
    const grace = gracePeriodSeconds === undefined ? [] : [`--grace-period=${gracePeriodSeconds}`, ...gracePeriodSeconds === 0 ? ['--force'] : []];
    // an object whose dependents are made orphans is there, as one that is deleted, until that is done; what is applied meanwhile is lost with it.
    await this.ask(['delete', kind, name, `--cascade=${cascade}`, `--wait=${cascade === 'orphan'}`, ...grace]);
  }

  async evict(pod: string): Promise<boolean> {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: this.namespace } };
    const path = `/api/v1/namespaces/${this.namespace}/pods/${pod}/eviction`;
    const { exitCode, stderr } = await this.kubectl(['create', '--raw', path, '--filename', '-'], JSON.stringify(eviction));
    if (exitCode !== 0 && !/disruption budget/.test(stderr)) {
      throw new Error(stderr);
    }
    return exitCode === 0;
  }

  async exec(pod: string, command: readonly string[], { container, input, timeout = 30 }: ExecOptions = {}): Promise<ExecResult> {
    const options = [...container === undefined ? [] : ['--container', container], ...input === undefined ? [] : ['--stdin']];
    // without `--quiet` it says on standard error which container of several it has chosen.
    return this.kubectl(['exec', pod, '--quiet', ...options, '--', ...command], input, timeout);
  }

  async logs(pod: string, { container, previous = false }: { container?: string; previous?: boolean } = {}): Promise<string> {
    return this.ask(['logs', pod, ...container === undefined ? [] : ['--container', container], `--previous=${previous}`]);
  }

  async describe(): Promise<string> {
    const pods = (await this.list('Pod')).map(({ metadata }) => metadata.name);
    const answers = await Promise.all([
      this.kubectl(['get', 'events', '--sort-by', '.lastTimestamp']),
      this.kubectl(['get', 'pods', '--output', 'wide']),
      ...pods.map(pod => this.kubectl(['logs', pod, '--all-containers', '--prefix', '--tail', '20'])),
    ]);
    return answers.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  }

  async stop(): Promise<void> {
    await this.ask(['delete', 'namespace', this.namespace, '--wait=false']);
  }

  protected async getIfPresent(kind: string, name: string): Promise<KubeObject | undefined> {
    const text = await this.ask(['get', kind, name, '--ignore-not-found', '--output', 'json']);
    return text === '' ? undefined : JSON.parse(text);
  }

  private async json(args: readonly string[], input?: string): Promise<any> {
    return JSON.parse(await this.ask([...args, '--output', 'json'], input));
  }

  private async ask(args: readonly string[], input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.kubectl(args, input);
    if (exitCode !== 0) {
      throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
    }
    return stdout;
  }

  private kubectl(args: readonly string[], input?: string, timeoutSeconds = 60): Promise<ExecResult> {
    return new Promise((resolve, reject) => {
      const options = ['--kubeconfig', this.kubeconfig, '--namespace', this.namespace];
      const child = spawn('kubectl', [...options, ...args], { timeout: timeoutSeconds * 1000 });
      const text = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', chunk => text.stdout += chunk);
      child.stderr.setEncoding('utf8').on('data', chunk => text.stderr += chunk);
      // a program that ends without reading its input is no fault of this one.
      child.stdin.on('error', () => {}).end(input);
      child.on('error', reject).on('close', code => resolve({ exitCode: code ?? 137, ...text }));
    });
  }
}
