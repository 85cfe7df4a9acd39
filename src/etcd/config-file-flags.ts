import { settingProblem } from './agent/etcd-config';
import { EtcdVersion } from './etcd-version';

/**
 * Flags that etcd's configuration file cannot say, and the first releases whose file can; etcd passes over what its file does not know.
 *
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/embed/config.go
 */
const SAYABLE_SINCE: Readonly<Record<string, readonly string[]>> = {
  'client-crl-file': [],
  'peer-crl-file': [],
  'raft-read-timeout': [],
  'raft-write-timeout': [],
  'experimental-peer-skip-client-san-verification': ['3.6.0'],
  'client-cert-allowed-hostname': ['3.5.15'],
  'peer-cert-allowed-cn': ['3.5.15'],
  'peer-cert-allowed-hostname': ['3.5.15'],
  'socket-reuse-address': ['3.5.10'],
  'socket-reuse-port': ['3.5.10'],
};

/** What keeps a flag from being said in a configuration file, which a member that joins is started by, or nothing. */
export function configFileProblem(flag: string, value: string, version: EtcdVersion): string | undefined {
  const since = SAYABLE_SINCE[flag];
  if (since !== undefined && !version._has(since)) {
    return `cannot be said in etcd's configuration file${since.length > 0 ? ` before ${since[0]}` : ''}, by which managed members are started: `
      + 'leave it out, or use EtcdMembership.fixed()';
  }
  return settingProblem(flag, value);
}
