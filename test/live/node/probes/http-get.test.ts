import { createServer, IncomingMessage, RequestListener, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { httpGet, HttpGetOptions } from './http-get';

describe('httpGet', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<HttpGetOptions> {
    server = createServer(listener);
    await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve));
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, userAgent: 'kube-probe/1.27', localAddress: '127.0.0.1', timeoutSeconds: 5 };
  }

  test('returns the status of an answer, whatever it is', async () => {
    const options = await serve(({ url }, response) => response.writeHead(url === '/health' ? 200 : 503).end('body'));
    await expect(httpGet({ ...options, path: '/health' })).resolves.toBe(200);
    await expect(httpGet({ ...options, path: 'elsewhere' })).resolves.toBe(503);
  });

  test('sends the query, the headers and its own name', async () => {
    let seen: IncomingMessage | undefined;
    const options = await serve((incoming, response) => {
      seen = incoming;
      response.end();
    });
    await httpGet({ ...options, path: '/health?serializable=true', headers: [{ name: 'X-A', value: '1' }, { name: 'Host', value: 'etcd' }] });
    expect(seen!.url).toBe('/health?serializable=true');
    expect(seen!.headers).toMatchObject({ 'x-a': '1', 'host': 'etcd', 'user-agent': 'kube-probe/1.27', 'accept': '*/*', 'connection': 'close' });
  });

  test('lets its own headers be replaced, and be left out', async () => {
    let seen: IncomingMessage | undefined;
    const options = await serve((incoming, response) => {
      seen = incoming;
      response.end();
    });
    await httpGet({ ...options, headers: [{ name: 'User-Agent', value: 'me' }, { name: 'Accept', value: '' }] });
    expect(seen!.headers['user-agent']).toBe('me');
    expect(seen!.headers).not.toHaveProperty('accept');
  });

  test('follows redirects on the same host', async () => {
    const options = await serve(({ url }, response) => url === '/ready' ? response.writeHead(204).end() : response.writeHead(302, { location: '/ready' }).end());
    await expect(httpGet(options)).resolves.toBe(204);
  });

  test('takes a redirect to another host for the answer', async () => {
    const options = await serve((_, response) => response.writeHead(301, { location: 'http://example.com/' }).end());
    await expect(httpGet(options)).resolves.toBe(301);
  });

  test('fails for redirects without an end', async () => {
    const options = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    await expect(httpGet(options)).rejects.toThrow(/^Get "http:\/\/127\.0\.0\.1:\d+\/": stopped after 10 redirects$/);
  });

  test('fails when nobody listens', async () => {
    const options = await serve(() => undefined);
    await new Promise(resolve => server!.close(resolve));
    await expect(httpGet(options)).rejects.toThrow(/^Get "http:\/\/127\.0\.0\.1:\d+\/": dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/);
  });

  test('fails when there is no answer in time', async () => {
    const options = await serve(() => undefined);
    await expect(httpGet({ ...options, timeoutSeconds: 0.05 })).rejects.toThrow(
      /: context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/);
  });

  test('fails when the connection is closed without an answer', async () => {
    const options = await serve((_, response) => response.destroy());
    await expect(httpGet(options)).rejects.toThrow(/: EOF$/);
  });
});
