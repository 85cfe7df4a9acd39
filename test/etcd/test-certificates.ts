// @peculiar/x509 asks for its metadata to be kept by this before it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension,
  PemConverter, SubjectAlternativeNameExtension, SubjectKeyIdentifierExtension, X509Certificate, X509CertificateGenerator,
} from '@peculiar/x509';

/** The keys of a secret, as cert-manager writes them. */
export type TlsSecretData = Record<'tls.crt' | 'tls.key' | 'ca.crt', string>;

/** What is asked for. */
export interface TestCertificateOptions {
  readonly commonName?: string;
  readonly names?: string[];
  readonly addresses?: string[];
  /** None means that the certificate does not say. */
  readonly usages?: (keyof typeof ExtendedKeyUsage | 'any')[];
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const ANY_USAGE = '2.5.29.37.0';
const HOUR = 3600 * 1000;

/** An authority of tests; nothing that it signs is valid for longer than a day. */
export class TestAuthority {
  public static async named(commonName: string): Promise<TestAuthority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      ...validity(), name: `CN=${commonName}`, keys, extensions: await authorityExtensions(keys),
    });
    return new TestAuthority(certificate, keys);
  }

  private constructor(private readonly certificate: X509Certificate, private readonly keys: webcrypto.CryptoKeyPair) {}

  /** What goes to `ca.crt`. */
  public get pem(): string {
    return `${this.certificate.toString('pem')}\n`;
  }

  /** An authority that this one signed. */
  public async intermediate(commonName: string): Promise<TestAuthority> {
    const keys = await newKeys();
    return new TestAuthority(await this.sign(`CN=${commonName}`, keys, await authorityExtensions(keys)), keys);
  }

  public async issue({ commonName, names = [], addresses = [], usages = [] }: TestCertificateOptions): Promise<TlsSecretData> {
    const keys = await newKeys();
    const alternatives = [...names.map(value => ({ type: 'dns' as const, value })), ...addresses.map(value => ({ type: 'ip' as const, value }))];
    const certificate = await this.sign(commonName === undefined ? '' : `CN=${commonName}`, keys, [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...usages.length === 0 ? [] : [new ExtendedKeyUsageExtension(usages.map(usage => usage === 'any' ? ANY_USAGE : ExtendedKeyUsage[usage]))],
      // where there is no other name, this one is critical.
      ...alternatives.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives, commonName === undefined)],
    ]);
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { 'tls.crt': `${certificate.toString('pem')}\n`, 'tls.key': `${PemConverter.encode(key, 'PRIVATE KEY')}\n`, 'ca.crt': this.pem };
  }

  private async sign(subject: string, keys: webcrypto.CryptoKeyPair, extensions: any[]): Promise<X509Certificate> {
    return X509CertificateGenerator.create({
      ...validity(),
      subject,
      issuer: this.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      extensions: [
        ...extensions,
        await AuthorityKeyIdentifierExtension.create(this.keys.publicKey),
      ],
    });
  }
}

/** The names in the certificates of a cluster. */
export interface TestNames {
  readonly peerNames: string[];
  readonly serverNames: string[];
  readonly serverAddresses?: string[];
  readonly clientNames?: string[];
  readonly clientCommonName?: string;
}

/** Everything that one authority signs for a cluster, as secrets have it. */
export interface TestCertificates {
  readonly authority: TestAuthority;
  readonly peer: TlsSecretData;
  readonly server: TlsSecretData;
  readonly client: TlsSecretData;
}

/** Certificates that work, for members and clients with these names. */
export async function makeCertificates(names: TestNames): Promise<TestCertificates> {
  const authority = await TestAuthority.named('etcd-ca');
  const [peer, server, client] = await Promise.all([
    authority.issue({ names: names.peerNames, usages: ['serverAuth', 'clientAuth'] }),
    authority.issue({ names: names.serverNames, addresses: names.serverAddresses ?? ['127.0.0.1'], usages: ['serverAuth', 'clientAuth'] }),
    authority.issue({ names: names.clientNames, commonName: names.clientCommonName ?? 'etcd-client', usages: ['clientAuth'] }),
  ]);
  return { authority, peer, server, client };
}

async function authorityExtensions(keys: webcrypto.CryptoKeyPair): Promise<any[]> {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign + KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ];
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity() {
  return { notBefore: new Date(Date.now() - HOUR), notAfter: new Date(Date.now() + 24 * HOUR), signingAlgorithm: ALGORITHM };
}
