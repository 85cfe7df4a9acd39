import { httpGet } from './http-get';
import type { ExecResult } from '../../cluster';

/** The running container of which a probe or a hook wants something. */
export interface HandlerTarget {
  /** As the pod's spec has it. */
  readonly container: any;
  /** Of the pod. */
  readonly address: string;
  /** From which of its addresses the node speaks. */
  readonly localAddress: string;
  exec(command: readonly string[], options?: { readonly timeoutSeconds?: number }): Promise<ExecResult>;
}

/** Makes the request of an `httpGet` handler, and returns the status of the answer. */
export async function getByHandler(action: any, target: HandlerTarget, userAgent: string, timeoutSeconds?: number): Promise<number> {
  return httpGet({
    host: action.host || target.address,
    port: portOf(target.container, action.port),
    path: action.path || '/',
    scheme: action.scheme,
    headers: action.httpHeaders,
    userAgent,
    localAddress: target.localAddress,
    timeoutSeconds,
  });
}

/** The number of a port of which a handler says the number or the name. Names are those of the container's own ports. */
export function portOf(container: any, port: number | string): number {
  const number = (container.ports ?? []).find(({ name }: any) => name === port)?.containerPort ?? Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    throw new Error(`couldn't find port ${JSON.stringify(port)} in container ${container.name}`);
  }
  return number;
}
