import { Reconciler } from './reconciler';
import { ObjectStore } from './store';

describe('Reconciler', () => {
  const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name } });
  let store: ObjectStore;
  let reconcile: jest.Mock<number | undefined>;
  let reconciler: Reconciler;

  beforeEach(async () => {
    store = new ObjectStore();
    reconcile = jest.fn();
    reconciler = new Reconciler(store, ['Pod'], reconcile);
  });
  afterEach(() => {
    reconciler.stop();
    jest.useRealTimers();
  });

  const started = async () => {
    reconciler.start();
    await Promise.resolve();
    reconcile.mockClear();
  };

  test('looks at what is there when it is started', async () => {
    reconciler.start();
    await Promise.resolve();
    expect(reconcile).toHaveBeenCalledTimes(1);
  });

  test('looks once after many changes, when those who made them are through', async () => {
    await started();
    store.create(pod('a'));
    store.create(pod('b'));
    expect(reconcile).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(reconcile).toHaveBeenCalledTimes(1);
  });

  test('looks again after its own changes', async () => {
    await started();
    reconcile.mockImplementationOnce(() => void store.create(pod('b')));
    store.create(pod('a'));
    await new Promise(resolve => setImmediate(resolve));
    expect(reconcile).toHaveBeenCalledTimes(2);
  });

  test('does not look after changes of other kinds', async () => {
    await started();
    store.create({ ...pod('a'), kind: 'Secret' });
    await Promise.resolve();
    expect(reconcile).not.toHaveBeenCalled();
  });

  test('looks again when it wants to, but a century is not at once', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    reconcile.mockReturnValueOnce(500).mockReturnValue(100 * 365 * 86_400_000);
    reconciler.start();
    await Promise.resolve();
    await jest.advanceTimersByTimeAsync(500);
    expect(reconcile).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(reconcile).toHaveBeenCalledTimes(2);
  });

  test('does not look once it is stopped', async () => {
    await started();
    store.create(pod('a'));
    reconciler.stop();
    store.create(pod('b'));
    await Promise.resolve();
    expect(reconcile).not.toHaveBeenCalled();
  });
});
