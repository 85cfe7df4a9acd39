import { Chart, Cron, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdBackupDestination, EtcdCluster, EtcdMonitoring, EtcdTls, EtcdVersion } from 'cdk8s-stateful';
import { Construct } from 'constructs';

const NAMESPACE = 'shop';

/** A cluster of etcd with certificates, backups, alerts and room to run, and a program that uses it. */
export class EtcdProduction extends Chart {
  public readonly cluster: EtcdCluster;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    new kplus.Namespace(this, 'Namespace', { metadata: { name: NAMESPACE } });

    const prometheus = kplus.Pods.select(this, 'Prometheus', {
      namespaces: kplus.Namespaces.select(this, 'MonitoringNamespace', { names: ['monitoring'] }),
      labels: { 'app.kubernetes.io/name': 'prometheus' },
    });
    this.cluster = new EtcdCluster(this, 'etcd', {
      metadata: { namespace: NAMESPACE },
      replicas: 3,
      version: EtcdVersion.V3_6,
      storage: Size.gibibytes(20),
      storageClass: 'fast-ssd',
      // no limit of processor time: it makes a member miss heartbeats when there is most to do.
      resources: {
        cpu: { request: kplus.Cpu.units(1) },
        memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) },
      },
      priorityClassName: 'storage',
      tls: EtcdTls.certManager({ issuer: { name: 'etcd-ca' } }),
      monitoring: EtcdMonitoring.prometheusOperator({
        labels: { release: 'kube-prometheus-stack' },
        interval: Duration.seconds(30),
        prometheus,
      }),
    });

    this.cluster.addBackup({
      schedule: Cron.schedule({ minute: '15', hour: '*/6' }),
      // no 'keep': the bucket has a rule for how long objects live, so that nothing in here may delete them.
      destination: EtcdBackupDestination.s3({
        bucket: 'example-backups',
        region: 'eu-central-1',
        credentials: kplus.Secret.fromSecretName(this, 'BackupKeys', 'backup-keys'),
      }),
    });

    const orders = new kplus.Deployment(this, 'Orders', {
      metadata: { name: 'orders', namespace: NAMESPACE },
      replicas: 2,
      containers: [{ name: 'orders', image: 'registry.example.com/orders:1.4.0', portNumber: 8080 }],
    });
    this.cluster.connect(orders);
  }
}
