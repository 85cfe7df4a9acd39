import { once } from 'node:events';
import { AddressInfo, connect, createServer, Server, Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { ServiceProxies } from './service-proxies';
import { freePort } from '../../../free-port';
import { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';

const network = { addServiceAddress: jest.fn(), removeServiceAddress: jest.fn() };

let store: ObjectStore;
let proxies: ServiceProxies;
let servers: Server[];
let port: number;

beforeEach(async () => {
  servers = [];
  store = new ObjectStore();
  proxies = new ServiceProxies(store, network, '127.0.0.1');
  port = await freePort();
});

afterEach(async () => {
  await proxies.stop();
  await Promise.all(servers.map(server => once(server.close(), 'close')));
});

test('what is sent and answered passes, to the last byte, also after one side has said all', async () => {
  await createPod('web-0', socket => {
    let received = 0;
    socket.on('data', ({ length }) => received += length);
    socket.on('end', () => socket.end(Buffer.alloc(received)));
  });
  store.create(service('web'));
  await proxies.start();
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.end(Buffer.alloc(1_000_000));
  await expect(buffer(client)).resolves.toHaveLength(1_000_000);
});

test('each connection goes to one of the endpoints, and none to a pod that is not ready', async () => {
  await createPod('web-0', socket => socket.end('0'));
  await createPod('web-1', socket => socket.end('1'));
  await createPod('web-2', socket => socket.end('2'), false);
  store.create(service('web'));
  await proxies.start();
  const answers = await Promise.all(Array.from({ length: 50 }, ask));
  expect(new Set(answers)).toEqual(new Set(['0', '1']));
});

test('connections are refused while there is no endpoint, and pass as soon as there is one', async () => {
  store.create(service('web'));
  await proxies.start();
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await createPod('web-0', socket => socket.end('0'));
  await eventually(async () => expect(await ask()).toBe('0'));
  store.remove('Pod', 'default', 'web-0');
  await eventually(() => expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
});

test('a connection is reset when the endpoint does not answer', async () => {
  const pod = await createPod('web-0', socket => socket.end());
  store.create(service('web'));
  await proxies.start();
  await once(pod.close(), 'close');
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a connection stays with its endpoint when that is no longer one', async () => {
  await createPod('web-0', socket => socket.pipe(socket));
  store.create(service('web'));
  await proxies.start();
  const client = connect({ port, host: '127.0.0.1' });
  client.write('before ');
  await once(client, 'data');
  store.remove('Pod', 'default', 'web-0');
  await eventually(() => expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
  client.end('after');
  await expect(text(client)).resolves.toBe('after');
});

test('a reset passes from the endpoint to the client', async () => {
  await createPod('web-0', socket => socket.once('data', () => socket.resetAndDestroy()));
  store.create(service('web'));
  await proxies.start();
  const client = connect({ port, host: '127.0.0.1' });
  client.write('x');
  await expect(text(client)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a reset passes from the client to the endpoint', async () => {
  const accepted = new Promise<Socket>((resolve, reject) => createPod('web-0', resolve).catch(reject));
  store.create(service('web'));
  await proxies.start();
  const client = await eventually(async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return socket;
  });
  const reset = once(await accepted, 'data');
  client.resetAndDestroy();
  await expect(reset).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a port moves when the Service changes', async () => {
  await createPod('web-0', socket => socket.end('0'));
  store.create(service('web'));
  await proxies.start();
  const old = port;
  port = await freePort();
  store.modify('Service', 'default', 'web', ({ spec }) => spec.ports[0].port = port);
  await eventually(async () => expect(await ask()).toBe('0'));
  await expect(ask(old)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(network.removeServiceAddress).not.toHaveBeenCalled();
});

test('the address of a Service comes with it, and goes with it and its connections', async () => {
  await createPod('web-0', socket => socket.write('0'));
  await proxies.start();
  store.create(service('web'));
  await eventually(async () => expect(network.addServiceAddress.mock.calls).toEqual([['127.0.0.1']]));
  const client = await eventually(async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'data');
    return socket;
  });
  store.remove('Service', 'default', 'web');
  await expect(once(client, 'data')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await eventually(async () => expect(network.removeServiceAddress.mock.calls).toEqual([['127.0.0.1']]));
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each([
  ['headless Service', { clusterIP: 'None' }],
  ['Service whose endpoints are from elsewhere', { selector: undefined }],
  ['ExternalName Service', { type: 'ExternalName', clusterIP: undefined, externalName: 'example.com' }],
])('a %s has no address here', async (_what, spec) => {
  store.create(service('web', spec));
  await proxies.start();
  expect(network.addServiceAddress).not.toHaveBeenCalled();
});

test('UDP ports are not served', async () => {
  await createPod('web-0', socket => socket.end('0'));
  store.create(service('web', { ports: [{ name: 'dns', protocol: 'UDP', port, targetPort: 53 }] }));
  await proxies.start();
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

/** What comes from the Service until the end of the connection. */
function ask(to = port): Promise<string> {
  return text(connect({ port: to, host: '127.0.0.1' }));
}

function service(name: string, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      clusterIP: '127.0.0.1',
      selector: { app: 'web' },
      ports: [{ name: 'http', protocol: 'TCP', port, targetPort: 'http' }],
      ...spec,
    },
  };
}

/** Pods share one address here: what tells them apart is the number of the port that each of them calls `http`. */
async function createPod(name: string, onConnection: (socket: Socket) => void, ready = true): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, socket => onConnection(socket.on('error', () => socket.destroy()))).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  store.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', ports: [{ name: 'http', protocol: 'TCP', containerPort: (server.address() as AddressInfo).port }] }] },
    status: { phase: 'Running', podIP: '127.0.0.1', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  return server;
}

/** Proxies follow the store in their own time. */
async function eventually<T>(probe: () => Promise<T>): Promise<T> {
  for (let attempts = 100; ; attempts--) {
    try {
      return await probe();
    } catch (error) {
      if (attempts === 0) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }
}
