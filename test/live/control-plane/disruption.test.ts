import { DisruptionController, disruptionStatus, mayEvict } from './disruption';
import { KubeObject, ownedBy } from './objects';
import { ObjectStore } from './store';

const statefulSet = (replicas: number): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { namespace: 'shop', name: 'etcd', uid: 'set-uid' }, spec: { replicas },
});

const pod = (ordinal: number, { ready = true, ...metadata }: any = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    namespace: 'shop',
    name: `etcd-${ordinal}`,
    labels: { app: 'etcd' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'etcd', uid: 'set-uid', controller: true }],
    ...metadata,
  },
  spec: {},
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

const budget = (spec: object, status?: object): KubeObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { namespace: 'shop', name: 'etcd', generation: 1 },
  spec: { selector: { matchLabels: { app: 'etcd' } }, ...spec },
  ...status && { status: { observedGeneration: 1, ...status } },
});

const pods = [pod(0), pod(1), pod(2)];
const now = Date.parse('2024-01-01T00:00:00Z');
const statusOf = (spec: object, of: KubeObject[] = pods, replicas = 3) => disruptionStatus(budget(spec), of, [statefulSet(replicas)], now);

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/disruption/disruption.go
describe('disruptionStatus', () => {
  test('says what is there, what must be, and what follows', () => {
    expect(statusOf({ minAvailable: 2 })).toEqual({
      observedGeneration: 1,
      expectedPods: 3,
      desiredHealthy: 2,
      currentHealthy: 3,
      disruptionsAllowed: 1,
      conditions: [{
        type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '', observedGeneration: 1, lastTransitionTime: '2024-01-01T00:00:00Z',
      }],
    });
  });

  test('allows nothing, with a reason, when too few pods are healthy', () => {
    const { disruptionsAllowed, conditions } = statusOf({ minAvailable: 3 });
    expect(disruptionsAllowed).toBe(0);
    expect(conditions).toEqual([expect.objectContaining({ status: 'False', reason: 'InsufficientPods' })]);
  });

  test('never allows less than nothing', () => {
    expect(statusOf({ minAvailable: 5 }).disruptionsAllowed).toBe(0);
  });

  test('expects as many pods as there are when minAvailable is a number', () => {
    expect(statusOf({ minAvailable: 1 }, [pod(0), pod(1)], 3)).toMatchObject({ expectedPods: 2, desiredHealthy: 1, disruptionsAllowed: 1 });
  });

  test.each([
    ['minAvailable', '50%', 3, 2],
    ['minAvailable', '50%', 4, 2],
    ['minAvailable', '34%', 3, 2],
    ['minAvailable', '100%', 3, 3],
    ['maxUnavailable', 1, 3, 2],
    ['maxUnavailable', '30%', 3, 2],
    ['maxUnavailable', '50%', 3, 1],
    ['maxUnavailable', 5, 3, 0],
  ])('rounds parts of the replicas up: %s %j of %i makes %i healthy pods', (field, value, replicas, desiredHealthy) => {
    expect(statusOf({ [field]: value }, pods, replicas)).toMatchObject({ expectedPods: replicas, desiredHealthy });
  });

  test('counts replicas whose pods are missing as expected when maxUnavailable is given', () => {
    expect(statusOf({ maxUnavailable: 1 }, [pod(0), pod(1)])).toMatchObject({ expectedPods: 3, currentHealthy: 2, disruptionsAllowed: 0 });
  });

  test('counts neither pods that are not ready nor those that are being deleted as healthy', () => {
    const others = [pod(1, { ready: false }), pod(2, { deletionTimestamp: '2024-01-01T00:00:00Z' })];
    expect(statusOf({ minAvailable: 1 }, [pod(0), ...others])).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0 });
  });

  test('allows nothing while there are no pods', () => {
    expect(statusOf({ minAvailable: 0 }, [])).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
  });

  test('takes an empty selector for all pods and no selector for none', () => {
    expect(statusOf({ minAvailable: 1, selector: {} }).expectedPods).toBe(3);
    expect(statusOf({ minAvailable: 1, selector: undefined }).expectedPods).toBe(0);
  });

  test('does not count a pod that nobody controls when it asks for replicas', () => {
    expect(statusOf({ maxUnavailable: 1 }, [...pods, pod(3, { ownerReferences: undefined })]).expectedPods).toBe(3);
  });

  test('allows nothing if a pod belongs to something without replicas', () => {
    const stray = pod(0, { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'backup', uid: 'job-uid', controller: true }] });
    const { disruptionsAllowed, conditions } = statusOf({ maxUnavailable: 1 }, [stray]);
    expect(disruptionsAllowed).toBe(0);
    expect(conditions).toEqual([expect.objectContaining({ reason: 'SyncFailed', message: 'found no controllers for pod "etcd-0"' })]);
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/registry/core/pod/storage/eviction.go
describe('mayEvict', () => {
  const healthy = { currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1 };
  const spent = { currentHealthy: 2, desiredHealthy: 2, disruptionsAllowed: 0 };
  const short = { currentHealthy: 1, desiredHealthy: 2, disruptionsAllowed: 0 };

  test('lets a pod go that no budget selects', () => {
    const other = budget({ selector: { matchLabels: { app: 'other' } } }, spent);
    const elsewhere = { ...budget({}, spent), metadata: { namespace: 'other', name: 'etcd' } };
    expect(mayEvict(pod(0), [other, elsewhere, budget({ selector: undefined }, spent)])).toEqual({ allowed: true });
  });

  test('lets a pod go while its budget allows a disruption', () => {
    expect(mayEvict(pod(0), [budget({}, healthy)])).toEqual({ allowed: true });
  });

  test('holds a pod when its budget is spent', () => {
    expect(mayEvict(pod(0), [budget({}, spent)])).toEqual({
      allowed: false,
      code: 429,
      reason: "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget etcd needs 2 healthy pods and has 2 currently",
    });
  });

  test('holds a pod until the controller has seen its budget', () => {
    const { allowed, reason } = mayEvict(pod(0), [budget({})]);
    expect(allowed).toBe(false);
    expect(reason).toMatch(/The disruption budget etcd is still being processed by the server\.$/);
  });

  test('refuses to choose between two budgets', () => {
    expect(mayEvict(pod(0), [budget({}, healthy), budget({ selector: {} }, healthy)])).toEqual({
      allowed: false, code: 500, reason: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
  });

  test.each(['Pending', 'Succeeded', 'Failed'])('lets a pod go that is %s', phase => {
    expect(mayEvict({ ...pod(0), status: { phase } }, [budget({}, spent)])).toEqual({ allowed: true });
  });

  test('lets a pod go that is on its way out', () => {
    expect(mayEvict(pod(0, { deletionTimestamp: '2024-01-01T00:00:00Z' }), [budget({}, spent)])).toEqual({ allowed: true });
  });

  test.each([undefined, 'IfHealthyBudget'])('with the policy %s, lets an unhealthy pod go only while enough others are healthy', unhealthyPodEvictionPolicy => {
    expect(mayEvict(pod(0, { ready: false }), [budget({ unhealthyPodEvictionPolicy }, spent)])).toEqual({ allowed: true });
    expect(mayEvict(pod(0, { ready: false }), [budget({ unhealthyPodEvictionPolicy }, short)])).toMatchObject({ allowed: false, code: 429 });
  });

  test('with the policy AlwaysAllow, lets an unhealthy pod go in any case', () => {
    const broken = budget({ unhealthyPodEvictionPolicy: 'AlwaysAllow' }, short);
    expect(mayEvict(pod(0, { ready: false }), [broken])).toEqual({ allowed: true });
    expect(mayEvict(pod(0), [broken])).toMatchObject({ allowed: false });
  });
});

describe('DisruptionController', () => {
  test('has counted an evicted pod as lost before anything else is asked', async () => {
    const store = new ObjectStore();
    const controller = new DisruptionController(store);
    const ownerReferences = [ownedBy(store.create(statefulSet(3)))];
    [0, 1, 2].forEach(ordinal => store.create(pod(ordinal, { ownerReferences })));
    store.create(budget({ maxUnavailable: 1 }));
    controller.start();
    await Promise.resolve();
    expect(mayEvict(store.get('Pod', 'shop', 'etcd-2'), store.list('PodDisruptionBudget'))).toEqual({ allowed: true });

    store.delete('Pod', 'shop', 'etcd-2');
    await Promise.resolve();
    expect(mayEvict(store.get('Pod', 'shop', 'etcd-1'), store.list('PodDisruptionBudget'))).toMatchObject({ allowed: false, code: 429 });
    controller.stop();
  });

  test('keeps the time of the last transition', () => {
    const first = disruptionStatus(budget({ minAvailable: 2 }), pods, [], now);
    const second = disruptionStatus(budget({ minAvailable: 1 }, first), pods, [], now + 60_000);
    expect(second.conditions[0].lastTransitionTime).toBe('2024-01-01T00:00:00Z');
  });
});
