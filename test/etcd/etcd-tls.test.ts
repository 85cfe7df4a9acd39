import { ApiObject, Chart, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { makeCertificates, TestCertificates } from './test-certificates';
import { EtcdCertManagerOptions, EtcdKeyAlgorithm, EtcdTls, EtcdTlsSecrets } from '../../src';
import { dnsNamesFor } from '../../src/etcd/certificates';
import { schemaErrors } from '../kubernetes-schema';
import { find, newChart, synth } from '../util';

const LABELS = { 'app.kubernetes.io/name': 'etcd', 'app.kubernetes.io/instance': 'etcd' };
const SITE = { name: 'etcd', service: 'etcd', clientService: 'etcd-client', namespace: 'db', labels: LABELS };

let chart: Chart;
let cluster: Construct;

beforeEach(() => {
  chart = newChart();
  cluster = new Construct(chart, 'etcd');
});

const named = (name: string) => kplus.Secret.fromSecretName(chart, name, name);

describe('EtcdTls.fromSecrets()', () => {
  const bound = (secrets: EtcdTlsSecrets) => EtcdTls.fromSecrets(secrets)._bind(cluster, SITE);

  test('hands on the secrets, and has clients show a certificate', () => {
    const [peer, server, client] = ['peer', 'server', 'client'].map(named);
    expect(bound({ peer, server, client })).toEqual({ peer, server, client, clientCertAuth: true });
    expect(synth(chart)).toEqual([]);
  });

  test('encrypts what there is a secret for', () => {
    const [peer, server] = ['peer', 'server'].map(named);
    expect(bound({ peer })).toEqual({ peer, clientCertAuth: false });
    expect(bound({ server })).toEqual({ server, clientCertAuth: true });
  });

  test('lets clients in without a certificate if told so', () => {
    const [server, client] = ['server', 'client'].map(named);
    expect(bound({ server, clientCertAuth: false })).toEqual({ server, clientCertAuth: false });
    expect(bound({ server, client, clientCertAuth: false })).toEqual({ server, client, clientCertAuth: false });
    expect(bound({ peer: server, clientCertAuth: false })).toEqual({ peer: server, clientCertAuth: false });
    expect(bound({ server, client, clientCertAuth: true }).clientCertAuth).toBe(true);
  });

  test('fails without a secret', () => {
    const message = /^\[test\/etcd\] EtcdTls\.fromSecrets\(\) needs 'peer', 'server' or both, got neither: give a secret, or leave out 'tls'$/;
    expect(() => bound({})).toThrow(message);
    expect(() => bound({ client: named('client') })).toThrow(message);
  });

  test('fails when clients are to show certificates to members that have none for them', () => {
    const peer = named('peer');
    expect(() => bound({ peer, client: peer })).toThrow(
      /^\[test\/etcd\] 'client' of EtcdTls\.fromSecrets\(\) needs 'server', without which clients talk in the clear: give both$/);
    expect(() => bound({ peer, clientCertAuth: true })).toThrow(/^\[test\/etcd\] 'clientCertAuth' of EtcdTls\.fromSecrets\(\) needs 'server', without which/);
  });

  test.each<[unknown, RegExp]>([
    [undefined, /the secrets of EtcdTls\.fromSecrets\(\) must be an object, got undefined$/],
    [null, /the secrets of EtcdTls\.fromSecrets\(\) must be an object, got null$/],
    ['etcd-tls', /the secrets of EtcdTls\.fromSecrets\(\) must be an object, got "etcd-tls"$/],
    [{ peers: {} }, /the secrets of EtcdTls\.fromSecrets\(\) must have no fields but peer, server, client, clientCertAuth, got "peers"$/],
    [{ peer: 'etcd-peer' }, /'peer' of EtcdTls\.fromSecrets\(\) must be made by new kplus\.Secret\(\), Secret\.fromSecretName\(\) and the like, got "etcd-peer"$/],
    [{ server: null }, /'server' of EtcdTls\.fromSecrets\(\) must be made by .*, got null$/],
    [{ client: {} }, /'client' of EtcdTls\.fromSecrets\(\) must be made by .*, got an object$/],
    [{ clientCertAuth: 'no' }, /'clientCertAuth' of EtcdTls\.fromSecrets\(\) must be true or false, got "no"$/],
  ])('fails for %p', (secrets, message) => {
    expect(() => bound(secrets as EtcdTlsSecrets)).toThrow(message);
  });
});

describe('certificates that the chart has', () => {
  let certificates: TestCertificates;

  beforeAll(async () => {
    certificates = await makeCertificates({
      peerNames: dnsNamesFor('peer', SITE), serverNames: dnsNamesFor('server', SITE), clientNames: dnsNamesFor('client', SITE),
    });
  });

  const secretOf = (id: string, stringData: Record<string, string>) => new kplus.Secret(chart, id, { metadata: { name: id }, stringData });

  test('are accepted if they work', () => {
    EtcdTls.fromSecrets({
      peer: secretOf('peer', certificates.peer), server: secretOf('server', certificates.server), client: secretOf('client', certificates.client),
    })._bind(cluster, SITE);
    expect(synth(chart).flatMap(schemaErrors)).toEqual([]);
  });

  test('are refused at synth, when they are complete, if they cannot work', () => {
    const { 'ca.crt': ca, ...rest } = certificates.client;
    const [peer, server] = [secretOf('peer', rest), secretOf('server', certificates.server)];
    EtcdTls.fromSecrets({ peer, server })._bind(cluster, SITE);
    expect(() => synth(chart)).toThrow(/ {2}\[test\/etcd\] the Secret 'peer', 'peer' of EtcdTls\.fromSecrets\(\), must have 'tls\.crt', .*: add 'ca\.crt'/);
    peer.addStringData('ca.crt', ca);
    expect(() => synth(chart)).toThrow(
      / {2}\[test\/etcd\] the Secret 'peer', 'peer' of EtcdTls\.fromSecrets\(\), must have a certificate for serverAuth and clientAuth, since members also call/);
    Object.entries(certificates.peer).forEach(([key, value]) => peer.addStringData(key, value));
    expect(find(synth(chart), 'Secret', 'peer').stringData['tls.crt']).toEqual(certificates.peer['tls.crt']);
  });

  test('need not allow members to call with those for clients, where clients show none', () => {
    const server = secretOf('server', certificates.server);
    const client = secretOf('client', { 'ca.crt': certificates.authority.pem });
    EtcdTls.fromSecrets({ server, client, clientCertAuth: false })._bind(cluster, SITE);
    expect(synth(chart)).toHaveLength(2);
  });
});

describe('EtcdTls.certManager()', () => {
  const bound = (options: Partial<EtcdCertManagerOptions> = {}, site: Partial<typeof SITE> = {}) =>
    EtcdTls.certManager({ issuer: { name: 'ca' }, ...options })._bind(cluster, { ...SITE, ...site });
  const certificate = (role: string) => find(synth(chart), 'Certificate', `etcd-${role}-tls`);

  test('asks for a certificate for members among each other', () => {
    bound();
    expect(certificate('peer')).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'etcd-peer-tls', namespace: 'db', labels: LABELS },
      spec: {
        secretName: 'etcd-peer-tls',
        issuerRef: { name: 'ca' },
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'server auth', 'client auth'],
        dnsNames: [
          '*.etcd', '*.etcd.db', '*.etcd.db.svc', '*.etcd.db.svc.cluster.local', 'etcd', 'etcd.db', 'etcd.db.svc', 'etcd.db.svc.cluster.local',
        ],
      },
    });
  });

  test('asks for a certificate for members towards clients, which the gateway calls with', () => {
    bound({}, { clientService: 'etcd-api' });
    expect(certificate('server').spec).toEqual({
      secretName: 'etcd-server-tls',
      issuerRef: { name: 'ca' },
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth', 'client auth'],
      dnsNames: [
        '*.etcd', '*.etcd.db', '*.etcd.db.svc', '*.etcd.db.svc.cluster.local', 'etcd', 'etcd.db', 'etcd.db.svc', 'etcd.db.svc.cluster.local',
        'etcd-api', 'etcd-api.db', 'etcd-api.db.svc', 'etcd-api.db.svc.cluster.local', 'localhost',
      ],
      ipAddresses: ['127.0.0.1'],
    });
  });

  test('asks for a certificate for clients, which serves nobody and names no user of etcd', () => {
    bound();
    expect(certificate('client').spec).toEqual({
      secretName: 'etcd-client-tls',
      issuerRef: { name: 'ca' },
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'client auth'],
      dnsNames: ['etcd-client.db.svc.cluster.local'],
    });
  });

  test('asks for three certificates, and hands on the secrets that they are written to', () => {
    const { peer, server, client, clientCertAuth } = bound();
    expect([peer!.name, server!.name, client!.name]).toEqual(['etcd-peer-tls', 'etcd-server-tls', 'etcd-client-tls']);
    expect(clientCertAuth).toBe(true);
    expect(synth(chart).map(({ metadata }) => metadata.name)).toEqual(['etcd-peer-tls', 'etcd-server-tls', 'etcd-client-tls']);
  });

  test('lets clients in without a certificate if told so', () => {
    expect(bound({ clientCertAuth: false }).clientCertAuth).toBe(false);
    expect(certificate('server').spec.usages).toEqual(['digital signature', 'server auth', 'client auth']);
  });

  test('has members among each other certified by another authority if told so', () => {
    bound({ issuer: { name: 'ca', kind: 'ClusterIssuer' }, peerIssuer: { name: 'peer-ca', kind: 'Issuer', group: 'cert-manager.io' } });
    expect(certificate('peer').spec.issuerRef).toEqual({ name: 'peer-ca', kind: 'Issuer', group: 'cert-manager.io' });
    expect(certificate('server').spec.issuerRef).toEqual({ name: 'ca', kind: 'ClusterIssuer' });
    expect(certificate('client').spec.issuerRef).toEqual({ name: 'ca', kind: 'ClusterIssuer' });
  });

  test('takes issuers of other groups', () => {
    const issuer = { name: 'pca', kind: 'AWSPCAClusterIssuer', group: 'awspca.cert-manager.io' };
    bound({ issuer });
    expect(['peer', 'server', 'client'].map(role => certificate(role).spec.issuerRef)).toEqual([issuer, issuer, issuer]);
  });

  test('says how long certificates are valid as Go does', () => {
    bound({ duration: Duration.days(30), renewBefore: Duration.seconds(5025) });
    for (const role of ['peer', 'server', 'client']) {
      expect(certificate(role).spec).toMatchObject({ duration: '720h0m0s', renewBefore: '1h23m45s' });
    }
  });

  test('takes the shortest times that cert-manager allows', () => {
    bound({ duration: Duration.hours(1), renewBefore: Duration.minutes(5) });
    expect(certificate('peer').spec).toMatchObject({ duration: '1h0m0s', renewBefore: '0h5m0s' });
  });

  test.each<[string, EtcdKeyAlgorithm, object, string[]]>([
    ['ECDSA on P-256', EtcdKeyAlgorithm.ECDSA_256, { algorithm: 'ECDSA', size: 256 }, []],
    ['ECDSA on P-384', EtcdKeyAlgorithm.ECDSA_384, { algorithm: 'ECDSA', size: 384 }, []],
    ['RSA with 2048 bits', EtcdKeyAlgorithm.RSA_2048, { algorithm: 'RSA', size: 2048 }, ['key encipherment']],
    ['RSA with 4096 bits', EtcdKeyAlgorithm.RSA_4096, { algorithm: 'RSA', size: 4096 }, ['key encipherment']],
  ])('has keys of %s', (_, algorithm, privateKey, usages) => {
    bound({ algorithm });
    expect(certificate('peer').spec.privateKey).toEqual({ ...privateKey, rotationPolicy: 'Always' });
    expect(certificate('peer').spec.usages).toEqual(['digital signature', ...usages, 'server auth', 'client auth']);
    expect(certificate('client').spec.usages).toEqual(['digital signature', ...usages, 'client auth']);
  });

  test('leaves room to patch each certificate', () => {
    bound();
    const peer = cluster.node.findChild('Tls').node.findChild('Peer');
    ApiObject.of(peer).addJsonPatch(JsonPatch.add('/spec/secretTemplate', { labels: { copy: 'yes' } }));
    expect(certificate('peer').spec.secretTemplate).toEqual({ labels: { copy: 'yes' } });
    expect(cluster.node.findChild('Tls').node.children.map(({ node }) => node.id)).toEqual([
      'Peer', 'PeerSecret', 'Server', 'ServerSecret', 'Client', 'ClientSecret',
    ]);
  });

  test('can be used for several clusters', () => {
    const tls = EtcdTls.certManager({ issuer: { name: 'ca' } });
    tls._bind(cluster, SITE);
    tls._bind(new Construct(chart, 'other'), { ...SITE, name: 'other', service: 'other', clientService: 'other-client' });
    expect(synth(chart)).toHaveLength(6);
    expect(find(synth(chart), 'Certificate', 'other-peer-tls').spec.dnsNames[3]).toEqual('*.other.db.svc.cluster.local');
  });

  test('fails when the namespace is not known', () => {
    expect(() => bound({}, { namespace: undefined })).toThrow(
      /^\[test\/etcd\] EtcdTls\.certManager\(\) needs the namespace of the cluster, which .*: give 'metadata\.namespace', or 'namespace' of the chart$/);
  });

  test.each<[string, object, RegExp]>([
    ['the issuer is missing', { issuer: undefined }, /'issuer' of EtcdTls\.certManager\(\) must be an object, got undefined$/],
    ['the issuer is only a name', { issuer: 'ca' }, /'issuer' of EtcdTls\.certManager\(\) must be an object, got "ca"$/],
    ['the issuer has another field', { issuer: { name: 'ca', namespace: 'db' } }, /'issuer' of .* must have no fields but name, kind, group, got "namespace"$/],
    ['the issuer has no name', { issuer: {} }, /'name' in 'issuer' of EtcdTls\.certManager\(\) must be a DNS name: .*; got undefined$/],
    ['the issuer has a kind that is unknown', { issuer: { name: 'ca', kind: 'clusterissuer' } },
      /'kind' in 'issuer' of .* must be Issuer or ClusterIssuer, got "clusterissuer": use one of them, or give the 'group' that has that kind$/],
    ['the issuer has a kind that is no text', { issuer: { name: 'ca', kind: 5, group: 'example.com' } }, /'kind' in 'issuer' of .* must be text .*, got 5$/],
    ['the issuer has a group that is none', { issuer: { name: 'ca', group: 'Example' } }, /'group' in 'issuer' of .* must be a DNS name: .*; got "Example"$/],
    ['the issuer of peers is null', { peerIssuer: null }, /'peerIssuer' of EtcdTls\.certManager\(\) must be an object, got null$/],
    ['the issuer of peers has no name', { peerIssuer: { name: '' } }, /'name' in 'peerIssuer' of EtcdTls\.certManager\(\) must be a DNS name: .*; got ""$/],
    ['another option is given', { peerIsuer: { name: 'ca' } }, /the options of .* must have no fields but issuer, peerIssuer, .*, got "peerIsuer"$/],
    ['the duration is text', { duration: '90d' }, /'duration' of EtcdTls\.certManager\(\) must be a Duration such as .*, got "90d"$/],
    ['the duration is too short', { duration: Duration.minutes(59) }, /'duration' of EtcdTls\.certManager\(\) must be at least 3600 s, got 3540 s$/],
    ['renewal is null', { renewBefore: null }, /'renewBefore' of EtcdTls\.certManager\(\) must be a Duration such as .*, got null$/],
    ['renewal is too late', { renewBefore: Duration.seconds(299) }, /'renewBefore' of EtcdTls\.certManager\(\) must be at least 300 s, got 299 s$/],
    ['renewal is before the begin', { duration: Duration.hours(2), renewBefore: Duration.hours(2) },
      /'renewBefore' of .* must be shorter than the 7200 s for which a certificate is valid, got 7200 s: renew later, or give a longer 'duration'$/],
    ['renewal is before the usual begin', { renewBefore: Duration.days(90) }, /'renewBefore' of .* must be shorter than the 7776000 s for which/],
    ['the algorithm is text', { algorithm: 'RSA' }, /'algorithm' of EtcdTls\.certManager\(\) must be made by EtcdKeyAlgorithm\.ECDSA_256 and the like, got "RSA"$/],
    ['client certificates are text', { clientCertAuth: 'no' }, /'clientCertAuth' of EtcdTls\.certManager\(\) must be true or false, got "no"$/],
  ])('fails when %s', (_, options, message) => {
    expect(() => bound(options)).toThrow(message);
    expect(() => bound(options)).toThrow(/^\[test\/etcd\] /);
  });

  test('fails without options', () => {
    expect(() => EtcdTls.certManager(undefined as any)._bind(cluster, SITE)).toThrow(
      /^\[test\/etcd\] the options of EtcdTls\.certManager\(\) must be an object, got undefined$/);
  });
});
