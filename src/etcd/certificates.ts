import { createPrivateKey, X509Certificate } from 'crypto';
import { ApiObject } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { podAddress, serviceAddress } from '../private/names';

// what the certificates of a cluster must say, and what keeps one that can be read from doing its work. Rules are those of etcd
// and of Go, in which it is written. @see https://etcd.io/docs/v3.6/op-guide/security/

/** What a certificate is for: members among each other, members towards clients, and clients. */
export type EtcdTlsRole = 'peer' | 'server' | 'client';

/** Where a cluster is found. */
export interface EtcdTlsPlace {
  /** The name of the cluster: its pods are `<name>-<ordinal>`. */
  readonly name: string;
  /** The name of the governing service. */
  readonly service: string;
  /** The name of the service that clients connect to. */
  readonly clientService: string;
  readonly namespace?: string;
  readonly clusterDomain?: string;
}

export const TLS_ROLES: EtcdTlsRole[] = ['peer', 'server', 'client'];

/** The files of a secret, by their keys. */
type TlsFiles = Record<string, unknown>;

/** The certificates of a secret that could be read; the first of the chain is the one that the key belongs to. */
interface Credentials {
  readonly chain: X509Certificate[];
  readonly authorities: X509Certificate[];
}

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g;
const BLOCK_BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/g;

/** The extended key usages that matter here, by their object identifiers. */
const USAGES: Record<string, string> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
};
const ANY_USAGE = '2.5.29.37.0';

/** Labels of a wildcard that only the long form of names has, in which reverse DNS answers: `*.<service>.<namespace>.svc.<domain>`. */
const LONG_WILDCARD = 5;

/**
 * The DNS names that a certificate is asked for.
 *
 * Members check the address of each caller, too: its name by reverse DNS must end as a wildcard does, or a name that is none must
 * resolve to it. The name of the service does: so it stands beside the wildcard, and nothing depends on reverse DNS.
 *
 * For the same reason a client gets a name, which never resolves to the address of a pod: members refuse whoever shows that
 * certificate at the port for peers, while they let in one without any name.
 */
export function dnsNamesFor(role: EtcdTlsRole, at: EtcdTlsPlace): string[] {
  if (role === 'client') {
    return [serviceAddress(at.clientService, at.namespace, at.clusterDomain)];
  }
  const service = formsOf(at.service, at);
  const members = [...service.map(form => `*.${form}`), ...service];
  return role === 'peer' ? members : [...members, ...formsOf(at.clientService, at), 'localhost'];
}

/** The extended key usages that a certificate must have: members also call each other, and the JSON gateway its own member. */
export function usagesFor(role: EtcdTlsRole, clientCertAuth: boolean): string[] {
  switch (role) {
    case 'peer': return ['serverAuth', 'clientAuth'];
    case 'server': return clientCertAuth ? ['serverAuth', 'clientAuth'] : ['serverAuth'];
    case 'client': return ['clientAuth'];
  }
}

/** Everything that keeps the secrets that the chart defines from doing their work. */
export function secretProblems(at: EtcdTlsPlace, secrets: Partial<Record<EtcdTlsRole, kplus.ISecret>>, clientCertAuth: boolean): string[] {
  const problems: string[] = [];
  const say = (role: EtcdTlsRole, problem: string) => problems.push(`the Secret '${secrets[role]!.name}', '${role}' of EtcdTls.fromSecrets(), ${problem}`);
  const readable: Partial<Record<EtcdTlsRole, Credentials>> = {};
  for (const role of TLS_ROLES) {
    const object = objectOf(secrets[role]);
    const files = object === undefined ? {} : filesOf(object);
    const namespace = object?.metadata.namespace ?? at.namespace;
    if (at.namespace !== undefined && namespace !== at.namespace) {
      say(role, `must be in namespace '${at.namespace}' with the pods that mount it, got '${namespace}': make it there`);
    }
    // something else fills in what is empty.
    if (Object.keys(files).length > 0) {
      const credentials = credentialsIn(files, keysFor(role, clientCertAuth));
      if (typeof credentials === 'string') {
        say(role, credentials);
      } else {
        certificateProblems(role, at, clientCertAuth, credentials, files).forEach(problem => say(role, problem));
        readable[role] = credentials;
      }
    }
  }
  for (const [role, other] of [['server', 'client'], ['client', 'server']] as const) {
    const problem = trustProblem(readable[role], readable[other], `the certificate of '${other}'`);
    if (problem !== undefined) {
      say(role, problem);
    }
  }
  return problems;
}

/** What keeps programs from showing this certificate where etcd has users and roles on, or nothing. */
export function commonNameProblem(secret: kplus.ISecret): string | undefined {
  const object = objectOf(secret);
  const certificate = object && filesOf(object)['tls.crt'];
  const [shown] = typeof certificate === 'string' ? certificatesIn(certificate) ?? [] : [];
  // of a certificate without a subject it is undefined, whatever its type says.
  const line = (shown?.subject as string | undefined)?.split('\n').find(part => part.startsWith('CN='));
  return line && `the Secret '${secret.name}', which programs show to etcd, must have a certificate without a common name where 'auth' is given,`
    + ` got '${line}': etcd's JSON gateway refuses it; issue it with DNS names alone`;
}

/** The keys that a secret must have: without client certificates, clients need only to know whom to trust. */
function keysFor(role: EtcdTlsRole, clientCertAuth: boolean): string[] {
  return role === 'client' && !clientCertAuth ? ['ca.crt'] : ['tls.crt', 'tls.key', 'ca.crt'];
}

/** What can be read of these files, or what keeps it from being read. */
function credentialsIn(files: TlsFiles, keys: string[]): Credentials | string {
  const missing = keys.filter(key => typeof files[key] !== 'string' || files[key] === '');
  if (missing.length > 0) {
    return `must have ${quoted(keys)}, got ${quoted(Object.keys(files))}: add ${quoted(missing)}`
      + (missing.includes('ca.crt') ? '; \'ca.crt\' is the authority that signed the certificate of the other side' : '');
  }
  const read = (key: string) => keys.includes(key) ? certificatesIn(files[key] as string) : [];
  const [chain, authorities] = [read('tls.crt'), read('ca.crt')];
  if (chain === undefined || authorities === undefined) {
    const key = chain === undefined ? 'tls.crt' : 'ca.crt';
    return `must have certificates in PEM in '${key}', got ${blocksIn(files[key] as string)}: give what can be read,`
      + ' or Secret.fromSecretName() where something else fills in the secret';
  }
  return { chain, authorities };
}

/** Everything that keeps a certificate from doing its work; nothing here asks for the time, so that each synth gives the same. */
function certificateProblems(
  role: EtcdTlsRole, at: EtcdTlsPlace, clientCertAuth: boolean, credentials: Credentials, files: TlsFiles,
): string[] {
  const [certificate] = credentials.chain;
  return certificate === undefined ? [] : [
    keyProblem(certificate, files['tls.key'] as string),
    usageProblem(certificate, role, clientCertAuth),
    nameProblem(certificate, role, at),
    trustProblem(credentials, credentials, 'its certificate'),
  ].filter(problem => problem !== undefined);
}

/** What keeps one side from trusting the other, as far as both are known, or nothing. */
function trustProblem({ authorities }: Partial<Credentials> = {}, { chain = [] }: Partial<Credentials> = {}, whose: string): string | undefined {
  const [certificate, ...intermediates] = chain;
  return authorities === undefined || certificate === undefined || isTrusted(certificate, intermediates, authorities)
    ? undefined
    : `must have in 'ca.crt' the authority that signed ${whose}, ${quoted([lineOf(certificate.issuer)])},`
      + ` got ${quoted(authorities.map(authority => lineOf(authority.subject)))}: add it there`;
}

function keyProblem(certificate: X509Certificate, key: string): string | undefined {
  const fits = belongsTo(certificate, key);
  return fits ? undefined : 'must have in \'tls.key\' the private key of its certificate, in PEM and without a passphrase, got'
    + ` ${fits === undefined ? blocksIn(key) : 'the key of another one'}: give the two that were made together`;
}

function usageProblem({ keyUsage }: X509Certificate, role: EtcdTlsRole, clientCertAuth: boolean): string | undefined {
  const needed = usagesFor(role, clientCertAuth);
  // one that states no usage may be used for all.
  const allowed = (keyUsage as string[] | undefined)?.map(id => id === ANY_USAGE ? needed : [USAGES[id] ?? id]).flat() ?? needed;
  const why = { peer: ', since members also call each other with it', server: ', since the JSON gateway also calls etcd with it', client: '' };
  return needed.every(usage => allowed.includes(usage))
    ? undefined
    : `must have a certificate for ${needed.join(' and ')}${needed.length > 1 ? why[role] : ''}, got one for ${allowed.join(' and ')}:`
      + ` issue it with ${needed.length > 1 ? 'both extended key usages' : 'that extended key usage'}`;
}

function nameProblem(certificate: X509Certificate, role: EtcdTlsRole, at: EtcdTlsPlace): string | undefined {
  const names = dnsNamesOf(certificate);
  const service = serviceAddress(at.service, at.namespace, at.clusterDomain);
  const client = serviceAddress(at.clientService, at.namespace, at.clusterDomain);
  const member = podAddress(`${at.name}-0`, at.service, at.namespace, at.clusterDomain);
  const hosts = { peer: [member], server: [member, client], client: [] }[role];
  const uncovered = hosts.filter(host => !names.some(name => covers(name, host)));
  if (uncovered.length > 0) {
    const wanted = [`*.${service}`, service, ...role === 'server' ? [client] : []];
    return `must have a certificate for ${quoted(uncovered)}, got one for ${quoted(names) || 'no DNS names'}: issue it for ${quoted(wanted)}`;
  }
  return role === 'peer' && names.every(isShortWildcard)
    ? `must have a certificate by which members know each other's addresses, got one for ${quoted(names)}, which reverse DNS never`
      + ` answers: issue it for ${quoted([service])}, too`
    : undefined;
}

/** The Secret that the chart defines, if it does: one that is referred to by name cannot be read, and neither can what makes one later. */
export function objectOf(secret: kplus.ISecret | undefined): ApiObject | undefined {
  const object = secret?.node?.defaultChild;
  return object !== undefined && ApiObject.isApiObject(object) && object.kind === 'Secret' ? object : undefined;
}

/** What it holds, as text. */
export function filesOf(object: ApiObject): TlsFiles {
  const { data, stringData } = object.toJson();
  const decoded = Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString()]);
  // what is stated as text wins, as it does in the API server.
  return { ...Object.fromEntries(decoded), ...stringData };
}

/** All forms in which pods may call a service. */
function formsOf(service: string, { namespace, clusterDomain }: EtcdTlsPlace): string[] {
  const long = serviceAddress(service, namespace, clusterDomain);
  return namespace === undefined ? [long] : [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, long];
}

function certificatesIn(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(CERTIFICATE_BLOCK);
  try {
    return blocks?.map(block => new X509Certificate(block));
  } catch {
    // whatever is wrong with it, it is no certificate.
    return undefined;
  }
}

/** What the text is in place of what it should be; never the text itself, which may be a key. */
function blocksIn(text: string): string {
  const blocks = Array.from(text.matchAll(BLOCK_BEGIN), ([, label]) => `"${label}"`);
  return blocks.length === 0 ? 'no PEM' : `PEM of ${blocks.join(', ')} that cannot be read as such`;
}

/** Whether this is the key of the certificate, or nothing where it is no key that can be read. */
function belongsTo(certificate: X509Certificate, key: string): boolean | undefined {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return undefined;
  }
}

/** Common names are not names of hosts to Go. */
function dnsNamesOf({ subjectAltName = '' }: X509Certificate): string[] {
  // within an entry, Node writes commas as escapes.
  return subjectAltName.split(', ').filter(entry => entry.startsWith('DNS:')).map(entry => entry.slice('DNS:'.length).toLowerCase());
}

/** A wildcard stands for one label; unlike OpenSSL, which Node asks, Go takes one above a single label too: `*.etcd`. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith('*.') && name.slice(1) === host.slice(host.indexOf('.')));
}

function isShortWildcard(name: string): boolean {
  return name.startsWith('*.') && name.split('.').length < LONG_WILDCARD;
}

/** Whether there is a way from the certificate to one that is trusted; what is trusted need not be signed by itself. */
function isTrusted(certificate: X509Certificate, others: X509Certificate[], trusted: X509Certificate[]): boolean {
  return trusted.some(one => one.fingerprint256 === certificate.fingerprint256 || isSignedBy(certificate, one))
    || others.some(one => isSignedBy(certificate, one) && isTrusted(one, others.filter(other => other !== one), trusted));
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Node writes each part of a name on a line of its own. */
function lineOf(name: string | undefined): string {
  return name?.replaceAll('\n', ', ') ?? '';
}

function quoted(texts: string[]): string {
  return texts.map(text => `'${text}'`).join(', ');
}
