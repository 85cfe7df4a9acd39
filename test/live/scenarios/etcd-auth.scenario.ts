import { App, Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdAuth, EtcdCluster, EtcdTls, EtcdVersion } from 'cdk8s-stateful';
import { ended } from './jobs';
import { secret } from './pods';
import { dnsNamesFor } from '../../../src/etcd/certificates';
import { makeCertificates } from '../../etcd/test-certificates';
import { hasCondition, KubeObject } from '../control-plane/objects';
import { story } from '../story';

const PASSWORD = 'correct-horse-battery-staple';
const WRONG = 'wrong-horse-battery-staple';
const SERVER_TLS = '/etc/etcd/tls/server';

interface Variant {
  readonly release: string;
  readonly encrypted?: boolean;
}

/** A cluster whose user root has the password of a Secret of this name. */
function etcd({ release, encrypted }: Variant, namespace: string, password: string): Chart {
  const chart = new Chart(new App(), 'chart', { namespace });
  const named = (name: string) => kplus.Secret.fromSecretName(chart, `Secret-${name}`, name);
  new EtcdCluster(chart, 'etcd', {
    version: EtcdVersion.of(release),
    storage: Size.gibibytes(1),
    auth: EtcdAuth.rootPassword(named(password)),
    tls: encrypted ? EtcdTls.fromSecrets({ peer: named('peer'), server: named('server'), client: named('client') }) : undefined,
  });
  return chart;
}

/** The certificates of a cluster as cert-manager makes them: none has a common name. */
async function certificates(namespace: string): Promise<KubeObject[]> {
  const at = { name: 'etcd', service: 'etcd', clientService: 'etcd-client', namespace };
  const { authority, peer, server } = await makeCertificates({ peerNames: dnsNamesFor('peer', at), serverNames: dnsNamesFor('server', at) });
  const client = await authority.issue({ names: dnsNamesFor('client', at), usages: ['clientAuth'] });
  return [secret('peer', peer), secret('server', server), secret('client', client)];
}

const VARIANTS: Variant[] = [...['3.4.23', '3.5.35', '3.6.14'].map(release => ({ release })), { release: '3.6.14', encrypted: true }];

for (const variant of VARIANTS) {
  story(`EtcdCluster with users and roles${variant.encrypted ? ', and TLS' : ''}`, { etcd: [variant.release] }, ({ cluster, step }) => {
    const flags = variant.encrypted
      ? ['--endpoints=https://127.0.0.1:2379', `--cacert=${SERVER_TLS}/ca.crt`, `--cert=${SERVER_TLS}/tls.crt`, `--key=${SERVER_TLS}/tls.key`]
      : [];
    const etcdctl = (...args: string[]) => cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', ...flags, '--command-timeout=5s', ...args]);
    const asRoot = (...args: string[]) => etcdctl(`--user=root:${PASSWORD}`, ...args);
    const jobs = async () => (await cluster.list('Job')).map(({ metadata }) => metadata.name).filter(name => name.startsWith('etcd-auth-'));
    const logsOf = async (job: string) =>
      (await Promise.all((await cluster.list('Pod', { 'job-name': job })).map(({ metadata }) => cluster.logs(metadata.name)))).join('');
    let job: string;

    step('asks for the password once its Job has run', async () => {
      await cluster.apply([...variant.encrypted ? await certificates(cluster.namespace) : [], secret('root', { password: PASSWORD })]);
      await cluster.apply(etcd(variant, cluster.namespace, 'root'));
      [job] = await jobs();
      expect(hasCondition(await ended(cluster, job), 'Complete')).toBe(true);
      expect(await logsOf(job)).toMatch(/"event":"turned on".*\n.*"event":"on"/);
      await cluster.ready('etcd');
    });

    step('refuses a write of somebody who does not say who they are', async () => {
      const { exitCode, stderr } = await etcdctl('put', 'greeting', 'hello');
      expect(exitCode).not.toBe(0);
      // with a certificate they are somebody, who has no name.
      expect(stderr).toContain(variant.encrypted ? 'permission denied' : 'user name is empty');
    });

    step('takes a write of root, and of a user that root adds', async () => {
      expect(await asRoot('put', 'greeting', 'hello')).toMatchObject({ exitCode: 0, stdout: 'OK\n' });
      await asRoot('role', 'add', 'greeter');
      await asRoot('role', 'grant-permission', 'greeter', 'readwrite', 'greeting');
      await asRoot('user', 'add', 'api:api-password');
      await asRoot('user', 'grant-role', 'api', 'greeter');
      expect(await etcdctl('--user=api:api-password', 'put', 'greeting', 'hi')).toMatchObject({ exitCode: 0 });
      expect((await etcdctl('--user=api:api-password', 'put', 'other', 'hi')).exitCode).not.toBe(0);
    });

    step('is not changed when the Job runs again', async () => {
      await cluster.delete('Job', job);
      await cluster.eventually('the Job is gone', async () => expect(await jobs()).toEqual([]));
      await cluster.apply(etcd(variant, cluster.namespace, 'root'));
      expect(hasCondition(await ended(cluster, job), 'Complete')).toBe(true);
      expect(await logsOf(job)).not.toContain('turned on');
      expect((await asRoot('get', 'greeting', '--print-value-only')).stdout).toBe('hi\n');
    });

    step('has a Job that fails, and says how to mend it, where the Secret has another password', async () => {
      await cluster.apply([secret('other', { password: WRONG })]);
      await cluster.apply(etcd(variant, cluster.namespace, 'other'));
      const [wrong] = (await jobs()).filter(name => name !== job);
      expect(hasCondition(await ended(cluster, wrong), 'Failed')).toBe(true);
      expect(await logsOf(wrong)).toContain('its user root has another password than the Secret');
      expect((await asRoot('get', 'greeting', '--print-value-only')).stdout).toBe('hi\n');
    });

    step('stays ready, also when its members start again', async () => {
      await cluster.deletePod('etcd-1');
      await cluster.ready('etcd');
      expect((await asRoot('endpoint', 'health', '--cluster')).exitCode).toBe(0);
      // what runs in the container since may be asked for its health ten times a second.
      const [{ status }] = (await cluster.pods('etcd')).filter(({ metadata }) => metadata.name === 'etcd-1');
      expect(status.containerStatuses[0]).toMatchObject({ ready: true, restartCount: 0 });
    });

    step('writes no password to any log', async () => {
      for (const { metadata, spec } of await cluster.list('Pod')) {
        for (const { name } of spec.containers) {
          expect(await cluster.logs(metadata.name, { container: name })).not.toMatch(/horse-battery-staple|api-password/);
        }
      }
    });
  });
}
