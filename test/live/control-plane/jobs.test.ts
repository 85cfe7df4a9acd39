import { EventLog } from './events';
import { JobController } from './jobs';
import { KubeObject } from './objects';
import { ObjectStore } from './store';

describe('JobController', () => {
  let store: ObjectStore;
  let events: EventLog;
  let controller: JobController;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'], now: Date.parse('2024-01-01T00:00:00Z') });
    store = new ObjectStore();
    store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'shop', name: 'default' } });
    events = new EventLog();
    controller = new JobController(store, events);
    controller.start();
  });
  afterEach(() => {
    controller.stop();
    jest.useRealTimers();
  });

  /** Lets everything happen that happens without the passing of time. */
  const settled = async () => {
    for (let i = 0; i < 20; i++) {
      await Promise.resolve();
    }
  };
  const createJob = async (spec: object = {}, podSpec: object = {}) => {
    const template = { metadata: { labels: { app: 'backup' } }, spec: { restartPolicy: 'Never', serviceAccountName: 'default', containers: [], ...podSpec } };
    const job = { parallelism: 1, completions: 1, backoffLimit: 6, template, ...spec };
    store.create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace: 'shop', name: 'backup' }, spec: job });
    await settled();
  };
  const job = () => store.get('Job', 'shop', 'backup');
  const pods = () => store.list('Pod', 'shop');
  const active = () => pods().filter(({ status, metadata }) => status.phase === 'Pending' && metadata.deletionTimestamp === undefined);
  const finish = async (pod: KubeObject, phase: string) => {
    store.modify('Pod', 'shop', pod.metadata.name, object => object.status.phase = phase);
    await settled();
  };
  const reasons = () => events.all().map(({ reason }) => reason);

  test('makes pods of the template that are found by their labels and belong to the job', async () => {
    await createJob();
    const [pod] = pods();
    expect(pod.metadata.name).toMatch(/^backup-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(pod.metadata.labels).toMatchObject({ 'app': 'backup', 'job-name': 'backup', 'batch.kubernetes.io/job-name': 'backup' });
    expect(pod.metadata.labels).toMatchObject(job().spec.selector.matchLabels);
    expect(pod.metadata.ownerReferences).toEqual([
      { apiVersion: 'batch/v1', kind: 'Job', name: 'backup', uid: job().metadata.uid, controller: true, blockOwnerDeletion: true },
    ]);
    expect(pod.status).toEqual({ phase: 'Pending' });
    expect(events.all()).toEqual([expect.objectContaining({ object: 'Job shop/backup', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` })]);
  });

  test('cuts the names of pods to 63 characters', async () => {
    store.create({ ...withPods(), metadata: { namespace: 'shop', name: 'x'.repeat(63) } });
    await settled();
    expect(pods()[0].metadata.name).toMatch(/^x{58}[a-z0-9]{5}$/);
  });

  test('says what is active, and since when', async () => {
    await createJob({ parallelism: 2, completions: 2 });
    expect(job().status).toEqual({ startTime: '2024-01-01T00:00:00Z', active: 2, ready: 0 });
  });

  test('is complete with its last success, and says when', async () => {
    await createJob({ completions: 2 });
    await finish(pods()[0], 'Succeeded');
    expect(job().status).toMatchObject({ active: 1, succeeded: 1 });
    await finish(active()[0], 'Succeeded');
    expect(job().status).toEqual({
      startTime: '2024-01-01T00:00:00Z',
      completionTime: '2024-01-01T00:00:00Z',
      ready: 0,
      succeeded: 2,
      conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2024-01-01T00:00:00Z' }],
    });
    expect(reasons()).toEqual(['SuccessfulCreate', 'SuccessfulCreate', 'Completed']);
  });

  test('makes a new pod for one that failed, after a wait', async () => {
    await createJob();
    await finish(pods()[0], 'Failed');
    expect(pods()).toHaveLength(1);
    expect(job().status).toMatchObject({ failed: 1 });
    await jest.advanceTimersByTimeAsync(1000);
    await settled();
    expect(active()).toHaveLength(1);
    expect(pods()).toHaveLength(2);
  });

  test('counts a failed pod once, even when it is gone', async () => {
    await createJob();
    const [{ metadata: { name } }] = pods();
    await finish(pods()[0], 'Failed');
    store.delete('Pod', 'shop', name);
    store.remove('Pod', 'shop', name);
    await settled();
    expect(job().status.failed).toBe(1);
  });

  test('counts a pod as failed that was deleted and gone before anybody looked', async () => {
    await createJob();
    store.remove('Pod', 'shop', pods()[0].metadata.name);
    await settled();
    expect(job().status).toMatchObject({ failed: 1 });
  });

  test('fails with BackoffLimitExceeded, deletes what still runs, and counts it as failed', async () => {
    await createJob({ parallelism: 2, completions: 2, backoffLimit: 0 });
    const [first, second] = pods();
    await finish(first, 'Failed');
    expect(store.get('Pod', 'shop', second.metadata.name).metadata.deletionTimestamp).toBeDefined();
    expect(job().status).toEqual({
      startTime: '2024-01-01T00:00:00Z',
      ready: 0,
      failed: 2,
      conditions: [{
        type: 'Failed',
        status: 'True',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
        lastTransitionTime: '2024-01-01T00:00:00Z',
      }],
    });
    expect(reasons()).toContain('BackoffLimitExceeded');
  });

  test('fails with DeadlineExceeded when its time is over', async () => {
    await createJob({ activeDeadlineSeconds: 5 });
    await jest.advanceTimersByTimeAsync(5000);
    await settled();
    expect(job().status).toMatchObject({ failed: 1, conditions: [{ type: 'Failed', reason: 'DeadlineExceeded' }] });
    expect(active()).toEqual([]);
  });

  test('makes no more pods once it is finished', async () => {
    await createJob();
    await finish(pods()[0], 'Succeeded');
    store.remove('Pod', 'shop', pods()[0].metadata.name);
    await settled();
    expect(pods()).toEqual([]);
    expect(job().status.succeeded).toBe(1);
  });

  test('does not count pods as failed that are one too many', async () => {
    await createJob({ parallelism: 3, completions: 3 });
    store.modify('Job', 'shop', 'backup', ({ spec }) => spec.parallelism = 1);
    await settled();
    expect(active()).toHaveLength(1);
    expect(job().status).toEqual({ startTime: '2024-01-01T00:00:00Z', active: 1, ready: 0 });
  });

  test('starts its time anew when it is no longer suspended', async () => {
    await createJob({ suspend: true });
    expect(job().status).not.toHaveProperty('startTime');
    await jest.advanceTimersByTimeAsync(60_000);
    store.modify('Job', 'shop', 'backup', ({ spec }) => spec.suspend = false);
    await settled();
    expect(job().status).toMatchObject({ startTime: '2024-01-01T00:01:00Z', active: 1 });
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
  test('deletes a finished job when it has lived on for as long as it should', async () => {
    await createJob({ ttlSecondsAfterFinished: 10 });
    await finish(pods()[0], 'Succeeded');
    await jest.advanceTimersByTimeAsync(9_999);
    await settled();
    expect(store.find('Job', 'shop', 'backup')).toBeDefined();
    await jest.advanceTimersByTimeAsync(1);
    await settled();
    expect(store.find('Job', 'shop', 'backup')).toBeUndefined();
  });

  test('tells once why it cannot make a pod, and makes it when it can', async () => {
    await createJob({}, { serviceAccountName: 'builder' });
    store.modify('Job', 'shop', 'backup', ({ metadata }) => metadata.labels = { touched: 'yes' });
    await settled();
    expect(events.all()).toEqual([expect.objectContaining({
      reason: 'FailedCreate',
      message: 'Error creating: pods "backup-" is forbidden: error looking up service account shop/builder: serviceaccount "builder" not found',
    })]);

    store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'shop', name: 'builder' } });
    await settled();
    expect(active()).toHaveLength(1);
  });

  test('does nothing when it is stopped', async () => {
    controller.stop();
    await createJob();
    expect(pods()).toEqual([]);
  });

  const withPods = (): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: '' },
    spec: { parallelism: 1, completions: 1, backoffLimit: 6, template: { spec: { restartPolicy: 'Never', serviceAccountName: 'default', containers: [] } } },
  });
});
