import { Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { newCluster, podOf, variablesOf } from './etcd';
import { EtcdBackupDestination, EtcdCluster, EtcdClusterProps, EtcdMembership, EtcdRestoreOptions, EtcdTls, EtcdVersion } from '../../src';
import { attempt, put, strange } from '../strange';
import { newChart } from '../util';

const SNAPSHOT = '20261123T100000Z-rev4711.db';

const volumeIn = (chart: Chart) => EtcdBackupDestination.volume(kplus.PersistentVolumeClaim.fromClaimName(chart, 'Claim', 'backups'));
const s3In = (chart: Chart) => EtcdBackupDestination.s3({
  bucket: 'backups', endpoint: 'http://s3:9000', credentials: kplus.Secret.fromSecretName(chart, 'Credentials', 's3'),
});

function restored(
  destinationIn = volumeIn, options: Partial<EtcdRestoreOptions> = {}, props: EtcdClusterProps = {}, chart = newChart(),
): EtcdCluster {
  const restoreFrom = { destination: destinationIn(chart), snapshot: SNAPSHOT, ...options };
  return newCluster({ restoreFrom, membership: EtcdMembership.fixed(), ...props }, chart);
}

const stepsOf = (cluster: EtcdCluster): any[] => podOf(cluster).initContainers;
const namesOf = (cluster: EtcdCluster) => stepsOf(cluster).map(({ name }) => name);
const stepOf = (cluster: EtcdCluster, step: string) => stepsOf(cluster).find(({ name }) => name === step);
const envOf = (container: any) => Object.fromEntries(container.env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom]));

describe('without a restore', () => {
  test('a member is etcd alone', () => {
    expect(podOf(newCluster({ membership: EtcdMembership.fixed() })).initContainers).toBeUndefined();
  });
});

describe('a restore from a volume', () => {
  test('has a step for each thing that can fail', () => {
    expect(namesOf(restored())).toEqual(['restore-prepare', 'restore-verify', 'restore-snapshot', 'restore-finish']);
    for (const step of ['restore-prepare', 'restore-verify', 'restore-finish']) {
      expect(stepOf(restored(), step).command).toEqual(['node', `/opt/etcd-agent/${step}.mjs`]);
    }
  });

  test('tells its programs where everything is', () => {
    expect(envOf(stepOf(restored(), 'restore-prepare'))).toEqual({
      ETCD_INITIAL_CLUSTER: { configMapKeyRef: { name: 'etcd-peers', key: 'ETCD_INITIAL_CLUSTER' } },
      POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } },
      STORAGE_DIR: '/var/lib/etcd',
      RESTORE_DIR: '/restore',
      SNAPSHOT,
      SOURCE: 'claim \'backups\' at \'etcd\'',
      SOURCE_DIR: '/backup',
      TOKEN: `etcd@${SNAPSHOT}`,
    });
  });

  test('lets etcd\'s own tool restore through links, with what etcd itself is told', () => {
    const cluster = restored();
    expect(stepOf(cluster, 'restore-snapshot')).toMatchObject({
      image: `gcr.io/etcd-development/etcd:v${EtcdVersion.V3_6.version}`,
      command: [
        '/usr/local/bin/etcdutl', 'snapshot', 'restore', '/restore/snapshot.db', '--data-dir=/restore/to/data', '--name=$(POD_NAME)',
        '--initial-advertise-peer-urls=http://$(POD_NAME).etcd:2380', `--initial-cluster-token=etcd@${SNAPSHOT}`, '--initial-cluster=$(ETCD_INITIAL_CLUSTER)',
      ],
    });
    expect(stepOf(cluster, 'restore-snapshot').env.map(({ name }: any) => name)).toEqual(['ETCD_INITIAL_CLUSTER', 'POD_NAME']);
    expect(variablesOf(cluster)).toMatchObject({ ETCD_INITIAL_ADVERTISE_PEER_URLS: 'http://$(POD_NAME).etcd:2380', ETCD_INITIAL_CLUSTER_TOKEN: `etcd@${SNAPSHOT}` });
  });

  test('uses the tool of the release', () => {
    const toolOf = (version: EtcdVersion) => stepOf(restored(volumeIn, {}, { version }), 'restore-snapshot').command[0];
    expect([EtcdVersion.V3_4, EtcdVersion.V3_5, EtcdVersion.V3_6].map(toolOf)).toEqual(['etcdctl', 'etcdutl', 'etcdutl'].map(tool => `/usr/local/bin/${tool}`));
  });

  test('mounts the disk of the member, a folder to work in, and the backups read-only where they are read', () => {
    const mountsOf = (step: string) => stepOf(restored(), step).volumeMounts.filter(({ name }: any) => name !== 'agent');
    const own = [{ name: 'data', mountPath: '/var/lib/etcd' }, { name: 'restore', mountPath: '/restore' }];
    const backup = { name: 'backup', mountPath: '/backup', subPath: 'etcd', readOnly: true };
    expect(['restore-prepare', 'restore-verify', 'restore-snapshot', 'restore-finish'].map(mountsOf)).toEqual([own, [...own, backup], [...own, backup], own]);
    expect(podOf(restored()).volumes).toEqual(expect.arrayContaining([{ name: 'restore', emptyDir: {} }]));
  });

  test('looks into the folder of the namespace', () => {
    expect(stepOf(restored(volumeIn, {}, { metadata: { namespace: 'shop' } }), 'restore-verify').volumeMounts)
      .toContainEqual(expect.objectContaining({ subPath: 'shop/etcd' }));
  });

  test('asks for what etcd asks for', () => {
    const resources = { memory: { request: Size.gibibytes(1) } };
    expect(stepOf(restored(volumeIn, {}, { resources }), 'restore-snapshot').resources).toEqual({ requests: { memory: '1Gi' } });
  });

  test('makes a cluster of its own, whatever its token was', () => {
    expect(variablesOf(restored(volumeIn, {}, { clusterToken: 'mine' })).ETCD_INITIAL_CLUSTER_TOKEN).toBe(`mine@${SNAPSHOT}`);
  });

  test('asks other members with the certificate of members', () => {
    const chart = newChart();
    const tls = EtcdTls.fromSecrets({ peer: kplus.Secret.fromSecretName(chart, 'Peer', 'peer') });
    const cluster = restored(volumeIn, {}, { tls }, chart);
    expect(envOf(stepOf(cluster, 'restore-prepare'))).toMatchObject({ PEER_TLS_DIR: '/etc/etcd/tls/peer' });
    expect(stepOf(cluster, 'restore-prepare').volumeMounts).toContainEqual({ name: 'restore-tls', mountPath: '/etc/etcd/tls/peer', readOnly: true });
    expect(podOf(cluster).volumes).toContainEqual({ name: 'restore-tls', secret: { secretName: 'peer' } });
    expect(envOf(stepOf(cluster, 'restore-verify'))).not.toHaveProperty('PEER_TLS_DIR');
  });

  test('comes before a member joins, and leaves that to it', () => {
    const cluster = restored(volumeIn, {}, { membership: EtcdMembership.managed() });
    expect(namesOf(cluster).indexOf('join')).toBe(4);
    expect(envOf(stepOf(cluster, 'restore-prepare'))).toMatchObject({
      POD_NAMESPACE: { fieldRef: { fieldPath: 'metadata.namespace' } }, STATEFUL_SET: 'etcd', STATE_CONFIG_MAP: 'etcd-state',
    });
  });

  test('raises revisions where it is told to', () => {
    const commandOf = (version: EtcdVersion) => stepOf(restored(volumeIn, { bumpRevision: 1_000_000_000 }, { version }), 'restore-snapshot').command;
    for (const version of [EtcdVersion.V3_6, EtcdVersion.of('3.5.10')]) {
      expect(commandOf(version).slice(-2)).toEqual(['--bump-revision=1000000000', '--mark-compacted']);
    }
    expect(() => commandOf(EtcdVersion.of('3.5.9'))).toThrow(
      /^\[test\/etcd\] 'bumpRevision' of 'restoreFrom' needs etcd 3\.5\.10 or later, got 3\.5\.9: leave it out, and restart all clients that watch$/);
  });
});

describe('a restore from S3', () => {
  test('downloads what the first step has written down, to the disk of the member', () => {
    const cluster = restored(s3In);
    expect(namesOf(cluster)).toEqual(['restore-prepare', 'restore-fetch', 'restore-verify', 'restore-snapshot', 'restore-finish']);
    expect(stepOf(cluster, 'restore-fetch')).toMatchObject({
      image: 'rclone/rclone:1.76.0',
      volumeMounts: [{ name: 'data', mountPath: '/var/lib/etcd' }, { name: 'restore', mountPath: '/restore' }],
    });
    expect(stepOf(cluster, 'restore-fetch').command.slice(0, 6)).toEqual(
      ['rclone', 'copy', 'backup:backups/etcd/', '/restore/to/download', '--files-from-raw=/restore/wanted.txt', '--no-traverse']);
    expect(envOf(stepOf(cluster, 'restore-fetch'))).toMatchObject({
      RCLONE_CONFIG_BACKUP_ENDPOINT: 'http://s3:9000', AWS_ACCESS_KEY_ID: { secretKeyRef: { name: 's3', key: 'AWS_ACCESS_KEY_ID' } },
    });
  });

  test('tells its programs that there is no volume', () => {
    const env = envOf(stepOf(restored(s3In), 'restore-verify'));
    expect(env).toMatchObject({ SOURCE: 'bucket \'backups\' of http://s3:9000 at \'etcd\'' });
    expect(env).not.toHaveProperty('SOURCE_DIR');
    expect(envOf(stepOf(restored(() => EtcdBackupDestination.s3({ bucket: 'backups', prefix: 'a' })), 'restore-verify'))).toMatchObject({
      SOURCE: 'bucket \'backups\' at \'a\'',
    });
  });
});

describe('restoreFrom fails', () => {
  test.each<[any, RegExp]>([
    [5, /^\[test\/etcd\] 'restoreFrom' must be an object, got 5$/],
    [{ snapshot: SNAPSHOT }, /'destination' of 'restoreFrom' must be made by EtcdBackupDestination\.volume\(\) or EtcdBackupDestination\.s3\(\), got null$/],
    [{ destination: EtcdBackupDestination.s3({ bucket: 'b' }), snapshot: SNAPSHOT }, /^\[test\/etcd\] 'bucket' of EtcdBackupDestination\.s3\(\) must be the name of a bucket/],
    [{ destination: EtcdBackupDestination.s3({ bucket: 'backups' }) }, /'snapshot' of 'restoreFrom' must be text that is not empty, got undefined$/],
    [{ destination: EtcdBackupDestination.s3({ bucket: 'backups' }), snapshot: 'etcd/a.db' },
      /'snapshot' of 'restoreFrom' must be the name of a file such as '20261123T100000Z-rev4711\.db', got "etcd\/a\.db"$/],
    [{ destination: EtcdBackupDestination.s3({ bucket: 'backups' }), snapshot: SNAPSHOT, bumpRevision: 0 },
      /'bumpRevision' of 'restoreFrom' must be a whole number from 1 to 9007199254740991, got 0$/],
  ])('with %j', (restoreFrom, message) => {
    expect(() => newCluster({ restoreFrom })).toThrow(message);
  });

  test('in words, whatever it is given', () => {
    fc.assert(fc.property(fc.constantFrom('restoreFrom', ...['destination', 'snapshot', 'bumpRevision'].map(option => `restoreFrom.${option}`)), strange, (place, value) => {
      attempt(chart => new EtcdCluster(chart, 'web', put({ restoreFrom: { destination: EtcdBackupDestination.s3({ bucket: 'backups' }), snapshot: SNAPSHOT } },
        place.split('.'), value)));
    }), { numRuns: 300 });
  });
});
