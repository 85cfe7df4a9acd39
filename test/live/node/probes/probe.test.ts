import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { HandlerTarget } from './handlers';
import { tryProbe } from './probe';

const server = createServer(({ url }, response) => response.writeHead(url === '/health' ? 200 : 503).end());
let port: number;

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise(resolve => server.close(resolve)));

function target(over: Partial<HandlerTarget> = {}): HandlerTarget {
  return {
    container: { name: 'etcd', ports: [{ name: 'client', containerPort: port }] },
    address: '127.0.0.1',
    localAddress: '127.0.0.1',
    exec: async () => { throw new Error('no program here'); },
    ...over,
  };
}

describe('tryProbe with exec', () => {
  const probe = { exec: { command: ['etcdctl', 'endpoint', 'health'] }, timeoutSeconds: 3 };

  test('succeeds when the program ends with 0, and gives it the timeout', async () => {
    const exec = jest.fn(async () => ({ exitCode: 0, stdout: 'healthy', stderr: '' }));
    await expect(tryProbe(probe, target({ exec }))).resolves.toEqual({ outcome: 'success', message: '' });
    expect(exec).toHaveBeenCalledWith(['etcdctl', 'endpoint', 'health'], { timeoutSeconds: 3 });
  });

  test('fails with what the program printed when it ends with anything else', async () => {
    const exec = async () => ({ exitCode: 1, stdout: 'unhealthy: ', stderr: 'no leader\n' });
    await expect(tryProbe(probe, target({ exec }))).resolves.toEqual({ outcome: 'failure', message: 'unhealthy: no leader' });
  });

  test('says nothing about the container when the program cannot be executed', async () => {
    const stderr = 'exec failed: unable to start container process: exec: "etcdctl": executable file not found in $PATH\n';
    const exec = async () => ({ exitCode: 255, stdout: '', stderr });
    await expect(tryProbe(probe, target({ exec }))).resolves.toEqual({ outcome: 'unknown', message: stderr.trim() });
  });

  test('fails when a program ends with 255 by itself', async () => {
    const exec = async () => ({ exitCode: 255, stdout: '', stderr: 'no leader' });
    await expect(tryProbe(probe, target({ exec }))).resolves.toEqual({ outcome: 'failure', message: 'no leader' });
  });

  test('says nothing about the container when there is none to ask', async () => {
    await expect(tryProbe(probe, target())).resolves.toEqual({ outcome: 'unknown', message: 'no program here' });
  });
});

describe('tryProbe with httpGet', () => {
  const probe = (path: string, ofPort: number | string) => ({ httpGet: { path, port: ofPort, scheme: 'HTTP' }, timeoutSeconds: 1 });

  test('succeeds with 200, at a port by its name', async () => {
    await expect(tryProbe(probe('/health', 'client'), target())).resolves.toEqual({ outcome: 'success', message: '' });
  });

  test('fails with 503', async () => {
    await expect(tryProbe(probe('/', port), target())).resolves.toEqual({ outcome: 'failure', message: 'HTTP probe failed with statuscode: 503' });
  });

  test('fails when nobody listens', async () => {
    const { outcome, message } = await tryProbe(probe('/', 1), target());
    expect(outcome).toBe('failure');
    expect(message).toMatch(/^Get "http:\/\/127\.0\.0\.1:1\/": dial tcp 127\.0\.0\.1:1: connect: connection refused$/);
  });

  test('says nothing about the container when there is no port of that name', async () => {
    await expect(tryProbe(probe('/', 'peer'), target())).resolves.toEqual({ outcome: 'unknown', message: 'couldn\'t find port "peer" in container etcd' });
  });
});

describe('tryProbe with tcpSocket', () => {
  test('succeeds when it is connected', async () => {
    await expect(tryProbe({ tcpSocket: { port: 'client' }, timeoutSeconds: 1 }, target())).resolves.toEqual({ outcome: 'success', message: '' });
  });

  test('fails when nobody listens', async () => {
    await expect(tryProbe({ tcpSocket: { port: 1 }, timeoutSeconds: 1 }, target())).resolves.toEqual(
      { outcome: 'failure', message: 'dial tcp 127.0.0.1:1: connect: connection refused' });
  });
});

test('tryProbe cannot make a probe of another kind', async () => {
  await expect(tryProbe({ grpc: { port: 1 }, timeoutSeconds: 1 }, target())).resolves.toEqual(
    { outcome: 'unknown', message: 'a probe must be exec, httpGet or tcpSocket here (container: etcd)' });
});
