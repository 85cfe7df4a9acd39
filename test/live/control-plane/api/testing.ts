import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { IncomingMessage, request as httpRequest, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from './certificates';
import { ApiServer, ApiServerOptions } from './server';
import { Tokens } from './tokens';
import { freePort } from '../../../free-port';
import { EventLog } from '../events';
import { ObjectStore } from '../store';

export interface Reply {
  readonly code: number;
  readonly type: string | undefined;
  readonly body: any;
}

/** How to reach one door of a server. */
export type Door = RequestOptions & { readonly ca?: string; readonly servername?: string };

/** An API server with nothing behind it, both doors open, and what a test asks it through. */
export async function startApi(options: Partial<ApiServerOptions> = {}) {
  const socketPath = join(tmpdir(), `api-${randomUUID()}.sock`);
  const [certificates, port] = await Promise.all([createCertificates(), freePort()]);
  const parts = {
    store: new ObjectStore(),
    events: new EventLog(),
    tokens: new Tokens(),
    // everything is let in as it is.
    admission: { create: (object: any) => object, update: (_: any, updated: any) => updated },
    pods: { exec: jest.fn(), logs: jest.fn() },
    certificates,
    ...options,
  };
  const api = new ApiServer(parts);
  await Promise.all([api.listenOnSocket(socketPath), api.listenTls('127.0.0.1', port)]);
  const admin: Door = { socketPath };
  const tls: Door = { host: '127.0.0.1', port, ca: certificates.caPem, servername: 'kubernetes.default.svc' };
  const stop = async () => {
    await api.close();
    rmSync(socketPath, { force: true });
  };
  return { ...parts, api, admin, tls, port, stop };
}

/** Sends `GET /path` or the like, and reads the answer to its end. */
export async function ask(door: Door, request: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await open(door, request, body, { 'content-type': 'application/json', ...headers });
  const text = (await linesOf(answer)).join('\n');
  const type = answer.headers['content-type'];
  return { code: answer.statusCode!, type, body: type === 'application/json' ? JSON.parse(text) : text };
}

/** The answer once its head is there. The body of a watch goes on. */
export function open(door: Door, request: string, body?: unknown, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [method, path] = request.split(' ');
  const send = 'ca' in door ? httpsRequest : httpRequest;
  const text = body === undefined || typeof body === 'string' ? body ?? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    // without the length, Node.js sends the body of a DELETE as if it were the next request.
    send({ ...door, method, path, headers: { ...headers, 'content-length': Buffer.byteLength(text) }, agent: false }, resolve)
      .on('error', reject)
      .end(text);
  });
}

/** All lines of an answer. */
export async function linesOf(answer: IncomingMessage): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString().trimEnd().split('\n');
}
