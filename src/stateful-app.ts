import { ApiObject, ApiObjectMetadata, ApiObjectMetadataDefinition, Chart, Duration } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct, Dependable, IConstruct } from 'constructs';
import { DisruptionBudget } from './disruption-budget';
import { HeadlessService } from './headless-service';
import { Peers } from './peers';
import { PodSecurity } from './pod-security';
import { checksumAnnotation, configObject, variablesFrom } from './private/config-maps';
import { PlainContainer } from './private/container';
import { ManifestObject } from './private/manifest-object';
import { STATEFUL_SET_SPEC } from './private/manifest-shapes';
import { changed, checkMetadata, selectorOf, unlessEmpty, writtenPart } from './private/manifests';
import { metadataOf } from './private/metadata';
import { dnsLabelProblem } from './private/names';
import { PodExtras, podSpec } from './private/pod-spec';
import { objectProblem, refuse, refuseIf } from './private/refuse';
import { PodService, servicePorts } from './private/services';
import { refuseObjectsOfOneName } from './private/unique-objects';
import { registerLabels } from './private/unique-selectors';
import { Rollout } from './rollout';
import {
  checkContents, checkInitContainer, checkNewContainer, checkNewVolume, checkNodePorts, checkNumbers, checkProps, checkResources, checkSelectors,
} from './stateful-app-checks';
import { ExposeEachPodOptions, StatefulAppProps } from './stateful-app-props';
import { ClaimRetention, VolumeClaimTemplate, VolumeClaimTemplateProps } from './volume-claim-template';

/**
 * An application with an identity and a disk for each of its pods: a StatefulSet with its governing service, its claims and its
 * disruption budget, as one object.
 *
 * Everything that Kubernetes never lets change is derived from the name: renaming a chart, or moving the app within it, changes
 * no byte of the StatefulSet.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 * @example
 *
 * new StatefulApp(chart, 'web', {
 *   replicas: 3,
 *   containers: [{ image: 'nginx:1.27.2', ports: [{ number: 8080, name: 'http' }] }],
 *   volumeClaimTemplates: [{ name: 'www', storage: Size.gibibytes(1), mountPath: '/usr/share/nginx/html' }],
 * });
 */
export class StatefulApp extends kplus.Workload implements kplus.IScalable {
  /** The plural name of the kind, as roles name it. */
  public readonly resourceType = 'statefulsets';

  /** The governing service: each pod is found as `<pod>.<service>`. */
  public readonly service: kplus.Service;

  /** How many pods there are; absent where Kubernetes, or an autoscaler, decides. */
  public readonly replicas?: number;

  /** The ordinal of the first pod. */
  public readonly startOrdinal: number;

  /** Whether pods start and stop one after the other or all at once. */
  public readonly podManagementPolicy: kplus.PodManagementPolicy;

  /** Which pods a change of the template reaches; absent where none was stated. */
  public readonly rollout?: Rollout;

  /** What happens to claims whose pod is no longer wanted. */
  public readonly claimRetention: ClaimRetention;

  /** How long a pod must be ready before it counts as available. */
  public readonly minReady: Duration;

  /** How many pods may be evicted at a time. */
  public readonly disruptionBudget: DisruptionBudget;

  /** What the pods may do on their node. */
  public readonly podSecurity: PodSecurity;

  /** Whether an autoscaler sets the number of pods. */
  public hasAutoscaler: boolean = false;

  protected readonly apiObject: ApiObject;

  private readonly template: ApiObjectMetadataDefinition;
  private readonly claims: VolumeClaimTemplate[] = [];
  private readonly plainInitContainers: PlainContainer[] = [];
  private readonly restartingConfigs: ApiObject[] = [];
  private readonly peerVariables: kplus.k8s.EnvVar[];
  private readonly namespace?: string;

  /**
   * @param scope the chart, or another construct.
   * @param id the construct's id, and the app's name unless `metadata.name` is given.
   * @param props what to run.
   */
  public constructor(scope: Construct, id: string, private readonly props: StatefulAppProps = {}) {
    const name = props?.metadata?.name ?? id;
    checkProps(scope, id, name, props);
    const podSecurity = props.podSecurity ?? PodSecurity.restricted();
    super(scope, id, changed(props, {
      securityContext: podSecurity._podProps(props.securityContext),
      // what cdk8s-plus would do at once, and the app does itself in its own way.
      containers: undefined,
      initContainers: undefined,
      volumes: undefined,
      hostAliases: undefined,
      spread: undefined,
      select: false,
    }));
    podSecurity._check(this, this.securityContext);
    this.replicas = props.replicas;
    this.startOrdinal = props.startOrdinal ?? 0;
    this.podManagementPolicy = props.podManagementPolicy ?? kplus.PodManagementPolicy.ORDERED_READY;
    this.rollout = props.rollout ?? (props.partition === undefined ? undefined : Rollout.partition(props.partition));
    this.claimRetention = props.claimRetention ?? ClaimRetention.retain();
    this.minReady = props.minReady ?? Duration.seconds(0);
    this.podSecurity = podSecurity;
    this.disruptionBudget = props.disruptionBudget ?? DisruptionBudget.maxUnavailable(1);

    checkNumbers(this, props);

    const labels = props.selectorLabels ?? { 'app.kubernetes.io/instance': name, 'app.kubernetes.io/name': name };
    const metadata = { namespace: props.metadata?.namespace, labels };
    // objects are written in the order of the tree: what a new pod needs stands before the StatefulSet that makes it.
    this.service = props.service ?? new HeadlessService(this, 'Service', {
      metadata: { name, ...metadata },
      publishNotReadyAddresses: props.publishNotReadyAddresses,
      clusterDomain: props.clusterDomain,
    });
    this.namespace = props.metadata?.namespace ?? Chart.of(this).namespace;
    this.peerVariables = this.addPeerVariables({ name: `${name}-peers`, ...metadata });
    this.apiObject = new ManifestObject(this, 'Resource', {
      metadata: changed(props.metadata, { name, labels: { ...labels, ...props.metadata?.labels } }),
      key: 'spec',
      content: ownMetadata => this.toManifest(ownMetadata),
      ...kplus.k8s.KubeStatefulSet.GVK,
    });
    // who depends on the app depends on its pods, and not on each object: cdk8s follows every path from object to object.
    Dependable.implement(this, { dependencyRoots: [this.apiObject] });
    this.template = new ApiObjectMetadataDefinition(changed(props.podMetadata, {
      labels: { ...labels, ...props.podMetadata?.labels },
      apiObject: this.apiObject,
    }));
    this.select(kplus.LabelSelector.of({ labels }));
    this.govern(this.service);
    this.fill(props);
    if (props.disruptionBudget !== undefined || (this.replicas ?? 1) > 1) {
      this.addDisruptionBudget();
    }
    if (this.isolate) {
      this.connections.isolate();
    }
    refuseObjectsOfOneName(this);
    registerLabels(this, this.namespace, labels);
  }

  /** The labels and annotations of the pods. */
  public get podMetadata(): ApiObjectMetadataDefinition {
    return this.template;
  }

  /** The containers that run before the others. */
  public get initContainers(): kplus.Container[] {
    return [...this.plainInitContainers];
  }

  /** The claims that each pod gets. */
  public get volumeClaimTemplates(): VolumeClaimTemplate[] {
    return [...this.claims];
  }

  /** The stable names of the pods. Fails where `replicas` was left out: then others say how many there are. */
  public get peers(): Peers {
    const replicas = this.knownReplicas('the peers');
    return Peers.of(this, {
      name: this.props.metadata?.name ?? this.node.id,
      service: this.service.name,
      replicas,
      startOrdinal: this.startOrdinal,
      namespace: this.namespace,
      clusterDomain: this.props.clusterDomain,
    });
  }

  /**
   * Adds a container.
   *
   * @param container what to run.
   */
  public addContainer(container: kplus.ContainerProps): kplus.Container {
    const plain = new PlainContainer(this, container);
    this.attachContainer(plain);
    return plain;
  }

  /**
   * Adds a container that exists already. It keeps what cdk8s-plus adds unasked, a TCP startup probe for one;
   * `addContainer()` leaves that out.
   *
   * @param container the container.
   */
  public attachContainer(container: kplus.Container): void {
    checkNewContainer(this, container.name);
    checkResources(this, container);
    super.attachContainer(container);
    this.claims.forEach(claim => claim._mountInto(this.containers));
  }

  /**
   * Adds a container that runs to its end before the others start.
   *
   * @param container what to run. Its name is `init-0`, `init-1` and so on unless given.
   */
  public addInitContainer(container: kplus.ContainerProps): kplus.Container {
    const plain = new PlainContainer(this, container, `init-${this.plainInitContainers.length}`);
    checkNewContainer(this, plain.name);
    checkInitContainer(this, plain);
    this.plainInitContainers.push(plain);
    return plain;
  }

  /**
   * Adds a volume that the pods share, or that each has for itself but loses when it stops.
   *
   * @param volume the volume.
   */
  public addVolume(volume: kplus.Volume): void {
    refuseIf(this, 'a volume', objectProblem(volume ?? null, 'asVolume', 'Volume.fromEmptyDir() and the like'));
    checkNewVolume(this, volume.name);
    super.addVolume(volume);
  }

  /**
   * Adds a claim: a disk for each pod, which it finds again wherever it starts.
   *
   * @param props what is claimed, and where it is mounted.
   */
  public addVolumeClaimTemplate(props: VolumeClaimTemplateProps): VolumeClaimTemplate {
    refuseIf(this, '\'name\' of a claim template', dnsLabelProblem(props?.name));
    checkNewVolume(this, props.name);
    const claim = new VolumeClaimTemplate(this, props.name, props);
    this.claims.push(claim);
    claim._mountInto(this.containers);
    return claim;
  }

  /**
   * Makes one service for each pod, for clients that must reach a certain one from outside the DNS of the cluster. Needs `replicas`.
   *
   * @param options how the services are reached.
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label
   */
  public exposeEachPod(options: ExposeEachPodOptions = {}): kplus.Service[] {
    const { namePrefix = `${this.name}-`, ports = servicePorts(this, this.containers) } = options;
    if (ports.length === 0) {
      refuse(this, 'there is no port to expose each pod at: give \'ports\', or add a container that has one');
    }
    checkNodePorts(this, ports);
    const scope = this.node.tryFindChild('EachPod') as Construct ?? new Construct(this, 'EachPod');
    const { names, ordinals } = this.peers;
    return names.map((podName, i) => {
      const name = `${namePrefix}${ordinals[i]}`;
      const metadata = { name, namespace: this.namespace, labels: { ...this.matchLabels, ...options.labels }, annotations: options.annotations };
      return new PodService(scope, name, { metadata, podName, type: options.type, ports });
    });
  }

  /**
   * Replaces the pods when the content of these objects changes, by a checksum on the pod template.
   *
   * Kubernetes by itself restarts nothing: variables keep their old value for as long as a container runs.
   *
   * @param configs ConfigMaps and Secrets that the chart defines.
   * @see https://github.com/kubernetes/kubernetes/issues/22368
   */
  public restartOn(...configs: IConstruct[]): void {
    this.restartingConfigs.push(...configs.map(config => configObject(this, config)));
  }

  /** Selects the pods of this app. @see IPodSelector.toPodSelectorConfig() */
  public toPodSelectorConfig(): kplus.PodSelectorConfig {
    return {
      labelSelector: kplus.LabelSelector.of({ labels: this.matchLabels }),
      namespaces: this.namespace === undefined ? undefined : { names: [this.namespace] },
    };
  }

  /** Leaves the number of pods to an autoscaler. @see IScalable.markHasAutoscaler() */
  public markHasAutoscaler(): void {
    if (this.replicas !== undefined) {
      refuse(this, `an autoscaler and 'replicas: ${this.replicas}' cannot both set the number of pods: leave one of them out`);
    }
    this.hasAutoscaler = true;
    this.addDisruptionBudget();
  }

  /** What an autoscaler changes. @see IScalable.toScalingTarget() */
  public toScalingTarget(): kplus.ScalingTarget {
    const { kind, apiVersion, name, containers, replicas } = this;
    return { kind, apiVersion, name, containers, replicas };
  }

  /**
   * @internal
   */
  public _toKube(): kplus.k8s.StatefulSetSpec {
    const { props, replicas } = this;
    const template = metadataOf(this.template, this.apiObject) as kplus.k8s.ObjectMeta;
    return {
      replicas,
      serviceName: this.service.name,
      selector: this._toLabelSelector(),
      template: {
        metadata: changed(template, {
          labels: { ...this.matchLabels, ...template.labels },
          annotations: unlessEmpty({ ...template.annotations, ...checksumAnnotation(this.restartingConfigs) }),
        }),
        spec: podSpec(this, this.podExtras()),
      },
      podManagementPolicy: props.podManagementPolicy,
      updateStrategy: this.rollout?._toKube(this, replicas),
      minReadySeconds: props.minReady?.toSeconds(),
      revisionHistoryLimit: props.revisionHistoryLimit,
      ordinals: props.startOrdinal === undefined ? undefined : { start: props.startOrdinal },
      persistentVolumeClaimRetentionPolicy: props.claimRetention?._toKube(this, replicas),
      volumeClaimTemplates: unlessEmpty(this.claims.map(claim => claim._toKube())),
    };
  }

  private podExtras(): PodExtras {
    const { podSecurity, securityContext, claims, props } = this;
    return {
      claims: new Map(claims.map(claim => [claim.asVolume(), { block: claim.volumeMode === kplus.PersistentVolumeMode.BLOCK }])),
      env: this.peerVariables,
      securityContext: podSecurity._toPod(securityContext),
      containerSecurityContext: container => podSecurity._toContainer(
        this, container.name, securityContext, container instanceof PlainContainer ? container.stated.securityContext : container.securityContext),
      topologySpreadConstraints: (props.topologySpread ?? []).map(spread => spread._toKube(this, this.matchLabels)),
      priorityClassName: props.priorityClassName,
      enableServiceLinks: props.enableServiceLinks ?? false,
    };
  }

  /** The spec as it is written, in the form of manifests: so JSON patches can say what the types of Kubernetes 1.27 do not know. */
  private toManifest(metadata: unknown): unknown {
    checkContents(this, this.props);
    const spec = this._toKube();
    checkSelectors(this, spec.template.metadata!.labels!, this.namespace);
    checkMetadata(this, metadata);
    return writtenPart(this, STATEFUL_SET_SPEC, spec, 'spec', kplus.k8s.toJson_StatefulSetSpec);
  }

  /** The variables of `peerEnv` and `replicasEnv`, by way of a ConfigMap: so that no pod template changes with the number of pods. */
  private addPeerVariables(metadata: ApiObjectMetadata): kplus.k8s.EnvVar[] {
    const { peerEnv = {}, replicasEnv } = this.props;
    const variables = Object.entries(peerEnv).map(([variable, options]) => [variable, this.peers.list(options)]);
    if (replicasEnv !== undefined) {
      variables.push([replicasEnv, String(this.knownReplicas('\'replicasEnv\''))]);
    }
    return variablesFrom(this, 'Peers', metadata, Object.fromEntries(variables));
  }

  /** Kubernetes makes one pod where none are stated, but keeps what `kubectl scale` or an autoscaler set since. */
  private knownReplicas(what: string): number {
    if (this.replicas === undefined) {
      refuse(this, `${what} cannot be known where the number of pods is left to Kubernetes, kubectl scale or an autoscaler: give 'replicas'`);
    }
    return this.replicas;
  }

  private fill(props: StatefulAppProps): void {
    props.hostAliases?.forEach(alias => this.addHostAlias(alias));
    props.volumes?.forEach(volume => this.addVolume(volume));
    props.volumeClaimTemplates?.forEach(claim => this.addVolumeClaimTemplate(claim));
    props.containers?.forEach(container => this.addContainer(container));
    props.initContainers?.forEach(container => this.addInitContainer(container));
    for (const topology of props.spread ? [kplus.Topology.HOSTNAME, kplus.Topology.ZONE] : []) {
      this.scheduling.spread({ topology });
    }
  }

  private govern(service: kplus.Service): void {
    if (unlessEmpty(selectorOf(service)) === undefined) {
      service.select(this);
    }
    if (this.props.service === undefined) {
      (service as HeadlessService)._derivePorts(() => servicePorts(this, this.containers));
    }
  }

  private addDisruptionBudget(): void {
    const spec = this.disruptionBudget._toKube(this, this.matchLabels);
    if (spec !== undefined && this.node.tryFindChild('DisruptionBudget') === undefined) {
      const metadata = { name: this.name, namespace: this.namespace, labels: this.matchLabels };
      const content = () => kplus.k8s.toJson_PodDisruptionBudgetSpec(spec);
      new ManifestObject(this, 'DisruptionBudget', { metadata, key: 'spec', content, ...kplus.k8s.KubePodDisruptionBudget.GVK });
    }
  }
}
