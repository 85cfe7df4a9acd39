import { Environment } from './environment';
import { Member } from './etcd-api';

/** How etcd finds the other members at its first start; at later ones it knows them. */
export interface FirstStart {
  readonly initialCluster: string;
  readonly initialClusterState: 'new' | 'existing';
  readonly forceNewCluster?: boolean;
}

/** etcd's variables, and one like them that is the agent's. */
const PREFIX = 'ETCD_';
const OWN = 'ETCD_CONFIG_FILE';

// what is neither of these is text, as it also is in the file: lists of URLs and hosts, and `auto-compaction-retention`, which may have a unit.
const BOOLEANS = words(`auto-tls client-cert-auth debug enable-distributed-tracing enable-grpc-gateway enable-log-rotation enable-pprof enable-v2
  experimental-compact-hash-check-enabled experimental-enable-distributed-tracing experimental-enable-lease-checkpoint
  experimental-enable-lease-checkpoint-persist experimental-initial-corrupt-check experimental-memory-mlock
  experimental-peer-skip-client-san-verification experimental-stop-grpc-service-on-defrag experimental-txn-mode-write-with-shared-buffer
  initial-election-tick-advance memory-mlock next-cluster-version-compatible peer-client-cert-auth
  peer-skip-client-san-verification pre-vote socket-reuse-address socket-reuse-port strict-reconfig-check unsafe-no-fsync`);
const NUMBERS = words(`auth-token-ttl backend-batch-limit bcrypt-cost bootstrap-defrag-threshold-megabytes compaction-batch-limit
  distributed-tracing-sampling-rate election-timeout experimental-bootstrap-defrag-threshold-megabytes experimental-compaction-batch-limit
  experimental-distributed-tracing-sampling-rate experimental-snapshot-catchup-entries heartbeat-interval max-concurrent-streams max-learners
  max-request-bytes max-snapshots max-txn-ops max-wals quota-backend-bytes self-signed-cert-validity snapshot-catchup-entries snapshot-count`);
const DURATIONS = words(`backend-batch-interval compact-hash-check-time compaction-sleep-interval corrupt-check-time downgrade-check-time
  experimental-compact-hash-check-time experimental-compaction-sleep-interval experimental-corrupt-check-time
  experimental-downgrade-check-time experimental-warning-apply-duration experimental-warning-unary-request-duration
  experimental-watch-progress-notify-interval grpc-keepalive-interval grpc-keepalive-min-time grpc-keepalive-timeout
  warning-apply-duration warning-unary-request-duration watch-progress-notify-interval`);
const LISTS = words('cipher-suites client-cert-allowed-hostname log-output log-outputs peer-cert-allowed-cn peer-cert-allowed-hostname');

const CLIENT = 'client-transport-security';
const PEER = 'peer-transport-security';

/** Where a setting stands in the file, if not under the name of its flag. */
const ELSEWHERE: Readonly<Record<string, readonly [string, string] | readonly [string]>> = {
  'cert-file': [CLIENT, 'cert-file'],
  'key-file': [CLIENT, 'key-file'],
  'trusted-ca-file': [CLIENT, 'trusted-ca-file'],
  'client-cert-auth': [CLIENT, 'client-cert-auth'],
  'client-cert-allowed-hostname': [CLIENT, 'allowed-hostname'],
  'peer-cert-file': [PEER, 'cert-file'],
  'peer-key-file': [PEER, 'key-file'],
  'peer-trusted-ca-file': [PEER, 'trusted-ca-file'],
  'peer-client-cert-auth': [PEER, 'client-cert-auth'],
  'peer-cert-allowed-cn': [PEER, 'allowed-cn'],
  'peer-cert-allowed-hostname': [PEER, 'allowed-hostname'],
  'peer-skip-client-san-verification': [PEER, 'skip-client-san-verification'],
  'socket-reuse-address': ['socket-options', 'reuse-address'],
  'socket-reuse-port': ['socket-options', 'reuse-port'],
  'experimental-snapshot-catchup-entries': ['experimental-snapshot-catch-up-entries'],
};

/** What 3.5 takes for granted where flags turn tracing on, and does not where a file does. */
const TRACING = 'experimental-enable-distributed-tracing';
const TRACING_DEFAULTS = { 'experimental-distributed-tracing-address': 'localhost:4317', 'experimental-distributed-tracing-service-name': 'etcd' };

const TRUE = words('1 t T TRUE true True');
const FALSE = words('0 f F FALSE false False');

/** A duration as Go has it: `1h30m`, `1.5s`, `250ms`. */
const DURATION = /^(0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/;
const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/**
 * etcd's configuration file, which is JSON, with what its variables say; etcd reads no variables beside a file.
 *
 * Types and names are those of etcd's own structs: what is misspelled there is passed over in silence.
 *
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/embed/config.go
 * @throws Error if a value is not of the type of its setting
 */
export function configFile(env: Environment, { initialCluster, initialClusterState, forceNewCluster = false }: FirstStart): string {
  const settings = Object.entries(env).flatMap(([variable, text]) => isSetting(variable) && text ? [[flagOf(variable), text] as const] : []);
  const file: Record<string, unknown> = {};
  for (const [flag, text] of settings) {
    const [place, inner] = ELSEWHERE[flag] ?? [flag];
    const value = valueOf(flag, text);
    file[place] = inner === undefined ? value : { ...file[place] as object, [inner]: value };
  }
  return JSON.stringify({
    ...file[TRACING] === true && TRACING_DEFAULTS,
    ...file,
    // 3.4 serves no JSON gateway where a file does not say so.
    'enable-grpc-gateway': true,
    'initial-cluster': initialCluster,
    'initial-cluster-state': initialClusterState,
    ...forceNewCluster && { 'force-new-cluster': true },
  }, undefined, 2);
}

/**
 * All members as one that was added needs them at its first start: it compares their URLs with those that the others have, and there may be none
 * too many and none too few. Of the names only its own counts.
 *
 * @throws Error if it is not among them
 */
export function initialClusterOf(members: readonly Member[], myId: string, myName: string): string {
  if (!members.some(({ id }) => id === myId)) {
    throw new Error(`the member ${myId} was added, and is not there`);
  }
  return members
    .map(({ id, name, peerUrls }) => ({ name: id === myId ? myName : name || id, peerUrls }))
    .flatMap(({ name, peerUrls }) => peerUrls.map(url => `${name}=${url}`))
    .join(',');
}

function isSetting(variable: string): boolean {
  return variable.startsWith(PREFIX) && variable !== OWN;
}

function flagOf(variable: string): string {
  return variable.slice(PREFIX.length).toLowerCase().replaceAll('_', '-');
}

/** What keeps a text from being the value of a setting, or nothing. */
export function settingProblem(flag: string, text: string): string | undefined {
  const form = BOOLEANS.has(flag) ? "'true' or 'false'" : NUMBERS.has(flag) ? 'a whole number' : "a duration such as '1h30m' or '250ms'";
  return parsed(flag, text) === undefined ? `must be ${form}, got '${text}'` : undefined;
}

function valueOf(flag: string, text: string): unknown {
  const problem = settingProblem(flag, text);
  if (problem !== undefined) {
    throw new Error(`the setting '${flag}' of etcd ${problem}`);
  }
  return parsed(flag, text);
}

/** Undefined where the text is of another type. */
function parsed(flag: string, text: string): unknown {
  return BOOLEANS.has(flag) ? booleanOf(text)
    : NUMBERS.has(flag) ? numberOf(text)
      : DURATIONS.has(flag) ? nanosecondsOf(text)
        : LISTS.has(flag) ? text.split(',') : text;
}

function booleanOf(text: string): boolean | undefined {
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined;
}

function numberOf(text: string): number | undefined {
  return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function nanosecondsOf(text: string): number | undefined {
  if (!DURATION.test(text)) {
    return undefined;
  }
  return Math.round([...text.matchAll(/([\d.]+)([a-zµ]+)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * NANOSECONDS[unit], 0));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
