import { containerOf, newCluster } from './etcd';
import { EtcdCluster, EtcdVersion } from '../../src';
import { configFileProblem } from '../../src/etcd/config-file-flags';
import { newChart } from '../util';

const LATEST = EtcdVersion.V3_6;

test.each([
  ['client-crl-file', LATEST, ''],
  ['peer-crl-file', LATEST, ''],
  ['raft-read-timeout', LATEST, ''],
  ['raft-write-timeout', LATEST, ''],
  ['experimental-peer-skip-client-san-verification', EtcdVersion.V3_5, ' before 3.6.0'],
  ['client-cert-allowed-hostname', EtcdVersion.of('3.5.14'), ' before 3.5.15'],
  ['peer-cert-allowed-cn', EtcdVersion.V3_4, ' before 3.5.15'],
  ['peer-cert-allowed-hostname', EtcdVersion.of('3.5.14'), ' before 3.5.15'],
  ['socket-reuse-address', EtcdVersion.of('3.5.9'), ' before 3.5.10'],
  ['socket-reuse-port', EtcdVersion.of('3.5.9'), ' before 3.5.10'],
])('%s cannot be said in the file of %o', (flag, version, before) => {
  expect(configFileProblem(flag, 'true', version)).toBe(
    `cannot be said in etcd's configuration file${before}, by which managed members are started: leave it out, or use EtcdMembership.fixed()`);
});

test.each([
  ['experimental-peer-skip-client-san-verification', LATEST],
  ['client-cert-allowed-hostname', EtcdVersion.of('3.5.15')],
  ['peer-cert-allowed-cn', LATEST],
  ['socket-reuse-port', EtcdVersion.of('3.5.10')],
  ['pre-vote', LATEST],
])('%s can be said in the file of %o', (flag, version) => {
  expect(configFileProblem(flag, 'true', version)).toBeUndefined();
});

test.each([
  ['pre-vote', 'yes', "must be 'true' or 'false', got 'yes'"],
  ['max-request-bytes', '1MB', "must be a whole number, got '1MB'"],
  ['grpc-keepalive-timeout', '20', "must be a duration such as '1h30m' or '250ms', got '20'"],
])('%s cannot be %s', (flag, value, problem) => {
  expect(configFileProblem(flag, value, LATEST)).toBe(problem);
});

test('a managed cluster refuses what a fixed one takes as an argument', () => {
  const extraArgs = { 'raft-read-timeout': '10s' };
  expect(() => new EtcdCluster(newChart(), 'etcd', { extraArgs }))
    .toThrow(/^\[test\/etcd\] 'raft-read-timeout' of 'extraArgs' cannot be said in etcd's configuration file, by which/);
  expect(containerOf(newCluster({ extraArgs })).args).toEqual(['--raft-read-timeout=10s']);
});
