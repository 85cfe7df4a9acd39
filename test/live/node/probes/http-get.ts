import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpGetOptions {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly scheme?: 'HTTP' | 'HTTPS';
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly userAgent: string;
  /** From which of its addresses the node speaks. */
  readonly localAddress: string;
  /** @default - as long as it takes */
  readonly timeoutSeconds?: number;
}

const MAX_REDIRECTS = 10;

/**
 * The status of the answer to a GET, as the kubelet makes it for probes and hooks: on a connection of its own, without looking at certificates. Redirects
 * are followed as long as they stay on the host; one that leaves it is itself the answer.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/probe/http/http.go
 * @throws Error in the words of Go's HTTP client
 */
export async function httpGet(options: HttpGetOptions): Promise<number> {
  const { host, port, path = '/', scheme = 'HTTP', timeoutSeconds } = options;
  const signal = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
  const start = new URL(`${scheme.toLowerCase()}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const { status, location } = await request(url, options, signal);
    const target = location === undefined ? undefined : new URL(location, url);
    if (target === undefined || target.hostname !== start.hostname) {
      return status;
    }
    url = target;
  }
  throw new Error(`Get "${url}": stopped after ${MAX_REDIRECTS} redirects`);
}

function request(url: URL, options: HttpGetOptions, signal?: AbortSignal): Promise<{ status: number; location?: string }> {
  const { localAddress } = options;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new Error(`Get "${url}": ${describeFailure(error, url, signal)}`));
    const { get } = url.protocol === 'https:' ? https : http;
    get(url, { agent: false, headers: headersOf(options), localAddress, rejectUnauthorized: false, signal }, response => {
      const { statusCode: status = 0, headers: { location } } = response;
      // the body is waited for, as it is part of what a timeout allows.
      response.on('error', fail).on('end', () => resolve({ status, location: isRedirect(status) ? location : undefined })).resume();
    }).on('error', fail);
  });
}

/** The node's own, unless they are set; those that are set to nothing are not sent. */
function headersOf({ headers = [], userAgent }: HttpGetOptions): http.OutgoingHttpHeaders {
  const all: Record<string, string[]> = { 'user-agent': [userAgent], 'accept': ['*/*'] };
  const named = new Set<string>();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    all[key] = named.has(key) ? [...all[key], value] : [value];
    named.add(key);
  }
  const sent = Object.entries(all).filter(([, values]) => values.some(value => value !== ''));
  return Object.fromEntries(sent.map(([key, values]) => [key, values.length === 1 || key === 'host' ? values[0] : values]));
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function describeFailure(error: NodeJS.ErrnoException, { hostname, port, protocol }: URL, signal?: AbortSignal): string {
  if (signal?.aborted) {
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  }
  return describeDialFailure(error, hostname, Number(port || (protocol === 'https:' ? 443 : 80)));
}

/** Why there is no connection, in the words of Go, by which people know it. */
export function describeDialFailure(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'ECONNREFUSED': return `dial tcp ${host}:${port}: connect: connection refused`;
    case 'EHOSTUNREACH': return `dial tcp ${host}:${port}: connect: no route to host`;
    case 'ECONNRESET': return error.message === 'socket hang up' ? 'EOF' : `read tcp ${host}:${port}: read: connection reset by peer`;
    default: return error.message;
  }
}
