import { member, PodState, READY_SINCE, statefulSet } from './fixtures';
import { planSync } from './rules';
import { statusOf } from './status';

const snapshot = (spec: object, pods: Record<number, PodState>, after = 3600) => {
  const set = statefulSet(spec);
  const members = Object.entries(pods).map(([ordinal, state]) => member(set, Number(ordinal), state));
  return { set, pods: members, claims: [], currentRevision: 'old', updateRevision: 'new', now: READY_SINCE + after * 1000 };
};

// https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_control.go computeReplicaStatus
describe('The status of a set', () => {
  test('counts pods that are there, ready, available, and of each revision', () => {
    expect(statusOf(snapshot({ replicas: 4 }, { 0: 'ready@old', 1: 'running@old', 2: 'ready@new', 3: 'pending@new' }))).toEqual({
      observedGeneration: 1,
      replicas: 4,
      readyReplicas: 2,
      availableReplicas: 2,
      currentReplicas: 2,
      updatedReplicas: 2,
      currentRevision: 'old',
      updateRevision: 'new',
    });
  });

  test('counts a pod that terminates as there and ready, but of no revision', () => {
    expect(statusOf(snapshot({}, { 0: 'terminating@old' }))).toMatchObject({ replicas: 1, readyReplicas: 1, currentReplicas: 0 });
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#minimum-ready-seconds
  test('counts no pod as available before minReadySeconds, and says when to look again', () => {
    const { status, recheckAfter } = planSync(snapshot({ minReadySeconds: 10, replicas: 1 }, { 0: 'ready@new' }, 4));
    expect(status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    expect(recheckAfter).toBe(6001);
  });

  test('needs no second look without minReadySeconds', () => {
    expect(planSync(snapshot({ replicas: 1 }, { 0: 'ready@new' }))).not.toHaveProperty('recheckAfter');
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_utils.go completeRollingUpdate
describe('A rolling update', () => {
  const revisionAfter = (spec: object, pods: Record<number, PodState>, after?: number) => statusOf(snapshot(spec, pods, after)).currentRevision;

  test('is complete when all pods are updated and ready', () => {
    expect(statusOf(snapshot({ replicas: 2 }, { 0: 'ready@new', 1: 'ready@new' }))).toMatchObject({ currentRevision: 'new', currentReplicas: 2, updatedReplicas: 2 });
  });

  test('is not complete while a pod is not ready', () => {
    expect(revisionAfter({ replicas: 2 }, { 0: 'ready@new', 1: 'running@new' })).toBe('old');
  });

  test('is not complete while a pod is of the old revision, as below a partition', () => {
    expect(revisionAfter({ replicas: 2 }, { 0: 'ready@old', 1: 'ready@new' })).toBe('old');
  });

  test('is not complete while there are more pods than asked for', () => {
    expect(revisionAfter({ replicas: 1 }, { 0: 'ready@new', 1: 'terminating@new' })).toBe('old');
  });

  // https://github.com/kubernetes/kubernetes/issues/136831
  test('is complete although minReadySeconds have not passed', () => {
    expect(revisionAfter({ replicas: 1, minReadySeconds: 10 }, { 0: 'ready@new' }, 1)).toBe('new');
  });

  // https://github.com/kubernetes/kubernetes/issues/121534
  test('is complete when no pod is asked for, so that pods below a partition come back updated', () => {
    expect(revisionAfter({ replicas: 0, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, {})).toBe('new');
  });

  // https://github.com/kubernetes/kubernetes/issues/73492
  test('is never complete with OnDelete', () => {
    expect(revisionAfter({ replicas: 1, updateStrategy: { type: 'OnDelete' } }, { 0: 'ready@new' })).toBe('old');
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
test('A set that is being deleted gets its status and nothing else', () => {
  const being = snapshot({}, { 1: 'failed@old' });
  being.set.metadata.deletionTimestamp = '2024-01-01T00:00:00Z';
  expect(planSync(being)).toMatchObject({ actions: [], status: { replicas: 1 } });
});
