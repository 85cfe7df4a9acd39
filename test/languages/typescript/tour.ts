import { ApiObject, App, Chart, ChartProps, Cron, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  ClaimDataSource, ClaimRetention, DisruptionBudget, EtcdAutoCompaction, EtcdBackupDestination, EtcdCluster, EtcdKeyAlgorithm, EtcdMonitoring,
  EtcdTls, EtcdVersion, PodSecurity, Rollout, SeccompProfile, StatefulApp, TopologySpread,
} from 'cdk8s-stateful';
import { Construct } from 'constructs';

/** What the API is made of, and other languages write in their own way: structs, choices, enums, units, maps, lists and patches. */
class Tour extends Chart {
  public constructor(scope: Construct, id: string, props: ChartProps) {
    super(scope, id, props);
    this.ledger();
    this.etcd();
  }

  private ledger(): void {
    const config = new kplus.ConfigMap(this, 'config', {
      metadata: { name: 'ledger-config' },
      data: { 'ledger.conf': 'fsync = always\n' },
    });
    const app = new StatefulApp(this, 'ledger', {
      replicas: 5,
      podManagementPolicy: kplus.PodManagementPolicy.PARALLEL,
      rollout: Rollout.rolling({ maxUnavailable: 2 }),
      minReady: Duration.seconds(30),
      terminationGracePeriod: Duration.minutes(2),
      claimRetention: ClaimRetention.delete({ whenScaled: true }),
      podSecurity: PodSecurity.restricted({ user: 1000, seccompProfile: SeccompProfile.localhost('profiles/ledger.json') }),
      disruptionBudget: DisruptionBudget.quorum(),
      topologySpread: [
        TopologySpread.required(kplus.Topology.ZONE, { minDomains: 3 }),
        TopologySpread.preferred(kplus.Topology.HOSTNAME),
      ],
      peerEnv: { RAFT_PEERS: { port: 7000, separator: ' ' }, NAMES: { named: true } },
      replicasEnv: 'REPLICAS',
      containers: [{
        name: 'ledger',
        image: 'registry.example.com/ledger:2.4.0',
        ports: [{ number: 7000, name: 'raft' }, { number: 8080, name: 'http' }],
        envVariables: {
          MODE: kplus.EnvValue.fromValue('primary'),
          POD: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME),
        },
        resources: {
          cpu: { request: kplus.Cpu.millis(250) },
          memory: { request: Size.mebibytes(512), limit: Size.gibibytes(1) },
        },
        liveness: kplus.Probe.fromHttpGet('/healthz', { port: 8080, periodSeconds: Duration.seconds(5) }),
      }],
      volumeClaimTemplates: [{
        name: 'data',
        storage: Size.gibibytes(20),
        mountPath: '/data',
        accessModes: [kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE_POD],
        dataSource: ClaimDataSource.snapshot('before-the-move'),
        annotations: { 'example.com/tier': 'gold' },
      }],
    });
    app.containers[0].mount('/etc/ledger', kplus.Volume.fromConfigMap(this, 'config-volume', config));
    app.restartOn(config);
    app.exposeEachPod({ type: kplus.ServiceType.NODE_PORT });
    new kplus.ConfigMap(this, 'hosts', { metadata: { name: 'ledger-hosts' }, data: { hosts: app.peers.hosts.join('\n') } });

    app.addInitContainer({ name: 'proxy', image: 'registry.example.com/proxy:1.0.0' });
    ApiObject.of(app).addJsonPatch(JsonPatch.add('/spec/template/spec/initContainers/0/restartPolicy', 'Always'));
    ApiObject.of(app).addJsonPatch(JsonPatch.add('/metadata/annotations', { 'example.com/note': 'patched' }));
  }

  private etcd(): void {
    const cluster = new EtcdCluster(this, 'etcd', {
      version: EtcdVersion.V3_5,
      storage: Size.gibibytes(8),
      heartbeatInterval: Duration.millis(200),
      electionTimeout: Duration.seconds(2),
      autoCompaction: EtcdAutoCompaction.periodic(Duration.hours(2)),
      tls: EtcdTls.certManager({
        issuer: { name: 'etcd-ca' },
        duration: Duration.days(90),
        algorithm: EtcdKeyAlgorithm.ECDSA_384,
      }),
      monitoring: EtcdMonitoring.prometheusOperator({ labels: { release: 'monitoring' }, interval: Duration.seconds(15), dashboard: false }),
      extraArgs: { 'max-txn-ops': '256', 'max-request-bytes': '3145728' },
    });
    cluster.addBackup({
      schedule: Cron.schedule({ hour: '1', minute: '30' }),
      destination: EtcdBackupDestination.s3({
        bucket: 'backups',
        credentials: kplus.Secret.fromSecretName(this, 'Credentials', 's3-credentials'),
      }),
      keep: 14,
    });
    cluster.connect(new kplus.Deployment(this, 'Orders', {
      metadata: { name: 'orders' },
      replicas: 2,
      containers: [{ image: 'registry.example.com/orders:1.4.0', securityContext: { user: 1000 } }],
    }));
  }
}

const app = new App();
new Tour(app, 'tour', { namespace: 'shop', labels: { team: 'storage' } });
app.synth();
