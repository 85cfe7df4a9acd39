import { availableParallelism, totalmem } from 'node:os';
import { ConfigError } from './config-objects';
import { KubeObject } from '../../control-plane/objects';
import { amountOf } from '../../control-plane/quantity';

/** A pod, and what is known of it only on the node where it runs. */
export interface PodFacts {
  readonly pod: KubeObject;
  readonly podIP: string;
  readonly hostIP: string;
  readonly nodeName: string;
}

/**
 * The value of a field of a pod for a variable.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields
 */
export function variableField(path: string, { pod, podIP, hostIP, nodeName }: PodFacts): string {
  switch (path) {
    case 'spec.nodeName': return nodeName;
    case 'spec.serviceAccountName': return pod.spec.serviceAccountName;
    case 'status.podIP': return podIP;
    case 'status.podIPs': return podIP;
    case 'status.hostIP': return hostIP;
    // they are for volumes only: a variable cannot follow them when they change.
    case 'metadata.labels':
    case 'metadata.annotations': throw unsupported(path);
    default: return metadataField(path, pod);
  }
}

/**
 * The value of a field of a pod for a file: of its metadata alone, and the lines of all labels or annotations in order.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/fieldpath/fieldpath.go
 */
export function fileField(path: string, pod: KubeObject): string {
  switch (path) {
    case 'metadata.labels': return linesOf(pod.metadata.labels);
    case 'metadata.annotations': return linesOf(pod.metadata.annotations);
    default: return metadataField(path, pod);
  }
}

/**
 * A container's request or limit in whole divisors, rounded up. A limit that is not set is all that the node has; a request that is not set is 0.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-resourceFieldRef
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#fallback-information-for-resource-limits
 */
export function resourceField(reference: any, pod: KubeObject, container?: any): string {
  const of = reference.containerName ? pod.spec.containers.find(({ name }: any) => name === reference.containerName) : container;
  if (!of) {
    throw new ConfigError(`container ${reference.containerName} not found`);
  }
  const [, kind, resource] = /^(limits|requests)\.(cpu|memory)$/.exec(reference.resource) ?? [];
  if (!kind) {
    throw new ConfigError(`unsupported container resource : ${reference.resource}`);
  }
  const amount = amountOf(of.resources?.[kind]?.[resource] ?? 0) || (kind === 'limits' ? allocatable(resource) : 0);
  // a divisor of 0 is what the API server writes where none is given. The precision hides what a fraction such as 0.1 is not exactly.
  return String(Math.ceil(Number((amount / (amountOf(reference.divisor ?? 0) || 1)).toPrecision(15))));
}

function allocatable(resource: string): number {
  return resource === 'cpu' ? availableParallelism() : totalmem();
}

function metadataField(path: string, { metadata }: KubeObject): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map) {
    return metadata[map as 'labels' | 'annotations']?.[key] ?? '';
  }
  switch (path) {
    case 'metadata.name': return metadata.name;
    case 'metadata.namespace': return metadata.namespace!;
    case 'metadata.uid': return metadata.uid!;
    default: throw unsupported(path);
  }
}

function linesOf(map: Record<string, string> = {}): string {
  return Object.keys(map).sort().map(key => `${key}=${JSON.stringify(map[key])}`).join('\n');
}

function unsupported(path: string): ConfigError {
  return new ConfigError(`unsupported fieldPath: ${path}`);
}
