import { Duration } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { dnsNamesFor, EtcdTlsPlace, EtcdTlsRole, secretProblems, TLS_ROLES, usagesFor } from './certificates';
import { ManifestObject } from '../private/manifest-object';
import { subdomainProblem } from '../private/names';
import { entryProblem, objectProblem, refuse, refuseIf, shown, textProblem } from '../private/refuse';
import { secondsProblem } from '../private/units';

const FROM_SECRETS = 'EtcdTls.fromSecrets()';
const CERT_MANAGER = 'EtcdTls.certManager()';

const SECRETS_FIELDS = [...TLS_ROLES, 'clientCertAuth'];
const OPTIONS_FIELDS = ['issuer', 'peerIssuer', 'duration', 'renewBefore', 'algorithm', 'clientCertAuth'];
const ISSUER_FIELDS = ['name', 'kind', 'group'];

const CERT_MANAGER_GROUP = 'cert-manager.io';
const ISSUER_KINDS = ['Issuer', 'ClusterIssuer'];

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What cert-manager refuses to go below, in seconds. */
const MIN_DURATION = HOUR;
const MIN_RENEW_BEFORE = 5 * MINUTE;

/** How long certificates of cert-manager are valid, unless they say. */
const USUAL_DURATION = 90 * DAY;

/**
 * Secrets with the certificates of a cluster.
 */
export interface EtcdTlsSecrets {
  /**
   * The certificate that members show each other, for calling as well as for being called: it needs the extended key usages serverAuth and
   * clientAuth.
   *
   * With a service `etcd` in a namespace `db`, its DNS names are `*.etcd.db.svc.cluster.local` and `etcd.db.svc.cluster.local`. By the
   * second one, members know the addresses of their callers without reverse DNS.
   *
   * @default - members talk to each other in the clear.
   */
  readonly peer?: kplus.ISecret;

  /**
   * The certificate that members show clients. Its DNS names are those of the peer certificate and those of the service for clients, such as
   * `etcd-client.db.svc.cluster.local`; `localhost` and the address 127.0.0.1 let `etcdctl` work within a pod.
   *
   * With `clientCertAuth` it needs the usages serverAuth and clientAuth, since etcd's JSON gateway calls etcd with it; else serverAuth. Its
   * `ca.crt` is whom etcd trusts to sign certificates of clients, and of this one.
   *
   * @default - clients talk to members in the clear.
   */
  readonly server?: kplus.ISecret;

  /**
   * What `cluster.connect()` mounts into clients: their certificate, with the usage clientAuth, and in `ca.crt` the authority by which they
   * know the members. Without `clientCertAuth`, `ca.crt` is enough.
   *
   * Have it signed by another authority than that of the members among each other, or give it any DNS name that is not theirs: otherwise
   * whoever has it is welcome as a member, too.
   *
   * @default - none: whoever has a certificate that the `ca.crt` of `server` vouches for may connect, and brings it along.
   */
  readonly client?: kplus.ISecret;

  /**
   * Whether clients must show a certificate. If not, whoever reaches the port may read and write, unless etcd's users and roles are on.
   *
   * @default - true if there is a `server` certificate.
   */
  readonly clientCertAuth?: boolean;
}

/**
 * What signs certificates: an Issuer or ClusterIssuer of cert-manager.
 *
 * @see https://cert-manager.io/docs/concepts/issuer/
 */
export interface EtcdIssuer {
  /**
   * Its name.
   */
  readonly name: string;

  /**
   * Its kind: `Issuer`, which is in the namespace of the cluster, `ClusterIssuer`, or a kind of another `group`.
   *
   * @default - `Issuer`, by cert-manager.
   */
  readonly kind?: string;

  /**
   * The API group of its kind, where that is not of cert-manager itself, e.g. `awspca.cert-manager.io`.
   *
   * @default - `cert-manager.io`, by cert-manager.
   */
  readonly group?: string;
}

/**
 * Which certificates cert-manager is asked for.
 */
export interface EtcdCertManagerOptions {
  /**
   * What signs the certificates. Fixed once the cluster was formed: members of one authority refuse those of another. It must write its own
   * certificate to `ca.crt`, as CA issuers do and ACME issuers do not, and allow names that only exist in the cluster.
   */
  readonly issuer: EtcdIssuer;

  /**
   * What signs the certificates that members show each other. An authority of their own keeps clients out of the cluster's inside by
   * signature, too.
   *
   * @default - the same as `issuer`.
   */
  readonly peerIssuer?: EtcdIssuer;

  /**
   * How long each certificate is valid: an hour at least.
   *
   * @default - 90 days, by cert-manager.
   */
  readonly duration?: Duration;

  /**
   * How long before its end each certificate is renewed: five minutes at least.
   *
   * @default - a third of its duration, by cert-manager.
   */
  readonly renewBefore?: Duration;

  /**
   * The kind of the private keys.
   *
   * @default EtcdKeyAlgorithm.ECDSA_256
   */
  readonly algorithm?: EtcdKeyAlgorithm;

  /**
   * Whether clients must show a certificate. If not, whoever reaches the port may read and write, unless etcd's users and roles are on.
   *
   * @default true
   */
  readonly clientCertAuth?: boolean;
}

/**
 * A kind of private keys.
 *
 * @see https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificatePrivateKey
 */
export class EtcdKeyAlgorithm {
  /** ECDSA on P-256: small, fast to connect with, and known to every client. */
  public static readonly ECDSA_256 = new EtcdKeyAlgorithm('ECDSA', 256);

  /** ECDSA on P-384, which some rules ask for. */
  public static readonly ECDSA_384 = new EtcdKeyAlgorithm('ECDSA', 384);

  /** RSA with 2048 bits, for issuers that sign nothing else; each connection costs members several times what it does with ECDSA. */
  public static readonly RSA_2048 = new EtcdKeyAlgorithm('RSA', 2048);

  /** RSA with 4096 bits; slower still. */
  public static readonly RSA_4096 = new EtcdKeyAlgorithm('RSA', 4096);

  private constructor(
    /** Its name, in the words of cert-manager. */
    public readonly algorithm: string,
    /** How many bits a key has. */
    public readonly size: number,
  ) {}

  /**
   * What keys of this kind are used for in TLS: only those of RSA encrypt others.
   *
   * @internal
   */
  public _usages(): string[] {
    return this.algorithm === 'RSA' ? ['digital signature', 'key encipherment'] : ['digital signature'];
  }
}

/**
 * Where a cluster is found, and what its objects are labelled with.
 *
 * @internal
 */
export interface EtcdTlsSite extends EtcdTlsPlace {
  readonly labels: Record<string, string>;
}

/**
 * The secrets of a cluster: those that there are encrypt the traffic between members, and between clients and members.
 *
 * @internal
 */
export interface EtcdTlsBinding {
  readonly peer?: kplus.ISecret;
  readonly server?: kplus.ISecret;
  readonly client?: kplus.ISecret;
  /** Only then may etcd be told `trusted-ca-file`, by which alone it asks clients for a certificate. */
  readonly clientCertAuth: boolean;
}

/**
 * Where the certificates of an etcd cluster come from.
 *
 * Secrets have the keys of type `kubernetes.io/tls`: `tls.crt`, `tls.key`, and `ca.crt` beside them. etcd reads certificate and key anew
 * for each connection, so that nothing must be restarted when they are renewed; `ca.crt` it reads when it starts. A new authority
 * therefore needs a time in which `ca.crt` has both, and a rolling restart.
 *
 * TLS is not for a cluster that runs without: members that speak it and members that do not never meet, and the quorum is lost on the way.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/security/
 * @example
 *
 * new EtcdCluster(chart, 'etcd', {
 *   metadata: { namespace: 'db' },
 *   replicas: 3,
 *   tls: EtcdTls.certManager({ issuer: { name: 'etcd-ca' } }),
 * });
 */
export class EtcdTls {
  /**
   * Takes certificates that somebody else makes.
   *
   * `peer` alone encrypts the traffic between members, `server` alone that with clients; what is left out stays in the clear. One secret may
   * stand for several; but clients should not hold the key of the members.
   *
   * Where the content of a secret is known to the chart, it is checked at synth: whether key and certificate belong together, whether the
   * authorities signed them, and whether names and usages are what etcd needs. Whether a certificate has expired is not.
   *
   * @param secrets the secrets, in the namespace of the cluster.
   */
  public static fromSecrets(secrets: EtcdTlsSecrets): EtcdTls {
    return new EtcdTls((cluster, at) => bindSecrets(cluster, at, secrets));
  }

  /**
   * Has cert-manager make and renew all certificates; it must be installed.
   *
   * For a cluster `etcd` the secrets are `etcd-peer-tls`, `etcd-server-tls` and `etcd-client-tls`. None of the certificates has a common name:
   * once etcd's users and roles are on, it would be taken for the name of a user, and etcd's JSON gateway refuses certificates that have one.
   *
   * @param options what signs them, and for how long.
   * @see https://cert-manager.io/docs/usage/certificate/
   */
  public static certManager(options: EtcdCertManagerOptions): EtcdTls {
    return new EtcdTls((cluster, at) => bindCertManager(cluster, at, options));
  }

  private constructor(private readonly bind: (cluster: Construct, at: EtcdTlsSite) => EtcdTlsBinding) {}

  /**
   * Makes what is to be made for a cluster; called once by each.
   *
   * @internal
   */
  public _bind(cluster: Construct, at: EtcdTlsSite): EtcdTlsBinding {
    return this.bind(cluster, at);
  }
}

function bindSecrets(cluster: Construct, at: EtcdTlsSite, secrets: EtcdTlsSecrets): EtcdTlsBinding {
  checkFields(cluster, `the secrets of ${FROM_SECRETS}`, secrets, SECRETS_FIELDS);
  const { peer, server, client } = secrets;
  for (const role of TLS_ROLES) {
    refuseIf(cluster, `'${role}' of ${FROM_SECRETS}`, objectProblem(secrets[role], 'envValue', 'new kplus.Secret(), Secret.fromSecretName() and the like'));
  }
  const clientCertAuth = flagOf(cluster, FROM_SECRETS, secrets.clientCertAuth) ?? server !== undefined;
  if (peer === undefined && server === undefined) {
    refuse(cluster, `${FROM_SECRETS} needs 'peer', 'server' or both, got neither: give a secret, or leave out 'tls'`);
  }
  if (server === undefined && (client !== undefined || clientCertAuth)) {
    refuse(cluster, `'${client === undefined ? 'clientCertAuth' : 'client'}' of ${FROM_SECRETS} needs 'server', without which clients talk in the clear: give both`);
  }
  const binding = { peer, server, client, clientCertAuth };
  // at synth, since secrets may be filled until then.
  cluster.node.addValidation({ validate: () => secretProblems(at, binding, clientCertAuth) });
  return binding;
}

function bindCertManager(cluster: Construct, at: EtcdTlsSite, options: EtcdCertManagerOptions): EtcdTlsBinding {
  checkFields(cluster, `the options of ${CERT_MANAGER}`, options, OPTIONS_FIELDS);
  const { issuer, peerIssuer = issuer, algorithm = EtcdKeyAlgorithm.ECDSA_256 } = options;
  checkIssuer(cluster, 'issuer', issuer);
  checkIssuer(cluster, 'peerIssuer', peerIssuer);
  checkDurations(cluster, options);
  refuseIf(cluster, `'algorithm' of ${CERT_MANAGER}`, objectProblem(algorithm, '_usages', 'EtcdKeyAlgorithm.ECDSA_256 and the like'));
  const clientCertAuth = flagOf(cluster, CERT_MANAGER, options.clientCertAuth) ?? true;
  if (at.namespace === undefined) {
    refuse(cluster, `${CERT_MANAGER} needs the namespace of the cluster, which is part of the names in its certificates:`
      + ' give \'metadata.namespace\', or \'namespace\' of the chart');
  }
  const tls = new Construct(cluster, 'Tls');
  const secretFor = (role: EtcdTlsRole) => {
    const name = `${at.name}-${role}-tls`;
    const id = `${role[0].toUpperCase()}${role.slice(1)}`;
    new ManifestObject(tls, id, {
      apiVersion: `${CERT_MANAGER_GROUP}/v1`,
      kind: 'Certificate',
      metadata: { name, namespace: at.namespace, labels: at.labels },
      key: 'spec',
      content: () => ({
        secretName: name,
        issuerRef: referenceTo(role === 'peer' ? peerIssuer : issuer),
        duration: goDurationOf(options.duration),
        renewBefore: goDurationOf(options.renewBefore),
        // without, versions before 1.18 keep the key for ever.
        privateKey: { algorithm: algorithm.algorithm, size: algorithm.size, rotationPolicy: 'Always' },
        usages: [...algorithm._usages(), ...usagesFor(role, true).map(usage => usage.replace('Auth', ' auth'))],
        dnsNames: dnsNamesFor(role, at),
        ipAddresses: role === 'server' ? ['127.0.0.1'] : undefined,
      }),
    });
    return kplus.Secret.fromSecretName(tls, `${id}Secret`, name);
  };
  return { peer: secretFor('peer'), server: secretFor('server'), client: secretFor('client'), clientCertAuth };
}

function checkIssuer(at: Construct, key: 'issuer' | 'peerIssuer', issuer: EtcdIssuer): void {
  const what = `'${key}' of ${CERT_MANAGER}`;
  checkFields(at, what, issuer, ISSUER_FIELDS);
  const { name, kind, group } = issuer;
  refuseIf(at, `'name' in ${what}`, subdomainProblem(name));
  refuseIf(at, `'kind' in ${what}`, kind === undefined ? undefined : textProblem(kind));
  refuseIf(at, `'group' in ${what}`, group === undefined ? undefined : subdomainProblem(group));
  if ((group ?? CERT_MANAGER_GROUP) === CERT_MANAGER_GROUP && !ISSUER_KINDS.includes(kind ?? 'Issuer')) {
    refuse(at, `'kind' in ${what} must be Issuer or ClusterIssuer, got ${shown(kind)}: use one of them, or give the 'group' that has that kind`);
  }
}

function referenceTo({ name, kind, group }: EtcdIssuer): EtcdIssuer {
  return { name, kind, group };
}

function checkDurations(at: Construct, { duration, renewBefore }: EtcdCertManagerOptions): void {
  const valid = secondsOf(at, 'duration', duration, MIN_DURATION) ?? USUAL_DURATION;
  const before = secondsOf(at, 'renewBefore', renewBefore, MIN_RENEW_BEFORE) ?? 0;
  if (before >= valid) {
    refuse(at, `'renewBefore' of ${CERT_MANAGER} must be shorter than the ${valid} s for which a certificate is valid, got ${before} s:`
      + ' renew later, or give a longer \'duration\'');
  }
}

function secondsOf(at: Construct, key: string, duration: Duration | undefined, min: number): number | undefined {
  if (duration === undefined) {
    return undefined;
  }
  refuseIf(at, `'${key}' of ${CERT_MANAGER}`, secondsProblem(duration));
  const seconds = duration.toSeconds();
  return seconds < min ? refuse(at, `'${key}' of ${CERT_MANAGER} must be at least ${min} s, got ${seconds} s`) : seconds;
}

/** As Go prints it, so that nothing differs from what the cluster has: 2160h0m0s. */
function goDurationOf(duration: Duration | undefined): string | undefined {
  const seconds = duration?.toSeconds();
  return seconds === undefined ? undefined : `${Math.floor(seconds / HOUR)}h${Math.floor(seconds % HOUR / MINUTE)}m${seconds % MINUTE}s`;
}

function flagOf(at: Construct, maker: string, flag: unknown): boolean | undefined {
  return flag === undefined || typeof flag === 'boolean' ? flag : refuse(at, `'clientCertAuth' of ${maker} must be true or false, got ${shown(flag)}`);
}

/** A field that is misspelled must not leave traffic in the clear. */
function checkFields(at: Construct, what: string, value: object, fields: string[]): void {
  refuseIf(at, what, entryProblem(value));
  const unknown = Object.keys(value).filter(field => !fields.includes(field));
  if (unknown.length > 0) {
    refuse(at, `${what} must have no fields but ${fields.join(', ')}, got ${unknown.map(shown).join(', ')}`);
  }
}
