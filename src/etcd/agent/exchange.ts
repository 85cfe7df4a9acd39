import { request as requestByHttp } from 'node:http';
import { request as requestByHttps, RequestOptions } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What is asked of whom, and for how many milliseconds an answer is waited for. */
export interface Question extends Pick<RequestOptions, 'method' | 'headers' | 'ca' | 'cert' | 'key'> {
  /** What messages call the other side. */
  readonly who: string;
  readonly url: URL;
  readonly timeout: number;
  readonly body?: object;
}

/** Asks once, and returns the whole answer whatever its status. */
export async function exchange({ who, url, timeout, body, ...options }: Question): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestByHttps : requestByHttp;
  const signal = AbortSignal.timeout(timeout);
  return new Promise<Answer>((resolve, reject) => {
    // a connection that outlives its answer would keep the process alive, and point to an address that a pod had.
    const outgoing = request(url, { ...options, agent: false, signal }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body && JSON.stringify(body));
  }).catch(error => {
    throw new Error(`${who} does not answer: ${signal.aborted ? `nothing for ${timeout} ms` : error.message}`, { cause: error });
  });
}
