import { App, Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdAuth, EtcdCluster, EtcdMembership, EtcdTls, EtcdVersion } from 'cdk8s-stateful';
import { etcdctl } from './etcd';
import { ended } from './jobs';
import { namesTo, settled, wipe } from './membership';
import { secret } from './pods';
import { dnsNamesFor } from '../../../src/etcd/certificates';
import { makeCertificates } from '../../etcd/test-certificates';
import { story } from '../story';

const RELEASE = '3.6.14';
const PASSWORD = 'correct-horse-battery-staple';
const NEW_PASSWORD = 'another-horse-battery-staple';
const TLS = '/etc/etcd/tls/server';
const flagsOf = (password: string) => [
  '--endpoints=https://127.0.0.1:2379', `--cacert=${TLS}/ca.crt`, `--cert=${TLS}/tls.crt`, `--key=${TLS}/tls.key`, `--user=root:${password}`, '--command-timeout=5s',
];
const FLAGS = flagsOf(PASSWORD);

function etcd(namespace: string, replicas: number): Chart {
  const chart = new Chart(new App(), 'chart', { namespace });
  const named = (name: string) => kplus.Secret.fromSecretName(chart, `Secret-${name}`, name);
  new EtcdCluster(chart, 'etcd', {
    version: EtcdVersion.of(RELEASE),
    storage: Size.gibibytes(1),
    replicas,
    membership: EtcdMembership.managed(),
    auth: EtcdAuth.rootPassword(named('root')),
    tls: EtcdTls.fromSecrets({ peer: named('peer'), server: named('server'), client: named('client') }),
  });
  return chart;
}

story('EtcdCluster whose size changes, with TLS, users and roles', { etcd: [RELEASE] }, ({ cluster, faults, step, processStep }) => {
  const well = (replicas: number) => settled(cluster, replicas, { flags: FLAGS });
  const greetings = () => Promise.all(namesTo(3).map(pod => etcdctl(cluster, pod, ...FLAGS, 'get', 'greeting', '--print-value-only')));

  step('forms a cluster that asks who one is', async () => {
    const at = { name: 'etcd', service: 'etcd', clientService: 'etcd-client', namespace: cluster.namespace };
    const { authority, peer, server } = await makeCertificates({
      peerNames: dnsNamesFor('peer', at), serverNames: dnsNamesFor('server', at), serverAddresses: ['127.0.0.1'],
    });
    const client = await authority.issue({ names: dnsNamesFor('client', at), usages: ['clientAuth'] });
    await cluster.apply([secret('peer', peer), secret('server', server), secret('client', client), secret('root', { password: PASSWORD })]);
    const chart = etcd(cluster.namespace, 3);
    // agents that came before the users must find out about them.
    await cluster.apply(chart.toJson().filter(({ kind }) => kind !== 'Job'));
    await cluster.ready('etcd');
    await cluster.apply(chart);
    const [job] = await cluster.list('Job');
    await ended(cluster, job.metadata.name);
    await well(3);
    await etcdctl(cluster, 'etcd-0', ...FLAGS, 'put', 'greeting', 'hello');
  });

  step('grows and shrinks', async () => {
    await cluster.scale('etcd', 5);
    await well(5);
    await cluster.scale('etcd', 3);
    await well(3);
    expect(await greetings()).toEqual(['hello', 'hello', 'hello']);
  });

  processStep('has agents that remove a member whose pod could not leave', async () => {
    await cluster.scale('etcd', 4);
    await well(4);
    await faults.cutLink('etcd-3');
    await cluster.scale('etcd', 3);
    await cluster.delete('Pod', 'etcd-3', { gracePeriodSeconds: 0 });
    await well(3);
  });

  step('replaces a member that lost its disk', async () => {
    await wipe(cluster, 'etcd-2');
    await well(3);
    expect(await greetings()).toEqual(['hello', 'hello', 'hello']);
  });

  step('grows with another password of root, which is in the Secret since, once its members have restarted', async () => {
    const changed = await cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', ...FLAGS, 'user', 'passwd', 'root', '--interactive=false'], { input: NEW_PASSWORD });
    expect(changed).toMatchObject({ exitCode: 0 });
    await cluster.apply([secret('root', { password: NEW_PASSWORD })]);
    await cluster.patch('StatefulSet', 'etcd', { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } });
    await cluster.rolledOut('etcd');
    await cluster.scale('etcd', 4);
    await settled(cluster, 4, { flags: flagsOf(NEW_PASSWORD) });
  });
});
