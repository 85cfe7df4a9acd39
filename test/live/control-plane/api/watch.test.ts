import { parseLabelSelector } from './selectors';
import { WatchHistory, WatchOptions } from './watch';
import { KubeObject, matches } from '../objects';
import { ObjectStore, WatchEvent } from '../store';

const pod = (name: string, labels: Record<string, string> = {}, namespace = 'default'): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } });

const all = () => true;
const labelled = (text: string) => (object: KubeObject) => matches(object, parseLabelSelector(text));

/** What a watcher has been sent so far, in short. */
function watching(history: WatchHistory, options: Partial<WatchOptions> = {}) {
  const events: WatchEvent[] = [];
  const stop = history.watch({ kind: 'Pod', namespace: 'default', selected: all, since: 0, ...options }, event => events.push(event));
  return { events, stop, seen: () => events.map(({ type, object }) => `${type} ${object.metadata.name}`) };
}

const told = () => new Promise(resolve => setImmediate(resolve));

// https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-watch
describe('WatchHistory', () => {
  test('begins with what is there if no version is named, and goes on with what happens', async () => {
    const store = new ObjectStore();
    store.create(pod('a'));
    const { seen } = watching(new WatchHistory(store));
    store.create(pod('b'));
    store.modify('Pod', 'default', 'a', object => { object.metadata.labels = { x: 'y' }; });
    store.remove('Pod', 'default', 'b');
    await told();
    expect(seen()).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
  });

  test('tells all that happened after a version, once', async () => {
    const store = new ObjectStore();
    const history = new WatchHistory(store);
    store.create(pod('a'));
    const since = Number(store.resourceVersion);
    store.create(pod('b'));
    await told();
    store.create(pod('c'));
    const { seen, events } = watching(history, { since });
    store.create(pod('d'));
    await told();
    expect(seen()).toEqual(['ADDED b', 'ADDED c', 'ADDED d']);
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([since + 1, since + 2, since + 3]);
  });

  test('gives what is deleted the version of its deletion, from which a watch can go on', async () => {
    const store = new ObjectStore();
    const { events } = watching(new WatchHistory(store));
    store.create(pod('a'));
    store.remove('Pod', 'default', 'a');
    await told();
    expect(events[1]).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a', resourceVersion: store.resourceVersion } } });
  });

  test('tells of one kind, and of one namespace unless all are asked for', async () => {
    const store = new ObjectStore();
    const history = new WatchHistory(store);
    const here = watching(history);
    const everywhere = watching(history, { namespace: undefined });
    store.create({ ...pod('s'), kind: 'Service' });
    store.create(pod('a'));
    store.create(pod('b', {}, 'other'));
    await told();
    expect(here.seen()).toEqual(['ADDED a']);
    expect(everywhere.seen()).toEqual(['ADDED a', 'ADDED b']);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go
  test('tells who selects of objects that begin or cease to match as of new and deleted ones', async () => {
    const store = new ObjectStore();
    const { seen, events } = watching(new WatchHistory(store), { selected: labelled('role=leader') });
    store.create(pod('a', { role: 'follower' }));
    const label = (labels: Record<string, string>) => store.modify('Pod', 'default', 'a', object => { object.metadata.labels = labels; });
    label({ role: 'leader' });
    label({ role: 'leader', x: 'y' });
    label({ role: 'follower' });
    label({ role: 'none' });
    store.remove('Pod', 'default', 'a');
    await told();
    expect(seen()).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
    expect(events[2].object.metadata).toMatchObject({ labels: { role: 'leader', x: 'y' }, resourceVersion: '4' });
  });

  test('tells changes in the order of their versions, also if one was made in answer to another', async () => {
    const store = new ObjectStore();
    store.watch(({ type }) => {
      if (type === 'ADDED') {
        store.modify('Pod', 'default', 'a', object => { object.status = { phase: 'Running' }; });
      }
    });
    const { seen } = watching(new WatchHistory(store));
    store.create(pod('a'));
    await told();
    expect(seen()).toEqual(['ADDED a', 'MODIFIED a']);
  });

  test('fails with 410 if what was asked for is forgotten', async () => {
    const store = new ObjectStore();
    const history = new WatchHistory(store, 2);
    for (const name of ['a', 'b', 'c', 'd']) {
      store.create(pod(name));
    }
    expect(() => watching(history, { since: 1 })).toThrow(expect.objectContaining({
      code: 410, reason: 'Expired', message: expect.stringMatching(/^too old resource version: 1 \(3\)$/),
    }));
    expect(watching(history, { since: 2 }).seen()).toEqual(['ADDED c', 'ADDED d']);
  });

  test('knows nothing of what was before it', () => {
    const store = new ObjectStore();
    store.create(pod('a'));
    store.create(pod('b'));
    expect(() => watching(new WatchHistory(store), { since: 1 })).toThrow(/too old resource version: 1 \(3\)/);
  });

  test('tells nothing more after its end', async () => {
    const store = new ObjectStore();
    const { seen, stop } = watching(new WatchHistory(store));
    stop();
    store.create(pod('a'));
    await told();
    expect(seen()).toEqual([]);
  });
});
