import { ApiObject } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { changed, checkMetadata, selectorOf, unlessEmpty } from './private/manifests';
import { dnsLabelProblem, podAddress, serviceAddress, serviceNameProblem, subdomainProblem } from './private/names';
import {
  childOf, entryProblem, listProblem, objectProblem, Place, refuse, refuseIf, shown, structProblem, wholeNumberProblem,
} from './private/refuse';
import { objectOf } from './private/services';
import { refuseObjectsOfOneName } from './private/unique-objects';

const SELECTOR_EXAMPLE = 'new StatefulApp(), Pods.select() and the like';

/**
 * A port of a headless service.
 */
export interface HeadlessServicePort extends kplus.ServicePort {
  /**
   * The name of the container's port that is meant, in place of its number; each pod may then have it at another number.
   *
   * @default - `targetPort`, or the port itself.
   */
  readonly targetPortName?: string;
}

/**
 * Properties of `HeadlessService`.
 */
export interface HeadlessServiceProps extends kplus.ResourceProps {
  /**
   * The pods whose addresses the service publishes.
   *
   * @default - none yet: use `select()`, or give the service to a `StatefulApp`.
   */
  readonly selector?: kplus.IPodSelector;

  /**
   * Named places to connect to. A headless service works without any; named ones also get SRV records.
   *
   * @default - no ports.
   */
  readonly ports?: HeadlessServicePort[];

  /**
   * Whether pods are found by their names before they are ready.
   *
   * Members of a cluster that become ready only together need it: without, none ever finds another.
   *
   * @default false
   */
  readonly publishNotReadyAddresses?: boolean;

  /**
   * The DNS domain of the cluster, in which addresses end where the namespace is known.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

/**
 * How an address is written.
 */
export interface AddressOptions {
  /**
   * The namespace in the address.
   *
   * @default - that of the service, or the short form where the chart does not know it.
   */
  readonly namespace?: string;

  /**
   * The DNS domain of the cluster.
   *
   * @default - that of the service.
   */
  readonly clusterDomain?: string;
}

/**
 * A service without an address of its own (`clusterIP: None`): it gives each of its pods a DNS name.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
 * @example
 *
 * const service = new HeadlessService(chart, 'etcd', {
 *   ports: [{ port: 2379, name: 'client' }, { port: 2380, name: 'peer' }],
 *   publishNotReadyAddresses: true,
 * });
 * service.addressOf('etcd-0'); // etcd-0.etcd
 */
export class HeadlessService extends kplus.Service {
  /** Whether pods are found by their names before they are ready. */
  public readonly publishNotReadyAddresses: boolean;

  protected readonly apiObject: ApiObject;

  private readonly clusterDomain?: string;
  private readonly stated: HeadlessServicePort[] = [];
  private derived?: () => kplus.ServicePort[];

  /**
   * @param scope the chart, or another construct.
   * @param id the construct's id, and the name of the service unless `metadata.name` is given.
   * @param props what to publish.
   */
  public constructor(scope: Construct, id: string, props: HeadlessServiceProps = {}) {
    const name = props?.metadata?.name ?? id;
    checkProps(childOf(scope, id), name, props);
    const metadata = changed(props.metadata, { name });
    super(scope, id, { metadata: { name }, clusterIP: 'None' });
    this.apiObject = objectOf(this, metadata);
    this.publishNotReadyAddresses = props.publishNotReadyAddresses ?? false;
    this.clusterDomain = props.clusterDomain;
    if (props.selector !== undefined) {
      this.select(props.selector);
    }
    for (const port of props.ports ?? []) {
      this.addPort(port);
    }
    refuseObjectsOfOneName(this);
  }

  /** The DNS name of the service: it resolves to the addresses of all its pods. */
  public get address(): string {
    return serviceAddress(this.name, this.metadata.namespace, this.clusterDomain);
  }

  /**
   * The DNS name of one pod: `<pod>.<service>`, or with the namespace and the cluster's domain where the namespace is known.
   *
   * @param podName the name of the pod, e.g. `etcd-0`.
   * @param options how the address is written.
   */
  public addressOf(podName: string, options: AddressOptions = {}): string {
    refuseIf(this, 'the options of an address', structProblem(options));
    const namespace = options.namespace ?? this.metadata.namespace;
    refuseIf(this, 'the name of a pod, which is also its host name,', dnsLabelProblem(podName));
    refuseIf(this, '\'namespace\'', namespace === undefined ? undefined : dnsLabelProblem(namespace));
    refuseIf(this, '\'clusterDomain\'', options.clusterDomain === undefined ? undefined : subdomainProblem(options.clusterDomain));
    if (options.clusterDomain !== undefined && namespace === undefined) {
      refuse(this, `an address with 'clusterDomain' ${shown(options.clusterDomain)} needs a namespace, which the chart does not know: give 'namespace'`);
    }
    return podAddress(podName, this.name, namespace, options.clusterDomain ?? this.clusterDomain);
  }

  /** The ports of the service; as governing service of a `StatefulApp` also those of its containers. */
  public get ports(): kplus.ServicePort[] {
    return [...this.stated, ...this.derived?.() ?? []];
  }

  /** The number of the first port. */
  public get port(): number {
    const first = this.ports[0];
    if (first === undefined) {
      refuse(this, 'this headless service has no port: add one with addPort()');
    }
    return first.port;
  }

  /**
   * Adds a port.
   *
   * @param port its number, and what it is called.
   */
  public addPort(port: HeadlessServicePort): void {
    refuseIf(this, '\'port\' of a service', wholeNumberProblem(port?.port, 1, 65535));
    refuseIf(this, '\'name\' of a service\'s port', port.name === undefined ? undefined : dnsLabelProblem(port.name));
    if (port.nodePort !== undefined) {
      refuse(this, `a headless service has no node ports, got 'nodePort' ${shown(port.nodePort)}: use StatefulApp.exposeEachPod() with NODE_PORT`);
    }
    if (port.targetPort !== undefined && port.targetPortName !== undefined) {
      refuse(this, `'targetPort' ${shown(port.targetPort)} and 'targetPortName' ${shown(port.targetPortName)} say the same thing twice: give one`);
    }
    this.stated.push(port);
  }

  /**
   * Adds a port.
   *
   * @param port its number.
   * @param options what it is called, and where it leads.
   */
  public bind(port: number, options: kplus.ServiceBindOptions = {}): void {
    this.addPort({ ...options, port });
  }

  /**
   * Publishes the addresses of these pods; called again, of those that match this too.
   *
   * @param selector the pods, selected by labels: services know no expressions.
   */
  public select(selector: kplus.IPodSelector): void {
    refuseIf(this, '\'selector\'', objectProblem(selector ?? null, 'toPodSelectorConfig', SELECTOR_EXAMPLE));
    const { matchLabels, matchExpressions } = selector.toPodSelectorConfig().labelSelector._toKube();
    if (matchExpressions !== undefined) {
      refuse(this, 'a service selects pods by labels alone, got a selector with expressions: use labels');
    }
    for (const [key, value] of Object.entries(matchLabels ?? {})) {
      this.selectLabel(key, value);
    }
  }

  /**
   * Publishes only pods that have this label too.
   *
   * @param key the key of the label.
   * @param value its value.
   */
  public selectLabel(key: string, value: string): void {
    const selector = selectorOf(this);
    if (Object.hasOwn(selector, key) && selector[key] !== value) {
      refuse(this, `no pod has both ${key}=${shown(selector[key])} and ${key}=${shown(value)}: select by one of them`);
    }
    super.selectLabel(key, value);
  }

  /**
   * Has the service publish these ports besides its own.
   *
   * @internal
   */
  public _derivePorts(ports: () => kplus.ServicePort[]): void {
    this.derived = ports;
  }

  /**
   * @internal
   */
  public _toKube(): kplus.k8s.ServiceSpec {
    return {
      clusterIp: 'None',
      publishNotReadyAddresses: this.publishNotReadyAddresses || undefined,
      selector: unlessEmpty(selectorOf(this)),
      ports: unlessEmpty(this.ports.map(toPort)),
    };
  }
}

function checkProps(at: Place, name: string, props: HeadlessServiceProps): void {
  refuseIf(at, 'the properties', structProblem(props));
  refuseIf(at, '\'metadata.name\', or else the id, of a service', serviceNameProblem(name));
  checkMetadata(at, props.metadata ?? {});
  refuseIf(at, '\'ports\'', listProblem(props.ports, entryProblem));
  refuseIf(at, '\'clusterDomain\'', props.clusterDomain === undefined ? undefined : subdomainProblem(props.clusterDomain));
}

function toPort(port: HeadlessServicePort): kplus.k8s.ServicePort {
  const { IntOrString } = kplus.k8s;
  const target = port.targetPort === port.port ? undefined : port.targetPort;
  return {
    name: port.name,
    port: port.port,
    targetPort: port.targetPortName !== undefined ? IntOrString.fromString(port.targetPortName)
      : target === undefined ? undefined : IntOrString.fromNumber(target),
    protocol: port.protocol,
  };
}
