import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPeer, PeerFiles } from '../../../src/etcd/agent/peers';
import { TestAuthority, TlsSecretData } from '../test-certificates';

let server: Server | undefined;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peers-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise(resolve => server === undefined ? resolve(undefined) : server.close(resolve));
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function serve(listener: RequestListener, certificate?: TlsSecretData): Promise<string> {
  server = certificate === undefined ? createServer(listener) : createTlsServer({
    cert: certificate['tls.crt'], key: certificate['tls.key'], ca: certificate['ca.crt'], requestCert: true, rejectUnauthorized: true,
  }, listener) as Server;
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve));
  return `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function filesOf(secret: TlsSecretData): PeerFiles {
  for (const [name, text] of Object.entries(secret)) {
    writeFileSync(join(folder, name), text);
  }
  return { ca: join(folder, 'ca.crt'), cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
}

/** As etcd 3.6.14 answers, of which one member has started. */
const MEMBERS = [
  { id: '8645782499530242234', peerURLs: ['http://etcd-0.etcd:2380'], name: 'etcd-0', clientURLs: ['http://etcd-0.etcd:2379'] },
  { id: '11539305337000706507', peerURLs: ['http://etcd-1.etcd:2380'], name: 'a strange "id":1' },
];
const TEXT = JSON.stringify(MEMBERS).replace(/"id":"(\d+)"/g, '"id":$1');
const answer: RequestListener = (request, response) => response.end(request.url === '/members' ? TEXT : 'what?');

describe('askPeer', () => {
  test('returns the members that one knows', async () => {
    expect(await askPeer(await serve(answer))).toEqual(MEMBERS);
  });

  test('shows the certificate of members, and wants one', async () => {
    const authority = await TestAuthority.named('peers');
    const usages = ['serverAuth', 'clientAuth'] as const;
    const certificate = await authority.issue({ addresses: ['127.0.0.1'], usages: [...usages] });
    const url = await serve(answer, certificate);
    expect(await askPeer(url, filesOf(certificate))).toEqual(MEMBERS);
    const stranger = await (await TestAuthority.named('others')).issue({ addresses: ['127.0.0.1'], usages: [...usages] });
    await expect(askPeer(url, filesOf(stranger))).rejects.toThrow(/^127\.0\.0\.1:\d+ answers, and cannot be asked for its members: /);
    await expect(askPeer(url)).rejects.toThrow(/answers, and cannot be asked/);
  });

  test('returns nothing where nobody is', async () => {
    const url = await serve(answer);
    server!.close();
    expect(await askPeer(url)).toBeUndefined();
  });

  // it may refuse a certificate whose name it cannot look up yet: then it is there all the same, and its cluster may run.
  test.each<[string, RequestListener]>([
    ['nothing comes in time', () => undefined],
    ['the connection ends before an answer', request => request.socket.resetAndDestroy()],
    ['it ends within an answer', (_, response) => {
      response.write('[');
      setTimeout(() => response.socket!.resetAndDestroy(), 50);
    }],
  ])('fails where somebody takes the connection, and %s', async (_, listener) => {
    await expect(askPeer(await serve(listener), undefined, 200)).rejects.toThrow(/^127\.0\.0\.1:\d+ answers, and cannot be asked for its members: /);
  });

  test('fails where somebody takes the connection, and ends it within the handshake of TLS', async () => {
    const certificate = await (await TestAuthority.named('peers')).issue({ addresses: ['127.0.0.1'], usages: ['serverAuth', 'clientAuth'] });
    const refusing = createTcpServer(socket => { socket.once('data', () => socket.resetAndDestroy()); });
    await new Promise<void>(resolve => refusing.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    await expect(askPeer(url, filesOf(certificate))).rejects.toThrow(/answers, and cannot be asked for its members: /);
    await new Promise(resolve => refusing.close(resolve));
  });

  test('returns nothing where no connection comes about in time', async () => {
    // an address that no network routes.
    expect(await askPeer('http://192.0.2.1:2380', undefined, 100)).toBeUndefined();
  });

  test.each(['404 page not found', '{"members":[]}', ''])('fails where somebody says %j, since it is not known then who is there', async text => {
    await expect(askPeer(await serve((_, response) => response.end(text)))).rejects.toThrow(/answers, and cannot be asked for its members: /);
  });
});
