import * as fs from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeEtcd } from './fake-etcd';
import { FakeGateway, no, printed } from './fake-gateway';
import { FakeKubernetes } from './fake-kubernetes';
import { Environment } from '../../../src/etcd/agent/environment';
import { Keeper } from '../../../src/etcd/agent/keeper';
import { run } from '../../../src/etcd/agent/main';
import { Rejoin } from '../../../src/etcd/agent/rejoin';
import { serve, serveUntil } from '../../../src/etcd/agent/serve';
import { freePort } from '../../free-port';

let etcd: FakeEtcd;
let gateway: FakeGateway;
let kubernetes: FakeKubernetes;
let folder: string;
let lines: any[];
let env: Environment;
let agentPort: number;
let ending: AbortController;
let ended: Promise<void>;

beforeEach(async () => {
  [etcd, kubernetes, agentPort] = await Promise.all([FakeEtcd.start(3), FakeKubernetes.start(2), freePort()]);
  // all pods are found here, each under a name of its own.
  gateway = await FakeGateway.start(asked => etcd.answer(Number(/etcd-(\d)/.exec(atob(asked.headers.authorization!.split(' ')[1]))![1]), asked));
  folder = fs.mkdtempSync(join(tmpdir(), 'serve-'));
  fs.mkdirSync(join(folder, 'storage'));
  fs.writeFileSync(join(folder, 'how.json'), '{"how":"bootstrap"}');
  lines = printed();
  ending = new AbortController();
  env = {
    ...kubernetes.env,
    POD_NAME: 'etcd-2',
    PEER_URL: 'http://{pod}.etcd:2380',
    CLIENT_URL: gateway.url.replace('//', '//{pod}@'),
    SHARED_DIR: folder,
    ETCD_DATA_DIR: join(folder, 'storage', 'data'),
    AGENT_PORT: String(agentPort),
  };
});
afterEach(async () => {
  ending.abort();
  await Promise.all([etcd.stop(), gateway.stop(), kubernetes.stop(), ended]);
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

/** What the agent answers, as `status text`. */
async function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port: agentPort, path, agent: false }, response => {
      let text = '';
      response.on('data', chunk => text += chunk).on('end', () => resolve(`${response.statusCode} ${text.trim()}`));
    }).on('error', reject);
  });
}

async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await check()) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error('it did not come to be');
}

const isUp = async () => ask('/livez').then(() => true, () => false);

async function start(): Promise<void> {
  ended = serveUntil({ ending: ending.signal, pace: 40, accountPath: kubernetes.accountPath }, env);
  await until(isUp);
}

test('the kubelet hears that the agent lives, and when clients may come', async () => {
  etcd.hasQuorum = false;
  await start();
  expect(await ask('/livez')).toBe('200 alive');
  expect(await ask('/ready')).toBe('503 that the cluster was formed is not written down yet');
  etcd.hasQuorum = true;
  await until(async () => await ask('/ready') === '200 ready');
  expect(kubernetes.state).toMatchObject({ clusterId: '4711' });
});

test('there is nothing else to be had', async () => {
  await start();
  expect(await ask('/')).toBe('404 not found');
});

test('a member leaves when it is asked to, and nothing else is done meanwhile', async () => {
  etcd.refusals.set('/v3/cluster/member/remove', Array(3).fill(no(14, 'etcdserver: unhealthy cluster', 503)));
  await start();
  await until(async () => await ask('/ready') === '200 ready');
  expect(await ask('/leave')).toBe('200 the StatefulSet has no pod etcd-2 any more');
  expect(etcd.changes).toEqual([expect.stringMatching(/^etcd-[01]: remove 102$/)]);
});

test('a member that stays stops at once', async () => {
  kubernetes.scale(3);
  await start();
  expect(await ask('/leave')).toBe('200 the StatefulSet keeps this pod');
  expect(etcd.changes).toEqual([]);
});

test('how etcd starts is seen to again while it does not run, and then heeded', async () => {
  kubernetes.scale(3);
  const round = jest.spyOn(Rejoin.prototype, 'round').mockImplementation(async isRunning => !isRunning);
  const startsAnew = jest.spyOn(Keeper.prototype, 'startsAnew');
  await start();
  await until(() => round.mock.calls.length > 1);
  expect([round.mock.calls[0], startsAnew.mock.calls]).toEqual([[true], []]);
  await gateway.stop();
  await until(() => startsAnew.mock.calls.length > 0);
  expect(round.mock.calls.at(-1)).toEqual([false]);
});

describe('when the pod ends', () => {
  test('the agent goes on until etcd has ended, and lets it leave', async () => {
    await start();
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    ending.abort();
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(isOver).toBe(false);
    expect(await ask('/leave')).toBe('200 the StatefulSet has no pod etcd-2 any more');
    await gateway.stop();
    await ended;
    expect(await isUp()).toBe(false);
    expect(lines.at(-1)).toMatchObject({ event: 'ended', member: 'etcd-2' });
  });

  test('the agent does not end before the leaving does, also if etcd was faster', async () => {
    await start();
    etcd.hasQuorum = false;
    const answer = ask('/leave');
    await until(() => lines.some(({ event }) => event === 'wait'));
    ending.abort();
    await gateway.stop();
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(await isUp()).toBe(true);
    kubernetes.scale(3);
    expect(await answer).toBe('200 the StatefulSet keeps this pod');
    await ended;
  });
});

test('the agent ends by SIGTERM', async () => {
  await gateway.stop();
  ended = serve(env);
  await until(isUp);
  process.emit('SIGTERM');
  await ended;
  expect(lines.at(-1)).toMatchObject({ event: 'ended' });
});

test('a port that somebody else has is a failure that people see', async () => {
  await start();
  expect(await run('serve', serve, env)).toBe(1);
  expect(lines.at(-1)).toMatchObject({ event: 'failed', program: 'serve', reason: expect.stringContaining('EADDRINUSE') });
});

test('what is kept beside the data is looked for where the disk is mounted, unless the data is elsewhere', async () => {
  const read = jest.spyOn(jest.requireActual<typeof fs>('node:fs'), 'readdirSync');
  ended = serveUntil({ ending: ending.signal, pace: 40, accountPath: kubernetes.accountPath }, { ...env, ETCD_DATA_DIR: undefined });
  await until(() => read.mock.calls.some(([directory]) => directory === '/var/lib/etcd'));
  await gateway.stop();
});
