import * as kplus from 'cdk8s-plus-27';
import { EtcdTls, EtcdVersion, PodSecurity } from '../../src';
import { certificateFiles, EtcdPrograms, ProgramSite } from '../../src/etcd/programs';
import { find, newChart, synth } from '../util';

const FILES = { ETCDCTL_CACERT: '/etc/etcd/tls/client/ca.crt', ETCDCTL_CERT: '/etc/etcd/tls/client/tls.crt', ETCDCTL_KEY: '/etc/etcd/tls/client/tls.key' };

function programsOf(site: Partial<ProgramSite> = {}, chart = newChart()): EtcdPrograms {
  return new EtcdPrograms(chart, 'programs', {
    name: 'etcd',
    metadata: { name: 'etcd', labels: { team: 'storage' } },
    version: EtcdVersion.V3_6,
    image: 'registry.example.com/etcd:v3.6.14',
    agentImage: 'registry.example.com/node:24',
    endpoints: ['http://etcd-0.etcd:2379'],
    clientUrl: 'http://etcd-client:2379',
    podSecurity: PodSecurity.restricted(),
    letIn: () => undefined,
    ...site,
  });
}

/** The spec of a pod of one program, as a client. */
function clientPodOf(programs: EtcdPrograms): any {
  return programs.podTemplate([programs.asClient(programs.agentStep('main', 'defragment'), programs.site.endpoints)]).spec;
}

const envOf = ({ env }: any) => Object.fromEntries(env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom]));

/** What `EtcdTls` gives a cluster in a namespace. */
function tlsOf(secrets: { client?: boolean; clientCertAuth?: boolean }, chart = newChart()) {
  const named = (name: string) => kplus.Secret.fromSecretName(chart, name, name);
  return EtcdTls.fromSecrets({ server: named('server'), client: secrets.client ? named('client') : undefined, clientCertAuth: secrets.clientCertAuth })
    ._bind(chart, { name: 'etcd', service: 'etcd', clientService: 'etcd-client', labels: {} });
}

describe('a pod of programs', () => {
  test('takes one step after the other, and all but the last before the container that it is for', () => {
    const programs = programsOf();
    const { spec } = programs.podTemplate([
      programs.etcdStep('save', ['etcdctl', 'snapshot', 'save', '/tmp/db'], { args: ['--debug'] }), programs.agentStep('store', 'store-backup'),
    ]);
    expect(spec!.initContainers).toMatchObject([
      { name: 'save', image: 'registry.example.com/etcd:v3.6.14', command: ['/usr/local/bin/etcdctl', 'snapshot', 'save', '/tmp/db'], args: ['--debug'] },
    ]);
    expect(spec!.containers).toMatchObject([
      { name: 'store', image: 'registry.example.com/node:24', command: ['node', '/opt/etcd-agent/store-backup.mjs'] },
    ]);
  });

  test('is restricted, ends for good, and holds no token of the API', () => {
    expect(clientPodOf(programsOf())).toMatchObject({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532 },
      containers: [{ securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } } }],
    });
  });

  test('has no steps before the only one', () => {
    expect(clientPodOf(programsOf()).initContainers).toBeUndefined();
  });

  test('may name an account, whose token it then gets, and have more labels', () => {
    const programs = programsOf();
    const { metadata, spec } = programs.podTemplate([programs.agentStep('main', 'serve')], { serviceAccountName: 'keeper', labels: { team: 'storage' } });
    expect([spec!.serviceAccountName, spec!.automountServiceAccountToken]).toEqual(['keeper', undefined]);
    expect(metadata!.labels).toEqual({ 'team': 'storage', 'app.kubernetes.io/name': 'etcd-agent', 'app.kubernetes.io/part-of': 'etcd' });
  });

  test('has the agent of a ConfigMap, one for all', () => {
    const chart = newChart();
    const programs = programsOf({}, chart);
    expect([clientPodOf(programs), clientPodOf(programs)].map(({ volumes }) => volumes))
      .toEqual(Array(2).fill([{ name: 'agent', configMap: { name: 'etcd-agent' } }]));
    programs.agentStep('store', 'store-backup');
    const { data, metadata } = find(synth(chart), 'ConfigMap');
    expect([metadata.name, metadata.labels, Object.keys(data)]).toEqual(['etcd-agent', { team: 'storage' }, ['defragment.mjs', 'store-backup.mjs']]);
    expect(data['defragment.mjs']).toContain('defragment');
  });

  test('has no agent where it has no use for it', () => {
    const chart = newChart();
    const programs = programsOf({}, chart);
    expect(programs.podTemplate([programs.etcdStep('main', ['etcdctl', 'version'])]).spec!.volumes).toBeUndefined();
    expect(synth(chart)).toEqual([]);
  });

  test('is let in, once for all of them', () => {
    const letIn = jest.fn();
    const programs = programsOf({ letIn });
    expect(letIn).not.toHaveBeenCalled();
    clientPodOf(programs);
    clientPodOf(programs);
    expect(letIn.mock.calls).toEqual([[{ 'app.kubernetes.io/name': 'etcd-agent', 'app.kubernetes.io/part-of': 'etcd' }]]);
  });
});

describe('a client', () => {
  test('is told where members are, as etcdctl is', () => {
    const [container] = clientPodOf(programsOf({ endpoints: ['http://etcd-0.etcd:2379', 'http://etcd-1.etcd:2379'] })).containers;
    expect(envOf(container)).toEqual({ ETCDCTL_ENDPOINTS: 'http://etcd-0.etcd:2379,http://etcd-1.etcd:2379' });
  });

  test('may be one of etcd\'s own tools', () => {
    const programs = programsOf();
    const { containers, volumes } = programs.podTemplate([programs.asClient(programs.etcdStep('main', ['etcdctl', 'alarm', 'list']), ['http://etcd-client:2379'])]).spec!;
    expect([envOf(containers[0]), volumes]).toEqual([{ ETCDCTL_ENDPOINTS: 'http://etcd-client:2379' }, undefined]);
  });

  test('keeps what it was told besides', () => {
    const programs = programsOf();
    const volume = kplus.Volume.fromEmptyDir(programs, 'Tmp', 'tmp');
    const step = programs.agentStep('main', 'serve', { envVariables: { PORT: kplus.EnvValue.fromValue('8080') }, volumeMounts: [{ path: '/tmp', volume }] });
    const [container] = (programs.podTemplate([programs.asClient(step, ['http://etcd-client:2379'])]).spec as any).containers;
    expect(envOf(container)).toEqual({ ETCDCTL_ENDPOINTS: 'http://etcd-client:2379', PORT: '8080' });
    expect(container.volumeMounts.map(({ mountPath }: any) => mountPath)).toEqual(['/opt/etcd-agent', '/tmp']);
  });

  test('is root where there are users', () => {
    const rootPassword = kplus.EnvValue.fromSecretValue({ secret: kplus.Secret.fromSecretName(newChart(), 'Root', 'root'), key: 'password' });
    expect(envOf(clientPodOf(programsOf({ rootPassword })).containers[0])).toMatchObject({
      ETCDCTL_USER: 'root', ETCDCTL_PASSWORD: { secretKeyRef: { name: 'root', key: 'password' } },
    });
  });

  test.each<[string, { client?: boolean; clientCertAuth?: boolean }, string, object]>([
    ['its own certificate', { client: true }, 'client', FILES],
    ['that of the members, where there is none for clients', {}, 'server', FILES],
    ['that of the authority alone, where clients show none', { client: true, clientCertAuth: false }, 'client', { ETCDCTL_CACERT: FILES.ETCDCTL_CACERT }],
  ])('has %s', (_, secrets, secretName, files) => {
    const { containers, volumes } = clientPodOf(programsOf({ tls: tlsOf(secrets) }));
    expect(volumes).toContainEqual({ name: 'etcd-client-tls', secret: { secretName } });
    expect(containers[0].volumeMounts).toContainEqual({ name: 'etcd-client-tls', mountPath: '/etc/etcd/tls/client', readOnly: true });
    expect(envOf(containers[0])).toEqual({ ETCDCTL_ENDPOINTS: 'http://etcd-0.etcd:2379', ...files });
  });

  test('has none where members alone encrypt', () => {
    const chart = newChart();
    const peer = kplus.Secret.fromSecretName(chart, 'peer', 'peer');
    const tls = EtcdTls.fromSecrets({ peer })._bind(chart, { name: 'etcd', service: 'etcd', clientService: 'etcd-client', labels: {} });
    expect(envOf(clientPodOf(programsOf({ tls })).containers[0])).toEqual({ ETCDCTL_ENDPOINTS: 'http://etcd-0.etcd:2379' });
  });
});

test('objects are labelled as the cluster is', () => {
  expect(programsOf().metadataOf('etcd-defragment')).toEqual({ name: 'etcd-defragment', labels: { team: 'storage' } });
});

test('files are those of etcdctl', () => {
  expect([certificateFiles(true), certificateFiles(false)]).toEqual([FILES, { ETCDCTL_CACERT: FILES.ETCDCTL_CACERT }]);
});
