import { readFileSync } from 'node:fs';
import { get as getByHttp } from 'node:http';
import { get as getByHttps } from 'node:https';

/** A member as those say that it is to reach. Only one that has started once serves clients at an address. */
export interface PeerMember {
  /** A number of 64 bits, in decimal. */
  readonly id: string;
  readonly peerURLs: readonly string[];
  readonly clientURLs?: readonly string[];
}

/** The certificate by which members know each other. */
export interface PeerFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Nobody is there, or nobody who can be heard: as long as there was no connection. What fails later is somebody's who is there, and may know more. */
const SILENT = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ABORT_ERR'];

/**
 * The members that a member knows, by what it serves to others of its kind: it needs no quorum and no user, and it is what etcd itself asks before it
 * forms a cluster. Undefined, if it does not answer.
 *
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/etcdserver/api/etcdhttp/peer.go
 */
export async function askPeer(peerUrl: string, files?: PeerFiles, timeout = 3000): Promise<readonly PeerMember[] | undefined> {
  const url = new URL('/members', peerUrl);
  const [get, tls] = url.protocol === 'https:'
    ? [getByHttps, Object.fromEntries(Object.entries(files ?? {}).map(([name, file]) => [name, readFileSync(file)]))] as const
    : [getByHttp, {}] as const;
  let isConnected = false;
  try {
    const text = await new Promise<string>((resolve, reject) => {
      get(url, { ...tls, agent: false, signal: AbortSignal.timeout(timeout) }, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
        response.on('error', reject);
      }).on('socket', socket => socket.once('connect', () => { isConnected = true; })).on('error', reject);
    });
    return membersIn(text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!isConnected && SILENT.includes(String(code))) {
      return undefined;
    }
    throw new Error(`${url.host} answers, and cannot be asked for its members: ${message}`, { cause: error });
  }
}

function membersIn(text: string): PeerMember[] {
  // numbers of 64 bits are more than JavaScript's have.
  const members: unknown = JSON.parse(text.replace(/"id":(\d+)/g, '"id":"$1"'));
  if (!Array.isArray(members)) {
    throw new Error(text.slice(0, 200));
  }
  return members;
}
