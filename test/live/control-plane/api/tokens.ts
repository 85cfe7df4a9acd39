import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { CLUSTER_DOMAIN } from '../../addresses';
import { KubeObject } from '../objects';

const ISSUER = `https://kubernetes.default.svc.${CLUSTER_DOMAIN}`;

export interface TokenOptions {
  /** The pod that the token is made for. */
  readonly pod?: KubeObject;
  /** Who is to accept it. @default - the API server */
  readonly audience?: string;
  /** @default 3600 */
  readonly expirationSeconds?: number;
}

/**
 * Makes and checks the tokens by which pods say to the API server who they are: signed JSON Web Tokens with the claims that Kubernetes writes.
 *
 * They are signed by a shared secret and not by a key pair, so only this API server can check them: there are no JWKS for others.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export class Tokens {
  constructor(private readonly secret: Buffer = randomBytes(32)) {}

  issue(namespace: string, serviceAccount: string, { pod, audience = ISSUER, expirationSeconds = 3600 }: TokenOptions = {}): string {
    const issued = seconds();
    const payload = {
      'aud': [audience],
      'exp': issued + expirationSeconds,
      'iat': issued,
      'iss': ISSUER,
      'jti': randomUUID(),
      'kubernetes.io': {
        namespace,
        ...(pod && { pod: { name: pod.metadata.name, uid: pod.metadata.uid } }),
        serviceaccount: { name: serviceAccount },
      },
      'nbf': issued,
      'sub': `system:serviceaccount:${namespace}:${serviceAccount}`,
    };
    const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
    return `${content}.${this.sign(content).toString('base64url')}`;
  }

  /** Whose token it is. Undefined if it was not made here, is too old, or is for somebody else than the API server. */
  verify(token: string): { namespace: string; serviceAccount: string } | undefined {
    const [, content, payload, signature] = /^([\w-]+\.([\w-]+))\.([\w-]+)$/.exec(token) ?? [];
    if (!content || !equal(Buffer.from(signature, 'base64url'), this.sign(content))) {
      return undefined;
    }
    const { aud, exp, 'kubernetes.io': claims } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return aud.includes(ISSUER) && exp > seconds() ? { namespace: claims.namespace, serviceAccount: claims.serviceaccount.name } : undefined;
  }

  private sign(content: string): Buffer {
    return createHmac('sha256', this.secret).update(content).digest();
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
