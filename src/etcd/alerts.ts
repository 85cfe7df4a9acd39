/** What queries and texts need to know of a cluster. */
export interface WatchedCluster {
  readonly name: string;
  readonly namespace?: string;
  readonly replicas: number;
  readonly podLabels: Record<string, string>;
  readonly quotaBytes: number;
}

/** A rule as a PrometheusRule has it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

type Severity = 'critical' | 'warning';

/**
 * The label by which series and alerts belong to one cluster: our own scrape gives it to them.
 *
 * Not `cluster`, which by custom names a cluster of Kubernetes, and not `job`, which another scrape of the same pods may share.
 */
export const CLUSTER_LABEL = 'etcd_cluster';

/** What etcd answers when it failed, and not the one who asked; what clients cancel is no failure. */
export const FAILURES = 'Unknown|FailedPrecondition|ResourceExhausted|Internal|Unavailable|DataLoss|DeadlineExceeded';

/** One cluster: of this name, in one namespace, and where a Prometheus sees several clusters of Kubernetes, in one of those. */
const CLUSTER = `cluster, namespace, ${CLUSTER_LABEL}`;

/** One member. Not by its address, which each new pod has another of. */
const MEMBER = `${CLUSTER}, pod`;

const METHOD = `${MEMBER}, grpc_service, grpc_method`;

/** They take long by nature, however well a member is. */
const SLOW_METHODS = 'Defragment|Hash|HashKV';

/** A smaller database file wastes nothing that anybody would miss. */
const WORTH_DEFRAGMENTING = 200 * 1024 * 1024;

/** The matchers of a cluster's series, and more of them. */
export function seriesOf({ name, namespace }: Pick<WatchedCluster, 'name' | 'namespace'>, ...more: string[]): string {
  const within = namespace === undefined ? [] : [`namespace="${namespace}"`];
  return `{${[`${CLUSTER_LABEL}="${name}"`, ...within, ...more].join(',')}}`;
}

/**
 * The alerts that etcd's own project recommends, by their names and thresholds, for a cluster whose name and size are known.
 *
 * A member that was never scraped has no series, so members are counted against the size and not against each other. Where the namespace
 * is not known at synth, each namespace is judged by itself.
 *
 * @see https://github.com/etcd-io/etcd/tree/main/contrib/mixin
 */
export function alertsOf(cluster: WatchedCluster): AlertRule[] {
  return [...memberAlerts(cluster), ...requestAlerts(cluster), ...diskAlerts(cluster), ...spaceAlerts(cluster)];
}

function memberAlerts(cluster: WatchedCluster): AlertRule[] {
  const { replicas } = cluster;
  const alert = alertsAbout(cluster);
  const s = seriesOf(cluster);
  const quorum = Math.floor(replicas / 2) + 1;
  // the greatest of each pod: two scrapes of it do not make two members.
  const up = `(sum by (${CLUSTER}) (${greatest(`up${s}`)}) or 0 * absent(up${s}))`;
  const unreached = `count by (${CLUSTER}) (sum by (${CLUSTER}, To) (rate(etcd_network_peer_sent_failures_total${s}[5m])) > 0.01)`;
  return [
    alert('etcdMembersDown', 'critical', '10m', `${replicas} - ${up} > 0 or ${unreached} > 0`,
      'has members that are down',
      `{{ $value }} of ${replicas} members are not scraped, or not reached by the others; without ${quorum} there are no writes.`
      + ` Look for pods that do not run: ${kubectl(cluster, 'get pods')}. If all are ready, see their logs for refused connections between`
      + ' members: a NetworkPolicy, or a certificate that has expired.'),
    alert('etcdInsufficientMembers', 'critical', '3m', `${up} < ${quorum}`,
      'has lost its quorum',
      `{{ $value }} of ${replicas} members are up and ${quorum} are needed: writes fail. Bring back the pods that are missing, on the disks`
      + ` that they have: ${kubectl(cluster, 'describe pods')}. Delete no claim. Only if the disks of most members are lost, restore a backup.`),
    alert('etcdNoLeader', 'critical', '1m', `min by (${MEMBER}) (etcd_server_has_leader${s}) == 0`,
      'has a member without a leader',
      'Member {{ $labels.pod }} knows no leader and refuses writes. If all members say so, the quorum is lost: see which pods run. If it'
      + ' is alone, it does not reach the others: see its log, the network of its node, and its certificate for peers.'),
    alert('etcdHighNumberOfLeaderChanges', 'warning', '5m',
      `max by (${CLUSTER}) (increase(etcd_server_leader_changes_seen_total${s}[15m])) >= 4`,
      'changes its leader often',
      'The leader changed {{ $value | printf "%.0f" }} times within 15 minutes. Members that miss heartbeats have a slow disk, a lossy'
      + ' network, or too little processor time: see the latencies of fsync and between members, and remove limits of processor time.'),
    alert('etcdMemberCommunicationSlow', 'warning', '10m', `${p99('etcd_network_peer_round_trip_time_seconds', `${MEMBER}, To`, s)} > 0.15`,
      'has slow traffic between members',
      'A message from {{ $labels.pod }} to member {{ $labels.To }} and back takes {{ $value | humanizeDuration }} (99th percentile). See'
      + ' the network between their nodes; for members that are far apart, raise the heartbeat interval and the election timeout.'),
    alert('etcdHighNumberOfFailedProposals', 'warning', '15m', `${greatest(`increase(etcd_server_proposals_failed_total${s}[10m])`)} > 5`,
      'keeps failing to commit writes',
      '{{ $value | printf "%.0f" }} proposals of {{ $labels.pod }} failed within 10 minutes, longer than an election takes. See whether there'
      + ' is a quorum, how often the leader changes, and whether disks are slow.'),
  ];
}

function requestAlerts(cluster: WatchedCluster): AlertRule[] {
  const alert = alertsAbout(cluster);
  const rateOf = (...more: string[]) => `sum by (${METHOD}) (rate(grpc_server_handled_total${seriesOf(cluster, ...more)}[5m]))`;
  const failed = `${rateOf(`grpc_code=~"${FAILURES}"`)} / ${rateOf()}`;
  const failing = (severity: Severity, duration: string, share: number) => alert('etcdHighNumberOfFailedGRPCRequests', severity, duration, `${failed} > ${share}`,
    'fails requests',
    '{{ $value | humanizePercentage }} of the {{ $labels.grpc_method }} requests to {{ $labels.pod }} fail. See its log for the reason: no'
    + ' leader, no space within the quota, requests that are too large, or a disk that is too slow for the load.');
  const unary = seriesOf(cluster, 'grpc_type="unary"', `grpc_method!~"${SLOW_METHODS}"`);
  return [
    failing('warning', '10m', 0.01),
    failing('critical', '5m', 0.05),
    alert('etcdGRPCRequestsSlow', 'critical', '10m', `${p99('grpc_server_handling_seconds', METHOD, unary)} > 0.15`,
      'answers slowly',
      '{{ $labels.grpc_method }} requests to {{ $labels.pod }} take {{ $value | humanizeDuration }} (99th percentile). If fsync is slow too,'
      + ' the disk is the reason; otherwise look for clients that read large ranges, and for members that are short of processor time.'),
  ];
}

function diskAlerts(cluster: WatchedCluster): AlertRule[] {
  const alert = alertsAbout(cluster);
  const s = seriesOf(cluster);
  const slowLog = (severity: Severity, seconds: number) => alert('etcdHighFsyncDurations', severity, '10m',
    `${p99('etcd_disk_wal_fsync_duration_seconds', MEMBER, s)} > ${seconds}`,
    'has a slow disk for its log',
    'Writing the log of {{ $labels.pod }} to its disk takes {{ $value | humanizeDuration }} (99th percentile), and 10 ms are good. Soon the'
    + ' leader will change for it. See who else uses that disk, and choose a storage class of faster disks.');
  return [
    slowLog('warning', 0.5),
    slowLog('critical', 1),
    alert('etcdHighCommitDurations', 'warning', '10m', `${p99('etcd_disk_backend_commit_duration_seconds', MEMBER, s)} > 0.25`,
      'has a slow disk for its database',
      'Committing to the database of {{ $labels.pod }} takes {{ $value | humanizeDuration }} (99th percentile), and 25 ms are good. See who'
      + ' else uses its disk, and choose a storage class of faster disks.'),
  ];
}

function spaceAlerts(cluster: WatchedCluster): AlertRule[] {
  const alert = alertsAbout(cluster);
  const s = seriesOf(cluster);
  const size = `etcd_mvcc_db_total_size_in_bytes${s}`;
  // what was last known: a member that is short of memory fails some scrapes, and that shall not start the wait anew.
  const lately = (series: string) => greatest(`last_over_time(${series}[5m])`);
  // of the pod and not of its address, so that a pod that was replaced goes on where the other ended.
  const foretold = (window: string) => `predict_linear((${greatest(size)})[${window}:5m], 4 * 3600)`;
  const quota = `etcd_server_quota_backend_bytes${s}`;
  const mib = Math.floor(cluster.quotaBytes / 1024 / 1024);
  const defragment = 'defragment the members one at a time, the leader last (etcdctl defrag)';
  return [
    alert('etcdDatabaseQuotaLowSpace', 'critical', '10m', `${lately(size)} / ${lately(quota)} > 0.95`,
      'is about to refuse writes for want of space',
      `The database of {{ $labels.pod }} fills {{ $value | humanizePercentage }} of its quota of ${mib} MiB; when it is full, only reads and`
      + ` deletes are left. Delete what is not needed, compact, and ${defragment}; or raise the quota, if the disk holds it twice. After a`
      + ' NOSPACE alarm also run: etcdctl alarm disarm.'),
    alert('etcdExcessiveDatabaseGrowth', 'warning', '10m',
      // by the pace of the last hour too, so that it ends when a load ends; and not of a database that is still being filled for the first time.
      `${foretold('4h')} > ${greatest(quota)} and ${foretold('1h')} > ${greatest(quota)} and ${greatest(`${size} offset 2h`)}`,
      'grows beyond its quota within four hours',
      `The database of {{ $labels.pod }} will have {{ $value | humanize1024 }}B in four hours at this pace, and its quota is ${mib} MiB. Find the`
      + ' client that writes so much, see whether old revisions are compacted, and raise the quota in time if the growth is meant.'),
    alert('etcdDatabaseHighFragmentationRatio', 'warning', '10m',
      `${lately(`etcd_mvcc_db_total_size_in_use_in_bytes${s}`)} / ${lately(size)} < 0.5 and ${lately(size)} > ${WORTH_DEFRAGMENTING}`,
      'has a database that is mostly empty space',
      `Only {{ $value | humanizePercentage }} of the database file of {{ $labels.pod }} are in use, and the quota counts all of it. At a quiet time, ${defragment}:`
      + ' a member answers nothing while it is at it.'),
  ];
}

/** Makes rules about a cluster. The summary says what is wrong with it, the description on what ground, and what to do. */
function alertsAbout({ name, namespace }: WatchedCluster) {
  const subject = namespace === undefined ? `{{ with $labels.namespace }}{{ . }}/{{ end }}${name}` : `${namespace}/${name}`;
  return (alert: string, severity: Severity, duration: string, expr: string, problem: string, description: string): AlertRule => ({
    alert,
    expr,
    for: duration,
    labels: { severity },
    annotations: { summary: `etcd ${subject} ${problem}.`, description },
  });
}

/** Of each member once, however many scrapes see it. */
function greatest(series: string): string {
  return `max by (${MEMBER}) (${series})`;
}

/** The 99th percentile of a histogram. */
function p99(histogram: string, by: string, series: string): string {
  return `histogram_quantile(0.99, sum by (${by}, le) (rate(${histogram}_bucket${series}[5m])))`;
}

function kubectl({ namespace, podLabels }: WatchedCluster, command: string): string {
  const within = namespace === undefined ? '{{ with $labels.namespace }} -n {{ . }}{{ end }}' : ` -n ${namespace}`;
  return `kubectl${within} ${command} -l ${Object.entries(podLabels).map(label => label.join('=')).join(',')}`;
}
