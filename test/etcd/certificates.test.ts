import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { makeCertificates, TestAuthority, TestCertificateOptions, TestCertificates, TlsSecretData } from './test-certificates';
import { dnsNamesFor, EtcdTlsPlace, EtcdTlsRole, secretProblems, usagesFor } from '../../src/etcd/certificates';
import { newChart } from '../util';

const AT: EtcdTlsPlace = { name: 'etcd', service: 'etcd', clientService: 'etcd-client', namespace: 'db' };
const ANYWHERE = { ...AT, namespace: undefined };
const BOTH: TestCertificateOptions['usages'] = ['serverAuth', 'clientAuth'];
const LONG = 'etcd.db.svc.cluster.local';
const CLIENT_SERVICE = 'etcd-client.db.svc.cluster.local';

let good: TestCertificates;
let other: TestAuthority;
let chart: Chart;

beforeAll(async () => {
  good = await makeCertificates({
    peerNames: dnsNamesFor('peer', AT), serverNames: dnsNamesFor('server', AT), clientNames: dnsNamesFor('client', AT),
  });
  other = await TestAuthority.named('other');
});

beforeEach(() => {
  chart = newChart();
});

function secretOf(stringData: Record<string, string>, id = 'certs'): kplus.Secret {
  return new kplus.Secret(chart, id, { metadata: { name: id }, stringData });
}

/** What is wrong with the secret of one role. */
function wrongWith(role: EtcdTlsRole, stringData: Record<string, string>, at: EtcdTlsPlace = AT, clientCertAuth = true): string[] {
  chart = newChart();
  return secretProblems(at, { [role]: secretOf(stringData) }, clientCertAuth);
}

const issued = (options: TestCertificateOptions) => good.authority.issue({ names: [`*.${LONG}`, LONG, CLIENT_SERVICE], usages: BOTH, ...options });

const without = (key: keyof TlsSecretData, { ...data }: Partial<TlsSecretData>) => {
  delete data[key];
  return data as TlsSecretData;
};

describe('the names in a certificate', () => {
  test('of a member are all forms of its host, and those of the service by which others know its address', () => {
    expect(dnsNamesFor('peer', AT)).toEqual([
      '*.etcd', '*.etcd.db', '*.etcd.db.svc', '*.etcd.db.svc.cluster.local', 'etcd', 'etcd.db', 'etcd.db.svc', 'etcd.db.svc.cluster.local',
    ]);
  });

  test('for clients also are those of their service, and that of the pod for itself', () => {
    expect(dnsNamesFor('server', AT)).toEqual([
      ...dnsNamesFor('peer', AT), 'etcd-client', 'etcd-client.db', 'etcd-client.db.svc', 'etcd-client.db.svc.cluster.local', 'localhost',
    ]);
  });

  test('of a client is one that never is the name of a pod', () => {
    expect(dnsNamesFor('client', AT)).toEqual(['etcd-client.db.svc.cluster.local']);
  });

  test('have the domain of the cluster', () => {
    const at = { ...AT, clusterDomain: 'k8s.example.com' };
    expect(dnsNamesFor('peer', at)).toEqual(expect.arrayContaining(['*.etcd.db.svc.k8s.example.com', 'etcd.db.svc.k8s.example.com']));
    expect(dnsNamesFor('server', at).join()).not.toContain('cluster.local');
    expect(dnsNamesFor('client', at)).toEqual(['etcd-client.db.svc.k8s.example.com']);
  });

  test('are short where the namespace is not known', () => {
    expect(dnsNamesFor('server', ANYWHERE)).toEqual(['*.etcd', 'etcd', 'etcd-client', 'localhost']);
  });
});

describe('the usages of a certificate', () => {
  test.each<[EtcdTlsRole, boolean, string[]]>([
    ['peer', true, ['serverAuth', 'clientAuth']],
    ['peer', false, ['serverAuth', 'clientAuth']],
    ['server', true, ['serverAuth', 'clientAuth']],
    ['server', false, ['serverAuth']],
    ['client', true, ['clientAuth']],
  ])('for %s with client certificates %p are %p', (role, clientCertAuth, usages) => {
    expect(usagesFor(role, clientCertAuth)).toEqual(usages);
  });
});

describe('a certificate that works', () => {
  test.each<EtcdTlsRole>(['peer', 'server', 'client'])('is accepted for %s', (role) => {
    expect(wrongWith(role, good[role])).toEqual([]);
    expect(wrongWith(role, good[role], AT, false)).toEqual([]);
  });

  test('is accepted for a namespace that is not known, by its short names', async () => {
    const short = await good.authority.issue({ names: dnsNamesFor('server', ANYWHERE), usages: BOTH });
    expect([wrongWith('peer', short, ANYWHERE), wrongWith('server', short, ANYWHERE)]).toEqual([[], []]);
  });

  test('may name each member, and write names as it likes', async () => {
    const named = await issued({ names: ['ETCD-0.etcd.db.svc.cluster.local', 'etcd-1.etcd.db.svc.cluster.local', CLIENT_SERVICE] });
    expect([wrongWith('peer', named), wrongWith('server', named)]).toEqual([[], []]);
  });

  test('may leave its usage open', async () => {
    expect(wrongWith('peer', await issued({ usages: [] }))).toEqual([]);
    expect(wrongWith('peer', await issued({ usages: ['any'] }))).toEqual([]);
  });

  test('of members for clients that show none needs no clientAuth', async () => {
    expect(wrongWith('server', await issued({ usages: ['serverAuth'] }), AT, false)).toEqual([]);
  });

  test('may be signed by an intermediate that comes with it', async () => {
    const upper = await good.authority.intermediate('upper');
    const lower = await upper.intermediate('lower');
    const leaf = await lower.issue({ names: [`*.${LONG}`, LONG], usages: BOTH });
    const chain = { ...leaf, 'tls.crt': leaf['tls.crt'] + lower.pem + upper.pem };
    expect(wrongWith('peer', { ...chain, 'ca.crt': good.authority.pem })).toEqual([]);
    expect(wrongWith('peer', { ...chain, 'ca.crt': upper.pem })).toEqual([]);
    expect(wrongWith('peer', { ...leaf, 'ca.crt': good.authority.pem })).toEqual([
      expect.stringMatching(/must have in 'ca\.crt' the authority that signed its certificate, 'CN=lower', got 'CN=etcd-ca': add it there$/),
    ]);
  });

  test('may be its own authority', async () => {
    const { 'tls.crt': certificate, ...rest } = await issued({});
    expect(wrongWith('peer', { ...rest, 'tls.crt': certificate, 'ca.crt': certificate })).toEqual([]);
  });

  test('may have several authorities, and comments around', () => {
    expect(wrongWith('peer', { ...good.peer, 'ca.crt': `the other one:\n${other.pem}\nours:\n${good.authority.pem}`, 'notes.txt': 'by hand' })).toEqual([]);
  });

  test('may have its key in the older form of its kind, too', () => {
    const key = createPrivateKey(good.peer['tls.key']).export({ type: 'sec1', format: 'pem' }) as string;
    expect(key).toContain('BEGIN EC PRIVATE KEY');
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    expect(wrongWith('peer', { ...good.peer, 'tls.key': key })).toEqual([]);
    expect(wrongWith('peer', { ...good.peer, 'tls.key': parameters + key })).toEqual([]);
  });

  test('for a client is not needed where clients show none', () => {
    const { 'ca.crt': ca } = good.client;
    expect(wrongWith('client', { 'ca.crt': ca }, AT, false)).toEqual([]);
    expect(wrongWith('client', { 'ca.crt': ca, 'tls.crt': 'none' }, AT, false)).toEqual([]);
    const secrets = { server: secretOf(good.server, 'server'), client: secretOf({ 'ca.crt': ca }, 'client') };
    expect(secretProblems(AT, secrets, false)).toEqual([]);
  });
});

describe('a certificate that cannot work', () => {
  const says = (text: string) => [`the Secret 'certs', 'peer' of EtcdTls.fromSecrets(), ${text}`];

  test('fails where members may not call with it, or be called', async () => {
    expect(wrongWith('peer', await issued({ usages: ['serverAuth'] }))).toEqual(says(
      'must have a certificate for serverAuth and clientAuth, since members also call each other with it, got one for serverAuth:'
      + ' issue it with both extended key usages'));
    expect(wrongWith('peer', await issued({ usages: ['clientAuth', 'codeSigning'] }))[0]).toMatch(/, got one for clientAuth and 1\.3\.6\.1\.5\.5\.7\.3\.3: issue it/);
  });

  test('fails where the JSON gateway may not call with it', async () => {
    expect(wrongWith('server', await issued({ usages: ['serverAuth'] }))).toEqual([expect.stringMatching(
      /'server' of .* for serverAuth and clientAuth, since the JSON gateway also calls etcd with it, got one for serverAuth: issue it with both/)]);
    expect(wrongWith('server', await issued({ usages: ['clientAuth'] }), AT, false)).toEqual([expect.stringMatching(
      /must have a certificate for serverAuth, got one for clientAuth: issue it with that extended key usage$/)]);
  });

  test('fails where a client may not call with it', async () => {
    expect(wrongWith('client', await issued({ usages: ['serverAuth'] }))).toEqual([expect.stringMatching(
      /'client' of .* must have a certificate for clientAuth, got one for serverAuth: issue it with that extended key usage$/)]);
  });

  test('fails where it is for other hosts', async () => {
    expect(wrongWith('peer', await issued({ names: ['*.db.svc.cluster.local', LONG] }))).toEqual(says(
      'must have a certificate for \'etcd-0.etcd.db.svc.cluster.local\', got one for \'*.db.svc.cluster.local\', \'etcd.db.svc.cluster.local\':'
      + ' issue it for \'*.etcd.db.svc.cluster.local\', \'etcd.db.svc.cluster.local\''));
    expect(wrongWith('peer', await issued({ names: ['*.etcd', 'etcd'] }))[0]).toMatch(/must have a certificate for 'etcd-0\.etcd\.db\.svc\.cluster\.local'/);
    expect(wrongWith('peer', await issued({}), { ...AT, namespace: 'other' })[0]).toMatch(/must have a certificate for 'etcd-0\.etcd\.other\.svc\.cluster\.local'/);
  });

  test('fails where only the common name is right', async () => {
    expect(wrongWith('peer', await issued({ names: [], addresses: ['10.0.0.1'], commonName: `etcd-0.${LONG}` }))[0])
      .toMatch(/must have a certificate for 'etcd-0\.etcd\.db\.svc\.cluster\.local', got one for no DNS names: issue it for/);
    expect(wrongWith('peer', await issued({ names: [], commonName: `etcd-0.${LONG}` }))[0]).toMatch(/, got one for no DNS names: issue it for/);
  });

  test('fails where it is not for the service for clients', async () => {
    expect(wrongWith('server', await issued({ names: [`*.${LONG}`, LONG] }))).toEqual([expect.stringMatching(
      /must have a certificate for 'etcd-client\.db\.svc\.cluster\.local', got one for .*: issue it for '\*\.etcd\.[^']*', 'etcd\.[^']*', 'etcd-client\.db[^']*'$/)]);
  });

  test('fails where members would not know the addresses of each other', async () => {
    expect(wrongWith('peer', await good.authority.issue({ names: ['*.etcd'], usages: BOTH }), ANYWHERE)).toEqual(says(
      'must have a certificate by which members know each other\'s addresses, got one for \'*.etcd\', which reverse DNS never answers:'
      + ' issue it for \'etcd\', too'));
    expect(wrongWith('peer', await good.authority.issue({ names: ['*.etcd', `*.${LONG}`], usages: BOTH }), ANYWHERE)).toEqual([]);
  });

  test('fails where the key is that of another, or none', () => {
    const message = 'must have in \'tls.key\' the private key of its certificate, in PEM and without a passphrase, got';
    const key = createPrivateKey(good.peer['tls.key']).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }) as string;
    const keyed = (value: string) => wrongWith('peer', { ...good.peer, 'tls.key': value });
    expect(keyed(good.server['tls.key'])).toEqual(says(`${message} the key of another one: give the two that were made together`));
    expect(keyed(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }) as string))
      .toEqual(says(`${message} the key of another one: give the two that were made together`));
    expect(keyed(key)).toEqual(says(`${message} PEM of "ENCRYPTED PRIVATE KEY" that cannot be read as such: give the two that were made together`));
    expect(keyed('secret')).toEqual(says(`${message} no PEM: give the two that were made together`));
  });

  test('fails where another authority signed it, or one that is none', async () => {
    expect(wrongWith('peer', { ...good.peer, 'ca.crt': other.pem })).toEqual(says(
      'must have in \'ca.crt\' the authority that signed its certificate, \'CN=etcd-ca\', got \'CN=other\': add it there'));
    const namesake = await TestAuthority.named('etcd-ca');
    expect(wrongWith('peer', { ...good.peer, 'ca.crt': namesake.pem })[0]).toMatch(/must have in 'ca\.crt' the authority .*, got 'CN=etcd-ca': add it there$/);
    expect(wrongWith('peer', { ...good.peer, 'ca.crt': good.server['tls.crt'] })[0]).toMatch(/the authority .*, got '': add it there$/);
  });

  test('fails with everything that is wrong at once', async () => {
    const bad = await other.issue({ names: ['example.com'], usages: ['clientAuth'] });
    expect(wrongWith('peer', { ...good.peer, 'tls.crt': bad['tls.crt'] })).toEqual([
      expect.stringMatching(/'tls\.key'/), expect.stringMatching(/serverAuth and clientAuth/), expect.stringMatching(/'example\.com'/), expect.stringMatching(/'ca\.crt'/),
    ]);
  });
});

describe('the files of a secret', () => {
  test.each<[keyof TlsSecretData, RegExp]>([
    ['tls.crt', /must have 'tls\.crt', 'tls\.key', 'ca\.crt', got 'ca\.crt', 'tls\.key': add 'tls\.crt'$/],
    ['tls.key', /must have 'tls\.crt', 'tls\.key', 'ca\.crt', got 'ca\.crt', 'tls\.crt': add 'tls\.key'$/],
    ['ca.crt', /, got 'tls\.crt', 'tls\.key': add 'ca\.crt'; 'ca\.crt' is the authority that signed the certificate of the other side$/],
  ])('fail when %s is missing or empty', (key, message) => {
    expect(wrongWith('peer', without(key, good.peer))).toEqual([expect.stringMatching(message)]);
    expect(wrongWith('peer', { ...good.peer, [key]: '' })).toEqual([expect.stringMatching(new RegExp(`: add '${key}'`))]);
  });

  test('fail when a client has none of them', () => {
    expect(wrongWith('client', { 'client.pem': 'x' }, AT, false)).toEqual([
      expect.stringMatching(/^the Secret 'certs', 'client' of .* must have 'ca\.crt', got 'client\.pem': add 'ca\.crt'; /),
    ]);
  });

  test.each<keyof TlsSecretData>(['tls.crt', 'ca.crt'])('fail when %s is something else, which is not shown', (key) => {
    const message = (got: string) => expect.stringMatching(new RegExp(`must have certificates in PEM in '${key}', got ${got}: give what can be read,`
      + ' or Secret\\.fromSecretName\\(\\) where something else fills in the secret$'));
    const given = (value: string) => wrongWith('peer', { ...good.peer, [key]: value });
    expect(given('<path:secret/etcd#crt>')).toEqual([message('no PEM')]);
    expect(given(good.peer['tls.key'])).toEqual([message('PEM of "PRIVATE KEY" that cannot be read as such')]);
    expect(given(good.peer['tls.crt'].replace(/\nMI../, '\nAAAA'))).toEqual([message('PEM of "CERTIFICATE" that cannot be read as such')]);
  });

  test('are read from data as from stringData, which wins', () => {
    const encoded = Object.fromEntries(Object.entries(good.peer).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
    const secret = secretOf({});
    ApiObject.of(secret).addJsonPatch(JsonPatch.add('/data', { ...encoded, 'ca.crt': Buffer.from(other.pem).toString('base64') }));
    expect(secretProblems(AT, { peer: secret }, true)).toEqual([expect.stringMatching(/must have in 'ca\.crt' .*, got 'CN=other'/)]);
    secret.addStringData('ca.crt', good.authority.pem);
    expect(secretProblems(AT, { peer: secret }, true)).toEqual([]);
  });

  test('are those of any class of secrets', () => {
    const secret = new kplus.TlsSecret(chart, 'tls', { tlsCert: good.peer['tls.crt'], tlsKey: good.peer['tls.key'] });
    expect(secretProblems(AT, { peer: secret }, true)).toEqual([expect.stringMatching(/: add 'ca\.crt'; /)]);
    secret.addStringData('ca.crt', good.authority.pem);
    expect(secretProblems(AT, { peer: secret }, true)).toEqual([]);
  });

  test('are not known where the chart only refers to the secret, or something else fills it in', () => {
    const external = new Construct(chart, 'external');
    new ApiObject(external, 'Resource', { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', spec: {} });
    const peer = Object.assign(external, { name: 'external', envValue: () => undefined }) as any;
    const secrets = { peer, server: kplus.Secret.fromSecretName(chart, 'named', 'etcd-server'), client: secretOf({}) };
    expect(secretProblems(AT, secrets, true)).toEqual([]);
    expect(secretProblems(AT, { peer: { name: 'plain', envValue: () => undefined } as any }, true)).toEqual([]);
  });

  test('fail when the secret is in another namespace', () => {
    const secret = new kplus.Secret(chart, 'certs', { metadata: { name: 'certs', namespace: 'web' }, stringData: { ...good.peer } });
    expect(secretProblems(AT, { peer: secret }, true)).toEqual([
      'the Secret \'certs\', \'peer\' of EtcdTls.fromSecrets(), must be in namespace \'db\' with the pods that mount it, got \'web\': make it there',
    ]);
    expect(secretProblems({ ...AT, namespace: 'web' }, { peer: secret }, true)).toEqual([expect.stringMatching(/for 'etcd-0\.etcd\.web\.svc/)]);
    expect(secretProblems(ANYWHERE, { client: secret }, true)).toEqual([]);
  });
});

describe('the secrets of members and clients', () => {
  const together = (server: TlsSecretData, client: TlsSecretData, clientCertAuth = true) => {
    chart = newChart();
    return secretProblems(AT, { server: secretOf(server, 'server'), client: secretOf(client, 'client') }, clientCertAuth);
  };

  test('are of one authority, or trust each other', async () => {
    const client = await other.issue({ usages: ['clientAuth'], commonName: 'app' });
    const all = good.authority.pem + other.pem;
    expect(together(good.server, good.client)).toEqual([]);
    expect(together({ ...good.server, 'ca.crt': all }, { ...client, 'ca.crt': all })).toEqual([]);
    expect(together(good.server, client)).toEqual([
      'the Secret \'server\', \'server\' of EtcdTls.fromSecrets(), must have in \'ca.crt\' the authority that signed the certificate of \'client\','
      + ' \'CN=other\', got \'CN=etcd-ca\': add it there',
      'the Secret \'client\', \'client\' of EtcdTls.fromSecrets(), must have in \'ca.crt\' the authority that signed the certificate of \'server\','
      + ' \'CN=etcd-ca\', got \'CN=other\': add it there',
    ]);
  });

  test('need only be trusted by clients that show no certificate', async () => {
    const client = await other.issue({ usages: ['clientAuth'], commonName: 'app' });
    expect(together(good.server, { ...client, 'ca.crt': good.authority.pem }, false)).toEqual([]);
    expect(together(good.server, client, false)).toEqual([expect.stringMatching(/^the Secret 'client', .* the certificate of 'server', 'CN=etcd-ca', got 'CN=other'/)]);
  });
});
