import { Tokens } from './tokens';

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

describe('Tokens', () => {
  const tokens = new Tokens();

  // https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
  test('writes the claims of a bound token', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'etcd-0', uid: '1-2-3' } };
    const claims = claimsOf(tokens.issue('default', 'etcd', { pod, expirationSeconds: 600 }));
    expect(claims).toMatchObject({
      'sub': 'system:serviceaccount:default:etcd',
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'etcd' }, pod: { name: 'etcd-0', uid: '1-2-3' } },
    });
    expect(claims.aud).toEqual([claims.iss]);
    expect(claims.exp - claims.iat).toBe(600);
  });

  test('lives an hour by default', () => {
    const { exp, iat } = claimsOf(tokens.issue('default', 'etcd'));
    expect(exp - iat).toBe(3600);
  });

  test('knows its own tokens again, also after a restart with the same secret', () => {
    const secret = Buffer.from('0123456789abcdef0123456789abcdef');
    expect(new Tokens(secret).verify(new Tokens(secret).issue('default', 'etcd'))).toEqual({ namespace: 'default', serviceAccount: 'etcd' });
  });

  test('fails on a token of somebody else', () => {
    expect(tokens.verify(new Tokens().issue('default', 'etcd'))).toBeUndefined();
  });

  test('fails on a token for another audience', () => {
    expect(tokens.verify(tokens.issue('default', 'etcd', { audience: 'vault' }))).toBeUndefined();
  });

  test('fails on a token that is too old', () => {
    expect(tokens.verify(tokens.issue('default', 'etcd', { expirationSeconds: -1 }))).toBeUndefined();
  });

  test('fails on a token whose claims were changed', () => {
    const [header, payload, signature] = tokens.issue('default', 'etcd').split('.');
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(`.${payload}.`), sub: 'system:serviceaccount:default:admin' })).toString('base64url');
    expect(tokens.verify(`${header}.${forged}.${signature}`)).toBeUndefined();
    expect(tokens.verify(`${header}.${payload}.`)).toBeUndefined();
  });

  test.each(['', 'x', 'a.b', 'a.b.c', '..'])('fails on "%s"', text => expect(tokens.verify(text)).toBeUndefined());
});
