import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Node, PodWorker } from './pod-worker';
import { EventLog } from '../../control-plane/events';
import type { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';
import type { ContainerConfig } from '../containers/oci-spec';
import type { Container, ExitStatus } from '../containers/runtime';

const TIMES = { startedAt: '2024-01-01T00:00:00Z', finishedAt: '2024-01-01T00:00:01Z' };

/** A container that runs until it is told how it ends. */
class FakeContainer implements Container {
  readonly id: string;
  readonly startedAt = TIMES.startedAt;
  readonly signals: NodeJS.Signals[] = [];
  readonly exited: Promise<ExitStatus>;
  removed = false;
  end!: (exitCode: number) => void;
  /** Which it leaves at once. */
  ignored: NodeJS.Signals[] = [];

  constructor(readonly config: ContainerConfig) {
    this.id = config.id;
    this.exited = new Promise(resolve => this.end = exitCode => resolve({ ...TIMES, exitCode, oomKilled: false }));
  }

  signal(name: NodeJS.Signals): void {
    this.signals.push(name);
    if (!this.ignored.includes(name)) {
      this.end(name === 'SIGKILL' ? 137 : 0);
    }
  }

  async exec() {
    return { exitCode: 0, stdout: '', stderr: '' };
  }

  async remove() {
    this.removed = true;
  }
}

describe('PodWorker', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pod-worker-'));
  const workers: PodWorker[] = [];
  afterEach(() => Promise.all(workers.splice(0).map(worker => worker.shutDown())));
  afterAll(() => rmSync(directory, { recursive: true }));

  let store: ObjectStore;
  let events: EventLog;
  let started: FakeContainer[];
  let node: Node;
  let mountFailures: number;
  let detached: string[];
  let tornDown: number;
  /** What becomes of each container that is started. */
  let whenStarted: (container: FakeContainer) => void;

  beforeEach(() => {
    store = new ObjectStore();
    events = new EventLog();
    started = [];
    detached = [];
    mountFailures = 0;
    tornDown = 0;
    whenStarted = () => undefined;
    let addresses = 0;
    node = {
      name: 'node',
      directory,
      cgroup: '/cdk8s-stateful-test',
      pace: 1000,
      store,
      events,
      network: {
        attach: async () => ({ ip: `10.244.1.${++addresses}`, netns: '/run/netns/pod' }),
        detach: async ({ ip }) => { detached.push(ip); },
      },
      runtime: {
        start: async (config) => {
          if (config.args[0] === 'nowhere') {
            throw Object.assign(new Error('exec: "nowhere": executable file not found in $PATH'), { exitCode: 128 });
          }
          const container = new FakeContainer(config);
          started.push(container);
          writeFileSync(config.logFile, `log of ${config.id}`);
          whenStarted(container);
          return container;
        },
      },
      images: {
        pull: async (reference) => {
          if (reference === 'missing') {
            throw new Error('no such image');
          }
          return { rootfs: '/images/c', entrypoint: ['/c'], cmd: [], env: {}, user: '65532', workingDir: '/' };
        },
      },
      volumesOf: () => ({
        prepare: async () => {
          if (mountFailures-- > 0) {
            throw new Error('MountVolume.SetUp failed for volume "config" : configmap "etcd" not found');
          }
        },
        mountsOf: () => [],
        refresh: async () => undefined,
        tearDown: async () => { tornDown++; },
      }),
    };
  });

  function podOf(spec: any): KubeObject {
    return store.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default' },
      spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, enableServiceLinks: false, dnsPolicy: 'ClusterFirst', ...spec },
    });
  }

  function run(spec: any): PodWorker {
    return runPod(podOf(spec));
  }

  function runPod(pod: KubeObject): PodWorker {
    const worker = new PodWorker(pod, node);
    workers.push(worker);
    worker.start();
    return worker;
  }

  const container = (name: string, over: object = {}) => ({ name, image: 'c:1', ...over });
  const status = () => store.get('Pod', 'default', 'p').status;
  const reasons = () => events.all().map(({ reason }) => reason);

  /** Waits until something is so. */
  async function until(probe: () => boolean): Promise<void> {
    const deadline = Date.now() + 4000;
    while (!probe()) {
      if (Date.now() > deadline) {
        throw new Error(`it did not come to this: ${probe}\n${JSON.stringify(store.find('Pod', 'default', 'p')?.status, null, 1)}`);
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
  const isReady = () => status()?.conditions?.some(({ type, status: value }: any) => type === 'Ready' && value === 'True');

  test('runs init containers one after the other, and then all containers', async () => {
    run({ initContainers: [container('i'), container('j')], containers: [container('a'), container('b')] });
    await until(() => started.length === 1);
    expect(status()).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }, {}] });
    started[0].end(0);
    await until(() => started.length === 2);
    started[1].end(0);
    await until(isReady);
    expect(started.map(({ config }) => config.id.split('-')[1])).toEqual(['i', 'j', 'a', 'b']);
    expect(status()).toMatchObject({ phase: 'Running', podIP: '10.244.1.1', initContainerStatuses: [{ ready: true }, { ready: true }] });
  });

  test('tries an init container again until it succeeds', async () => {
    run({ initContainers: [container('i')], containers: [container('a')] });
    await until(() => started.length === 1);
    started[0].end(1);
    await until(() => started.length === 2);
    started[1].end(0);
    await until(isReady);
    expect(status().initContainerStatuses[0]).toMatchObject({ restartCount: 1, ready: true, lastState: { terminated: { exitCode: 1, reason: 'Error' } } });
  });

  test('fails with its init container where nothing is tried again', async () => {
    run({ restartPolicy: 'Never', initContainers: [container('i')], containers: [container('a')] });
    await until(() => started.length === 1);
    started[0].end(1);
    await until(() => tornDown === 1);
    expect(status().phase).toBe('Failed');
    expect(started).toHaveLength(1);
  });

  test('starts a container again in the same sandbox, with a log of its own', async () => {
    const worker = run({ containers: [container('a')] });
    await until(isReady);
    started[0].end(137);
    await until(() => started.length === 2 && isReady());
    expect(status()).toMatchObject({
      podIP: '10.244.1.1',
      containerStatuses: [{ restartCount: 1, state: { running: TIMES.startedAt && {} }, lastState: { terminated: { exitCode: 137, reason: 'Error' } } }],
    });
    expect(started[0].removed).toBe(true);
    await expect(worker.log('a', 0)).resolves.toMatch(/^log of p-a-.*-0$/);
    await expect(worker.log('a', 1)).resolves.toMatch(/^log of p-a-.*-1$/);
  });

  test('makes a container that goes on crashing wait', async () => {
    whenStarted = ({ end }) => end(1);
    node = { ...node, pace: 10 };
    run({ containers: [container('a')] });
    await until(() => status()?.containerStatuses?.[0].state.waiting?.reason === 'CrashLoopBackOff');
    const uid = store.get('Pod', 'default', 'p').metadata.uid;
    expect(status()).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1, lastState: { terminated: { exitCode: 1 } } }] });
    expect(status().containerStatuses[0].state.waiting.message).toBe(`back-off 10s restarting failed container=a pod=p_default(${uid})`);
    expect(reasons().slice(-2)).toEqual(['Started', 'BackOff']);
  });

  test('succeeds when all containers have, and gives back its sandbox and its volumes', async () => {
    run({ restartPolicy: 'OnFailure', containers: [container('a')] });
    await until(isReady);
    started[0].end(0);
    await until(() => tornDown === 1);
    expect(status()).toMatchObject({ phase: 'Succeeded', podIP: '10.244.1.1', containerStatuses: [{ state: { terminated: { reason: 'Completed' } } }] });
    expect(detached).toEqual(['10.244.1.1']);
  });

  test('waits for its volumes', async () => {
    mountFailures = 2;
    run({ containers: [container('a')] });
    await until(isReady);
    expect(reasons()).toEqual(['FailedMount', 'FailedMount', 'Pulled', 'Created', 'Started']);
  });

  test('says why an image cannot be had, and starts the other containers', async () => {
    node = { ...node, pace: 10 };
    run({ containers: [container('a', { image: 'missing' }), container('b')] });
    await until(() => started.length === 1);
    expect(status()).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }, {}] });
    await until(() => status().containerStatuses[0].state.waiting.reason === 'ImagePullBackOff');
  });

  test('says why a container cannot be made', async () => {
    run({ securityContext: { runAsUser: 0, runAsNonRoot: true }, containers: [container('a')] });
    await until(() => status()?.containerStatuses?.[0].state.waiting.reason === 'CreateContainerConfigError');
    expect(status().containerStatuses[0].state.waiting.message).toMatch(/^container's runAsUser breaks non-root policy \(pod: "p_default\(/);
  });

  test('says that a program could not be started', async () => {
    run({ restartPolicy: 'Never', containers: [container('a', { command: ['nowhere'] })] });
    await until(() => status()?.phase === 'Failed');
    expect(status().containerStatuses[0].state.terminated).toMatchObject(
      { exitCode: 128, reason: 'StartError', message: 'exec: "nowhere": executable file not found in $PATH' });
  });

  test('runs a hook before it takes a container for started', async () => {
    const lifecycle = { postStart: { exec: { command: ['register'] } } };
    run({ containers: [container('a', { lifecycle }), container('b')] });
    await until(isReady);
    expect(reasons()).toEqual(['Pulled', 'Created', 'Started', 'Pulled', 'Created', 'Started']);
  });

  test('kills a container whose hook failed', async () => {
    whenStarted = (fake) => {
      if (started.length === 1) {
        fake.exec = async () => ({ exitCode: 1, stdout: '', stderr: 'no peers' });
      }
    };
    run({ containers: [container('a', { lifecycle: { postStart: { exec: { command: ['register'] } } } })] });
    await until(isReady);
    expect(started[0].signals[0]).toBe('SIGTERM');
    expect(events.all()).toContainEqual(expect.objectContaining(
      { reason: 'FailedPostStartHook', message: "PostStartHook failed: command 'register' exited with 1: no peers" }));
  });

  test('kills a container whose liveness probe failed, and starts it again', async () => {
    const livenessProbe = { exec: { command: ['alive'] }, initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 1 };
    whenStarted = (fake) => {
      if (started.length === 1) {
        fake.exec = async () => ({ exitCode: 1, stdout: 'dead', stderr: '' });
      }
    };
    run({ containers: [container('a', { livenessProbe })] });
    await until(() => started.length === 2 && isReady());
    expect(events.all().map(({ reason, message }) => `${reason} ${message}`)).toEqual(expect.arrayContaining([
      'Unhealthy Liveness probe failed: dead', 'Killing Container a failed liveness probe, will be restarted',
    ]));
  });

  test('ends all containers at once, after their hooks, and is then gone', async () => {
    const worker = run({ containers: [container('a', { lifecycle: { preStop: { exec: { command: ['leave'] } } } }), container('b')] });
    await until(isReady);
    const exec = jest.spyOn(started[0], 'exec');
    store.delete('Pod', 'default', 'p');
    await worker.terminate(30);
    expect(exec).toHaveBeenCalledWith(['leave'], undefined);
    expect(started.map(({ signals, removed }) => [signals[0], removed])).toEqual([['SIGTERM', true], ['SIGTERM', true]]);
    expect(store.find('Pod', 'default', 'p')).toBeUndefined();
    expect([detached, tornDown]).toEqual([['10.244.1.1'], 1]);
    expect(events.all().filter(({ reason }) => reason === 'Killing').map(({ message }) => message)).toEqual(['Stopping container a', 'Stopping container b']);
  });

  test('tells how a deleted pod ended before it is gone', async () => {
    const phases: string[] = [];
    const worker = run({ containers: [container('a')] });
    await until(isReady);
    store.watch(({ object }) => phases.push(object.status.phase));
    await worker.terminate(30);
    expect(phases.at(-1)).toBe('Succeeded');
  });

  test('ends while it waits for its volumes', async () => {
    mountFailures = Infinity;
    const worker = run({ containers: [container('a')] });
    await until(() => reasons().includes('FailedMount'));
    await worker.terminate(30);
    expect(store.find('Pod', 'default', 'p')).toBeUndefined();
    expect(started).toEqual([]);
  });

  test('ends a container that is just being started', async () => {
    const worker = run({ containers: [container('a')] });
    whenStarted = () => void worker.terminate(30);
    await until(() => store.find('Pod', 'default', 'p') === undefined);
    expect(started[0]).toMatchObject({ signals: expect.arrayContaining(['SIGTERM']), removed: true });
  });

  test('is gone at once when it is deleted without grace, and touches no new pod of its name', async () => {
    const worker = run({ containers: [container('a')] });
    await until(isReady);
    started[0].ignored = ['SIGTERM'];
    const terminated = worker.terminate(0);
    expect(store.find('Pod', 'default', 'p')).toBeUndefined();
    const next = podOf({ containers: [container('a')] });
    started[0].end(0);
    await terminated;
    expect(store.get('Pod', 'default', 'p')).toEqual(next);
  });

  test('says nothing after a power failure, and starts again with a new address', async () => {
    const worker = run({ containers: [container('a')] });
    await until(isReady);
    const before = store.get('Pod', 'default', 'p');
    await worker.cutPower();
    expect(store.get('Pod', 'default', 'p')).toEqual(before);
    expect([started[0].signals, detached, tornDown]).toEqual([['SIGKILL'], ['10.244.1.1'], 0]);

    runPod(before);
    await until(() => status().podIP === '10.244.1.2' && isReady());
    expect(status().containerStatuses[0]).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 255, reason: 'Unknown' } } });
  });

  test('has failed after a power failure where nothing is started again', async () => {
    const worker = run({ restartPolicy: 'Never', containers: [container('a')] });
    await until(isReady);
    await worker.cutPower();
    runPod(store.get('Pod', 'default', 'p'));
    await until(() => status().phase === 'Failed');
    expect(started).toHaveLength(1);
  });
});
