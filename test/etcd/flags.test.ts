import * as fc from 'fast-check';
import { EtcdVersion } from '../../src';
import { flagProblem } from '../../src/etcd/flags';

const LAST_OF_EACH_MINOR = ['3.4.45', '3.5.35', '3.6.14', '3.7.3'];

function problem(flag: unknown, version: string = '3.6.14'): string | undefined {
  return flagProblem(flag as string, EtcdVersion.of(version));
}

/** In which of these releases a flag may be given. */
function takenBy(flag: string, releases = LAST_OF_EACH_MINOR): string[] {
  return releases.filter(release => problem(flag, release) === undefined);
}

describe('Flags of etcd', () => {
  test.each<[string, string[]]>([
    ['log-level', LAST_OF_EACH_MINOR],
    ['strict-reconfig-check', LAST_OF_EACH_MINOR],
    ['cipher-suites', LAST_OF_EACH_MINOR],
    ['debug', ['3.4.45']],
    ['next-cluster-version-compatible', ['3.4.45']],
    ['enable-v2', ['3.4.45', '3.5.35']],
    ['experimental-corrupt-check-time', ['3.4.45', '3.5.35', '3.6.14']],
    ['raft-read-timeout', ['3.5.35', '3.6.14', '3.7.3']],
    ['experimental-memory-mlock', ['3.5.35', '3.6.14']],
    ['experimental-warning-unary-request-duration', ['3.6.14']],
    ['feature-gates', ['3.6.14', '3.7.3']],
    ['corrupt-check-time', ['3.6.14', '3.7.3']],
  ])('are taken where they are: %s by %p', (flag, releases) => {
    expect(takenBy(flag)).toEqual(releases);
  });

  test.each<[string, string[], string[]]>([
    ['unsafe-no-fsync', ['3.4.10', '3.5.0'], ['3.4.9']],
    ['max-concurrent-streams', ['3.4.20', '3.5.5', '3.6.0'], ['3.4.19', '3.5.4']],
    ['tls-min-version', ['3.4.25', '3.5.8', '3.6.0'], ['3.4.24', '3.5.7']],
    ['next-cluster-version-compatible', ['3.4.31'], ['3.4.30', '3.5.35']],
    ['experimental-watch-progress-notify-interval', ['3.4.11', '3.5.0'], ['3.4.10', '3.7.0']],
    ['experimental-warning-apply-duration', ['3.4.16', '3.5.0'], ['3.4.15', '3.7.0']],
    ['experimental-enable-lease-checkpoint-persist', ['3.4.20', '3.5.2', '3.6.0'], ['3.4.19', '3.5.1', '3.7.0']],
    ['experimental-compact-hash-check-time', ['3.5.5', '3.6.0'], ['3.4.45', '3.5.4', '3.7.0']],
    ['experimental-distributed-tracing-sampling-rate', ['3.5.11'], ['3.5.10']],
    ['experimental-stop-grpc-service-on-defrag', ['3.5.14'], ['3.5.13']],
    ['experimental-compaction-sleep-interval', ['3.5.16'], ['3.5.15']],
  ])('are known to the patch: %s by %p and not by %p', (flag, those, others) => {
    expect(takenBy(flag, [...others, ...those])).toEqual(those);
  });

  test.each<[string, string, string]>([
    ['tls-min-version', '3.4.20', 'comes with etcd 3.4.25: leave it out, since this is 3.4.20'],
    ['tls-min-version', '3.5.3', 'comes with etcd 3.5.8: leave it out, since this is 3.5.3'],
    ['feature-gates', '3.5.35', 'comes with etcd 3.6.0: leave it out, since this is 3.5.35'],
    ['corrupt-check-time', '3.5.35', "comes with etcd 3.6.0: use 'experimental-corrupt-check-time'"],
    ['downgrade-check-time', '3.4.45', 'comes with etcd 3.6.0: leave it out, since this is 3.4.45'],
    ['backend-bbolt-freelist-type', '3.4.45', "comes with etcd 3.5.0: use 'experimental-backend-bbolt-freelist-type'"],
  ])('are refused before they come: %s in %s', (flag, version, expected) => {
    expect(problem(flag, version)).toBe(expected);
  });

  test.each<[string, string, string]>([
    ['debug', '3.5.0', "was dropped by etcd 3.5: use 'log-level' with 'debug'"],
    ['log-output', '3.6.14', "was dropped by etcd 3.5: use 'log-outputs'"],
    ['log-package-levels', '3.5.35', "was dropped by etcd 3.5: use 'log-level'"],
    ['experimental-backend-bbolt-freelist-type', '3.5.35', "was dropped by etcd 3.5: use 'backend-bbolt-freelist-type'"],
    ['enable-v2', '3.6.0', 'was dropped by etcd 3.6: leave it out'],
    ['experimental-enable-v2v3', '3.7.3', 'was dropped by etcd 3.6: leave it out'],
    ['experimental-corrupt-check-time', '3.7.0', "was dropped by etcd 3.7: use 'corrupt-check-time'"],
    ['experimental-initial-corrupt-check', '3.7.3', "was dropped by etcd 3.7: use 'feature-gates' with 'InitialCorruptCheck=true' or '=false'"],
  ])('are refused after they went, with what took their place: %s in %s', (flag, version, expected) => {
    expect(problem(flag, version)).toBe(expected);
  });

  test.each<[string, string]>([
    ['compact-hash-check-enabled', 'CompactHashCheck'],
    ['enable-lease-checkpoint', 'LeaseCheckpoint'],
    ['enable-lease-checkpoint-persist', 'LeaseCheckpointPersist'],
    ['stop-grpc-service-on-defrag', 'StopGRPCServiceOnDefrag'],
    ['txn-mode-write-with-shared-buffer', 'TxnModeWriteWithSharedBuffer'],
  ])('became a feature gate: experimental-%s', (flag, gate) => {
    expect(problem(`experimental-${flag}`, '3.6.14')).toBeUndefined();
    expect(problem(`experimental-${flag}`, '3.7.3')).toBe(`was dropped by etcd 3.7: use 'feature-gates' with '${gate}=true' or '=false'`);
  });

  test.each<[string, string, string]>([
    ['log-levl', '3.6.14', 'log-level'],
    ['log_level', '3.6.14', 'log-level'],
    ['max-txn-op', '3.4.45', 'max-txn-ops'],
    ['quota-backend-byte', '3.6.14', 'quota-backend-bytes'],
    ['corrupt-check-tim', '3.5.35', 'experimental-corrupt-check-time'],
    ['corrupt-check-tim', '3.7.3', 'corrupt-check-time'],
    ['initial-corrupt-check', '3.5.35', 'experimental-initial-corrupt-check'],
    ['experimental-max-learners', '3.6.14', 'max-learners'],
  ])('are suggested for what is almost one: %s in %s', (flag, version, nearest) => {
    expect(problem(flag, version)).toBe(`is no flag of etcd ${version}: did you mean '${nearest}'?`);
  });

  test.each<[string, string]>([
    ['max-requests-in-flight', '3.6.14'], ['xyz', '3.6.14'], ['vvv', '3.6.14'], ['log', '3.6.14'], ['--', '3.6.14'], ['=', '3.6.14'], ['constructor', '3.6.14'],
    ['__proto__', '3.6.14'],
    // what is like it is in later releases only.
    ['max-lerners', '3.5.35'],
  ])('are not suggested for what is like none: %s in %s', (flag, version) => {
    expect(problem(flag, version)).toBe(`is no flag of etcd ${version}: see 'etcd --help'`);
  });

  test('that are suggested can be given, or say what to give', () => {
    fc.assert(fc.property(fc.constantFrom(...LAST_OF_EACH_MINOR), fc.stringMatching(/^[a-z]{2,8}(-[a-z]{2,8}){0,3}$/), (version, flag) => {
      const suggested = /did you mean '(.*)'\?$/.exec(problem(flag, version) ?? '')?.[1];
      if (suggested !== undefined) {
        expect(problem(suggested, version) ?? '').not.toMatch(/^is no flag|^comes with|^was dropped/);
      }
    }));
  });
});

describe('Flags of etcd that a cluster does not take', () => {
  test.each<[string, string]>([
    ['name', 'metadata.name'],
    ['data-dir', 'storage'],
    ['wal-dir', 'storage'],
    ['initial-cluster', 'replicas'],
    ['initial-cluster-token', 'clusterToken'],
    ['quota-backend-bytes', 'quota'],
    ['auto-compaction-mode', 'autoCompaction'],
    ['auto-compaction-retention', 'autoCompaction'],
    ['snapshot-count', 'snapshotCount'],
    ['heartbeat-interval', 'heartbeatInterval'],
    ['election-timeout', 'electionTimeout'],
    ['cert-file', 'tls'],
    ['peer-trusted-ca-file', 'tls'],
    ['client-cert-auth', 'tls'],
    ['peer-client-cert-auth', 'tls'],
    ['auto-tls', 'tls'],
  ])('have a property: %s', (flag, property) => {
    expect(LAST_OF_EACH_MINOR.map(version => problem(flag, version))).toEqual(Array(4).fill(`is for the cluster to set: use '${property}'`));
  });

  test.each<[string, string]>([
    ['listen-client-urls', "is for the cluster to set: use 'tls' for https, and leave the addresses as they are"],
    ['initial-advertise-peer-urls', "is for the cluster to set: use 'tls' for https, and leave the addresses as they are"],
    ['initial-cluster-state', 'is for the cluster to set: leave it out'],
    ['listen-metrics-urls', 'is for the cluster to set: leave it out'],
    ['listen-client-http-urls', 'is for the cluster to set: leave it out'],
    ['enable-grpc-gateway', 'is for the cluster to set: leave it out'],
    ['force-new-cluster', 'would make each member a cluster of its own at each start: leave it out'],
    ['config-file', 'would make etcd ignore all else that it is told: give what is in the file as properties and flags'],
    ['version', "makes etcd print its version and exit: use 'version' of the cluster"],
    ['discovery', "would find the members by a service outside the cluster, which lists them itself: use 'replicas'"],
    ['discovery-srv', "would find the members by a service outside the cluster, which lists them itself: use 'replicas'"],
    ['discovery-endpoints', "would find the members by a service outside the cluster, which lists them itself: use 'replicas'"],
    ['proxy', 'is for proxies of API v2, which are no members: leave it out'],
    ['proxy-read-timeout', 'is for proxies of API v2, which are no members: leave it out'],
    ['snapshot', 'is taken by etcd and ignored: leave it out'],
    ['vv', 'is taken by etcd and ignored: leave it out'],
    ['test.coverprofile', 'is taken by etcd and ignored: leave it out'],
  ])('have a reason: %s', (flag, expected) => {
    expect(LAST_OF_EACH_MINOR.map(version => problem(flag, version))).toEqual(Array(4).fill(expected));
  });

  test.each<[string, string]>([
    ['--log-level', 'log-level'], ['-log-level', 'log-level'], ['log-level=debug', 'log-level'], ['--log-level=debug', 'log-level'], ['--no-such-flag', 'no-such-flag'],
    ['--name', 'name'],
  ])('are not written as names: %s', (flag, name) => {
    expect(problem(flag)).toBe(`must be the name alone, without dashes and value: '${name}'`);
  });

  test.each<[unknown, string]>([['', '""'], [' ', '" "'], [undefined, 'undefined'], [null, 'null'], [7, '7'], [{}, 'an object']])('are no text: %p', (flag, got) => {
    expect(problem(flag)).toBe(`must be text that is not empty, got ${got}`);
  });
});
