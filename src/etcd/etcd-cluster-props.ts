import { ApiObjectMetadata, Duration, Size } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { EtcdAuth } from './etcd-auth';
import { EtcdAutoCompaction } from './etcd-auto-compaction';
import { EtcdDefragmentation } from './etcd-defragmentation';
import { EtcdMembership } from './etcd-membership';
import { EtcdMonitoring } from './etcd-monitoring';
import { EtcdRestoreOptions } from './etcd-restore';
import { EtcdTls } from './etcd-tls';
import { EtcdVersion } from './etcd-version';
import { PodSecurity } from '../pod-security';
import { Rollout } from '../rollout';

/**
 * Properties of `EtcdCluster`.
 */
export interface EtcdClusterProps {
  /**
   * How many members the cluster has: 1 to 7. A cluster of 3 survives the loss of one member, of 5 that of two, of 7 that of three. One member
   * alone is a cluster that is down whenever its pod is.
   *
   * An even number survives no more than the odd one below it, and has more members that can fail: it is for the way from one size to another,
   * and refused where the `membership` is fixed.
   *
   * @default 3
   * @see https://etcd.io/docs/v3.6/faq/#what-is-failure-tolerance
   */
  readonly replicas?: number;

  /**
   * The release of etcd. An upgrade goes from one minor version to the next, and never back.
   *
   * @default EtcdVersion.V3_6
   */
  readonly version?: EtcdVersion;

  /**
   * The image without its tag, where it comes from a mirror. What runs must be what etcd's own image has: `/usr/local/bin/etcd`.
   *
   * @default 'gcr.io/etcd-development/etcd'
   */
  readonly image?: string;

  /**
   * The image of Node.js, with its tag or digest, in which the library's own programs run beside the members.
   *
   * @default 'node:24.21.0-bookworm-slim'
   */
  readonly agentImage?: string;

  /**
   * The disk of each member. It must hold the database twice, since a defragmentation writes it anew, and the log: see `quota`.
   *
   * @default Size.gibibytes(8)
   */
  readonly storage?: Size;

  /**
   * The storage class of the disks. etcd waits for its disk at each write: choose one of fast disks.
   *
   * @default - the default class of the Kubernetes cluster.
   * @see https://etcd.io/docs/v3.6/op-guide/hardware/#disks
   */
  readonly storageClass?: string;

  /**
   * Which members a change reaches, and when.
   *
   * @default - all of them, one after the other, from the highest ordinal down.
   */
  readonly rollout?: Rollout;

  /**
   * Short for `rollout: Rollout.partition(n)`: only members with this ordinal or a higher one are updated.
   *
   * @default - no partition.
   */
  readonly partition?: number;

  /**
   * Certificates for the traffic between members, and between clients and members.
   *
   * It cannot be turned on for a cluster that runs without: members that have it and members that do not have it do not find each other, and the
   * quorum is lost on the way.
   *
   * @default - no encryption: whoever reaches the pods can read and write everything.
   */
  readonly tls?: EtcdTls;

  /**
   * etcd's users and roles. Once they were turned on, leaving this out does not turn them off, and the library's own programs are refused.
   *
   * @default - none: whoever reaches the port for clients, and has a certificate where one is needed, may read and write everything.
   */
  readonly auth?: EtcdAuth;

  /**
   * How large the database may become. Beyond it, the cluster takes no more writes until it was compacted and defragmented, and the alarm was
   * disarmed.
   *
   * @default - what fits the disk twice beside the log: half of `storage` less 512 MiB, and 8 GiB at most.
   * @see https://etcd.io/docs/v3.6/op-guide/maintenance/#space-quota
   */
  readonly quota?: Size;

  /**
   * When old revisions of keys are given up.
   *
   * @default EtcdAutoCompaction.periodic(Duration.hours(1))
   */
  readonly autoCompaction?: EtcdAutoCompaction;

  /**
   * When members write their databases anew, and give back what compactions have freed.
   *
   * @default - every night at three: `EtcdDefragmentation.scheduled(Cron.schedule({ minute: '0', hour: '3' }))`.
   */
  readonly defragmentation?: EtcdDefragmentation;

  /**
   * After how many writes a member gives up its log for a snapshot. A smaller number takes less memory, and lets members that were away for
   * longer be sent a whole snapshot.
   *
   * The log of as many writes is kept, whatever their size: it must fit the disk beside the database.
   *
   * @default - 10,000, which is etcd's own from 3.6 on; before, it was ten times that.
   */
  readonly snapshotCount?: number;

  /**
   * How often the leader tells the others that it is there. About the time that a message takes between two members.
   *
   * @default - etcd's own: 100 ms.
   * @see https://etcd.io/docs/v3.6/tuning/#time-parameters
   */
  readonly heartbeatInterval?: Duration;

  /**
   * After how long without a sign of the leader another is elected: at least five heartbeats, and 50 s at most.
   *
   * @default - etcd's own: 1 s.
   * @see https://etcd.io/docs/v3.6/tuning/#time-parameters
   */
  readonly electionTimeout?: Duration;

  /**
   * What each member asks for and may take of memory and processor. A limit of processor time makes a member miss heartbeats when it is most
   * needed: leave that out.
   *
   * @default - nothing is asked for, and nothing limited.
   * @see https://etcd.io/docs/v3.6/op-guide/hardware/
   */
  readonly resources?: kplus.ContainerResources;

  /**
   * The priority class of the pods.
   *
   * @default - that of the Kubernetes cluster.
   */
  readonly priorityClassName?: string;

  /**
   * More flags of etcd, without the dashes: `{ 'max-request-bytes': '10485760' }`. One that the release does not have is refused, and so is one
   * for which there is a property. They are written in the order of their names.
   *
   * @default - none.
   * @see https://etcd.io/docs/v3.6/op-guide/configuration/
   */
  readonly extraArgs?: { [flag: string]: string };

  /**
   * A snapshot that members begin with whose disks are empty. It means nothing to those that have data, nor beside a cluster that runs, and so it
   * can stay; but with a fixed `membership`, a member that loses its disk while no other answers then has the data of the snapshot again, and
   * nothing newer.
   *
   * @default - none: the cluster begins empty.
   */
  readonly restoreFrom?: EtcdRestoreOptions;

  /**
   * Who looks after the list of members when the number of pods changes.
   *
   * @default EtcdMembership.managed()
   */
  readonly membership?: EtcdMembership;

  /**
   * What keeps members of two clusters apart that reach each other by mistake. It counts when the cluster is formed, and never again.
   *
   * @default - the name of the cluster, with its namespace where that is known.
   */
  readonly clusterToken?: string;

  /**
   * What the pods may do on their node.
   *
   * @default PodSecurity.restricted()
   */
  readonly podSecurity?: PodSecurity;

  /**
   * The name of the cluster, its namespace, and more labels and annotations. All objects are named after it.
   *
   * @default - the id of the construct as name, the namespace of the chart.
   */
  readonly metadata?: ApiObjectMetadata;

  /**
   * Whether a NetworkPolicy lets only members speak to members, and only those to clients whom `connect()` or `allowClient()` names.
   *
   * It works where the network of the Kubernetes cluster enforces policies, and does nothing elsewhere.
   *
   * @default true
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
   */
  readonly networkPolicy?: boolean;

  /**
   * What watches the cluster.
   *
   * @default - nothing; metrics are served at port 2381 of each pod.
   */
  readonly monitoring?: EtcdMonitoring;

  /**
   * The domain of the Kubernetes cluster, for certificates that name it.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}
