import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { manifestsOf, newCluster } from './etcd';
import { EtcdCluster, EtcdTls } from '../../src';
import { find, newChart } from '../util';

describe('a client', () => {
  const clientOf = (cluster: EtcdCluster, props: kplus.DeploymentProps = {}) =>
    new kplus.Deployment(Chart.of(cluster), 'api', { containers: [{ image: 'api:1.0.0' }, { name: 'side', image: 'side:1.0.0' }], ...props });
  const envOf = (container: any) => Object.fromEntries(container.env.map(({ name, value }: any) => [name, value]));

  test('is told the address of the service in each container, and let in', () => {
    const cluster = newCluster();
    cluster.connect(clientOf(cluster));
    const manifests = manifestsOf(cluster);
    for (const container of find(manifests, 'Deployment').spec.template.spec.containers) {
      expect(envOf(container)).toEqual({ ETCD_ENDPOINTS: 'http://etcd-client:2379', ETCDCTL_ENDPOINTS: 'http://etcd-client:2379' });
    }
    expect(find(manifests, 'NetworkPolicy').spec.ingress).toHaveLength(4);
  });

  test('mounts the certificate for clients', () => {
    const chart = newChart({ namespace: 'db' });
    const cluster = newCluster({ tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }, chart);
    cluster.connect(clientOf(cluster));
    const { containers, volumes } = find(manifestsOf(cluster), 'Deployment').spec.template.spec;
    expect(volumes).toEqual([{ name: 'etcd-client-tls', secret: { secretName: 'etcd-client-tls' } }]);
    for (const container of containers) {
      expect(container.volumeMounts).toEqual([{ name: 'etcd-client-tls', mountPath: '/etc/etcd/tls/client', readOnly: true }]);
      expect(envOf(container)).toEqual({
        ETCD_ENDPOINTS: 'https://etcd-client.db.svc.cluster.local:2379',
        ETCDCTL_ENDPOINTS: 'https://etcd-client.db.svc.cluster.local:2379',
        ETCDCTL_CACERT: '/etc/etcd/tls/client/ca.crt',
        ETCDCTL_CERT: '/etc/etcd/tls/client/tls.crt',
        ETCDCTL_KEY: '/etc/etcd/tls/client/tls.key',
      });
    }
  });

  test('is a client of one cluster', () => {
    const cluster = newCluster();
    const client = clientOf(cluster);
    cluster.connect(client);
    expect(() => new EtcdCluster(Chart.of(cluster), 'other').connect(client))
      .toThrow(/^\[test\/other\] container 'main' of client 'test\/api' has ETCD_ENDPOINTS already, which names one cluster: give it the 'clientUrl' of the other/);
  });

  test('must have containers', () => {
    const cluster = newCluster();
    expect(() => cluster.connect(clientOf(cluster, { containers: [] })))
      .toThrow(/^\[test\/etcd\] client 'test\/api' has no container to connect: add its containers first$/);
  });

  test('cannot mount a certificate of another namespace', () => {
    const cluster = newCluster({ tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }, newChart({ namespace: 'db' }));
    expect(() => cluster.connect(clientOf(cluster, { metadata: { namespace: 'apps' } })))
      .toThrow(/client 'test\/api' is in namespace 'apps' and cannot mount secret 'etcd-client-tls' of namespace 'db': put it into the same namespace/);
  });

  test('has no use for TLS without a certificate', () => {
    const chart = newChart({ namespace: 'db' });
    const server = kplus.Secret.fromSecretName(chart, 'Server', 'server');
    const cluster = newCluster({ tls: EtcdTls.fromSecrets({ server }) }, chart);
    expect(() => cluster.connect(clientOf(cluster)))
      .toThrow(/there is no certificate for client 'test\/api': give 'client' to EtcdTls.fromSecrets\(\), or use allowClient\(\) and give it one$/);
  });

  test('that shows no certificate gets that of the authority alone', () => {
    const chart = newChart({ namespace: 'db' });
    const [server, client] = ['server', 'client'].map(name => kplus.Secret.fromSecretName(chart, name, name));
    const cluster = newCluster({ tls: EtcdTls.fromSecrets({ server, client, clientCertAuth: false }) }, chart);
    cluster.connect(clientOf(cluster, { containers: [{ image: 'api:1.0.0' }] }));
    const [container] = find(manifestsOf(cluster), 'Deployment').spec.template.spec.containers;
    expect(Object.keys(envOf(container))).toEqual(['ETCD_ENDPOINTS', 'ETCDCTL_ENDPOINTS', 'ETCDCTL_CACERT']);
  });

  test('must be a workload', () => {
    expect(() => newCluster().connect(undefined as any)).toThrow(/a client must be made by new kplus.Deployment\(\) and the like, got null$/);
  });
});

describe('what it tells', () => {
  test('where members and the service for clients are', () => {
    const cluster = newCluster({}, newChart({ namespace: 'db' }));
    expect(cluster.endpoints).toEqual([0, 1, 2].map(ordinal => `http://etcd-${ordinal}.etcd.db.svc.cluster.local:2379`));
    expect(cluster.clientUrl).toBe('http://etcd-client.db.svc.cluster.local:2379');
    expect(cluster.peers.names).toEqual(['etcd-0', 'etcd-1', 'etcd-2']);
  });

  test('the same with TLS', () => {
    const chart = newChart({ namespace: 'db' });
    const cluster = newCluster({ replicas: 1, tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }, chart);
    expect(cluster.endpoints).toEqual(['https://etcd-0.etcd.db.svc.cluster.local:2379']);
    expect(cluster.clientUrl).toBe('https://etcd-client.db.svc.cluster.local:2379');
  });

  test('how it is looked at', () => {
    const { notes } = newCluster();
    expect(notes).toMatch(/^etcd cluster 'etcd' of 3 members, for clients at http:\/\/etcd-client:2379\n/);
    expect(notes).toMatch(/^ {2}kubectl get endpoints etcd etcd-client$/m);
    expect(notes).toMatch(/^ {2}kubectl exec etcd-0 --container etcd -- etcdctl endpoint health --cluster$/m);
  });

  test('how one with certificates is looked at', () => {
    const chart = newChart({ namespace: 'db' });
    const { notes } = newCluster({ replicas: 1, tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }, chart);
    expect(notes).toMatch(/of 1 member, /);
    expect(notes).toMatch(new RegExp('^  kubectl --namespace db exec etcd-0 --container etcd -- etcdctl --endpoints=https://127.0.0.1:2379 '
      + '--cacert=/etc/etcd/tls/server/ca.crt --cert=/etc/etcd/tls/server/tls.crt --key=/etc/etcd/tls/server/tls.key put greeting hello$', 'm'));
  });
});
