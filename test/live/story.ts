import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, Faults } from './cluster';
import { KubectlCluster } from './kubectl-cluster';
import { etcdImage } from './prepare';
import { ProcessCluster, ProcessClusterOptions } from './process-cluster';

/** The file that says which cluster to use in place of processes of this machine: `npm run test:live -- --kubeconfig FILE`. */
const KUBECONFIG = process.env.LIVE_KUBECONFIG;

/** How long a step may take. A real cluster pulls images, and probes no faster than it is told to. */
const STEP_SECONDS = KUBECONFIG === undefined ? 240 : 600;

/** How long a step that took too long has to say what the cluster saw, before jest ends it without a word. */
const DESCRIBE_SECONDS = 30;

/** The images that this machine has, as the runner found out. */
const IMAGES_HERE = (process.env.LIVE_IMAGES ?? '').split(' ');

export interface StoryOptions extends ProcessClusterOptions {
  /** The releases of etcd that it runs. Where one of them cannot be had, the story is skipped. */
  readonly etcd?: readonly string[];
  /** Other images that not every machine can make. Where one of them cannot be had, the story is skipped. */
  readonly images?: readonly string[];
}

export interface StepOptions {
  /** How long it may take. @default 240, and on a real cluster 600 */
  readonly seconds?: number;
}

export interface Telling {
  /** The story's cluster, which no other story sees. */
  readonly cluster: Cluster;
  readonly faults: Faults;
  /** One step, after those before it. A step that fails shows what the cluster saw, and ends the story. */
  step(sentence: string, body: () => Promise<void>, options?: StepOptions): void;
  /** A step that only processes can be asked for; on a real cluster it is skipped, by its name. */
  processStep(sentence: string, body: () => Promise<void>, options?: StepOptions): void;
}

/** A scenario: steps that are told in order, on one cluster of its own. */
export function story(name: string, { etcd = [], images = [], ...options }: StoryOptions, tell: (telling: Telling) => void): void {
  const title = etcd.length > 0 ? `${name} (etcd ${etcd.join(', ')})` : name;
  let started: Cluster | undefined;
  let failed: string | undefined;
  const current = () => {
    if (!started) {
      throw new Error('the cluster of a story is there only while its steps run');
    }
    return started;
  };
  const cluster = delegateTo(current);
  const faults = delegateTo(() => current().faults!);

  const run = (sentence: string, body: () => Promise<void>, seconds: number) => async () => {
    if (failed !== undefined) {
      const message = `not tried, since this failed: ${failed}`;
      // jest shows the stack alone.
      throw Object.assign(new Error(message), { stack: message });
    }
    const over = new AbortController();
    try {
      await Promise.race([body(), tooLong(seconds, over.signal)]);
    } catch (error) {
      failed = sentence;
      (error as Error).message += `\n\n${await current().describe()}`;
      throw error;
    } finally {
      over.abort();
    }
  };

  const available = KUBECONFIG !== undefined || [...etcd.map(etcdImage), ...images].every(image => IMAGES_HERE.includes(image));
  (available ? describe : describe.skip)(title, () => {
    beforeAll(async () => {
      const label = title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
      started = KUBECONFIG === undefined ? await ProcessCluster.start(label, options) : await KubectlCluster.start(label, KUBECONFIG);
    });
    afterAll(async () => {
      await started?.stop();
      started = undefined;
    });
    const tellBy = (register: typeof test | typeof test.skip): Telling['step'] => (sentence, body, { seconds = STEP_SECONDS } = {}) =>
      register(sentence, run(sentence, body, seconds), (seconds + DESCRIBE_SECONDS) * 1000);
    tell({ cluster, faults, step: tellBy(test), processStep: tellBy(KUBECONFIG === undefined ? test : test.skip) });
  });
}

async function tooLong(seconds: number, signal: AbortSignal): Promise<never> {
  await sleep(seconds * 1000, undefined, { signal });
  throw new Error(`the step took more than ${seconds} s`);
}

/** An object that is only known later. */
function delegateTo<T extends object>(target: () => T): T {
  return new Proxy({} as T, {
    get: (_, property) => {
      const value = Reflect.get(target(), property);
      return typeof value === 'function' ? value.bind(target()) : value;
    },
  });
}
