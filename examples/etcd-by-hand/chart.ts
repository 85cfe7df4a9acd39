import { Chart, ChartProps, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { HeadlessService, StatefulApp } from 'cdk8s-stateful';
import { Construct } from 'constructs';

const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
const METRICS_PORT = 2381;

export interface EtcdByHandProps extends ChartProps {
  /**
   * How many members are formed into a cluster; an odd number.
   *
   * @default 3
   */
  readonly replicas?: number;

  /**
   * What a member with an empty disk does: `new` forms a cluster, `existing` joins the one that is there.
   *
   * @default 'new'
   */
  readonly initialClusterState?: 'new' | 'existing';

  /**
   * The storage class of the members' disks; one of fast disks that are local to their node or replicated by their provider.
   *
   * @default - the cluster's default class.
   */
  readonly storageClass?: string;
}

/** An etcd cluster without a shell in it, made of nothing but a StatefulApp and its peers. */
export class EtcdByHand extends Chart {
  public constructor(scope: Construct, id: string, props: EtcdByHandProps = {}) {
    super(scope, id, props);
    const service = new HeadlessService(this, 'etcd-service', {
      metadata: { name: 'etcd', labels: { app: 'etcd' } },
      ports: [{ port: CLIENT_PORT, name: 'client' }, { port: PEER_PORT, name: 'peer' }],
      publishNotReadyAddresses: true,
    });
    // the kubelet expands $(...), so one template serves every member; the host is written as in the list of peers.
    const host = `$(POD_NAME).${service.address}`;
    new StatefulApp(this, 'etcd', {
      metadata: { labels: { app: 'etcd' } },
      service,
      selectorLabels: { app: 'etcd-member' },
      replicas: props.replicas ?? 3,
      podManagementPolicy: kplus.PodManagementPolicy.PARALLEL,
      peerEnv: { INITIAL_CLUSTER: { named: true, scheme: 'http', port: PEER_PORT } },
      volumeClaimTemplates: [
        { name: 'data', storage: Size.gibibytes(2), storageClass: props.storageClass, mountPath: '/var/run/etcd' },
      ],
      containers: [{
        name: 'etcd',
        image: 'gcr.io/etcd-development/etcd:v3.6.14',
        ports: [
          { number: CLIENT_PORT, name: 'client' },
          { number: PEER_PORT, name: 'peer' },
          { number: METRICS_PORT, name: 'metrics' },
        ],
        envVariables: {
          POD_NAME: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME),
          POD_IP: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_IP),
        },
        command: ['/usr/local/bin/etcd'],
        args: [
          '--name=$(POD_NAME)',
          `--listen-peer-urls=http://$(POD_IP):${PEER_PORT}`,
          `--listen-client-urls=http://$(POD_IP):${CLIENT_PORT},http://127.0.0.1:${CLIENT_PORT}`,
          `--listen-metrics-urls=http://$(POD_IP):${METRICS_PORT}`,
          `--advertise-client-urls=http://${host}:${CLIENT_PORT}`,
          `--initial-advertise-peer-urls=http://${host}:${PEER_PORT}`,
          '--initial-cluster-token=etcd-cluster-1',
          '--initial-cluster=$(INITIAL_CLUSTER)',
          `--initial-cluster-state=${props.initialClusterState ?? 'new'}`,
          '--data-dir=/var/run/etcd/default.etcd',
        ],
        readiness: kplus.Probe.fromHttpGet('/health', { port: CLIENT_PORT, timeoutSeconds: Duration.seconds(5) }),
        // from its start until it has found a quorum, etcd answers nothing on the client port, not even /livez.
        liveness: kplus.Probe.fromHttpGet('/livez', { port: METRICS_PORT, timeoutSeconds: Duration.seconds(5), failureThreshold: 6 }),
      }],
    });
  }
}
