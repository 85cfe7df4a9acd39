import { EtcdClusterProps } from './etcd-cluster-props';
import { EtcdTlsBinding } from './etcd-tls';
import { EtcdVersion } from './etcd-version';

export const CLIENT_PORT = 2379;
export const PEER_PORT = 2380;

/** Metrics and health, always without encryption: the kubelet has no certificate to show. */
export const METRICS_PORT = 2381;

/** Where the disk of a member is mounted. */
export const STORAGE_PATH = '/var/lib/etcd';

/** Below the mount, since the root of a disk may hold what its provider has put there. */
const DATA_DIR = `${STORAGE_PATH}/data`;

export const SERVER_TLS_PATH = '/etc/etcd/tls/server';
export const PEER_TLS_PATH = '/etc/etcd/tls/peer';

/** What the settings of a member are made of. */
export interface SettingsInput {
  readonly props: EtcdClusterProps;
  readonly version: EtcdVersion;
  readonly token: string;
  readonly quotaBytes: number;
  readonly compaction: Record<string, string>;
  /** A member's host name, written as in the list of peers; etcd starts at once if the two are the same text. */
  readonly host: string;
  readonly tls?: EtcdTlsBinding;
}

/** What 3.6 does by default; before, ten times as much log is kept back, and may be more than the disk. */
const SNAPSHOT_COUNT = 10_000;

/**
 * What etcd is told, flag by flag, but for the list of members: that stands in a ConfigMap, so that a cluster of another size has the same pods.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/configuration/
 */
export function settingsOf({ props, version, token, quotaBytes, compaction, host, tls }: SettingsInput): Record<string, string> {
  const client = schemeOf(tls?.server);
  const peer = schemeOf(tls?.peer);
  return {
    'name': '$(POD_NAME)',
    'data-dir': DATA_DIR,
    'listen-peer-urls': `${peer}://0.0.0.0:${PEER_PORT}`,
    'listen-client-urls': `${client}://0.0.0.0:${CLIENT_PORT}`,
    'listen-metrics-urls': `http://0.0.0.0:${METRICS_PORT}`,
    'advertise-client-urls': `${client}://${host}:${CLIENT_PORT}`,
    'initial-advertise-peer-urls': `${peer}://${host}:${PEER_PORT}`,
    'initial-cluster-token': token,
    'initial-cluster-state': 'new',
    'quota-backend-bytes': String(quotaBytes),
    ...compaction,
    ...stated('snapshot-count', props.snapshotCount ?? (version.isAtLeast('3.6.0') ? undefined : SNAPSHOT_COUNT)),
    ...stated('heartbeat-interval', props.heartbeatInterval?.toMilliseconds()),
    ...stated('election-timeout', props.electionTimeout?.toMilliseconds()),
    ...tls?.server && certificate('', SERVER_TLS_PATH),
    ...tls?.server && tls.clientCertAuth && callers('', SERVER_TLS_PATH),
    ...tls?.peer && { ...certificate('peer-', PEER_TLS_PATH), ...callers('peer-', PEER_TLS_PATH) },
    ...props.monitoring?._settings,
    ...version.isAtLeast('3.5.0') ? {} : { logger: 'zap' },
  };
}

/** The scheme of URLs whose traffic a secret encrypts, if there is one. */
export function schemeOf(secret: unknown): 'http' | 'https' {
  return secret === undefined ? 'http' : 'https';
}

/** The variable by which etcd takes a flag. */
export function variableOf(flag: string): string {
  return `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`;
}

function stated(flag: string, value: number | undefined): Record<string, string> {
  return value === undefined ? {} : { [flag]: String(value) };
}

function certificate(prefix: string, path: string): Record<string, string> {
  return { [`${prefix}cert-file`]: `${path}/tls.crt`, [`${prefix}key-file`]: `${path}/tls.key` };
}

/** Whom etcd lets in. The authority alone is enough to demand certificates, so it is named only where they are wanted. */
function callers(prefix: string, path: string): Record<string, string> {
  return { [`${prefix}trusted-ca-file`]: `${path}/ca.crt`, [`${prefix}client-cert-auth`]: 'true' };
}
