import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { HandlerTarget } from './handlers';
import { runHook } from './hooks';

const TARGET: HandlerTarget = {
  container: { name: 'nginx' },
  address: '127.0.0.1',
  localAddress: '127.0.0.1',
  exec: async () => ({ exitCode: 0, stdout: '', stderr: '' }),
};

describe('runHook', () => {
  test('runs a command in the container, for as long as it takes', async () => {
    const exec = jest.fn(TARGET.exec);
    await runHook({ exec: { command: ['nginx', '-s', 'quit'] } }, { ...TARGET, exec });
    expect(exec).toHaveBeenCalledWith(['nginx', '-s', 'quit']);
  });

  test('fails with what the command printed', async () => {
    const exec = async () => ({ exitCode: 2, stdout: '', stderr: 'no such member\n' });
    await expect(runHook({ exec: { command: ['leave', 'now'] } }, { ...TARGET, exec })).rejects.toThrow(/^command 'leave now' exited with 2: no such member$/);
  });

  test('is content with any answer', async () => {
    const seen: string[] = [];
    const server = createServer(({ url, headers }, response) => {
      seen.push(`${headers['user-agent']} ${url}`);
      response.writeHead(500).end();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    await runHook({ httpGet: { path: '/drain', port: (server.address() as AddressInfo).port } }, TARGET);
    server.close();
    expect(seen).toEqual(['kube-lifecycle/1.27 /drain']);
  });

  test('waits for an answer as long as it takes, also that of another container, which it knows by the number of a port alone', async () => {
    let answered = false;
    const server = createServer((_, response) => setTimeout(() => {
      answered = true;
      response.end();
    }, 300));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await runHook({ httpGet: { path: '/leave', port } }, { ...TARGET, container: { name: 'etcd', ports: [{ name: 'client', containerPort: 1 }] } });
    server.close();
    expect(answered).toBe(true);
    await expect(runHook({ httpGet: { path: '/leave', port: 'agent' } }, TARGET)).rejects.toThrow(/^couldn't find port "agent" in container nginx$/);
  });

  test('fails when nobody answers', async () => {
    await expect(runHook({ httpGet: { path: '/drain', port: 1 } }, TARGET)).rejects.toThrow(/connection refused$/);
  });

  test('fails for a hook of another kind', async () => {
    await expect(runHook({ tcpSocket: { port: 1 } }, TARGET)).rejects.toThrow(/^a hook must be exec or httpGet here \(container: nginx\)$/);
  });
});
