import { readFileSync } from 'node:fs';
import { exchange } from './exchange';

/** How a client knows the members, and how they know it. */
export interface Credentials {
  /** Files with certificates and a key; they are read anew for each request, since they are renewed. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** A user of etcd, where users and roles are on. */
  readonly user?: string;
  readonly password?: string;
}

/** An answer of etcd that says no. */
export class GatewayError extends Error {
  public constructor(
    message: string,
    /** The status of HTTP: 503 is no quorum or a learner, 412 a condition that is not met, 404 something that is not there. */
    public readonly status: number,
    /** The status of gRPC. */
    public readonly code: number,
  ) {
    super(message);
  }
}

/** The status of gRPC for what etcd does not do as things are. @see https://grpc.io/docs/guides/status-codes/ */
export const FAILED_PRECONDITION = 9;

/**
 * What etcd says to those who did not say who they are, or did before users were changed: also that they may not do it, where a certificate
 * without a name made somebody of them.
 */
const NOBODY = /user name is empty|permission denied|invalid auth token|revision of auth store is old/;

/** What the gateway says to certificates that could be taken for a user, in plain text. */
const COMMON_NAME = /^CommonName of client/;

const ANSWER_MS = 5000;

/**
 * One member's JSON gateway.
 *
 * @see https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export class Gateway {
  private token?: string;

  public constructor(public readonly endpoint: string, private readonly credentials: Credentials = {}) {}

  /** Asks once; the caller knows what may be asked again. */
  public async call<T>(path: string, body: object = {}, timeout = ANSWER_MS): Promise<T> {
    const { user } = this.credentials;
    if (user === undefined) {
      return this.post(path, body, timeout);
    }
    this.token ??= await this.authenticate();
    try {
      return await this.post(path, body, timeout);
    } catch (error) {
      if (!(error instanceof GatewayError && NOBODY.test(error.message))) {
        throw error;
      }
      // tokens expire, and users may have been turned on since.
      this.token = await this.authenticate();
      return this.post(path, body, timeout);
    }
  }

  /** A token for the user, or none while etcd asks nobody who they are. */
  private async authenticate(): Promise<string> {
    const { user, password } = this.credentials;
    this.token = undefined;
    try {
      const { token } = await this.post<{ token: string }>('/v3/auth/authenticate', { name: user, password }, ANSWER_MS);
      return token;
    } catch (error) {
      if (error instanceof GatewayError && /authentication is not enabled/.test(error.message)) {
        return '';
      }
      throw error;
    }
  }

  private async post<T>(path: string, body: object, timeout: number): Promise<T> {
    const url = new URL(path, this.endpoint);
    const { ca, cert, key } = this.credentials;
    const { status, text } = await exchange({
      who: url.host,
      url,
      ...url.protocol === 'https:' && { ca: contentOf(ca), cert: contentOf(cert), key: contentOf(key) },
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.token && { authorization: this.token } },
      body,
      timeout,
    });
    return parsed(`${url.host}${path}`, status, text) as T;
  }
}

function contentOf(file: string | undefined): Buffer | undefined {
  return file === undefined ? undefined : readFileSync(file);
}

/** What etcd said; anything but JSON is of something that is not etcd, or that knows no gateway. */
function parsed(where: string, status: number, text: string): unknown {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new GatewayError(COMMON_NAME.test(text)
      ? `${where} answers ${status}: etcd's JSON gateway refuses certificates with a common name once users and roles are on; issue one with DNS names alone`
      : `${where} answers ${status} and not in JSON: ${text.slice(0, 200).trim()}`, status, 0);
  }
  if (status !== 200) {
    throw new GatewayError(answer.message ?? answer.error ?? `status ${status}`, status, answer.code ?? 0);
  }
  return answer;
}
