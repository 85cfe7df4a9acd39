// @peculiar/x509 asks for its metadata to be kept by this before it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension,
  PemConverter, SubjectAlternativeNameExtension, SubjectKeyIdentifierExtension, X509CertificateGenerator,
} from '@peculiar/x509';
import { API_ADDRESS, CLUSTER_DOMAIN } from '../../addresses';

export interface Certificates {
  /** What goes to pods as `ca.crt`. */
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

/** The names by which pods call the API server. */
const HOSTS = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', `kubernetes.default.svc.${CLUSTER_DOMAIN}`];
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR = 3600 * 1000;

/**
 * A certificate authority of its own, and what it signed for the API server. No cluster that they are for lives longer than they are valid.
 *
 * Both have the key identifiers that strict clients, such as Python's since 3.13, ask for.
 */
export async function createCertificates(): Promise<Certificates> {
  const [ca, server] = await Promise.all([newKeys(), newKeys()]);
  const validity = { notBefore: new Date(Date.now() - HOUR), notAfter: new Date(Date.now() + 24 * HOUR), signingAlgorithm: ALGORITHM };
  const issuer = 'CN=kubernetes';
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: issuer,
    keys: ca,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign + KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(ca.publicKey),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=kube-apiserver',
    issuer,
    publicKey: server.publicKey,
    signingKey: ca.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([...HOSTS.map(value => ({ type: 'dns' as const, value })), { type: 'ip', value: API_ADDRESS }]),
      await SubjectKeyIdentifierExtension.create(server.publicKey),
      await AuthorityKeyIdentifierExtension.create(ca.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', server.privateKey);
  return { caPem: authority.toString('pem'), certPem: certificate.toString('pem'), keyPem: PemConverter.encode(key, 'PRIVATE KEY') };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
