import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { ListenOptions } from 'node:net';
import { Certificates } from './certificates';
import { discovery } from './discovery';
import { failure, methodNotAllowed, noSuchResource, unauthorized } from './errors';
import { Answer, Content } from './exchange';
import { ADMIN, ANONYMOUS, isAllowed, refusal, serviceAccountUser, User } from './rbac';
import { RequestInfo, requestInfoOf } from './resources';
import { Rest, RestOptions } from './rest';
import { Tokens } from './tokens';
import { WatchHistory } from './watch';
import { Watches } from './watches';
import { ApiError, ObjectStore } from '../store';

export type { PodOperations } from './pod-subresources';

export interface ApiServerOptions extends RestOptions {
  readonly tokens: Tokens;
  readonly certificates: Certificates;
  /** What `POST /harness/<action>` does; only the admin door has it. */
  readonly harness?: (action: string, body: any) => Promise<unknown>;
}

type Door = 'admin' | 'tls';

/**
 * The API server, with two doors to the same objects: one for tests, where everything is allowed, and one for what runs in pods, with TLS,
 * tokens and roles.
 */
export class ApiServer {
  private readonly store: ObjectStore;
  private readonly rest: Rest;
  private readonly watches: Watches;
  private readonly servers = new Map<Door, Server>();

  constructor(private readonly options: ApiServerOptions) {
    this.store = options.store;
    this.rest = new Rest(options);
    this.watches = new Watches(new WatchHistory(options.store));
  }

  async listenOnSocket(path: string): Promise<void> {
    await this.listen('admin', createServer(), { path });
  }

  async listenTls(host: string, port: number): Promise<void> {
    const { certPem, keyPem } = this.options.certificates;
    await this.listen('tls', createTlsServer({ cert: certPem, key: keyPem }), { host, port });
  }

  /** Closes the door for pods as if the machine were gone: open connections are cut in the middle of an answer. It may be opened again. */
  async closeTls(): Promise<void> {
    await this.closeDoor('tls');
  }

  /** Ends all watches as a server that shuts down in good order, then everything else. */
  async close(): Promise<void> {
    await this.watches.end();
    await Promise.all([...this.servers.keys()].map(door => this.closeDoor(door)));
  }

  private async listen(door: Door, server: Server, where: ListenOptions): Promise<void> {
    if (this.servers.has(door)) {
      throw new Error(`the ${door} door of the API server is open already`);
    }
    this.servers.set(door, server);
    server.on('request', (request, response) => void this.serve(door, request, response));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(where, resolve));
  }

  private async closeDoor(door: Door): Promise<void> {
    const server = this.servers.get(door);
    if (server) {
      this.servers.delete(door);
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  }

  private async serve(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let info: RequestInfo | undefined;
    try {
      info = requestInfoOf(request.method!, request.url!);
      const user = door === 'admin' ? ADMIN : this.userOf(request.headers.authorization);
      if (!isAllowed(this.store, user, info)) {
        throw new ApiError(403, 'Forbidden', refusal(user, info));
      }
      const { target } = info;
      if (target && info.verb === 'watch') {
        this.watches.serve({ ...info, target }, response);
      } else {
        const { code, body } = await this.answer(door, info, await contentOf(request));
        send(response, code, body);
      }
    } catch (error) {
      if (!(error instanceof ApiError) && !response.destroyed) {
        console.error(error);
      }
      const status = failure(error, info);
      send(response, status.code, status);
    }
  }

  /**
   * Who shows no token is anonymous, which is allowed little; who shows a bad one is refused.
   *
   * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
   */
  private userOf(authorization: string | undefined): User {
    const [, token] = /^Bearer\s+(.+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) {
      return ANONYMOUS;
    }
    const { namespace, serviceAccount } = this.options.tokens.verify(token) ?? {};
    // a token ends with its service account:
    // https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
    if (!namespace || !serviceAccount || !this.store.find('ServiceAccount', namespace, serviceAccount)) {
      throw unauthorized();
    }
    return serviceAccountUser(namespace, serviceAccount);
  }

  private async answer(door: Door, info: RequestInfo, content: Content): Promise<Answer> {
    const { target, path, verb } = info;
    if (target) {
      return this.rest.answer({ ...info, target }, content);
    }
    const [, action] = /^\/harness\/([^/]+)$/.exec(path) ?? [];
    if (action && door === 'admin' && this.options.harness) {
      if (verb !== 'post') {
        throw methodNotAllowed();
      }
      return { code: 200, body: await this.options.harness(action, JSON.parse(content.text || '{}')) ?? null };
    }
    const body = discovery(path);
    if (body === undefined) {
      throw noSuchResource();
    }
    return { code: 200, body };
  }
}

async function contentOf(request: IncomingMessage): Promise<Content> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const [type] = (request.headers['content-type'] ?? '').split(';');
  return { type: type.trim().toLowerCase(), text: Buffer.concat(chunks).toString() };
}

function send(response: ServerResponse, code: number, body: unknown): void {
  const text = typeof body === 'string';
  response.writeHead(code, { 'content-type': text ? 'text/plain' : 'application/json' });
  response.end(text ? body : JSON.stringify(body));
}
