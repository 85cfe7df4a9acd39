import { Chart, Cron } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { manifestsOf, newCluster } from './etcd';
import { EtcdAuth, EtcdBackupDestination, EtcdBackupProps, EtcdCluster, EtcdTls, EtcdVersion } from '../../src';
import { attempt, put, strange } from '../strange';
import { find, newChart } from '../util';

let made = 0;
const claimIn = (chart: Chart, name = 'backups') => kplus.PersistentVolumeClaim.fromClaimName(chart, `claim-${++made}`, name);
const secretIn = (chart: Chart, name = 's3') => kplus.Secret.fromSecretName(chart, `secret-${++made}`, name);

type Options = Partial<EtcdBackupProps>;

function withVolume(options: Options = {}, cluster = newCluster()): EtcdCluster {
  cluster.addBackup({ schedule: Cron.daily(), destination: EtcdBackupDestination.volume(claimIn(Chart.of(cluster))), ...options });
  return cluster;
}

function withS3(s3: any = {}, options: Options = {}, cluster = newCluster()): EtcdCluster {
  const destination = EtcdBackupDestination.s3({ bucket: 'backups', credentials: secretIn(Chart.of(cluster)), ...s3 });
  cluster.addBackup({ schedule: Cron.daily(), destination, ...options });
  return cluster;
}

const jobOf = (cluster: EtcdCluster, name = 'etcd-backup') => find(manifestsOf(cluster), 'CronJob', name);
const podOf = (cluster: EtcdCluster, name?: string) => jobOf(cluster, name).spec.jobTemplate.spec.template.spec;
const stepsOf = (cluster: EtcdCluster, name?: string): any[] => [...podOf(cluster, name).initContainers, ...podOf(cluster, name).containers];
const stepOf = (cluster: EtcdCluster, step: string) => stepsOf(cluster).find(({ name }) => name === step);
const namesOf = (cluster: EtcdCluster) => stepsOf(cluster).map(({ name }) => name);
const envOf = (container: any) => Object.fromEntries(container.env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom.secretKeyRef]));

describe('a backup', () => {
  test('is made by schedule, one at a time, and not for longer than an hour', () => {
    const { metadata, spec } = jobOf(withVolume({ schedule: Cron.hourly() }));
    expect(metadata).toMatchObject({ name: 'etcd-backup', labels: { 'app.kubernetes.io/instance': 'etcd' } });
    expect(spec).toEqual({
      schedule: '0 * * * *',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      jobTemplate: { spec: { backoffLimit: 1, activeDeadlineSeconds: 3600, template: expect.anything() } },
    });
  });

  test('may have another name', () => {
    expect(jobOf(withVolume({ name: 'weekly' }), 'etcd-weekly').metadata.name).toBe('etcd-weekly');
    const cluster = newCluster();
    const backup = cluster.addBackup({
      schedule: Cron.daily(), destination: EtcdBackupDestination.volume(claimIn(Chart.of(cluster))), name: 'nightly', keep: 7,
    });
    expect([backup.name, backup.keep, backup.node.path]).toEqual(['etcd-nightly', 7, 'test/etcd/Backups/nightly']);
  });

  test('asks one address, before it waits there for a snapshot, and reads what it got', () => {
    const cluster = withVolume();
    const env = [{ name: 'ETCDCTL_ENDPOINTS', value: 'http://etcd-client:2379' }];
    const image = `gcr.io/etcd-development/etcd:v${EtcdVersion.V3_6.version}`;
    expect(stepsOf(cluster).slice(0, 3)).toMatchObject([
      { name: 'reach', image, command: ['/usr/local/bin/etcdctl', 'get', 'no-such-key', '--keys-only', '--limit=1'], env },
      { name: 'snapshot', image, command: ['/usr/local/bin/etcdctl', 'snapshot', 'save', '/backup/snapshot.unfinished'], env },
      { name: 'verify', image, command: ['/usr/local/bin/etcdutl', 'snapshot', 'status', '/backup/snapshot.unfinished'] },
    ]);
  });

  test('is read with the tool of the release', () => {
    const toolOf = (version: EtcdVersion) => stepOf(withVolume({}, newCluster({ version })), 'verify').command[0];
    expect([EtcdVersion.V3_4, EtcdVersion.V3_5, EtcdVersion.V3_6].map(toolOf)).toEqual(['etcdctl', 'etcdutl', 'etcdutl'].map(tool => `/usr/local/bin/${tool}`));
  });

  test('is made as root, with a certificate, where etcd wants to know', () => {
    const chart = newChart();
    const cluster = withVolume({}, newCluster({
      auth: EtcdAuth.rootPassword(secretIn(chart, 'root')),
      tls: EtcdTls.fromSecrets({ server: secretIn(chart, 'server'), client: secretIn(chart, 'client') }),
    }, chart));
    for (const step of ['reach', 'snapshot']) {
      expect(envOf(stepOf(cluster, step))).toEqual({
        ETCDCTL_ENDPOINTS: 'https://etcd-client:2379',
        ETCDCTL_CACERT: '/etc/etcd/tls/client/ca.crt',
        ETCDCTL_CERT: '/etc/etcd/tls/client/tls.crt',
        ETCDCTL_KEY: '/etc/etcd/tls/client/tls.key',
        ETCDCTL_USER: 'root',
        ETCDCTL_PASSWORD: { name: 'root', key: 'password' },
      });
    }
    expect(stepOf(cluster, 'verify').env).toBeUndefined();
  });

  test('is let in by the policy', () => {
    const cluster = withVolume();
    const labels = jobOf(cluster).spec.jobTemplate.spec.template.metadata.labels;
    const clients = find(manifestsOf(cluster), 'NetworkPolicy').spec.ingress.flatMap(({ from }: any) => from);
    expect(clients).toContainEqual(expect.objectContaining({ podSelector: { matchLabels: labels } }));
  });
});

describe('a backup to a volume', () => {
  test('is written to the folder of the cluster, and gets its name in the last step', () => {
    const cluster = withVolume();
    expect(namesOf(cluster)).toEqual(['reach', 'snapshot', 'verify', 'store']);
    expect(stepOf(cluster, 'store')).toMatchObject({ command: ['node', '/opt/etcd-agent/store-backup.mjs'] });
    expect(envOf(stepOf(cluster, 'store'))).toEqual({ BACKUP_DIR: '/backup' });
    for (const step of ['snapshot', 'verify', 'store']) {
      expect(stepOf(cluster, step).volumeMounts).toContainEqual({ name: 'backup', mountPath: '/backup', subPath: 'etcd' });
    }
    expect(podOf(cluster).volumes).toContainEqual({ name: 'backup', persistentVolumeClaim: { claimName: 'backups', readOnly: false } });
  });

  test('is in a folder of the namespace where that is known, or where it is told to be', () => {
    const folderOf = (cluster: EtcdCluster) => stepOf(cluster, 'snapshot').volumeMounts[0].subPath;
    expect(folderOf(withVolume({}, newCluster({ metadata: { namespace: 'shop' } })))).toBe('shop/etcd');
    expect(folderOf(withVolume({}, newCluster({}, newChart({ namespace: 'shop' }))))).toBe('shop/etcd');
    const chart = newChart();
    expect(folderOf(withVolume({ destination: EtcdBackupDestination.volume(claimIn(chart), { path: 'a/b' }) }, newCluster({}, chart)))).toBe('a/b');
  });

  test('is kept for as long as it is told to be', () => {
    expect(envOf(stepOf(withVolume({ keep: 7 }), 'store'))).toEqual({ BACKUP_DIR: '/backup', KEEP: '7' });
  });
});

describe('a backup to S3', () => {
  test('is written to a disk of the node, and uploaded under its name, which no other has', () => {
    const cluster = withS3();
    expect(namesOf(cluster)).toEqual(['reach', 'snapshot', 'verify', 'name', 'upload']);
    expect(stepOf(cluster, 'name')).toMatchObject({ command: ['node', '/opt/etcd-agent/name-backup.mjs'] });
    expect(stepOf(cluster, 'upload')).toMatchObject({
      image: 'rclone/rclone:1.76.0',
      command: ['rclone', 'copy', '/backup/out', 'backup:backups/etcd/', '--no-traverse', '--immutable', ...Array(5).fill(expect.anything())],
      volumeMounts: [{ name: 'scratch', mountPath: '/backup' }],
    });
    expect(podOf(cluster).volumes).toContainEqual({ name: 'scratch', emptyDir: {} });
  });

  test('tells rclone everything by variables', () => {
    expect(envOf(stepOf(withS3(), 'upload'))).toEqual({
      RCLONE_CONFIG: '',
      RCLONE_CONFIG_BACKUP_TYPE: 's3',
      RCLONE_CONFIG_BACKUP_PROVIDER: 'AWS',
      RCLONE_CONFIG_BACKUP_ENV_AUTH: 'true',
      RCLONE_CONFIG_BACKUP_NO_CHECK_BUCKET: 'true',
      AWS_ACCESS_KEY_ID: { name: 's3', key: 'AWS_ACCESS_KEY_ID' },
      AWS_SECRET_ACCESS_KEY: { name: 's3', key: 'AWS_SECRET_ACCESS_KEY' },
    });
    const endpoint = 'https://s3.example.com';
    expect(envOf(stepOf(withS3({ endpoint, region: 'eu-central-1' }), 'upload'))).toMatchObject({
      RCLONE_CONFIG_BACKUP_PROVIDER: 'Other', RCLONE_CONFIG_BACKUP_ENDPOINT: endpoint, RCLONE_CONFIG_BACKUP_REGION: 'eu-central-1',
    });
    expect(envOf(stepOf(withS3({ endpoint, provider: 'Ceph' }), 'upload'))).toMatchObject({ RCLONE_CONFIG_BACKUP_PROVIDER: 'Ceph' });
  });

  test('waits for nobody for hours', () => {
    const cluster = withS3({}, { keep: 3 });
    for (const step of ['list', 'upload', 'prune']) {
      expect(stepOf(cluster, step).command.slice(-5)).toEqual(['--contimeout=10s', '--timeout=60s', '--low-level-retries=3', '--retries=2', '--retries-sleep=5s']);
    }
  });

  test('deletes only what a list names, which was made of what was there before', () => {
    const cluster = withS3({}, { keep: 3 });
    expect(namesOf(cluster)).toEqual(['reach', 'snapshot', 'verify', 'list', 'name', 'upload', 'prune']);
    expect(stepOf(cluster, 'list').command.slice(0, 5)).toEqual(
      ['rclone', 'md5sum', 'backup:backups/etcd/', '--max-depth=1', '--output-file=/backup/present.txt']);
    expect(envOf(stepOf(cluster, 'name'))).toEqual({ BACKUP_DIR: '/backup', KEEP: '3' });
    expect(stepOf(cluster, 'prune').command.slice(0, 5)).toEqual(
      ['rclone', 'delete', 'backup:backups/etcd/', '--files-from-raw=/backup/expired.txt', '--no-traverse']);
  });

  test('has the prefix of the cluster, or the one that it is told', () => {
    const remoteOf = (cluster: EtcdCluster) => stepOf(cluster, 'upload').command[3];
    expect(remoteOf(withS3({}, {}, newCluster({ metadata: { namespace: 'shop' } })))).toBe('backup:backups/shop/etcd/');
    expect(remoteOf(withS3({ bucket: 'others', prefix: 'a/b/' }))).toBe('backup:others/a/b/');
  });

  test('may be written as an account, by another image, and by way of a larger disk', () => {
    const cluster = newCluster();
    const chart = Chart.of(cluster);
    withS3({
      credentials: undefined, serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, 'Account', 'writer'), image: 'mirror/rclone:1',
    }, { scratch: kplus.Volume.fromPersistentVolumeClaim(chart, 'Scratch', claimIn(chart, 'large'), { name: 'large' }) }, cluster);
    expect(podOf(cluster)).toMatchObject({ serviceAccountName: 'writer', volumes: expect.arrayContaining([expect.objectContaining({ name: 'large' })]) });
    expect(stepOf(cluster, 'upload')).toMatchObject({
      image: 'mirror/rclone:1', volumeMounts: [{ name: 'large', mountPath: '/backup', subPath: 'etcd-backup' }],
    });
    expect(Object.keys(envOf(stepOf(cluster, 'upload')))).not.toContain('AWS_ACCESS_KEY_ID');
  });
});

describe('several backups', () => {
  test('of one cluster have names and places of their own', () => {
    const cluster = withS3({}, { name: 'weekly' }, withVolume());
    expect(manifestsOf(cluster).filter(({ kind }) => kind === 'CronJob').map(({ metadata }) => metadata.name))
      .toEqual(expect.arrayContaining(['etcd-backup', 'etcd-weekly']));
    withS3({ prefix: 'daily' }, { name: 'daily' }, cluster);
    withS3({ endpoint: 'https://s3.example.com' }, { name: 'elsewhere' }, cluster);
    expect(stepsOf(cluster, 'etcd-daily')).toHaveLength(5);
  });

  test('that would delete each other are refused', () => {
    const cluster = withVolume();
    expect(() => withVolume({ name: 'weekly' }, cluster)).toThrow(new RegExp('^\\[test/etcd/Backups/weekly\\] backups \'backup\' and \'weekly\' both '
      + 'write to claim \'backups\' at \'etcd\', and would delete each other\'s: give one another \'path\' or \'prefix\'$'));
    const s3 = withS3({ endpoint: 'http://s3' });
    expect(() => withS3({ endpoint: 'http://s3' }, { name: 'weekly' }, s3)).toThrow(
      /both write to bucket 'backups' of http:\/\/s3 at 'etcd', and would/);
  });
});

describe('addBackup fails', () => {
  const volume = (options: any) => withVolume(options);
  test.each<[string, () => unknown, RegExp]>([
    ['without properties', () => newCluster().addBackup(null as any), /^\[test\/etcd\] the properties of addBackup\(\) must be an object, got null$/],
    ['where the name is none', () => volume({ name: 'A b' }), /^\[test\/etcd\] 'name' of a backup must be a DNS label: .*; got "A b"$/],
    ['where the names are too long', () => volume({ name: 'b'.repeat(48) }),
      /^\[test\/etcd\] the name of the cluster and 'name' of a backup must have at most 52 characters with the hyphen .*, got 53: "etcd-b+"; give a shorter 'name'$/],
    ['where there is one of that name', () => withS3({}, {}, withVolume()), /^\[test\/etcd\] there are two backups named 'backup': give one of them another 'name'$/],
    ['where the schedule is text', () => volume({ schedule: '0 3 * * *' }), /^\[test\/etcd\/Backups\/backup\] 'schedule' must be a Cron such as .*, got "0 3 \* \* \*"$/],
    ['where the destination is a claim', () => volume({ destination: claimIn(newChart()) }),
      /'destination' must be made by EtcdBackupDestination\.volume\(\) or EtcdBackupDestination\.s3\(\), got /],
    ['without a destination', () => volume({ destination: undefined }), /'destination' must be made by/],
    ['where none are kept', () => volume({ keep: 0 }), /'keep' must be a whole number from 1 to 2147483647, got 0$/],
    ['where what is on its way to S3 goes to no volume', () => withS3({}, { scratch: 'large' as any }), /'scratch' must be made by Volume\.fromPersistentVolumeClaim\(\)/],
    ['where a volume needs no other', () => withVolume({ scratch: kplus.Volume.fromEmptyDir(newChart(), 'x', 'x') }),
      /^\[test\/etcd\/Backups\/backup\] 'scratch' is for backups to S3, and this one is written to its volume at once: leave it out$/],
    ['where the claim is a volume', () => volume({ destination: EtcdBackupDestination.volume(kplus.Volume.fromEmptyDir(newChart(), 'x', 'x') as any) }),
      /the claim of EtcdBackupDestination\.volume\(\) must be made by new kplus\.PersistentVolumeClaim\(\) or PersistentVolumeClaim\.fromClaimName\(\), got an object$/],
    ['where there is no claim', () => volume({ destination: EtcdBackupDestination.volume(undefined as any) }), /must be made by .*, got undefined$/],
    ['where the path leads out', () => volume({ destination: EtcdBackupDestination.volume(claimIn(newChart()), { path: '../a' }) }),
      /'path' of EtcdBackupDestination\.volume\(\) must be a path within the volume, got "\.\.\/a"$/],
    ['where the path is empty', () => volume({ destination: EtcdBackupDestination.volume(claimIn(newChart()), { path: '' }) }), /'path' of .* must be text/],
    ['where the bucket is a URL', () => withS3({ bucket: 's3://backups' }),
      /'bucket' of EtcdBackupDestination\.s3\(\) must be the name of a bucket, without what stands before or after it in a URL, got "s3:\/\/backups"$/],
    ['where the bucket is none', () => withS3({ bucket: undefined }), /'bucket' of EtcdBackupDestination\.s3\(\) must be text that is not empty, got undefined$/],
    ['where the prefix begins at the root', () => withS3({ prefix: '/a' }), /'prefix' of EtcdBackupDestination\.s3\(\) must be a path within the bucket, got "\/a"$/],
    ['where the endpoint is a host', () => withS3({ endpoint: 's3.example.com' }), /'endpoint' of .* must be a URL such as 'https:\/\/s3\.example\.com', got "s3\.example\.com"$/],
    ['where the region is a number', () => withS3({ region: 5 }), /'region' of EtcdBackupDestination\.s3\(\) must be text that is not empty, got 5$/],
    ['where the credentials are text', () => withS3({ credentials: 'abc' }), /'credentials' of .* must be made by new kplus\.Secret\(\)/],
    ['where the account is text', () => withS3({ serviceAccount: 'abc' }), /'serviceAccount' of .* must be made by new kplus\.ServiceAccount\(\) .*, got "abc"$/],
    ['where two say who writes', () => withS3({ serviceAccount: new kplus.ServiceAccount(newChart(), 'x') }),
      /EtcdBackupDestination\.s3\(\) has 'credentials' and 'serviceAccount', which both say who writes: give one of them$/],
    ['without options of S3', () => volume({ destination: EtcdBackupDestination.s3(undefined as any) }), /the options of EtcdBackupDestination\.s3\(\) must be an object/],
    ['where the options of a volume are text', () => volume({ destination: EtcdBackupDestination.volume(claimIn(newChart()), 'a' as any) }),
      /the options of EtcdBackupDestination\.volume\(\) must be an object, got "a"$/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('in words, whatever it is given', () => {
    const places = ['', 'schedule', 'destination', 'keep', 'name', 'scratch', 'claim', 'claim.name', 'volume', 'volume.path',
      ...['bucket', 'prefix', 'endpoint', 'region', 'provider', 'credentials', 'serviceAccount', 'serviceAccount.name', 'image'].map(option => `s3.${option}`), 's3'];
    fc.assert(fc.property(fc.constantFrom(...places), strange, (place, value) => {
      attempt(chart => {
        const claim = { name: 'backups', resourceType: 'persistentvolumeclaims' };
        const serviceAccount = { name: 'writer', resourceType: 'serviceaccounts' };
        const given = place === '' ? {} : put({ claim, volume: {}, s3: { bucket: 'backups', serviceAccount }, schedule: Cron.daily() }, place.split('.'), value);
        const { claim: a = claim, volume: b, s3, ...rest } = given as any;
        const destination = place.startsWith('s3') ? EtcdBackupDestination.s3(s3) : EtcdBackupDestination.volume(a, b);
        new EtcdCluster(chart, 'web').addBackup(place === '' ? value as any : { destination, ...rest });
      });
    }), { numRuns: 600 });
  });
});
