import { Secret } from 'cdk8s-plus-27';
import { containerOf, manifestsOf, newCluster, variablesOf } from './etcd';
import { EtcdAuth, EtcdCluster, EtcdClusterProps, EtcdMembership, EtcdTls } from '../../src';
import { find, newChart } from '../util';

function managed(props: EtcdClusterProps = {}, chart = newChart()): any[] {
  return manifestsOf(new EtcdCluster(chart, 'etcd', props));
}

function podOf(manifests: any[]): any {
  return find(manifests, 'StatefulSet').spec.template.spec;
}

function containersOf(manifests: any[]): Record<string, any> {
  const { containers, initContainers } = podOf(manifests);
  return Object.fromEntries([...initContainers, ...containers].map((container: any) => [container.name, container]));
}

function textsOf(container: any): Record<string, string> {
  return Object.fromEntries(container.env.filter(({ value }: any) => value !== undefined).map(({ name, value }: any) => [name, value]));
}

describe('managed, which is the default', () => {
  test('decides before etcd starts, and looks after it while it runs', () => {
    const pod = podOf(managed());
    expect(pod.initContainers.map(({ name, command }: any) => [name, command])).toEqual([['join', ['node', '/opt/etcd-agent/join.mjs']]]);
    expect(pod.containers.map(({ name, command }: any) => [name, command])).toEqual([
      ['etcd', ['/usr/local/bin/etcd', '--config-file=/etc/etcd/config/etcd.json']],
      ['agent', ['node', '/opt/etcd-agent/serve.mjs']],
    ]);
  });

  test('is the same as when it is stated', () => {
    expect(managed({ membership: EtcdMembership.managed() })).toEqual(managed());
  });

  test('tells the agent what etcd alone is told by variables, and more flags too', () => {
    const extraArgs = { 'max-request-bytes': '1000000' };
    const { POD_NAME, ETCD_INITIAL_CLUSTER, ...alone } = variablesOf(newCluster({ extraArgs }));
    expect(textsOf(containersOf(managed({ extraArgs })).join)).toMatchObject({ ...alone, ETCD_MAX_REQUEST_BYTES: '1000000' });
    expect(containerOf(newCluster({ extraArgs })).args).toEqual(['--max-request-bytes=1000000']);
  });

  test('tells both containers of the agent where they are, and where the others are found', () => {
    const { join, agent } = containersOf(managed({ metadata: { namespace: 'shop' } }));
    for (const container of [join, agent]) {
      expect(textsOf(container)).toMatchObject({
        STATEFUL_SET: 'etcd',
        STATE_CONFIG_MAP: 'etcd-state',
        PEER_URL: 'http://{pod}.etcd.shop.svc.cluster.local:2380',
        CLIENT_URL: 'http://{pod}.etcd.shop.svc.cluster.local:2379',
        SHARED_DIR: '/etc/etcd/config',
      });
    }
    expect(textsOf(agent)).toMatchObject({ AGENT_PORT: '2382' });
    expect(textsOf(join)).toMatchObject({ ETCD_CONFIG_FILE: '/etc/etcd/config/etcd.json' });
  });

  test('asks before etcd stops whether it is for good, and has time for it', () => {
    const manifests = managed();
    expect(containersOf(manifests).etcd.lifecycle).toEqual({ preStop: { httpGet: { path: '/leave', port: 2382, scheme: 'HTTP' } } });
    expect(podOf(manifests).terminationGracePeriodSeconds).toBe(60);
  });

  test('is ready when the agent says so too, and alive whatever etcd does', () => {
    const { agent } = containersOf(managed());
    expect(agent.readinessProbe.httpGet).toMatchObject({ path: '/ready', port: 2382 });
    expect(agent.livenessProbe.httpGet).toMatchObject({ path: '/livez', port: 2382 });
  });

  test('may read its StatefulSet, and read and patch one ConfigMap, and nothing else', () => {
    const manifests = managed();
    expect(find(manifests, 'Role').rules).toEqual([
      { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['etcd'], verbs: ['get'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['etcd-state'], verbs: ['get', 'patch'] },
    ]);
    expect(find(manifests, 'RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: 'etcd' }, subjects: [{ kind: 'ServiceAccount', name: 'etcd' }],
    });
    expect(find(manifests, 'ServiceAccount').metadata.name).toBe('etcd');
    expect(podOf(manifests)).toMatchObject({ serviceAccountName: 'etcd', automountServiceAccountToken: true });
  });

  test('writes down nothing that a later apply would overwrite', () => {
    expect(find(managed(), 'ConfigMap', 'etcd-state').data).toBeUndefined();
  });

  test('has the same pods whatever the number of them is', () => {
    const pods = [1, 2, 3, 4, 5, 6, 7].map(replicas => JSON.stringify(find(managed({ replicas }), 'StatefulSet').spec.template));
    expect(new Set(pods).size).toBe(1);
  });

  test('makes agents clients by certificate and by password', () => {
    const chart = newChart();
    const [peer, server, client, root] = ['peer', 'server', 'client', 'root'].map(name => Secret.fromSecretName(chart, name, name));
    const manifests = managed({ tls: EtcdTls.fromSecrets({ peer, server, client }), auth: EtcdAuth.rootPassword(root) }, chart);
    const { join, agent, etcd } = containersOf(manifests);
    for (const container of [join, agent]) {
      expect(textsOf(container)).toMatchObject({
        PEER_URL: 'https://{pod}.etcd:2380', CLIENT_URL: 'https://{pod}.etcd:2379', ETCDCTL_CERT: '/etc/etcd/tls/client/tls.crt', ETCDCTL_USER: 'root',
      });
      expect(container.env).toContainEqual({ name: 'ETCDCTL_PASSWORD', valueFrom: { secretKeyRef: { name: 'root', key: 'password' } } });
      expect(container.volumeMounts).toContainEqual({ name: 'etcd-client-tls', mountPath: '/etc/etcd/tls/client', readOnly: true });
    }
    expect(etcd.volumeMounts.map(({ mountPath }: any) => mountPath)).toEqual([
      '/etc/etcd/tls/server', '/etc/etcd/tls/peer', '/etc/etcd/config', '/var/lib/etcd',
    ]);
  });
});

describe('fixed', () => {
  test('runs etcd and nothing else, without an account', () => {
    const manifests = manifestsOf(newCluster());
    const { containers, initContainers, serviceAccountName } = podOf(manifests);
    expect([containers.length, initContainers, serviceAccountName]).toEqual([1, undefined, undefined]);
    expect(manifests.map(({ kind }) => kind)).not.toContain('Role');
  });

  test('takes no even number', () => {
    expect(() => newCluster({ replicas: 4 })).toThrow(/'replicas' of an EtcdCluster must be odd, got 4/);
  });
});
