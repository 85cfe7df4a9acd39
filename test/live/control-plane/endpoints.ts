import { hasCondition, hasLabels, KubeObject } from './objects';
import { Reconciler } from './reconciler';
import { ObjectStore } from './store';

export interface EndpointPort {
  /** The name of the service's port. */
  readonly name?: string;
  readonly protocol: string;
  /** The service's port. */
  readonly port: number;
  /** The port of the pod: what a name as `targetPort` means may differ from pod to pod. */
  readonly targetPort: number;
}

export interface EndpointAddress {
  readonly ip: string;
  /** The pod's own name below the service's, e.g. `etcd-0`. */
  readonly hostname?: string;
  /** The pod's name. */
  readonly pod: string;
  /** Whether the pod says it is ready, and is not on its way out. */
  readonly ready: boolean;
  /** Those ports of the service that this pod has. */
  readonly ports: readonly EndpointPort[];
}

export interface ServiceEndpoints {
  /** In the order of the pods' names, numbers in them counted as such. */
  readonly addresses: readonly EndpointAddress[];
}

/**
 * The addresses under which a service is published: those of ready pods, or of all if it asks for it. They have records in DNS and get traffic.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/endpoint/endpoints_controller.go
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function endpointsOf(service: KubeObject, pods: KubeObject[]): ServiceEndpoints {
  return { addresses: selectedPods(service, pods).map(pod => addressOf(service, pod)).filter(address => isPublished(service, address)) };
}

/** Writes an `Endpoints` object for each service with a selector. Programs read them to find their peers; clusters serve them still. */
export class EndpointsController {
  private readonly reconciler: Reconciler;
  private served: KubeObject[] = [];

  constructor(private readonly store: ObjectStore) {
    this.reconciler = new Reconciler(store, ['Service', 'Pod', 'Endpoints'], () => this.reconcile());
  }

  start(): void {
    this.reconciler.start();
  }

  stop(): void {
    this.reconciler.stop();
  }

  private reconcile(): undefined {
    const services = this.store.list('Service').filter(hasSelector);
    for (const service of services) {
      this.write(service);
    }

    for (const { metadata: { namespace, name } } of this.served) {
      if (!this.store.find('Service', namespace, name)) {
        this.store.remove('Endpoints', namespace, name);
      }
    }
    this.served = services;
    return undefined;
  }

  private write(service: KubeObject): void {
    const { namespace, name, labels = {} } = service.metadata;
    const headless = service.spec.clusterIP === 'None';
    const old = this.store.find('Endpoints', namespace, name);
    const endpoints: KubeObject = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...old?.metadata ?? { namespace, name }, labels: headless ? { ...labels, 'service.kubernetes.io/headless': '' } : labels },
      subsets: subsetsOf(service, this.store.list('Pod', namespace)),
    };
    if (old) {
      this.store.update(endpoints);
    } else {
      this.store.create(endpoints);
    }
  }
}

/** A service without a selector gets its addresses from somebody else, one of type ExternalName has none. */
function hasSelector({ spec: { selector, type } }: KubeObject): boolean {
  return type !== 'ExternalName' && Object.keys(selector ?? {}).length > 0;
}

/** The pods of a service that have an address and are not over; terminating ones only if even those that are not ready count. */
function selectedPods(service: KubeObject, pods: KubeObject[]): KubeObject[] {
  if (!hasSelector(service)) {
    return [];
  }
  return pods
    .filter(({ metadata, status }) => metadata.namespace === service.metadata.namespace && status?.podIP && !['Succeeded', 'Failed'].includes(status.phase))
    .filter(pod => hasLabels(pod, service.spec.selector))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined || service.spec.publishNotReadyAddresses)
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name, 'en', { numeric: true }));
}

function addressOf(service: KubeObject, pod: KubeObject): EndpointAddress {
  const { hostname, subdomain } = pod.spec;
  return {
    ip: pod.status.podIP,
    ...hostname && subdomain === service.metadata.name ? { hostname } : {},
    pod: pod.metadata.name,
    ready: pod.metadata.deletionTimestamp === undefined && hasCondition(pod, 'Ready'),
    ports: (service.spec.ports ?? []).flatMap(({ name, protocol, port, targetPort }: any) => {
      const number = typeof targetPort === 'number' ? targetPort : containerPort(pod, targetPort, protocol);
      return number === undefined ? [] : [{ ...name === undefined ? {} : { name }, protocol, port, targetPort: number }];
    }),
  };
}

function containerPort(pod: KubeObject, name: string, protocol: string): number | undefined {
  return pod.spec.containers
    .flatMap(({ ports }: any) => ports ?? [])
    .find((port: any) => port.name === name && port.protocol === protocol)?.containerPort;
}

function isPublished(service: KubeObject, { ready }: EndpointAddress): boolean {
  return ready || service.spec.publishNotReadyAddresses === true;
}

/** One subset for each set of ports. Kubernetes may cut them otherwise; multiplied out they are the same addresses and ports. */
function subsetsOf(service: KubeObject, pods: KubeObject[]): any[] {
  const subsets = new Map<string, any>();
  for (const pod of selectedPods(service, pods)) {
    const address = addressOf(service, pod);
    // a pod with none of the ports the service names cannot be reached through it. Only a headless service may name none.
    if (service.spec.ports?.length && !address.ports.length) {
      continue;
    }
    const ports = address.ports.map(({ name, protocol, targetPort }) => ({ ...name === undefined ? {} : { name }, port: targetPort, protocol }));
    const key = JSON.stringify(ports);
    const subset = subsets.get(key) ?? { ...ports.length ? { ports } : {} };
    subsets.set(key, subset);
    (subset[isPublished(service, address) ? 'addresses' : 'notReadyAddresses'] ??= []).push(endpointAddress(address, pod));
  }
  return [...subsets.values()];
}

function endpointAddress({ ip, hostname }: EndpointAddress, { metadata: { namespace, name, uid }, spec: { nodeName } }: KubeObject): any {
  return { ip, ...hostname ? { hostname } : {}, ...nodeName ? { nodeName } : {}, targetRef: { kind: 'Pod', namespace, name, uid } };
}
