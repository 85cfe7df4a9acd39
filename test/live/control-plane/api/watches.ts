import { once } from 'node:events';
import { ServerResponse } from 'node:http';
import { badRequest, failure, methodNotAllowed, noSuchResource } from './errors';
import { RequestInfo, resourceOf, Target } from './resources';
import { selectionOf } from './selectors';
import { WatchHistory, WatchOptions } from './watch';

/**
 * The watches that are open: answers that go on, one line of JSON for each change.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class Watches {
  private readonly open = new Map<ServerResponse, () => void>();

  constructor(private readonly history: WatchHistory) {}

  serve({ target, query }: RequestInfo & { readonly target: Target }, response: ServerResponse): void {
    const options = optionsOf(target, query);
    const seconds = Number(query.get('timeoutSeconds') ?? 0);
    const write = (event: object) => response.write(`${JSON.stringify(event)}\n`);

    // nothing else is answered over this connection, so that it closes with the end of the watch.
    response.writeHead(200, { 'content-type': 'application/json', 'connection': 'close' }).flushHeaders();
    let stop: () => void;
    try {
      stop = this.history.watch(options, write);
    } catch (error) {
      // once its parameters are found good, a watch says what is wrong by an event:
      // https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go (newErrorWatcher)
      write({ type: 'ERROR', object: failure(error) });
      response.end();
      return;
    }
    const end = () => {
      stop();
      response.end();
    };
    const timer = seconds > 0 ? setTimeout(end, seconds * 1000) : undefined;
    this.open.set(response, end);
    response.on('close', () => {
      stop();
      clearTimeout(timer);
      this.open.delete(response);
    });
  }

  /** Ends each as if its time were over, and waits until its client has been told. */
  async end(): Promise<void> {
    await Promise.all([...this.open].map(async ([response, end]) => {
      const closed = once(response, 'close');
      end();
      await closed;
    }));
  }
}

function optionsOf(target: Target, query: URLSearchParams): WatchOptions {
  const resource = resourceOf(target);
  if (!resource) {
    throw noSuchResource();
  }
  if (!resource.verbs.includes('watch')) {
    throw methodNotAllowed();
  }
  const version = query.get('resourceVersion') || '0';
  if (!/^\d+$/.test(version)) {
    throw badRequest(`resourceVersion: Invalid value: "${version}"`);
  }
  return { kind: resource.kind, namespace: target.namespace, selected: selectionOf(query, resource), since: Number(version) };
}
