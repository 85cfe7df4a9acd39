import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Answer, Asked, FakeGateway, no } from './fake-gateway';
import { Gateway, GatewayError } from '../../../src/etcd/agent/gateway';
import { makeCertificates, TestCertificates, TlsSecretData } from '../test-certificates';

const NOBODY = no(3, 'etcdserver: user name is empty');
const AUTHENTICATE = '/v3/auth/authenticate';

let gateways: FakeGateway[] = [];

async function start(answer: (asked: Asked) => Answer, certificate?: TlsSecretData): Promise<FakeGateway> {
  const gateway = await FakeGateway.start(answer, certificate);
  gateways.push(gateway);
  return gateway;
}

/** What was thrown. */
async function errorOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(() => { throw new Error('it did not fail'); }, error => error);
}

afterEach(async () => {
  await Promise.all(gateways.map(gateway => gateway.stop()));
  gateways = [];
});

describe('a call', () => {
  test('posts JSON, and returns what is answered', async () => {
    const gateway = await start(() => ({ header: {} }));
    expect(await new Gateway(gateway.url).call('/v3/kv/range', { key: 'YQ==' })).toEqual({ header: {} });
    expect(gateway.asked).toEqual([{ path: '/v3/kv/range', body: { key: 'YQ==' }, headers: expect.objectContaining({ 'content-type': 'application/json' }) }]);
    expect(gateway.asked[0].headers.authorization).toBeUndefined();
  });

  test('fails with the status and the code of an answer that says no', async () => {
    const gateway = await start(() => no(14, 'etcdserver: no leader', 503));
    const error = await errorOf(new Gateway(gateway.url).call('/v3/kv/range'));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ message: 'etcdserver: no leader', status: 503, code: 14 });
  });

  test.each<[object, object]>([
    [{ error: 'of old' }, { message: 'of old', code: 0 }],
    [{}, { message: 'status 500', code: 0 }],
  ])('fails in words, even where %j is all that is said', async (answer, error) => {
    const gateway = await start(() => [500, answer]);
    expect(await errorOf(new Gateway(gateway.url).call('/v3/kv/range'))).toMatchObject(error);
  });

  test('fails with the text of what is no JSON', async () => {
    const gateway = await start(() => [404, '404 page not found\n']);
    expect(await errorOf(new Gateway(gateway.url).call('/v3/kv/range')))
      .toMatchObject({ status: 404, message: `${new URL(gateway.url).host}/v3/kv/range answers 404 and not in JSON: 404 page not found` });
  });

  test('fails in other words where a certificate has a common name', async () => {
    const gateway = await start(() => [400, 'CommonName of client sending a request against gateway will be ignored and not used as expected\n']);
    expect((await errorOf(new Gateway(gateway.url).call('/v3/kv/range'))).message)
      .toMatch(/answers 400: etcd's JSON gateway refuses certificates with a common name once users and roles are on; issue one with DNS names alone$/);
  });

  test('fails where nobody answers, and says for how long', async () => {
    const gateway = await start(() => 'nothing');
    expect((await errorOf(new Gateway(gateway.url).call('/v3/kv/range', {}, 50))).message).toMatch(/^127.0.0.1:\d+ does not answer: nothing for 50 ms$/);
  });

  test('fails where the connection ends, or is not taken', async () => {
    const gateway = await start(() => 'the end');
    expect((await errorOf(new Gateway(gateway.url).call('/v3/kv/range'))).message).toMatch(/^127.0.0.1:\d+ does not answer: socket hang up$/);
    await gateway.stop();
    expect((await errorOf(new Gateway(gateway.url).call('/v3/kv/range'))).message).toMatch(/^127.0.0.1:\d+ does not answer: connect ECONNREFUSED/);
  });
});

describe('a user', () => {
  const ROOT = { user: 'root', password: 'secret' };

  test('shows a token that the password was given for, once', async () => {
    const gateway = await start(({ path }) => path === AUTHENTICATE ? { token: 'a.1' } : {});
    const client = new Gateway(gateway.url, ROOT);
    await client.call('/v3/kv/range');
    await client.call('/v3/kv/put');
    expect(gateway.paths).toEqual([AUTHENTICATE, '/v3/kv/range', '/v3/kv/put']);
    expect(gateway.asked[0].body).toEqual({ name: 'root', password: 'secret' });
    expect(gateway.asked.slice(1).map(({ headers }) => headers.authorization)).toEqual(['a.1', 'a.1']);
  });

  test.each<[string, Answer]>([
    ['nobody without a certificate', NOBODY],
    ['somebody without a name with one', no(7, 'etcdserver: permission denied', 403)],
  ])('shows none while etcd asks nobody, and one since it does, to which it is %s', async (_, refusal) => {
    let isOn = false;
    const gateway = await start(({ path, headers }) => {
      if (path === AUTHENTICATE) {
        return isOn ? { token: 'a.1' } : no(9, 'etcdserver: authentication is not enabled');
      }
      return isOn && headers.authorization === undefined ? refusal : {};
    });
    const client = new Gateway(gateway.url, ROOT);
    await client.call('/v3/kv/range');
    isOn = true;
    await client.call('/v3/kv/put');
    expect(gateway.paths).toEqual([AUTHENTICATE, '/v3/kv/range', '/v3/kv/put', AUTHENTICATE, '/v3/kv/put']);
  });

  test.each<[string, Answer]>([
    ['has expired', no(16, 'etcdserver: invalid auth token', 401)],
    ['is older than the users', no(3, 'etcdserver: revision of auth store is old')],
  ])('gets another token where one %s', async (_, answer) => {
    const gateway = await start(({ path, headers }) => path === AUTHENTICATE
      ? { token: `a.${gateway.paths.length}` }
      : headers.authorization === 'a.1' ? answer : {});
    await new Gateway(gateway.url, ROOT).call('/v3/kv/range');
    expect(gateway.paths).toEqual([AUTHENTICATE, '/v3/kv/range', AUTHENTICATE, '/v3/kv/range']);
  });

  test('fails where another token helps no more', async () => {
    const gateway = await start(({ path }) => path === AUTHENTICATE ? { token: 'a.1' } : no(16, 'etcdserver: invalid auth token', 401));
    expect(await errorOf(new Gateway(gateway.url, ROOT).call('/v3/kv/range'))).toMatchObject({ code: 16 });
    expect(gateway.paths).toHaveLength(4);
  });

  test('fails at once where something else is wrong', async () => {
    const gateway = await start(({ path }) => path === AUTHENTICATE ? { token: 'a.1' } : no(14, 'etcdserver: no leader', 503));
    expect(await errorOf(new Gateway(gateway.url, ROOT).call('/v3/kv/range'))).toMatchObject({ code: 14 });
    await gateway.stop();
    expect((await errorOf(new Gateway(gateway.url, ROOT).call('/v3/kv/range'))).message).toMatch(/does not answer/);
  });

  test('fails where the password is wrong', async () => {
    const gateway = await start(() => no(3, 'etcdserver: authentication failed, invalid user ID or password'));
    expect(await errorOf(new Gateway(gateway.url, ROOT).call('/v3/kv/range'))).toMatchObject({ code: 3, message: expect.stringMatching(/invalid user ID/) });
    expect(gateway.paths).toEqual([AUTHENTICATE]);
  });
});

describe('with TLS', () => {
  let folder: string;
  let made: TestCertificates;
  const files = (secret: TlsSecretData) => {
    Object.entries(secret).forEach(([file, text]) => writeFileSync(join(folder, file), text));
    return { ca: join(folder, 'ca.crt'), cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    made = await makeCertificates({ peerNames: ['peer'], serverNames: ['localhost'] });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('both sides show a certificate', async () => {
    const gateway = await start(() => ({ header: {} }), made.server);
    expect(await new Gateway(gateway.url, files(made.client)).call('/v3/kv/range')).toEqual({ header: {} });
  });

  test('fails without a certificate of one\'s own', async () => {
    const gateway = await start(() => ({}), made.server);
    const { ca } = files(made.client);
    expect((await errorOf(new Gateway(gateway.url, { ca }).call('/v3/kv/range'))).message).toMatch(/does not answer: .*(certificate|socket|ECONNRESET)/);
  });

  test('fails where the authority is not known', async () => {
    const gateway = await start(() => ({}), made.server);
    expect((await errorOf(new Gateway(gateway.url).call('/v3/kv/range'))).message).toMatch(/does not answer: .*certificate/);
  });
});
