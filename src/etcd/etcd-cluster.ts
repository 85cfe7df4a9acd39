import { ApiObject, ApiObjectMetadata, Chart, Cron, Duration } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct, Dependable } from 'constructs';
import { EtcdAutoCompaction } from './etcd-auto-compaction';
import { EtcdBackup, EtcdBackupProps } from './etcd-backup';
import { CheckedProps, checkClusterProps } from './etcd-cluster-checks';
import { EtcdClusterProps } from './etcd-cluster-props';
import { EtcdDefragmentation } from './etcd-defragmentation';
import { EtcdTlsBinding } from './etcd-tls';
import { EtcdVersion } from './etcd-version';
import { addFixedMember, addManagedMember, LEAVE_GRACE, membershipAccount, stateMapOf } from './members';
import { notesOf } from './notes';
import { certificateFiles, CLIENT_TLS_PATH, EtcdPrograms } from './programs';
import { addRestore, restoredToken } from './restore-steps';
import { CLIENT_PORT, METRICS_PORT, PEER_PORT, schemeOf, settingsOf, STORAGE_PATH, variableOf } from './settings';
import { bytesOf, fittingQuota } from './sizing';
import { DisruptionBudget } from '../disruption-budget';
import { Peers } from '../peers';
import { PodSecurity } from '../pod-security';
import { inOrder } from '../private/manifests';
import { serviceAddress } from '../private/names';
import { objectProblem, refuse, refuseIf } from '../private/refuse';
import { PlainService } from '../private/services';
import { StatefulApp } from '../stateful-app';
import { TopologySpread } from '../topology-spread';

const IMAGE = 'gcr.io/etcd-development/etcd';
const AGENT_IMAGE = 'node:24.21.0-bookworm-slim';

/**
 * A cluster of etcd on its official image, which has no shell, with nothing to install in the Kubernetes cluster.
 *
 * It makes a StatefulSet whose members start at once and find each other before they are ready, a service for clients that reaches members
 * that are ready, a disruption budget that keeps the quorum, and a NetworkPolicy. Members are spread over nodes and zones as far as there are
 * any, and their disks outlive everything.
 *
 * The members follow the number of pods: scale it like a Deployment, by another `replicas` or by `kubectl scale`.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/
 * @example
 *
 * const cluster = new EtcdCluster(chart, 'etcd', { replicas: 3 });
 *
 * cluster.connect(new kplus.Deployment(chart, 'api', {
 *   containers: [{ image: 'example/api:1.0.0' }],
 * }));
 */
export class EtcdCluster extends Construct {
  /** The members: their StatefulSet, governing service, claims and budget. */
  public readonly app: StatefulApp;

  /** The service for clients: it reaches the members that are ready. */
  public readonly clientService: kplus.Service;

  /** The release of etcd. */
  public readonly version: EtcdVersion;

  private readonly name: string;
  private readonly namespace?: string;
  private readonly tls?: EtcdTlsBinding;
  private readonly policy?: kplus.NetworkPolicy;
  private readonly programs: EtcdPrograms;

  /**
   * @param scope the chart, or a construct in it.
   * @param id the id in the tree; also the name of the cluster, unless `metadata` has one.
   * @param props how large the cluster is, what it runs, who may use it.
   */
  public constructor(scope: Construct, id: string, props: EtcdClusterProps = {}) {
    const checked = checkClusterProps(scope, id, props);
    super(scope, id);
    this.name = checked.name;
    this.version = checked.version;
    this.namespace = props.metadata?.namespace ?? Chart.of(this).namespace;
    const { clusterDomain } = props;
    const labels = { 'app.kubernetes.io/name': 'etcd', 'app.kubernetes.io/instance': this.name };
    const metadata = { ...props.metadata, name: this.name, labels: { ...labels, ...props.metadata?.labels } };
    const site = { name: this.name, service: this.name, clientService: `${this.name}-client`, namespace: this.namespace, labels: metadata.labels };
    this.tls = props.tls?._bind(this, { ...site, clusterDomain });

    this.programs = new EtcdPrograms(this, 'Programs', {
      name: this.name,
      metadata,
      version: this.version,
      image: imageOf(props, checked),
      agentImage: props.agentImage ?? AGENT_IMAGE,
      endpoints: Peers.of(this, { ...site, ...checked, clusterDomain }).urls({ scheme: schemeOf(this.tls?.server), port: CLIENT_PORT }),
      clientUrl: `${schemeOf(this.tls?.server)}://${serviceAddress(site.clientService, this.namespace, clusterDomain)}:${CLIENT_PORT}`,
      tls: this.tls,
      rootPassword: props.auth?._password(this),
      podSecurity: props.podSecurity ?? PodSecurity.restricted(),
      letIn: podLabels => this.allowClient(kplus.Pods.select(this, 'ProgramPods', { labels: podLabels })),
    });
    this.app = this.makeMembers(props, checked, metadata, labels);
    // who depends on the cluster depends on its members, as with any StatefulApp.
    Dependable.implement(this, { dependencyRoots: [ApiObject.of(this.app)] });
    this.clientService = new PlainService(this, 'ClientService', {
      metadata: { ...metadata, name: site.clientService },
      ports: [{ name: 'client', port: CLIENT_PORT }],
      selector: this.app,
    });
    this.policy = props.networkPolicy ?? true ? this.makePolicy(metadata) : undefined;
    props.auth?._bind(this, this.programs, props.restoreFrom?.snapshot);
    (props.defragmentation ?? EtcdDefragmentation.scheduled(Cron.schedule({ minute: '0', hour: '3' })))._bind(this, this.programs);
    props.monitoring?._bind(this, {
      ...site,
      replicas: checked.replicas,
      podLabels: labels,
      version: this.version,
      quotaBytes: quotaOf(props, checked),
      metadataLabels: metadata.labels,
    });
    if (props.monitoring !== undefined) {
      this.allowMetrics(props.monitoring._prometheus ?? kplus.Pods.all(this, 'AnyPod', { namespaces: kplus.Namespaces.all(this, 'AnyNamespace') }));
    }
  }

  /** The stable names of the members. */
  public get peers(): Peers {
    return this.app.peers;
  }

  /** The URLs at which each member serves clients, in the order of their ordinals. */
  public get endpoints(): string[] {
    return [...this.programs.site.endpoints];
  }

  /** The URL of the service for clients: it stays the same whatever becomes of the members. */
  public get clientUrl(): string {
    return this.programs.site.clientUrl;
  }

  /**
   * What to do once the cluster was applied: the commands that show how it is, spelled for this cluster, like the notes of a Helm chart.
   *
   * @see https://helm.sh/docs/chart_template_guide/notes_files/
   */
  public get notes(): string {
    return notesOf({
      name: this.name,
      namespace: this.namespace,
      replicas: this.app.replicas!,
      clientUrl: this.clientUrl,
      clientService: this.clientService.name,
      encrypted: this.tls?.server !== undefined,
      hasUsers: this.programs.site.rootPassword !== undefined,
    });
  }

  /**
   * Makes a workload a client: each of its containers gets the address of the cluster as `ETCD_ENDPOINTS` and `ETCDCTL_ENDPOINTS`, the certificate
   * for clients as files where there is one, and the NetworkPolicy lets its pods in.
   *
   * @param workload what has its containers already; with TLS it must be in the namespace of the cluster, since its pods mount the certificate.
   */
  public connect(workload: kplus.Workload): void {
    refuseIf(this, 'a client', objectProblem(workload ?? null, 'addVolume', 'new kplus.Deployment() and the like'));
    if (workload.containers.length === 0) {
      refuse(this, `client '${workload.node.path}' has no container to connect: add its containers first`);
    }
    for (const { env, name } of workload.containers) {
      if (Object.hasOwn(env.variables, 'ETCD_ENDPOINTS')) {
        refuse(this, `container '${name}' of client '${workload.node.path}' has ETCD_ENDPOINTS already, which names one cluster: give it the 'clientUrl' `
          + 'of the other in a variable of your own, and use allowClient()');
      }
      env.addVariable('ETCD_ENDPOINTS', kplus.EnvValue.fromValue(this.clientUrl));
      env.addVariable('ETCDCTL_ENDPOINTS', kplus.EnvValue.fromValue(this.clientUrl));
    }
    this.giveCertificate(workload);
    this.allowClient(workload);
  }

  /**
   * Lets pods reach the cluster as clients, and nothing else: they are told neither its address nor a certificate.
   *
   * @param peer a workload, `kplus.Pods.select()`, a namespace, or a range of addresses.
   */
  public allowClient(peer: kplus.INetworkPolicyPeer): void {
    this.allow(peer, CLIENT_PORT);
  }

  /**
   * Lets pods read the metrics of the members.
   *
   * @param peer a workload, `kplus.Pods.select()`, a namespace, or a range of addresses.
   */
  public allowMetrics(peer: kplus.INetworkPolicyPeer): void {
    this.allow(peer, METRICS_PORT);
  }

  /**
   * Has backups made by schedule.
   *
   * @param props when, where to, and how many are kept.
   */
  public addBackup(props: EtcdBackupProps): EtcdBackup {
    return EtcdBackup._of(this, this.programs, props);
  }

  private makeMembers(props: EtcdClusterProps, checked: CheckedProps, metadata: ApiObjectMetadata, labels: Record<string, string>): StatefulApp {
    const { replicas, version, storage, isManaged } = checked;
    const app = new StatefulApp(this, 'Members', {
      metadata,
      replicas,
      selectorLabels: labels,
      // the first member alone has no quorum, and would never be ready.
      podManagementPolicy: kplus.PodManagementPolicy.PARALLEL,
      publishNotReadyAddresses: true,
      rollout: props.rollout,
      partition: props.partition,
      priorityClassName: props.priorityClassName,
      podSecurity: props.podSecurity,
      clusterDomain: props.clusterDomain,
      disruptionBudget: replicas > 1 ? DisruptionBudget.quorum() : undefined,
      // of one member, too: its pod must not change when there are more.
      topologySpread: [kplus.Topology.HOSTNAME, kplus.Topology.ZONE].map(topology => TopologySpread.preferred(topology)),
      peerEnv: { [variableOf('initial-cluster')]: { named: true, scheme: schemeOf(this.tls?.peer), port: PEER_PORT } },
      volumeClaimTemplates: [{ name: 'data', storage, storageClass: props.storageClass, mountPath: STORAGE_PATH }],
      ...isManaged && {
        serviceAccount: membershipAccount(new Construct(this, 'Membership'), metadata),
        automountServiceAccountToken: true,
        terminationGracePeriod: LEAVE_GRACE,
      },
    });
    const settings = settingsOf({
      props,
      version,
      token: restoredToken(props.clusterToken ?? (this.namespace === undefined ? this.name : `${this.namespace}/${this.name}`), props.restoreFrom),
      quotaBytes: quotaOf(props, checked),
      compaction: (props.autoCompaction ?? EtcdAutoCompaction.periodic(Duration.hours(1)))._settings(this),
      host: app.peers.hostOf('$(POD_NAME)'),
      tls: this.tls,
    });
    if (props.restoreFrom !== undefined) {
      addRestore(app, props.restoreFrom, {
        programs: this.programs,
        settings,
        resources: props.resources,
        stateMap: isManaged ? stateMapOf(this.name) : undefined,
        peerSecret: this.tls?.peer,
      });
    }
    const member = {
      image: imageOf(props, checked), version, settings, extraArgs: inOrder(props.extraArgs ?? {}), resources: props.resources, tls: this.tls,
    };
    if (isManaged) {
      addManagedMember(app, member, this.programs);
    } else {
      addFixedMember(app, member);
    }
    return app;
  }

  private makePolicy(metadata: ApiObjectMetadata): kplus.NetworkPolicy {
    const policy = new kplus.NetworkPolicy(this, 'NetworkPolicy', { metadata, selector: this.app });
    for (const port of [PEER_PORT, CLIENT_PORT]) {
      policy.addIngressRule(this.app, [kplus.NetworkPolicyPort.tcp(port)]);
    }
    return policy;
  }

  private allow(peer: kplus.INetworkPolicyPeer, port: number): void {
    refuseIf(this, 'who is let in', objectProblem(peer ?? null, 'toNetworkPolicyPeerConfig', 'a workload, kplus.Pods.select() and the like'));
    this.policy?.addIngressRule(peer, [kplus.NetworkPolicyPort.tcp(port)]);
  }

  private giveCertificate(workload: kplus.Workload): void {
    const { client, server, clientCertAuth } = this.tls ?? {};
    if (server === undefined) {
      return;
    }
    if (client === undefined) {
      refuse(this, `there is no certificate for client '${workload.node.path}': give 'client' to EtcdTls.fromSecrets(), or use allowClient() and give it one`);
    }
    const { namespace } = workload.metadata;
    if (namespace !== this.namespace) {
      refuse(this, `client '${workload.node.path}' is in namespace '${namespace}' and cannot mount secret '${client.name}' of namespace '${this.namespace}': `
        + 'put it into the same namespace, or use allowClient() and give it a certificate there');
    }
    const volume = kplus.Volume.fromSecret(workload, `${this.node.addr}-client-tls`, client, { name: `${this.name}-client-tls` });
    for (const container of workload.containers) {
      container.mount(CLIENT_TLS_PATH, volume, { readOnly: true });
      for (const [variable, file] of Object.entries(certificateFiles(clientCertAuth!))) {
        container.env.addVariable(variable, kplus.EnvValue.fromValue(file));
      }
    }
  }
}

function imageOf({ image }: EtcdClusterProps, { version }: CheckedProps): string {
  return `${image ?? IMAGE}:v${version.version}`;
}

function quotaOf({ quota }: EtcdClusterProps, { storage }: CheckedProps): number {
  return quota === undefined ? fittingQuota(storage) : bytesOf(quota);
}
