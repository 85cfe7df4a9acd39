import { Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { containerOf, manifestsOf, newCluster, podOf, variablesOf } from './etcd';
import { EtcdAutoCompaction, EtcdCluster, EtcdDefragmentation, EtcdMonitoring, EtcdTls, EtcdVersion, PodSecurity, Rollout } from '../../src';
import { find, newChart } from '../util';

describe('by default', () => {
  test('makes a StatefulSet, two services, the list of members, a budget, a policy, and what defragments', () => {
    expect(manifestsOf(newCluster()).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap etcd-agent', 'Service etcd', 'ConfigMap etcd-peers', 'StatefulSet etcd', 'PodDisruptionBudget etcd', 'Service etcd-client',
      'NetworkPolicy etcd', 'CronJob etcd-defragment',
    ]);
  });

  test('three members start at once and find each other before they are ready', () => {
    const manifests = manifestsOf(newCluster());
    expect(find(manifests, 'StatefulSet').spec).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel', serviceName: 'etcd' });
    expect(find(manifests, 'Service', 'etcd').spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test('clients reach ready members at one address', () => {
    expect(find(manifestsOf(newCluster()), 'Service', 'etcd-client').spec).toEqual({
      ports: [{ name: 'client', port: 2379, protocol: undefined }],
      selector: { 'app.kubernetes.io/name': 'etcd', 'app.kubernetes.io/instance': 'etcd' },
    });
  });

  test('the official image of the newest supported minor version is run without a shell', () => {
    expect(containerOf(newCluster())).toMatchObject({ image: `gcr.io/etcd-development/etcd:v${EtcdVersion.V3_6.version}`, command: ['/usr/local/bin/etcd'] });
    expect(containerOf(newCluster()).args).toBeUndefined();
  });

  test('etcd is told everything by variables', () => {
    expect(variablesOf(newCluster())).toEqual({
      POD_NAME: '[metadata.name]',
      ETCD_INITIAL_CLUSTER: '[etcd-peers/ETCD_INITIAL_CLUSTER]',
      ETCD_NAME: '$(POD_NAME)',
      ETCD_DATA_DIR: '/var/lib/etcd/data',
      ETCD_LISTEN_PEER_URLS: 'http://0.0.0.0:2380',
      ETCD_LISTEN_CLIENT_URLS: 'http://0.0.0.0:2379',
      ETCD_LISTEN_METRICS_URLS: 'http://0.0.0.0:2381',
      ETCD_ADVERTISE_CLIENT_URLS: 'http://$(POD_NAME).etcd:2379',
      ETCD_INITIAL_ADVERTISE_PEER_URLS: 'http://$(POD_NAME).etcd:2380',
      ETCD_INITIAL_CLUSTER_TOKEN: 'etcd',
      ETCD_INITIAL_CLUSTER_STATE: 'new',
      ETCD_QUOTA_BACKEND_BYTES: String(3840 * 1024 ** 2),
      ETCD_AUTO_COMPACTION_MODE: 'periodic',
      ETCD_AUTO_COMPACTION_RETENTION: '3600s',
    });
  });

  test('a variable stands after the one that it names', () => {
    const names = containerOf(newCluster()).env.map(({ name }: any) => name);
    expect(names.indexOf('POD_NAME')).toBeLessThan(names.indexOf('ETCD_NAME'));
  });

  test('each member is announced by the URL that it has in the list', () => {
    expect(find(manifestsOf(newCluster()), 'ConfigMap', 'etcd-peers').data.ETCD_INITIAL_CLUSTER)
      .toBe('etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380,etcd-2=http://etcd-2.etcd:2380');
  });

  test('each member has 8 GiB that outlive it', () => {
    const { volumeClaimTemplates, persistentVolumeClaimRetentionPolicy } = find(manifestsOf(newCluster()), 'StatefulSet').spec;
    expect(volumeClaimTemplates).toEqual([
      { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '8Gi' } } } },
    ]);
    expect(persistentVolumeClaimRetentionPolicy).toBeUndefined();
    expect(containerOf(newCluster()).volumeMounts).toEqual([{ name: 'data', mountPath: '/var/lib/etcd' }]);
  });

  test('pods are restricted, see no service links, and ask for nothing', () => {
    const pod = podOf(newCluster());
    expect(pod.securityContext).toMatchObject({ runAsUser: 65532, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.enableServiceLinks).toBe(false);
    expect(containerOf(newCluster())).toMatchObject({ securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } } });
    expect(containerOf(newCluster()).resources).toBeUndefined();
  });

  test('members are spread over nodes and zones', () => {
    expect(podOf(newCluster()).topologySpreadConstraints.map(({ topologyKey, whenUnsatisfiable }: any) => [topologyKey, whenUnsatisfiable])).toEqual([
      ['kubernetes.io/hostname', 'ScheduleAnyway'], ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
    ]);
  });

  test('a drain leaves a majority', () => {
    expect(find(manifestsOf(newCluster()), 'PodDisruptionBudget').spec).toMatchObject({ minAvailable: '51%' });
  });
});

describe('replicas', () => {
  test.each([1, 5, 7])('of %i have the same pods as of three, so that those that stay are not restarted', (replicas) => {
    expect(podOf(newCluster({ replicas }))).toEqual(podOf(newCluster({ replicas: 3 })));
  });

  test('of one make a cluster that a drain may take down', () => {
    expect(manifestsOf(newCluster({ replicas: 1 })).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
  });
});

describe('properties', () => {
  test('version and image say what runs', () => {
    expect(containerOf(newCluster({ version: EtcdVersion.of('3.5.21'), image: 'registry.example.com:5000/mirror/etcd' })).image)
      .toBe('registry.example.com:5000/mirror/etcd:v3.5.21');
  });

  test('storage and class make the claims, and storage the quota', () => {
    const cluster = newCluster({ storage: Size.gibibytes(2), storageClass: 'fast' });
    const [{ spec }] = find(manifestsOf(cluster), 'StatefulSet').spec.volumeClaimTemplates;
    expect(spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '2Gi' } } });
    expect(variablesOf(cluster).ETCD_QUOTA_BACKEND_BYTES).toBe(String(768 * 1024 ** 2));
  });

  test('a quota may take the room of a copy where nothing makes one', () => {
    const cluster = newCluster({ quota: Size.gibibytes(4), defragmentation: EtcdDefragmentation.off() });
    expect(variablesOf(cluster).ETCD_QUOTA_BACKEND_BYTES).toBe('4294967296');
  });

  test('a quota is taken as it is', () => {
    expect(variablesOf(newCluster({ quota: Size.gibibytes(2) })).ETCD_QUOTA_BACKEND_BYTES).toBe('2147483648');
  });

  test('times and counts become settings, in milliseconds', () => {
    const props = { heartbeatInterval: Duration.millis(250), electionTimeout: Duration.seconds(2), snapshotCount: 5000 };
    expect(variablesOf(newCluster(props))).toMatchObject({ ETCD_HEARTBEAT_INTERVAL: '250', ETCD_ELECTION_TIMEOUT: '2000', ETCD_SNAPSHOT_COUNT: '5000' });
  });

  test('the log of 10,000 writes is kept, by releases that would keep more, too', () => {
    expect(variablesOf(newCluster({ version: EtcdVersion.V3_5 })).ETCD_SNAPSHOT_COUNT).toBe('10000');
    expect(Object.keys(variablesOf(newCluster({ version: EtcdVersion.V3_6 })))).not.toContain('ETCD_SNAPSHOT_COUNT');
  });

  test('compaction can be left to clients', () => {
    expect(Object.keys(variablesOf(newCluster({ autoCompaction: EtcdAutoCompaction.off() })))).not.toContain('ETCD_AUTO_COMPACTION_MODE');
  });

  test('more flags become arguments', () => {
    expect(containerOf(newCluster({ extraArgs: { 'max-request-bytes': '10485760' } })).args).toEqual(['--max-request-bytes=10485760']);
  });

  test('more flags come in the order of their names, for some languages have maps without one', () => {
    expect(containerOf(newCluster({ extraArgs: { 'max-txn-ops': '256', 'max-request-bytes': '10485760' } })).args)
      .toEqual(['--max-request-bytes=10485760', '--max-txn-ops=256']);
  });

  test('rollout, partition, priority, resources and security reach the pods', () => {
    const props = {
      priorityClassName: 'system-cluster-critical', resources: { memory: { limit: Size.gibibytes(2) } }, podSecurity: PodSecurity.restricted({ user: 1000 }),
    };
    const cluster = newCluster({ ...props, rollout: Rollout.canary() });
    expect(find(manifestsOf(cluster), 'StatefulSet').spec.updateStrategy.rollingUpdate).toEqual({ partition: 2 });
    expect(podOf(cluster)).toMatchObject({ priorityClassName: 'system-cluster-critical', securityContext: { runAsUser: 1000 } });
    expect(containerOf(cluster).resources).toEqual({ limits: { memory: '2Gi' } });
    expect(find(manifestsOf(newCluster({ partition: 3 })), 'StatefulSet').spec.updateStrategy.rollingUpdate).toEqual({ partition: 3 });
  });

  test('metadata name everything, and label it', () => {
    const manifests = manifestsOf(newCluster({ metadata: { name: 'registry', namespace: 'db', labels: { team: 'storage' } } }));
    expect(manifests.map(({ metadata }) => metadata.name)).toEqual([
      'registry-agent', 'registry', 'registry-peers', 'registry', 'registry', 'registry-client', 'registry', 'registry-defragment',
    ]);
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['db']));
    expect(find(manifests, 'StatefulSet').metadata.labels).toEqual({ 'app.kubernetes.io/name': 'etcd', 'app.kubernetes.io/instance': 'registry', 'team': 'storage' });
  });

  test('the token tells clusters of one name in two namespaces apart', () => {
    expect(variablesOf(newCluster({}, newChart({ namespace: 'db' }))).ETCD_INITIAL_CLUSTER_TOKEN).toBe('db/etcd');
    expect(variablesOf(newCluster({ clusterToken: 'mine' })).ETCD_INITIAL_CLUSTER_TOKEN).toBe('mine');
  });

  test('the domain of the Kubernetes cluster is part of every name', () => {
    const cluster = newCluster({ clusterDomain: 'k8s.example.com' }, newChart({ namespace: 'db' }));
    expect(cluster.clientUrl).toBe('http://etcd-client.db.svc.k8s.example.com:2379');
    expect(variablesOf(cluster).ETCD_ADVERTISE_CLIENT_URLS).toBe('http://$(POD_NAME).etcd.db.svc.k8s.example.com:2379');
  });

  test('monitoring has etcd measure how long requests take', () => {
    expect(variablesOf(newCluster({ monitoring: EtcdMonitoring.prometheusOperator() })).ETCD_METRICS).toBe('extensive');
    expect(Object.keys(variablesOf(newCluster()))).not.toContain('ETCD_METRICS');
  });

  test('3.4 logs in the form of later releases', () => {
    expect(variablesOf(newCluster({ version: EtcdVersion.V3_4 })).ETCD_LOGGER).toBe('zap');
  });
});

describe('probes', () => {
  const probesOf = (version: EtcdVersion) => containerOf(newCluster({ version }));

  test.each([
    ['3.6.14', { httpGet: { path: '/livez?exclude=serializable_read', port: 2381 } }, '/readyz'],
    ['3.5.35', { httpGet: { path: '/livez?exclude=serializable_read', port: 2381 } }, '/readyz'],
    ['3.5.10', { tcpSocket: { port: 2381 } }, '/health'],
    ['3.4.29', { httpGet: { path: '/livez?exclude=serializable_read', port: 2381 } }, '/readyz'],
    ['3.4.23', { tcpSocket: { port: 2381 } }, '/health'],
  ])('of %s: alive without a quorum, ready with it', (version, liveness, readiness) => {
    const { livenessProbe, readinessProbe } = probesOf(EtcdVersion.of(version));
    expect(livenessProbe).toMatchObject({ ...liveness, failureThreshold: 6, timeoutSeconds: 5 });
    expect(readinessProbe).toMatchObject({ httpGet: { path: readiness, port: 2381 }, timeoutSeconds: 5 });
  });

  test('a member has ten minutes to read its log', () => {
    expect(probesOf(EtcdVersion.V3_6).startupProbe).toMatchObject({ tcpSocket: { port: 2381 }, periodSeconds: 5, failureThreshold: 120 });
  });
});

describe('the policy', () => {
  const ingressOf = (cluster: EtcdCluster) => find(manifestsOf(cluster), 'NetworkPolicy').spec.ingress
    .map(({ from, ports }: any) => `${ports.map(({ port }: any) => port)} from ${from.map(({ podSelector }: any) => JSON.stringify(podSelector?.matchLabels ?? {}))}`);
  const programs = '{"app.kubernetes.io/name":"etcd-agent","app.kubernetes.io/part-of":"etcd"}';
  const members = '{"app.kubernetes.io/instance":"etcd","app.kubernetes.io/name":"etcd"}';

  test('lets members and programs beside them speak to members', () => {
    expect(ingressOf(newCluster())).toEqual([`2380 from ${members}`, `2379 from ${members}`, `2379 from ${programs}`]);
  });

  test('lets in those whom it is told to', () => {
    const cluster = newCluster();
    cluster.allowClient(kplus.Pods.select(cluster, 'Clients', { labels: { app: 'api' } }));
    cluster.allowMetrics(kplus.Pods.select(cluster, 'Watchers', { labels: { app: 'prometheus' } }));
    expect(ingressOf(cluster).slice(3)).toEqual(['2379 from {"app":"api"}', '2381 from {"app":"prometheus"}']);
  });

  test('can be left out', () => {
    const cluster = newCluster({ networkPolicy: false });
    cluster.allowClient(kplus.Pods.all(cluster, 'Clients'));
    expect(manifestsOf(cluster).map(({ kind }) => kind)).not.toContain('NetworkPolicy');
  });

  test('lets metrics be read by all who are not known, and else by those who are', () => {
    expect(ingressOf(newCluster({ monitoring: EtcdMonitoring.prometheusOperator() }))).toContain('2381 from {}');
    const chart = newChart();
    const prometheus = kplus.Pods.select(chart, 'Prometheus', { labels: { app: 'prometheus' } });
    expect(ingressOf(newCluster({ monitoring: EtcdMonitoring.prometheusOperator({ prometheus }) }, chart))).toContain('2381 from {"app":"prometheus"}');
  });

  test.each([undefined, 'api'])('does not know who %p is', (peer) => {
    expect(() => newCluster().allowClient(peer as any)).toThrow(/^\[test\/etcd\] who is let in must be made by a workload, kplus.Pods.select\(\) and the like, got /);
  });
});

describe('TLS', () => {
  const tls = () => newCluster({ tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }, newChart({ namespace: 'db' }));

  test('is spoken with clients and between members, on both sides with certificates', () => {
    expect(variablesOf(tls())).toMatchObject({
      ETCD_LISTEN_PEER_URLS: 'https://0.0.0.0:2380',
      ETCD_LISTEN_CLIENT_URLS: 'https://0.0.0.0:2379',
      ETCD_LISTEN_METRICS_URLS: 'http://0.0.0.0:2381',
      ETCD_ADVERTISE_CLIENT_URLS: 'https://$(POD_NAME).etcd.db.svc.cluster.local:2379',
      ETCD_INITIAL_ADVERTISE_PEER_URLS: 'https://$(POD_NAME).etcd.db.svc.cluster.local:2380',
      ETCD_CERT_FILE: '/etc/etcd/tls/server/tls.crt',
      ETCD_KEY_FILE: '/etc/etcd/tls/server/tls.key',
      ETCD_TRUSTED_CA_FILE: '/etc/etcd/tls/server/ca.crt',
      ETCD_CLIENT_CERT_AUTH: 'true',
      ETCD_PEER_CERT_FILE: '/etc/etcd/tls/peer/tls.crt',
      ETCD_PEER_KEY_FILE: '/etc/etcd/tls/peer/tls.key',
      ETCD_PEER_TRUSTED_CA_FILE: '/etc/etcd/tls/peer/ca.crt',
      ETCD_PEER_CLIENT_CERT_AUTH: 'true',
    });
    expect(find(manifestsOf(tls()), 'ConfigMap', 'etcd-peers').data.ETCD_INITIAL_CLUSTER).toContain('etcd-1=https://etcd-1.etcd.db.svc.cluster.local:2380');
  });

  test('mounts the certificates into the members', () => {
    expect(containerOf(tls()).volumeMounts).toEqual(expect.arrayContaining([
      { name: 'server-tls', mountPath: '/etc/etcd/tls/server', readOnly: true },
      { name: 'peer-tls', mountPath: '/etc/etcd/tls/peer', readOnly: true },
    ]));
  });

  test('can be for members alone', () => {
    const chart = newChart({ namespace: 'db' });
    const peer = kplus.Secret.fromSecretName(chart, 'Peer', 'peer');
    const variables = variablesOf(newCluster({ tls: EtcdTls.fromSecrets({ peer }) }, chart));
    expect(variables).toMatchObject({ ETCD_LISTEN_PEER_URLS: 'https://0.0.0.0:2380', ETCD_LISTEN_CLIENT_URLS: 'http://0.0.0.0:2379' });
    expect(Object.keys(variables)).not.toContain('ETCD_CLIENT_CERT_AUTH');
  });

  test('can do without certificates of clients', () => {
    const chart = newChart({ namespace: 'db' });
    const server = kplus.Secret.fromSecretName(chart, 'Server', 'server');
    const variables = variablesOf(newCluster({ tls: EtcdTls.fromSecrets({ server, clientCertAuth: false }) }, chart));
    expect(variables.ETCD_CERT_FILE).toBe('/etc/etcd/tls/server/tls.crt');
    // to name the authority would be to demand certificates that it signed.
    expect(Object.keys(variables)).not.toContain('ETCD_TRUSTED_CA_FILE');
    expect(Object.keys(variables)).not.toContain('ETCD_CLIENT_CERT_AUTH');
  });
});

describe('what is refused', () => {
  test.each<[any, RegExp]>([
    [{ replicas: 4 }, /^\[test\/etcd\] 'replicas' of an EtcdCluster must be odd, got 4/],
    [{ metadata: { name: 'Etcd' } }, /'metadata.name', or else the id, of an EtcdCluster .*"Etcd"/],
    [{ version: '3.6' }, /'version' must be made by EtcdVersion.V3_6 or EtcdVersion.of\(\), got "3.6"$/],
    [{ storage: Size.mebibytes(500) }, /'storage' of an EtcdCluster must be at least 1 GiB/],
    [{ quota: Size.gibibytes(8) }, /'quota' must leave 512 MiB of 'storage' to the log/],
    [{ autoCompaction: '1h' }, /'autoCompaction' must be made by EtcdAutoCompaction.periodic\(\) and the like, got "1h"$/],
    [{ defragmentation: 'nightly' }, /'defragmentation' must be made by EtcdDefragmentation.scheduled\(\) or EtcdDefragmentation.off\(\), got "nightly"$/],
    [{ auth: 'secret' }, /'auth' must be made by EtcdAuth.rootPassword\(\), got "secret"$/],
    [{ tls: true }, /'tls' must be made by EtcdTls.certManager\(\) or EtcdTls.fromSecrets\(\), got true$/],
    [{ monitoring: {} }, /'monitoring' must be made by EtcdMonitoring.prometheusOperator\(\), got an object$/],
    [{ rollout: Rollout.rolling({ maxUnavailable: 2 }) }, /'maxUnavailable' of the rollout of an EtcdCluster must be 1, got 2: members are replaced one at a time/],
    [{ clusterToken: 'a-$(POD_NAME)' }, /'clusterToken' must be the same for all members, got "a-\$\(POD_NAME\)": leave out '\$\('$/],
    [{ quota: Size.gibibytes(4) }, /'quota' must leave 512 MiB of 'storage' to the log, and room for the copy that a defragmentation writes: 3840 MiB at most, got 4096 MiB/],
    [{ snapshotCount: 0 }, /'snapshotCount' must be a whole number from 1 /],
    [{ clusterToken: '' }, /'clusterToken' must be text that is not empty, got ""$/],
    [{ image: 'etcd:v3.6.14' }, /'image' must be a repository without a tag or a digest, which 'version' gives, got "etcd:v3.6.14"$/],
    [{ image: '' }, /'image' must be text that is not empty, got ""$/],
    [{ heartbeatInterval: Duration.millis(300) }, /'electionTimeout' must be at least five times 'heartbeatInterval', got 1000 ms and 300 ms: give at least 1500 ms$/],
    [{ electionTimeout: Duration.seconds(51) }, /'electionTimeout' must be at most 50000 ms, got 51000 ms: give a shorter one$/],
    [{ heartbeatInterval: 100 }, /'heartbeatInterval' must be a Duration such as Duration.millis\(100\), got 100$/],
    [{ heartbeatInterval: Duration.millis(0.5) }, /'heartbeatInterval' in milliseconds must be a whole number from 1 .*, got 0.5$/],
    [{ extraArgs: ['--debug'] }, /'extraArgs' must be an object, got a list$/],
    [{ extraArgs: { 'max-request-bytes': 1 } }, /'extraArgs' entry 'max-request-bytes' must be text, got 1$/],
    [{ extraArgs: { name: 'x' } }, /'name' of 'extraArgs' /],
    [{ membership: 'managed' }, /'membership' must be made by EtcdMembership.managed\(\) or EtcdMembership.fixed\(\), got "managed"$/],
  ])('%j', (props, message) => {
    expect(() => newCluster(props)).toThrow(message);
  });

  test('properties that are none', () => {
    expect(() => new EtcdCluster(newChart(), 'etcd', 'etcd' as any)).toThrow(/the properties must be an object, got "etcd"$/);
  });
});
