import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdCluster, EtcdTls, EtcdVersion } from 'cdk8s-stateful';
import { secret } from './pods';
import { makeCertificates } from '../../etcd/test-certificates';
import { stateOf } from '../rollout-status';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];
const SERVER = ['--endpoints=https://127.0.0.1:2379', '--cacert=/etc/etcd/tls/server/ca.crt', '--command-timeout=3s'];
const CERTIFICATE = ['--cert=/etc/etcd/tls/server/tls.crt', '--key=/etc/etcd/tls/server/tls.key'];

/** A cluster with TLS, whose certificates are in the secrets `peer`, `server` and `client`. */
function etcd(version: string, namespace: string): Chart {
  const chart = new Chart(new App(), 'chart', { namespace });
  const [peer, server, client] = ['peer', 'server', 'client'].map(name => kplus.Secret.fromSecretName(chart, name, name));
  new EtcdCluster(chart, 'etcd', { version: EtcdVersion.of(version), storage: Size.gibibytes(1), tls: EtcdTls.fromSecrets({ peer, server, client }) });
  return chart;
}

function namesIn(namespace: string, service: string): string[] {
  return [`${service}.${namespace}.svc.cluster.local`];
}

for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  story('EtcdCluster with TLS', { etcd: [release] }, ({ cluster, step }) => {
    const etcdctl = async (...args: string[]) => cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', ...args]);
    const certificates = async (peerNames: string[]) => {
      const members = namesIn(cluster.namespace, 'etcd').flatMap(name => [name, `*.${name}`]);
      const made = await makeCertificates({
        peerNames, serverNames: [...members, ...namesIn(cluster.namespace, 'etcd-client'), 'localhost'], serverAddresses: ['127.0.0.1'],
      });
      return [secret('peer', made.peer), secret('server', made.server), secret('client', made.client)];
    };

    step('forms a cluster whose members are ready, though the kubelet has no certificate', async () => {
      const name = `etcd.${cluster.namespace}.svc.cluster.local`;
      await cluster.apply(await certificates([name, `*.${name}`]));
      await cluster.apply(etcd(release, cluster.namespace));
      await cluster.ready('etcd');
      await cluster.eventually('a client with a certificate is served', async () => {
        const { exitCode, stdout, stderr } = await etcdctl(...SERVER, ...CERTIFICATE, 'endpoint', 'health');
        expect([exitCode, stdout + stderr]).toEqual([0, expect.stringContaining('is healthy')]);
      });
    });

    step('refuses a client without a certificate', async () => {
      const { exitCode, stderr } = await etcdctl(...SERVER, 'get', 'greeting');
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/bad certificate|certificate required|context deadline exceeded/);
    });

    step('refuses a client that does not speak TLS', async () => {
      const { exitCode } = await etcdctl('--endpoints=http://127.0.0.1:2379', '--command-timeout=3s', 'get', 'greeting');
      expect(exitCode).not.toBe(0);
    });

    step('restarts member by member with what was written', async () => {
      expect((await etcdctl(...SERVER, ...CERTIFICATE, 'put', 'greeting', 'hello')).stdout).toContain('OK');
      for (const member of MEMBERS) {
        await cluster.deletePod(member);
        await cluster.ready('etcd');
      }
      expect((await etcdctl(...SERVER, ...CERTIFICATE, 'get', 'greeting', '--print-value-only')).stdout).toBe('hello\n');
    });
  });

  story('EtcdCluster with certificates of other names', { etcd: [release] }, ({ cluster, step }) => {
    step('never forms a cluster: its members do not trust each other', async () => {
      const made = await makeCertificates({ peerNames: ['etcd.elsewhere.svc.cluster.local'], serverNames: ['localhost'], serverAddresses: ['127.0.0.1'] });
      await cluster.apply([secret('peer', made.peer), secret('server', made.server), secret('client', made.client)]);
      await cluster.apply(etcd(release, cluster.namespace));
      await sleep(8000);
      expect((await cluster.pods('etcd')).map(stateOf)).not.toContain('Ready');
      expect(await cluster.logs('etcd-0')).toMatch(/certificate is valid for etcd\.elsewhere|rejected connection/);
    });
  });
}
