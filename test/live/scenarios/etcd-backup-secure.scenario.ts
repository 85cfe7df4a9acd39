import { App, Chart, Cron, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdAuth, EtcdBackupDestination, EtcdCluster, EtcdMembership, EtcdTls, EtcdVersion } from 'cdk8s-stateful';
import { filesIn, runSteps } from './backups';
import { ended } from './jobs';
import { secret } from './pods';
import { dnsNamesFor } from '../../../src/etcd/certificates';
import { makeCertificates } from '../../etcd/test-certificates';
import { hasCondition } from '../control-plane/objects';
import { story } from '../story';

const RELEASE = '3.6.14';
const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];
const PASSWORD = 'correct-horse-battery-staple';
const TLS = '/etc/etcd/tls/server';
const FLAGS = ['--endpoints=https://127.0.0.1:2379', `--cacert=${TLS}/ca.crt`, `--cert=${TLS}/tls.crt`, `--key=${TLS}/tls.key`, '--command-timeout=5s'];

for (const membership of ['managed', 'fixed'] as const) {
  story(`backups of an EtcdCluster with TLS and users, membership ${membership}`, { etcd: [RELEASE] }, ({ cluster, step }) => {
    const etcd = (snapshot?: string) => {
      const chart = new Chart(new App(), 'chart', { namespace: cluster.namespace });
      const named = (name: string) => kplus.Secret.fromSecretName(chart, `Secret-${name}`, name);
      const claim = new kplus.PersistentVolumeClaim(chart, 'Backups', {
        metadata: { name: 'backups' }, storage: Size.gibibytes(1), accessModes: [kplus.PersistentVolumeAccessMode.READ_WRITE_MANY],
      });
      const destination = EtcdBackupDestination.volume(claim);
      new EtcdCluster(chart, 'etcd', {
        version: EtcdVersion.of(RELEASE),
        storage: Size.gibibytes(1),
        membership: EtcdMembership[membership](),
        auth: EtcdAuth.rootPassword(named('root')),
        tls: EtcdTls.fromSecrets({ peer: named('peer'), server: named('server'), client: named('client') }),
        restoreFrom: snapshot === undefined ? undefined : { destination, snapshot },
      }).addBackup({ schedule: Cron.daily(), destination });
      return chart;
    };
    const asRoot = async (pod: string, ...args: string[]) => {
      const { exitCode, stdout, stderr } = await cluster.exec(pod, ['/usr/local/bin/etcdctl', ...FLAGS, `--user=root:${PASSWORD}`, ...args]);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      return stdout.trim();
    };

    step('one is made by root, with a certificate', async () => {
      const at = { name: 'etcd', service: 'etcd', clientService: 'etcd-client', namespace: cluster.namespace };
      const { authority, peer, server } = await makeCertificates({ peerNames: dnsNamesFor('peer', at), serverNames: dnsNamesFor('server', at) });
      const client = await authority.issue({ names: dnsNamesFor('client', at), usages: ['clientAuth'] });
      await cluster.apply([secret('peer', peer), secret('server', server), secret('client', client), secret('root', { password: PASSWORD })]);
      await cluster.apply(etcd());
      await cluster.ready('etcd');
      const { metadata: { name } } = (await cluster.list('Job')).find(job => job.metadata.name.startsWith('etcd-auth-'))!;
      expect(hasCondition(await ended(cluster, name), 'Complete')).toBe(true);
      await asRoot('etcd-0', 'put', 'greeting', 'hello');
      const { steps, log } = await runSteps(cluster, 'etcd-backup');
      expect({ steps, log }).toEqual({ steps: { reach: 0, snapshot: 0, verify: 0, store: 0 }, log: expect.stringContaining('"stored"') });
    });

    step('after the loss of all disks, what was in the snapshot is there, users too', async () => {
      const [snapshot] = await filesIn(cluster, `${cluster.namespace}/etcd`);
      await asRoot('etcd-0', 'put', 'late', 'after the backup');
      await cluster.delete('StatefulSet', 'etcd');
      await cluster.eventually('no member is left', async () => {
        expect((await cluster.list('Pod', { 'app.kubernetes.io/instance': 'etcd' })).map(({ metadata }) => metadata.name)).toEqual([]);
      });
      await Promise.all(MEMBERS.map(member => cluster.delete('PersistentVolumeClaim', `data-${member}`)));
      await cluster.apply(etcd(snapshot));
      await cluster.ready('etcd');
      expect(await asRoot('etcd-2', 'get', 'greeting', '--print-value-only')).toBe('hello');
      expect(await asRoot('etcd-2', 'get', 'late', '--print-value-only')).toBe('');
      const { exitCode } = await cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', ...FLAGS, 'get', 'greeting']);
      expect(exitCode).not.toBe(0);
    });

    step('what is written after that stays when all pods are restarted at once, and in the next backup', async () => {
      await asRoot('etcd-0', 'put', 'newer', 'than the snapshot');
      await Promise.all(MEMBERS.map(member => cluster.deletePod(member, { gracePeriodSeconds: 0 })));
      await cluster.ready('etcd');
      expect(await asRoot('etcd-1', 'get', 'newer', '--print-value-only')).toBe('than the snapshot');
      expect(await runSteps(cluster, 'etcd-backup')).toMatchObject({ succeeded: true });
    });
  });
}
