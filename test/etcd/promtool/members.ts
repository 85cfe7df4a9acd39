import { Series } from './promtool';

export interface Members {
  readonly name?: string;
  readonly namespace?: string;
  readonly replicas?: number;
  /** How long they are watched. */
  readonly minutes?: number;
}

/** A series of a member. */
export type Member = (metric: string, pod: string, ...labels: string[]) => string;

/** How the series of a cluster are called, as the operator scrapes them. */
export function memberOf({ name = 'etcd', namespace = 'db' }: Members = {}): Member {
  return (metric, pod, ...labels) => {
    const own = [`etcd_cluster="${name}"`, `namespace="${namespace}"`, `pod="${pod}"`, `instance="${pod}:2381"`, `job="${namespace}/${name}"`];
    return `${metric}{${[...own, ...labels].join(',')}}`;
  };
}

const MIB = 1024 * 1024;

export const write = ['grpc_type="unary"', 'grpc_service="etcdserverpb.KV"', 'grpc_method="Put"'];

/** What members tell of themselves that have nothing to complain of. */
export function healthy(members: Members = {}): Series {
  const { name = 'etcd', replicas = 3, minutes = 60 } = members;
  const of = memberOf(members);
  const pods = Array.from({ length: replicas }, (_, i) => `${name}-${i}`);
  const always = (value: number) => `${value}+0x${minutes}`;
  const growing = (perMinute: number) => `0+${perMinute}x${minutes}`;
  const quick = (metric: string, pod: string, labels: string[], seconds: number): Series => ({
    [of(`${metric}_bucket`, pod, ...labels, `le="${seconds}"`)]: growing(600),
    [of(`${metric}_bucket`, pod, ...labels, 'le="+Inf"')]: growing(600),
  });
  return Object.assign({}, ...pods.map(pod => ({
    [of('up', pod)]: always(1),
    [of('etcd_server_has_leader', pod)]: always(1),
    [of('etcd_server_leader_changes_seen_total', pod)]: always(1),
    [of('etcd_server_proposals_failed_total', pod)]: always(2),
    [of('etcd_mvcc_db_total_size_in_bytes', pod)]: always(1000 * MIB),
    [of('etcd_mvcc_db_total_size_in_use_in_bytes', pod)]: always(900 * MIB),
    [of('etcd_server_quota_backend_bytes', pod)]: always(2048 * MIB),
    [of('grpc_server_handled_total', pod, ...write, 'grpc_code="OK"')]: growing(1000),
    // no leader for a moment, and a client that gave up.
    [of('grpc_server_handled_total', pod, ...write, 'grpc_code="Unavailable"')]: growing(5),
    [of('grpc_server_handled_total', pod, ...write, 'grpc_code="Canceled"')]: growing(500),
    ...quick('grpc_server_handling_seconds', pod, write, 0.025),
    ...quick('etcd_disk_wal_fsync_duration_seconds', pod, [], 0.008),
    ...quick('etcd_disk_backend_commit_duration_seconds', pod, [], 0.016),
    ...Object.assign({}, ...pods.filter(to => to !== pod).map(to => ({
      ...quick('etcd_network_peer_round_trip_time_seconds', pod, [`To="id-of-${to}"`], 0.0016),
      [of('etcd_network_peer_sent_failures_total', pod, `To="id-of-${to}"`)]: always(7),
    }))),
  })));
}

/** The series of those that are not among these pods. */
export function without(series: Series, ...pods: string[]): Series {
  return Object.fromEntries(Object.entries(series).filter(([name]) => !pods.some(pod => name.includes(`pod="${pod}"`))));
}

/** A histogram of which this share took no longer than `below`, and the rest no longer than `above`. */
export function spread(of: Member, metric: string, pod: string, share: number, [below, above]: number[], labels: string[] = []): Series {
  return Object.fromEntries(Object.entries({ [below]: share * 1000, [above]: 1000, '+Inf': 1000 }).map(([le, perMinute]) => [
    of(`${metric}_bucket`, pod, ...labels, `le="${le}"`), `0+${perMinute}x60`,
  ]));
}
