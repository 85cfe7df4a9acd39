import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerConfig } from './containers/oci-spec';
import { Kubelet, KubeletOptions } from './kubelet';
import { EventLog } from '../control-plane/events';
import { hasCondition, KubeObject } from '../control-plane/objects';
import { ObjectStore } from '../control-plane/store';

/** A program that ends when it is told to. */
async function startFake({ id, logFile }: ContainerConfig) {
  let end: (exitCode: number) => void;
  const exited = new Promise<any>(resolve => end = exitCode => resolve({ exitCode, oomKilled: false, startedAt: '', finishedAt: '' }));
  writeFileSync(logFile, `log of attempt ${id.slice(-1)}`);
  return {
    id,
    exited,
    startedAt: '2024-01-01T00:00:00Z',
    signal: (name: string) => end(name === 'SIGKILL' ? 137 : 0),
    exec: async (command: readonly string[]) => ({ exitCode: 0, stdout: command.join(' '), stderr: '' }),
    remove: async () => undefined,
  };
}

describe('Kubelet', () => {
  let directory: string;
  let store: ObjectStore;
  let events: EventLog;
  let kubelet: Kubelet;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubelet-'));
    store = new ObjectStore();
    events = new EventLog();
    let addresses = 0;
    const fakes = {
      network: { attach: async () => ({ ip: `10.244.1.${++addresses}`, netns: '' }), detach: async () => undefined },
      runtime: { start: startFake },
      images: { pull: async () => ({ rootfs: '/images/c', entrypoint: ['/c'], cmd: [], env: {}, user: '', workingDir: '/' }) },
      claims: { pathOf: () => undefined },
      tokens: { issue: () => 'token' },
    } as unknown as KubeletOptions;
    kubelet = new Kubelet({ ...fakes, world: 'test', directory, store, events, pace: 1000, configMapRefreshSeconds: 60 });
    kubelet.start();
  });

  afterEach(async () => {
    await kubelet.stop();
    rmSync(directory, { recursive: true });
  });

  function createPod(name: string): KubeObject {
    const spec = {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      automountServiceAccountToken: false,
      dnsPolicy: 'ClusterFirst',
      containers: [{ name: 'a', image: 'c:1' }, { name: 'b', image: 'c:1' }],
    };
    return store.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec });
  }

  /** The pod, once it is ready with that many restarts of its first container. */
  async function ready(name: string, restarts = 0): Promise<KubeObject> {
    for (;;) {
      const pod = store.get('Pod', 'default', name);
      if (hasCondition(pod, 'Ready') && pod.status.containerStatuses[0].restartCount === restarts) {
        return pod;
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  function deletion(name: string): Promise<void> {
    return new Promise(resolve => store.watch(({ type, object }) => type === 'DELETED' && object.metadata.name === name && resolve()));
  }

  test('binds pods to the node and runs them', async () => {
    createPod('p');
    const pod = await ready('p');
    expect(pod.spec.nodeName).toBe('node');
    expect(hasCondition(pod, 'PodScheduled')).toBe(true);
    expect(events.all()[0]).toMatchObject({ object: 'Pod default/p', reason: 'Scheduled', message: 'Successfully assigned default/p to node' });
    expect(kubelet.networkOf('default', 'p').ip).toBe(pod.status.podIP);
  });

  test('executes in the first container, or in the one that is named', async () => {
    createPod('p');
    await ready('p');
    await expect(kubelet.exec('default', 'p', undefined, ['etcdctl', 'member', 'list'])).resolves.toMatchObject({ stdout: 'etcdctl member list' });
    await expect(kubelet.exec('default', 'p', 'b', ['true'])).resolves.toMatchObject({ exitCode: 0 });
    await expect(kubelet.exec('default', 'p', 'c', ['true'])).rejects.toThrow(/^container c is not valid for pod p$/);
    await expect(kubelet.exec('default', 'q', undefined, ['true'])).rejects.toThrow(/^Pod default\/q not found$/);
  });

  test('kills a container, starts it again, and has the logs of both', async () => {
    createPod('p');
    await ready('p');
    await expect(kubelet.logs('default', 'p', 'a', true)).rejects.toThrow(/^previous terminated container "a" in pod "p" not found$/);
    await kubelet.kill('default', 'p');
    await ready('p', 1);
    await expect(kubelet.logs('default', 'p', 'a', false)).resolves.toBe('log of attempt 1');
    await expect(kubelet.logs('default', 'p', 'a', true)).resolves.toBe('log of attempt 0');
  });

  test('takes a deleted pod out of the store when it has ended', async () => {
    createPod('p');
    await ready('p');
    const gone = deletion('p');
    store.delete('Pod', 'default', 'p');
    await gone;
    expect(store.find('Pod', 'default', 'p')).toBeUndefined();
  });

  test('does nothing without power, and then goes on with what is there', async () => {
    createPod('p');
    createPod('q');
    const before = await ready('p');
    await ready('q');
    await kubelet.powerOff();
    createPod('r');
    store.delete('Pod', 'default', 'q');
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(store.get('Pod', 'default', 'p')).toEqual(before);
    expect(store.get('Pod', 'default', 'r').spec.nodeName).toBeUndefined();

    const gone = deletion('q');
    await kubelet.powerOn();
    const after = await ready('p', 1);
    await ready('r');
    expect(after.status.podIP).not.toBe(before.status.podIP);
    await gone;
  });
});
