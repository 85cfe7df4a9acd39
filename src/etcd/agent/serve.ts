import { createServer, Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentialsOf, Environment, variable } from './environment';
import { Keeper, Site } from './keeper';
import { KubernetesApi } from './kubernetes';
import { Leave } from './leave';
import { log } from './log';
import { Program } from './main';
import { placeOf } from './place';
import { Rejoin } from './rejoin';

export interface ServeOptions {
  /** Aborted when the pod ends. */
  readonly ending: AbortSignal;
  /** How long to wait between two looks, in milliseconds. */
  readonly pace: number;
  /** Where the service account is, if not where Kubernetes puts it. */
  readonly accountPath?: string;
}

const DATA_DIR = '/var/lib/etcd/data';

const CONNECT_MS = 1000;

/** Runs beside a member, looks after it, and answers the kubelet. */
export const serve: Program = async env => {
  const ending = new AbortController();
  process.once('SIGTERM', () => ending.abort());
  await serveUntil({ ending: ending.signal, pace: 1000 }, env);
};

/** Returns when the pod ends, and not before etcd does: it asks whether it leaves until then. */
export async function serveUntil({ ending, pace, accountPath }: ServeOptions, env: Environment): Promise<void> {
  const place = placeOf(env);
  const site: Site = {
    place,
    credentials: credentialsOf(env),
    apis: new Map(),
    kubernetes: KubernetesApi.inPod(env, accountPath),
    sharedDir: variable(env, 'SHARED_DIR'),
    storageDir: dirname(env.ETCD_DATA_DIR ?? DATA_DIR),
  };
  const keeper = new Keeper(site);
  const leave = new Leave(site, pace / 2);
  const rejoin = new Rejoin(site);
  const clientPort = Number(new URL(place.clientUrl(place.ordinal)).port);
  const server = serverOf(keeper, leave);
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(Number(variable(env, 'AGENT_PORT')), resolve));
  log('started', { member: place.podName });
  while (!ending.aborted) {
    if (!leave.isRunning) {
      await keeper.round();
      if (await rejoin.round(await isOpen(clientPort))) {
        keeper.startsAnew();
      }
    }
    await sleep(pace, undefined, { signal: ending }).catch(() => undefined);
  }
  while (leave.isRunning || await isOpen(clientPort)) {
    await sleep(pace / 4);
  }
  server.close();
  server.closeAllConnections();
  log('ended', { member: place.podName });
}

/** What the kubelet asks: whether the agent lives, whether clients may come, and whether etcd may stop. */
function serverOf(keeper: Keeper, leave: Leave): Server {
  return createServer((request, response) => {
    const answer = (status: number, text: string) => response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    switch (request.url) {
      case '/livez':
        return answer(200, 'alive');
      case '/ready': {
        const reason = keeper.unreadiness;
        return answer(reason === undefined ? 200 : 503, reason ?? 'ready');
      }
      case '/leave':
        return leave.run().then(reason => answer(200, reason));
      default:
        return answer(404, 'not found');
    }
  });
}

/** Whether etcd runs in this pod, whoever it answers. */
async function isOpen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port, timeout: CONNECT_MS });
    const end = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.on('connect', () => end(true)).on('error', () => end(false)).on('timeout', () => end(true));
  });
}
