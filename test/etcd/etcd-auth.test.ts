import { Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { manifestsOf, newCluster } from './etcd';
import { makeCertificates, TestAuthority } from './test-certificates';
import { EtcdAuth, EtcdBackupDestination, EtcdCluster, EtcdClusterProps, EtcdTls } from '../../src';
import { dnsNamesFor } from '../../src/etcd/certificates';
import { find, newChart } from '../util';

const AT = { name: 'etcd', service: 'etcd', clientService: 'etcd-client', namespace: 'db' };

let chart: Chart;

beforeEach(() => {
  chart = newChart({ namespace: 'db' });
});

const secretNamed = (name: string) => kplus.Secret.fromSecretName(chart, `${name}-${chart.node.children.length}`, name);
const secretOf = (stringData: Record<string, string>, namespace?: string) =>
  new kplus.Secret(chart, 'Secret', { metadata: { name: 'root', namespace }, stringData });
const clusterWith = (props: EtcdClusterProps = {}) => newCluster({ auth: EtcdAuth.rootPassword(secretNamed('root')), ...props }, chart);
const jobOf = (cluster: EtcdCluster) => find(manifestsOf(cluster), 'Job');
const envOf = (container: any) => Object.fromEntries(container.env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom.secretKeyRef]));

describe('a password of root', () => {
  test('makes a Job that turns users and roles on, through the service that reaches ready members', () => {
    const { metadata, spec } = jobOf(clusterWith());
    expect(metadata).toMatchObject({ name: expect.stringMatching(/^etcd-auth-[0-9a-f]{8}$/), namespace: 'db', labels: { 'app.kubernetes.io/instance': 'etcd' } });
    expect(spec).toEqual({ backoffLimit: 4, template: expect.anything() });
    const [container] = spec.template.spec.containers;
    expect(container).toMatchObject({ name: 'enable-auth', command: ['node', '/opt/etcd-agent/enable-auth.mjs'] });
    expect(envOf(container)).toEqual({
      ETCDCTL_ENDPOINTS: 'http://etcd-client.db.svc.cluster.local:2379',
      ETCDCTL_USER: 'root',
      ETCDCTL_PASSWORD: { name: 'root', key: 'password' },
    });
  });

  test('is turned on once more after a restore, since a snapshot may be from before', () => {
    const destination = EtcdBackupDestination.volume(kplus.PersistentVolumeClaim.fromClaimName(chart, 'Backups', 'backups'));
    const nameOf = (snapshot?: string) => jobOf(newCluster({
      auth: EtcdAuth.rootPassword(kplus.Secret.fromSecretName(newChart(), 'Root', 'root')),
      ...snapshot !== undefined && { restoreFrom: { destination, snapshot } },
    }, newChart({ namespace: 'db' }))).metadata.name;
    expect(new Set([nameOf(), nameOf('a.db'), nameOf('b.db')]).size).toBe(3);
    expect(nameOf('a.db')).toBe(nameOf('a.db'));
  });

  test('may be under another key', () => {
    const job = jobOf(clusterWith({ auth: EtcdAuth.rootPassword(secretNamed('root'), 'etcd-root') }));
    expect(envOf(job.spec.template.spec.containers[0]).ETCDCTL_PASSWORD).toEqual({ name: 'root', key: 'etcd-root' });
  });

  test('is known to all programs', () => {
    const { spec } = find(manifestsOf(clusterWith()), 'CronJob', 'etcd-defragment').spec.jobTemplate;
    expect(envOf(spec.template.spec.containers[0])).toMatchObject({ ETCDCTL_USER: 'root', ETCDCTL_PASSWORD: { name: 'root', key: 'password' } });
  });

  test('changes no pod of the members, who are told nothing of it', () => {
    const template = (cluster: EtcdCluster) => find(manifestsOf(cluster), 'StatefulSet').spec.template;
    expect(template(clusterWith())).toEqual(template(newCluster({}, newChart({ namespace: 'db' }))));
  });

  test('is shown by a certificate, too, where clients need one', () => {
    const { spec } = jobOf(clusterWith({ tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }));
    expect(envOf(spec.template.spec.containers[0])).toMatchObject({
      ETCDCTL_ENDPOINTS: 'https://etcd-client.db.svc.cluster.local:2379', ETCDCTL_CERT: '/etc/etcd/tls/client/tls.crt',
    });
    expect(spec.template.spec.volumes).toContainEqual({ name: 'etcd-client-tls', secret: { secretName: 'etcd-client-tls' } });
  });
});

describe('the Job', () => {
  const nameFor = (props: EtcdClusterProps) => {
    chart = newChart({ namespace: 'db' });
    return jobOf(clusterWith(props)).metadata.name;
  };

  test('has another name when it is to do something else, since Jobs cannot be changed', () => {
    const first = nameFor({});
    expect(nameFor({})).toBe(first);
    expect(nameFor({ replicas: 5 })).toBe(first);
    expect(nameFor({ agentImage: 'registry.example.com/node:24' })).not.toBe(first);
    chart = newChart({ namespace: 'db' });
    expect(jobOf(newCluster({ auth: EtcdAuth.rootPassword(secretNamed('other')) }, chart)).metadata.name).not.toBe(first);
  });

  test('can be patched', () => {
    const cluster = clusterWith();
    (cluster.node.findChild('Auth') as any).addJsonPatch(JsonPatch.add('/spec/ttlSecondsAfterFinished', 600));
    expect(jobOf(cluster).spec.ttlSecondsAfterFinished).toBe(600);
  });
});

describe('the notes', () => {
  test('ask for the password of root, on a terminal', () => {
    expect(clusterWith().notes).toMatch(/^ {2}kubectl --namespace db exec --stdin --tty etcd-0 --container etcd -- etcdctl --user root endpoint health --cluster$/m);
    chart = newChart({ namespace: 'db' });
    expect(clusterWith({ tls: EtcdTls.certManager({ issuer: { name: 'ca' } }) }).notes)
      .toMatch(/-- etcdctl --user root --endpoints=https:\/\/127.0.0.1:2379 .* put greeting hello$/m);
  });
});

describe('fails', () => {
  test.each<[any, RegExp]>([
    [{ password: 'secret' }, /^\[test\/etcd\] 'auth' must be made by EtcdAuth.rootPassword\(\), got an object$/],
    [EtcdAuth.rootPassword('secret' as any), /^\[test\/etcd\] the secret of EtcdAuth.rootPassword\(\) must be made by new kplus.Secret\(\), .* got "secret"$/],
    [EtcdAuth.rootPassword(undefined as any), /the secret of EtcdAuth.rootPassword\(\) must be made by .* got null$/],
    [EtcdAuth.rootPassword({ envValue: () => undefined } as any, ''), /'key' of EtcdAuth.rootPassword\(\) must be text that is not empty, got ""$/],
  ])('with %p', (auth, message) => {
    expect(() => newCluster({ auth })).toThrow(message);
  });

  test('where the name is too long for a Job', () => {
    expect(() => clusterWith({ metadata: { name: 'e'.repeat(50) } }))
      .toThrow(/^\[test\/etcd\] the name of a cluster with 'auth' must have at most 49 characters, since a Job is named after it, got 50: "e+"; give a shorter one$/);
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ Password: 'secret' }, /the Secret 'root' of EtcdAuth.rootPassword\(\) must have a password in 'password', got 'Password': add it, or name its key/],
    [{ password: '' }, /must have a password in 'password', got 'password': add it, or name its key/],
    [{ password: 'secret\n' }, /must have a password that can be typed, got one that ends with a line break: leave that out/],
  ])('where the Secret is known to be %j', (content, message) => {
    const cluster = clusterWith({ auth: EtcdAuth.rootPassword(secretOf(content)) });
    expect(() => manifestsOf(cluster)).toThrow(message);
  });

  test('where the Secret is in another namespace, which no pod reads from', () => {
    const cluster = clusterWith({ auth: EtcdAuth.rootPassword(secretOf({ password: 'secret' }, 'apps')) });
    expect(() => manifestsOf(cluster)).toThrow(/the Secret 'root' of EtcdAuth.rootPassword\(\) must be in namespace 'db' with the pods that read it, got 'apps': make it there/);
  });
});

describe('a Secret', () => {
  test.each<Record<string, string>>([{ password: 'secret' }, {}])('of the chart may be %j, since something else may fill it in', (content) => {
    const cluster = clusterWith({ auth: EtcdAuth.rootPassword(secretOf(content)) });
    expect(jobOf(cluster).kind).toBe('Job');
  });

  test('may be in the namespace of the cluster, whichever that is', () => {
    chart = newChart();
    const auth = EtcdAuth.rootPassword(secretOf({ password: 'secret' }, 'shop'));
    expect(jobOf(newCluster({ auth, metadata: { namespace: 'shop' } }, chart)).metadata.namespace).toBe('shop');
    chart = newChart();
    expect(jobOf(newCluster({ auth: EtcdAuth.rootPassword(secretOf({ password: 'secret' })) }, chart)).metadata.namespace).toBeUndefined();
  });
});

describe('a certificate with a common name', () => {
  const message = new RegExp('the Secret \'client\', which programs show to etcd, must have a certificate without a common name where \'auth\' is given, '
    + 'got \'CN=api\': etcd\'s JSON gateway refuses it; issue it with DNS names alone');
  let secrets: Record<string, Record<string, string>>;
  let authority: TestAuthority;

  beforeAll(async () => {
    const made = await makeCertificates({ peerNames: dnsNamesFor('peer', AT), serverNames: dnsNamesFor('server', AT), clientCommonName: 'api' });
    secrets = { peer: made.peer, server: made.server, client: made.client };
    authority = made.authority;
  });

  const secretWith = (name: string, stringData = secrets[name]) => new kplus.Secret(chart, name, { metadata: { name }, stringData });
  const clusterOf = (client: Record<string, string> | undefined, clientCertAuth = true, props: EtcdClusterProps = {}) => clusterWith({
    tls: EtcdTls.fromSecrets({
      peer: secretWith('peer'), server: secretWith('server'), client: client && secretWith('client', client), clientCertAuth,
    }),
    ...props,
  });

  test('fails, since programs would not get in any more', () => {
    expect(() => manifestsOf(clusterOf(secrets.client))).toThrow(message);
  });

  test('is taken without users and roles, or where clients show none', () => {
    expect(manifestsOf(clusterOf(secrets.client, true, { auth: undefined }))).toBeDefined();
    chart = newChart({ namespace: 'db' });
    expect(manifestsOf(clusterOf(secrets.client, false))).toBeDefined();
  });

  test('of servers fails where programs show that one', async () => {
    secrets = { ...secrets, server: await authority.issue({ names: dnsNamesFor('server', AT), commonName: 'etcd', usages: ['serverAuth', 'clientAuth'] }) };
    expect(() => manifestsOf(clusterOf(undefined))).toThrow(/the Secret 'server', which programs show to etcd, .* got 'CN=etcd'/);
    chart = newChart({ namespace: 'db' });
    expect(manifestsOf(clusterOf(await authority.issue({ names: dnsNamesFor('client', AT), usages: ['clientAuth'] })))).toBeDefined();
  });

  test('is not looked for where there is none to be read', () => {
    expect(manifestsOf(clusterOf({}))).toBeDefined();
    chart = newChart({ namespace: 'db' });
    expect(manifestsOf(clusterWith({ tls: EtcdTls.fromSecrets({ server: secretNamed('server') }) }))).toBeDefined();
    chart = newChart({ namespace: 'db' });
    expect(() => manifestsOf(clusterOf({ ...secrets.client, 'tls.crt': 'none' }))).toThrow(/must have certificates in PEM in 'tls.crt'/);
  });
});
