import { createServer, IncomingHttpHeaders, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { TlsSecretData } from '../test-certificates';

/** What is asked of a gateway. */
export interface Asked {
  readonly path: string;
  readonly body: any;
  readonly headers: IncomingHttpHeaders;
}

/** What it answers: an object with 200, or a status with an object or text; nothing at all, or an end of the connection. */
export type Answer = object | readonly [status: number, body: object | string] | 'nothing' | 'the end';

/** A JSON gateway that says what it is told to. */
export class FakeGateway {
  public static async start(answer: (asked: Asked) => Answer, certificate?: TlsSecretData): Promise<FakeGateway> {
    const server = certificate === undefined ? createServer() : createTlsServer({
      cert: certificate['tls.crt'], key: certificate['tls.key'], ca: certificate['ca.crt'], requestCert: true, rejectUnauthorized: true,
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new FakeGateway(server as Server, `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, answer);
  }

  public readonly asked: Asked[] = [];

  private constructor(private readonly server: Server, public readonly url: string, answer: (asked: Asked) => Answer) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk)).on('end', () => {
        const asked = { path: request.url!, body: JSON.parse(Buffer.concat(chunks).toString()), headers: request.headers };
        this.asked.push(asked);
        const told = answer(asked);
        if (told === 'the end') {
          request.socket.destroy();
        } else if (told !== 'nothing') {
          const [status, body] = Array.isArray(told) ? told : [200, told];
          response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
        }
      });
    });
  }

  /** What was asked for, in order. */
  public get paths(): string[] {
    return this.asked.map(({ path }) => path);
  }

  /** May be called twice. */
  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}

/** An answer that says no, as etcd writes it from 3.5 on; 3.4 has 412 for code 9. */
export function no(code: number, message: string, status = 400): Answer {
  return [status, { code, message, error: message }];
}

/** Has what programs print, line by line, for as long as a test runs. */
export function printed(): any[] {
  const lines: any[] = [];
  jest.spyOn(console, 'log').mockImplementation(line => lines.push(JSON.parse(line)));
  return lines;
}
