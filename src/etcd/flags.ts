import { EtcdVersion } from './etcd-version';
import { textProblem } from '../private/refuse';

/** Flags that are in the same releases. */
interface Span {
  /** The first release with them, and before it those of older minor versions that got them, too; all of 3.4 without it. */
  readonly since?: string[];
  /** The first minor version without them. */
  readonly gone?: string;
  readonly flags: string;
}

/**
 * What a user may set, as `etcd --help` of 3.4.23, 3.5.35 and 3.6.14 has it and the sources of these and of 3.7.3, which register some that the
 * help leaves out.
 *
 * @see https://github.com/etcd-io/etcd/blob/v3.7.0/server/embed/config.go
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/embed/config.go
 * @see https://github.com/etcd-io/etcd/blob/v3.5.0/server/etcdmain/config.go
 * @see https://github.com/etcd-io/etcd/blob/v3.4.23/etcdmain/config.go
 */
const SPANS: readonly Span[] = [
  {
    flags: `auth-token backend-batch-interval backend-batch-limit bcrypt-cost cipher-suites client-cert-allowed-hostname client-crl-file cors
      enable-pprof grpc-keepalive-interval grpc-keepalive-min-time grpc-keepalive-timeout host-whitelist initial-election-tick-advance
      log-level log-outputs logger max-request-bytes max-snapshots max-txn-ops max-wals metrics peer-cert-allowed-cn
      peer-cert-allowed-hostname peer-crl-file pre-vote strict-reconfig-check`,
  },
  { since: ['3.4.10'], flags: 'auth-token-ttl unsafe-no-fsync' },
  { since: ['3.4.20', '3.5.5'], flags: 'max-concurrent-streams' },
  { since: ['3.4.25', '3.5.8'], flags: 'tls-max-version tls-min-version' },
  {
    since: ['3.5.0'],
    flags: `backend-bbolt-freelist-type enable-log-rotation log-rotation-config-json raft-read-timeout raft-write-timeout
      self-signed-cert-validity socket-reuse-address socket-reuse-port v2-deprecation`,
  },
  {
    since: ['3.6.0'],
    flags: `bootstrap-defrag-threshold-megabytes compact-hash-check-time compaction-batch-limit compaction-sleep-interval corrupt-check-time
      distributed-tracing-address distributed-tracing-instance-id distributed-tracing-sampling-rate distributed-tracing-service-name
      downgrade-check-time enable-distributed-tracing feature-gates log-format max-learners memory-mlock peer-skip-client-san-verification
      snapshot-catchup-entries warning-apply-duration warning-unary-request-duration watch-progress-notify-interval`,
  },

  { gone: '3.5', flags: 'debug experimental-backend-bbolt-freelist-type log-output log-package-levels' },
  { since: ['3.4.31'], gone: '3.5', flags: 'next-cluster-version-compatible' },
  { gone: '3.6', flags: 'enable-v2 experimental-enable-v2v3' },

  // 3.6 takes these beside the flags and feature gates that 3.7 has in their place.
  {
    gone: '3.7',
    flags: `experimental-compaction-batch-limit experimental-corrupt-check-time experimental-enable-lease-checkpoint
      experimental-initial-corrupt-check experimental-peer-skip-client-san-verification`,
  },
  { since: ['3.4.11'], gone: '3.7', flags: 'experimental-watch-progress-notify-interval' },
  { since: ['3.4.16'], gone: '3.7', flags: 'experimental-warning-apply-duration' },
  { since: ['3.4.20', '3.5.2'], gone: '3.7', flags: 'experimental-enable-lease-checkpoint-persist' },
  {
    since: ['3.5.0'],
    gone: '3.7',
    flags: `experimental-bootstrap-defrag-threshold-megabytes experimental-distributed-tracing-address
      experimental-distributed-tracing-instance-id experimental-distributed-tracing-service-name experimental-downgrade-check-time
      experimental-enable-distributed-tracing experimental-memory-mlock experimental-txn-mode-write-with-shared-buffer`,
  },
  { since: ['3.5.5'], gone: '3.7', flags: 'experimental-compact-hash-check-enabled experimental-compact-hash-check-time' },
  { since: ['3.5.11'], gone: '3.7', flags: 'experimental-distributed-tracing-sampling-rate' },
  { since: ['3.5.14'], gone: '3.7', flags: 'experimental-snapshot-catchup-entries experimental-stop-grpc-service-on-defrag' },
  { since: ['3.5.16'], gone: '3.7', flags: 'experimental-compaction-sleep-interval' },
  { since: ['3.6.0'], gone: '3.7', flags: 'experimental-warning-unary-request-duration' },
];

/** What took the place of a flag that is gone, where it is not the same name without `experimental-`. */
const SUCCESSORS = new Map([
  ['debug', "use 'log-level' with 'debug'"],
  ['log-output', "use 'log-outputs'"],
  ['log-package-levels', "use 'log-level'"],
  // @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/features/etcd_features.go
  ['experimental-compact-hash-check-enabled', gate('CompactHashCheck')],
  ['experimental-enable-lease-checkpoint', gate('LeaseCheckpoint')],
  ['experimental-enable-lease-checkpoint-persist', gate('LeaseCheckpointPersist')],
  ['experimental-initial-corrupt-check', gate('InitialCorruptCheck')],
  ['experimental-stop-grpc-service-on-defrag', gate('StopGRPCServiceOnDefrag')],
  ['experimental-txn-mode-write-with-shared-buffer', gate('TxnModeWriteWithSharedBuffer')],
]);

const ITS_OWN = 'is for the cluster to set';

/** What a user may not set: why, and what to do instead. */
const REFUSED: ReadonlyArray<readonly [problem: string, flags: string]> = [
  [`${ITS_OWN}: use 'metadata.name'`, 'name'],
  [`${ITS_OWN}: use 'storage'`, 'data-dir wal-dir'],
  [`${ITS_OWN}: use 'replicas'`, 'initial-cluster'],
  [`${ITS_OWN}: use 'clusterToken'`, 'initial-cluster-token'],
  [`${ITS_OWN}: use 'quota'`, 'quota-backend-bytes'],
  [`${ITS_OWN}: use 'autoCompaction'`, 'auto-compaction-mode auto-compaction-retention'],
  [`${ITS_OWN}: use 'snapshotCount'`, 'snapshot-count'],
  [`${ITS_OWN}: use 'heartbeatInterval'`, 'heartbeat-interval'],
  [`${ITS_OWN}: use 'electionTimeout'`, 'election-timeout'],
  [
    `${ITS_OWN}: use 'tls'`,
    `auto-tls cert-file client-cert-auth client-cert-file client-key-file key-file peer-auto-tls peer-cert-file peer-client-cert-auth
      peer-client-cert-file peer-client-key-file peer-key-file peer-trusted-ca-file trusted-ca-file`,
  ],
  // other addresses would be of no use: services, probes, policies and certificates know these.
  [
    `${ITS_OWN}: use 'tls' for https, and leave the addresses as they are`,
    'advertise-client-urls initial-advertise-peer-urls listen-client-urls listen-peer-urls',
  ],
  [`${ITS_OWN}: leave it out`, 'enable-grpc-gateway initial-cluster-state listen-client-http-urls listen-metrics-urls'],
  ['would make each member a cluster of its own at each start: leave it out', 'force-new-cluster'],
  ['would make etcd ignore all else that it is told: give what is in the file as properties and flags', 'config-file'],
  ["makes etcd print its version and exit: use 'version' of the cluster", 'version'],
  [
    "would find the members by a service outside the cluster, which lists them itself: use 'replicas'",
    `discovery discovery-cacert discovery-cert discovery-dial-timeout discovery-endpoints discovery-fallback discovery-insecure-skip-tls-verify
      discovery-insecure-transport discovery-keepalive-time discovery-keepalive-timeout discovery-key discovery-password discovery-proxy
      discovery-request-timeout discovery-srv discovery-srv-name discovery-token discovery-user`,
  ],
  [
    'is for proxies of API v2, which are no members: leave it out',
    'proxy proxy-dial-timeout proxy-failure-wait proxy-read-timeout proxy-refresh-interval proxy-write-timeout',
  ],
  [
    'is taken by etcd and ignored: leave it out',
    `cluster-active-size cluster-remove-delay cluster-sync-interval config force max-result-buffer max-retry-attempts peer-election-timeout
      peer-heartbeat-interval retry-interval snapshot test.coverprofile test.outputdir v vv`,
  ],
];

const SPAN_OF = new Map(SPANS.flatMap(span => words(span.flags).map(flag => [flag, span])));
const REFUSAL_OF = new Map(REFUSED.flatMap(([problem, flags]) => words(flags).map(flag => [flag, problem])));

const EXPERIMENTAL = 'experimental-';

/** How many letters of a name may be wrong for a hint at the right one. */
const MAX_TYPOS = 3;

/** What keeps a release of etcd from taking a flag beside those that the cluster sets, or nothing. */
export function flagProblem(flag: string, version: EtcdVersion): string | undefined {
  const problem = textProblem(flag);
  if (problem !== undefined) {
    return problem;
  }
  const [name] = flag.replace(/^-+/, '').split('=');
  if (name !== '' && name !== flag) {
    return `must be the name alone, without dashes and value: '${name}'`;
  }
  return REFUSAL_OF.get(flag) ?? spanProblem(flag, version);
}

function spanProblem(flag: string, version: EtcdVersion): string | undefined {
  const span = SPAN_OF.get(flag);
  if (span === undefined) {
    const nearest = nearestTo(flag, version);
    return `is no flag of etcd ${version.version}: ${nearest === undefined ? "see 'etcd --help'" : `did you mean '${nearest}'?`}`;
  }
  if (isIn(version, span)) {
    return undefined;
  }
  const hint = otherName(flag, version);
  return span.gone !== undefined && version.isAtLeast(span.gone)
    ? `was dropped by etcd ${span.gone}: ${SUCCESSORS.get(flag) ?? hint ?? 'leave it out'}`
    : `comes with etcd ${span.since!.find(release => !version.isAtLeast(release))}: ${hint ?? `leave it out, since this is ${version.version}`}`;
}

function isIn(version: EtcdVersion, { since, gone }: Span): boolean {
  return (since === undefined || version._has(since)) && (gone === undefined || !version.isAtLeast(gone));
}

/** The name of the same flag before or after it was experimental, if the release has that. */
function otherName(flag: string, version: EtcdVersion): string | undefined {
  const other = flag.startsWith(EXPERIMENTAL) ? stable(flag) : EXPERIMENTAL + flag;
  const span = SPAN_OF.get(other);
  return span !== undefined && isIn(version, span) ? `use '${other}'` : undefined;
}

/** The flag of the release, or of the cluster, that is most like this one. */
function nearestTo(flag: string, version: EtcdVersion): string | undefined {
  const known = [...REFUSAL_OF.keys(), ...[...SPAN_OF].filter(([, span]) => isIn(version, span)).map(([name]) => name)];
  const [nearest] = known
    .map(name => ({ name, typos: distance(stable(flag), stable(name)) }))
    .filter(({ name, typos }) => typos <= MAX_TYPOS && typos < stable(name).length / 2)
    .sort((a, b) => a.typos - b.typos);
  return nearest?.name;
}

function stable(flag: string): string {
  return flag.startsWith(EXPERIMENTAL) ? flag.slice(EXPERIMENTAL.length) : flag;
}

/** How many letters to add, to drop or to change, from one text to another (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
  }
  return row[b.length];
}

function gate(feature: string): string {
  return `use 'feature-gates' with '${feature}=true' or '=false'`;
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
