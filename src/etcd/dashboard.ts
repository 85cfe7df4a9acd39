import { createHash } from 'crypto';
import { FAILURES, seriesOf, WatchedCluster } from './alerts';

/** A query, and how its lines are called. */
interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly queries: Query[];
  /** From which value on it is shown in which colour. */
  readonly steps?: { readonly color: string; readonly value: number | null }[];
  /** What a stat shows: its value, or the name of its series. */
  readonly shows?: 'value' | 'name';
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const GRID = 24;

/**
 * A dashboard for Grafana, as the data of a ConfigMap.
 *
 * The sidecar writes the dashboards of all namespaces into one folder, and Grafana tells them apart by `uid`: so both the file and the uid
 * carry the namespace. Where that is not known at synth, it is chosen in the dashboard.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboardOf(cluster: WatchedCluster): Record<string, string> {
  const { name, namespace } = cluster;
  const title = namespace === undefined ? `etcd / ${name}` : `etcd / ${namespace} / ${name}`;
  const dashboard = {
    uid: `etcd-${createHash('sha256').update(`${namespace ?? ''}/${name}`).digest('hex').slice(0, 16)}`,
    title,
    tags: ['etcd'],
    timezone: 'browser',
    schemaVersion: 36,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    // one crosshair for all panels: what happens together belongs together.
    graphTooltip: 1,
    templating: { list: variablesOf(cluster) },
    panels: panelsOf({ ...cluster, namespace: namespace ?? '$namespace' }),
  };
  const file = ['etcd', ...namespace === undefined ? [] : [namespace], name].join('-');
  return { [`${file}.json`]: `${JSON.stringify(dashboard, undefined, 2)}\n` };
}

function variablesOf({ name, namespace }: WatchedCluster): unknown[] {
  const datasource = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
  const query = `label_values(etcd_server_has_leader${seriesOf({ name })}, namespace)`;
  return namespace !== undefined ? [datasource] : [
    datasource,
    // asked anew whenever the time range changes; sorted by name.
    { name: 'namespace', label: 'Namespace', type: 'query', datasource: DATASOURCE, query: { query, refId: 'namespace' }, refresh: 2, sort: 1 },
  ];
}

function panelsOf(cluster: WatchedCluster): unknown[] {
  return [
    ...row(0, 4, 'stat', overview(cluster)),
    ...row(4, 8, 'timeseries', storage(cluster)),
    ...row(12, 8, 'timeseries', consensus(cluster)),
    ...row(20, 8, 'timeseries', requests(cluster)),
    ...row(28, 8, 'timeseries', traffic(cluster)),
  ];
}

function overview(cluster: WatchedCluster): Panel[] {
  const { replicas } = cluster;
  const s = seriesOf(cluster);
  const quorum = Math.floor(replicas / 2) + 1;
  const members = [{ color: 'red', value: null }, { color: 'green', value: replicas }];
  const some = { color: 'orange', value: quorum };
  return [
    {
      title: 'Members up',
      description: `Of ${replicas}. Writes need ${quorum}.`,
      unit: 'none',
      queries: [{ expr: `sum(max by (pod) (up${s})) or vector(0)`, legend: 'up' }],
      steps: quorum < replicas ? [members[0], some, members[1]] : members,
    },
    {
      title: 'Leader',
      description: 'The member that orders all writes.',
      unit: 'none',
      queries: [{ expr: `max by (pod) (etcd_server_is_leader${s}) == 1`, legend: '{{pod}}' }],
      shows: 'name',
    },
    {
      title: 'Leader changes in an hour',
      description: 'Each costs about a second without writes. More than a few mean slow disks, a lossy network or too little processor time.',
      unit: 'none',
      queries: [{ expr: `max(increase(etcd_server_leader_changes_seen_total${s}[1h]))`, legend: 'changes' }],
      steps: [{ color: 'green', value: null }, { color: 'orange', value: 4 }],
    },
    {
      title: 'Quota used',
      description: 'By the fullest member. At 100 % the cluster takes no more writes.',
      unit: 'percentunit',
      queries: [{
        expr: `max(max by (pod) (etcd_mvcc_db_total_size_in_bytes${s}) / max by (pod) (etcd_server_quota_backend_bytes${s}))`, legend: 'used',
      }],
      steps: [{ color: 'green', value: null }, { color: 'orange', value: 0.8 }, { color: 'red', value: 0.95 }],
    },
  ];
}

function storage(cluster: WatchedCluster): Panel[] {
  const s = seriesOf(cluster);
  return [
    {
      title: 'Database size',
      description: 'The file, what is in use of it, and how large the file may become. The difference comes back by defragmentation.',
      unit: 'bytes',
      queries: [
        { expr: `max by (pod) (etcd_mvcc_db_total_size_in_bytes${s})`, legend: '{{pod}} file' },
        { expr: `max by (pod) (etcd_mvcc_db_total_size_in_use_in_bytes${s})`, legend: '{{pod}} in use' },
        { expr: `max(etcd_server_quota_backend_bytes${s})`, legend: 'quota' },
      ],
    },
    {
      title: 'Disk latency (p99)',
      description: 'Of the log (fsync), where 10 ms are good, and of the database (commit), where 25 ms are.',
      unit: 's',
      queries: [
        { expr: p99('etcd_disk_wal_fsync_duration_seconds', 'pod', s), legend: '{{pod}} fsync' },
        { expr: p99('etcd_disk_backend_commit_duration_seconds', 'pod', s), legend: '{{pod}} commit' },
      ],
    },
  ];
}

function consensus(cluster: WatchedCluster): Panel[] {
  const s = seriesOf(cluster);
  return [
    {
      title: 'Proposals',
      description: 'Writes that the cluster agreed on, those that failed, and how many wait. Many that wait mean a leader under pressure.',
      unit: 'none',
      queries: [
        { expr: `max(rate(etcd_server_proposals_committed_total${s}[$__rate_interval]))`, legend: 'committed per second' },
        { expr: `sum by (pod) (rate(etcd_server_proposals_failed_total${s}[$__rate_interval]))`, legend: '{{pod}} failed per second' },
        { expr: `max by (pod) (etcd_server_proposals_pending${s})`, legend: '{{pod}} waiting' },
      ],
    },
    {
      title: 'Round trip between members (p99)',
      description: 'From a pod to a member and back, by its id. It should stay far below the heartbeat interval of 100 ms.',
      unit: 's',
      queries: [{ expr: p99('etcd_network_peer_round_trip_time_seconds', 'pod, To', s), legend: '{{pod}} to {{To}}' }],
    },
  ];
}

function requests(cluster: WatchedCluster): Panel[] {
  const s = seriesOf(cluster);
  const failed = seriesOf(cluster, `grpc_code=~"${FAILURES}"`);
  const unary = seriesOf(cluster, 'grpc_type="unary"');
  const handled = (series: string) => `sum by (grpc_method) (rate(grpc_server_handled_total${series}[$__rate_interval]))`;
  return [
    {
      title: 'Requests',
      description: 'Per second, by method, those that failed apart.',
      unit: 'reqps',
      queries: [{ expr: `${handled(s)} > 0`, legend: '{{grpc_method}}' }, { expr: `${handled(failed)} > 0`, legend: '{{grpc_method}} failed' }],
    },
    {
      title: 'Request latency (p99)',
      description: 'By method, without streams.',
      unit: 's',
      // a method that nobody uses is not a number, and not shown.
      queries: [{ expr: `${p99('grpc_server_handling_seconds', 'grpc_method', unary)} >= 0`, legend: '{{grpc_method}}' }],
    },
  ];
}

function traffic(cluster: WatchedCluster): Panel[] {
  const between = (title: string, description: string, metric: string): Panel => ({
    title,
    description,
    unit: 'Bps',
    queries: ['received', 'sent'].map(direction => ({
      expr: `sum by (pod) (rate(${metric}_${direction}_bytes_total${seriesOf(cluster)}[$__rate_interval]))`, legend: `{{pod}} ${direction}`,
    })),
  });
  return [
    between('Client traffic', 'What clients send to each member and get from it.', 'etcd_network_client_grpc'),
    between('Peer traffic', 'What members send to each other. A burst may be a snapshot for a member that was away for long.', 'etcd_network_peer'),
  ];
}

/** The 99th percentile of a histogram. */
function p99(histogram: string, by: string, series: string): string {
  return `histogram_quantile(0.99, sum by (${by}, le) (rate(${histogram}_bucket${series}[$__rate_interval])))`;
}

/** Panels side by side, in the words of Grafana. */
function row(y: number, h: number, type: 'stat' | 'timeseries', panels: Panel[]): unknown[] {
  const w = GRID / panels.length;
  return panels.map(({ title, description, unit, queries, steps, shows }, i) => ({
    id: y * GRID + i + 1,
    type,
    title,
    description,
    datasource: DATASOURCE,
    gridPos: { x: i * w, y, w, h },
    fieldConfig: {
      defaults: {
        unit,
        ...steps && { thresholds: { mode: 'absolute', steps } },
        ...type === 'timeseries' && { min: 0, custom: { fillOpacity: 5, showPoints: 'never' } },
      },
      overrides: [],
    },
    options: type === 'stat'
      ? { textMode: shows ?? 'value', graphMode: 'none', colorMode: steps ? 'background' : 'value', reduceOptions: { calcs: ['lastNotNull'] } }
      : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(({ expr, legend }, query) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + query),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      ...type === 'stat' && { instant: true },
    })),
  }));
}
