import { IConstruct } from 'constructs';
import { dnsLabelProblem, podAddress, serviceNameProblem, STATEFUL_SET_NAME_MAX, subdomainProblem } from './private/names';
import { entryProblem, refuse, refuseIf, shown, structProblem, textProblem, wholeNumberProblem } from './private/refuse';

const SCHEME = /^[a-z][a-z0-9+.-]*$/;

/**
 * Where the pods of an app are found.
 */
export interface PeersProps {
  /**
   * The name of the StatefulSet: its pods are `<name>-<ordinal>`.
   */
  readonly name: string;

  /**
   * The name of its governing service.
   */
  readonly service: string;

  /**
   * How many pods there are.
   */
  readonly replicas: number;

  /**
   * The ordinal of the first pod.
   *
   * @default 0
   */
  readonly startOrdinal?: number;

  /**
   * The namespace of the pods.
   *
   * @default - not known: hosts have the short form, which resolves within the namespace.
   */
  readonly namespace?: string;

  /**
   * The DNS domain of the cluster, as its kubelets are told it.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

/**
 * How addresses of peers are written.
 */
export interface PeerUrlOptions {
  /**
   * The scheme, e.g. `https`.
   *
   * @default - `http` in `urls()`, none in `list()`, whose entries then are `host` or `host:port`.
   */
  readonly scheme?: string;

  /**
   * The port.
   *
   * @default - none, which for most programs means the port of the scheme.
   */
  readonly port?: number;

  /**
   * The namespace in the hosts; asks for the long form of host names when the namespace of the pods is not known to the chart.
   *
   * @default - the namespace of the app, or the short form of host names.
   */
  readonly namespace?: string;
}

/**
 * How a list of peers is written.
 */
export interface PeerListOptions extends PeerUrlOptions {
  /**
   * Whether each entry starts with the name of its pod and an equals sign, as etcd's `initial-cluster` wants.
   *
   * @default false
   */
  readonly named?: boolean;

  /**
   * What stands between the entries.
   *
   * @default ','
   */
  readonly separator?: string;
}

/**
 * The stable names of an app's pods: as names, hosts, URLs and lists.
 *
 * A pod keeps its name and its host for as long as the app lives, on whatever node and with whatever address it runs, so such a list
 * can be written down before any of them exists.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
 * @example
 *
 * const peers = Peers.of(chart, { name: 'etcd', service: 'etcd', replicas: 3 });
 * peers.list({ scheme: 'http', port: 2380, named: true });
 * // etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380,etcd-2=http://etcd-2.etcd:2380
 */
export class Peers {
  /**
   * The peers of a set of pods that is described by hand; those of a `StatefulApp` are its `peers`.
   *
   * @param scope the construct that errors name.
   * @param props where the pods are found.
   */
  public static of(scope: IConstruct, props: PeersProps): Peers {
    return new Peers(scope, props);
  }

  private readonly first: number;

  private constructor(private readonly scope: IConstruct, private readonly props: PeersProps) {
    refuseIf(scope, 'the properties of the peers', entryProblem(props));
    const { replicas, startOrdinal = 0, namespace, clusterDomain } = props;
    refuseIf(scope, '\'name\' of the peers', dnsLabelProblem(props.name, STATEFUL_SET_NAME_MAX));
    refuseIf(scope, '\'service\' of the peers', serviceNameProblem(props.service));
    refuseIf(scope, '\'replicas\'', wholeNumberProblem(replicas));
    refuseIf(scope, '\'startOrdinal\'', wholeNumberProblem(startOrdinal));
    refuseIf(scope, '\'namespace\' of the peers', namespace === undefined ? undefined : dnsLabelProblem(namespace));
    refuseIf(scope, '\'clusterDomain\'', clusterDomain === undefined ? undefined : subdomainProblem(clusterDomain));
    this.first = startOrdinal;
  }

  /** The ordinals of the pods, ascending. */
  public get ordinals(): number[] {
    return Array.from({ length: this.props.replicas }, (_, i) => this.first + i);
  }

  /** The names of the pods, e.g. `etcd-0`. */
  public get names(): string[] {
    return this.ordinals.map(ordinal => `${this.props.name}-${ordinal}`);
  }

  /**
   * The host names of the pods: `<pod>.<service>` where the namespace is not known at synth, and
   * `<pod>.<service>.<namespace>.svc.<cluster domain>` where it is.
   */
  public get hosts(): string[] {
    return this.hostsIn(this.props.namespace);
  }

  /**
   * The host name of one pod, in the form that the lists have.
   *
   * @param podName the name of the pod; `$(POD_NAME)` where a container has such a variable, for a template that serves every pod.
   */
  public hostOf(podName: string): string {
    refuseIf(this.scope, 'the name of a pod', textProblem(podName));
    return podAddress(podName, this.props.service, this.props.namespace, this.props.clusterDomain);
  }

  /**
   * One URL for each pod.
   *
   * @param options scheme and port.
   */
  public urls(options: PeerUrlOptions = {}): string[] {
    return this.addresses({ ...options, scheme: options?.scheme ?? 'http' });
  }

  /**
   * All pods in one string.
   *
   * @param options how an entry is written and what separates entries.
   */
  public list(options: PeerListOptions = {}): string {
    refuseIf(this.scope, 'the options of a list of peers', structProblem(options));
    const { named = false, separator = ',' } = options;
    const names = this.names;
    if (typeof separator !== 'string') {
      refuse(this.scope, `'separator' of a list of peers must be text, got ${shown(separator)}`);
    }
    return this.addresses(options).map((address, i) => named ? `${names[i]}=${address}` : address).join(separator);
  }

  private addresses({ scheme, port, namespace = this.props.namespace }: PeerUrlOptions): string[] {
    if (scheme !== undefined && (typeof scheme !== 'string' || !SCHEME.test(scheme))) {
      refuse(this.scope, `'scheme' of peers must be the scheme of a URL such as 'http', got ${shown(scheme)}`);
    }
    refuseIf(this.scope, '\'port\' of peers', port === undefined ? undefined : wholeNumberProblem(port, 1, 65535));
    refuseIf(this.scope, '\'namespace\' of peers', namespace === undefined ? undefined : dnsLabelProblem(namespace));
    const before = scheme === undefined ? '' : `${scheme}://`;
    const after = port === undefined ? '' : `:${port}`;
    return this.hostsIn(namespace).map(host => `${before}${host}${after}`);
  }

  private hostsIn(namespace: string | undefined): string[] {
    return this.names.map(name => podAddress(name, this.props.service, namespace, this.props.clusterDomain));
  }
}
