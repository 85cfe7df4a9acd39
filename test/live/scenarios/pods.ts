import { Cluster, WaitOptions } from '../cluster';
import { KubeObject } from '../control-plane/objects';

export const BUSYBOX = 'busybox:1.36.1';

/** A container that runs a script in an image that has a shell. Its errors go where its output goes, since no cluster logs two streams in the order of their lines. */
export function shell(script: string, fields: object = {}): object {
  return { name: 'main', image: BUSYBOX, command: ['/bin/sh', '-c', `exec 2>&1\n${script}`], ...fields };
}

/** A pod that is run once, and has no more time to stop than it needs to show that it was asked. */
export function podOf(name: string, container: object, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      containers: [container],
      ...spec,
    },
  };
}

export function configMap(name: string, data: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

export function secret(name: string, data: Record<string, string>): KubeObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', data: Object.fromEntries(encoded) };
}

/** Waits until a pod has come to its end, and returns it. */
export async function ended(cluster: Cluster, pod: string, options?: WaitOptions): Promise<KubeObject> {
  return cluster.eventually(`pod ${pod} has ended`, async () => {
    const object = await cluster.get('Pod', pod);
    if (!['Succeeded', 'Failed'].includes(object.status?.phase)) {
      throw new Error(`it is ${object.status?.phase}`);
    }
    return object;
  }, options);
}

/** Runs a pod to its end and returns what it printed, line by line. */
export async function linesOf(cluster: Cluster, pod: KubeObject): Promise<string[]> {
  await cluster.apply([pod]);
  await ended(cluster, pod.metadata.name);
  return (await cluster.logs(pod.metadata.name)).trimEnd().split('\n');
}

/** The status of a pod's container, by its name. */
export function containerOf(pod: KubeObject, name = 'main'): any {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].find(status => status.name === name);
}
