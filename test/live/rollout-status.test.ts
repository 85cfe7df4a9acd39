import { KubeObject } from './control-plane/objects';
import { notReady, rolloutStatus, stateOf } from './rollout-status';

const rolling = (status: object, partition = 0): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web', generation: 2 },
  spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } },
  status: { observedGeneration: 2, readyReplicas: 3, currentReplicas: 3, currentRevision: 'old', updateRevision: 'new', ...status },
});
const pod = (name: string, ready: boolean, fields: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], ...fields } });

// the words of kubectl/pkg/polymorphichelpers/rollout_status.go
test.each([
  [rolling({ observedGeneration: 1 }), false, 'Waiting for statefulset spec update to be observed...'],
  [rolling({ readyReplicas: 1 }), false, 'Waiting for 2 pods to be ready...'],
  [rolling({ updatedReplicas: 0 }, 2), false, 'Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...'],
  [rolling({ updatedReplicas: 1 }, 2), true, 'partitioned roll out complete: 1 new pods have been updated...'],
  [rolling({ updatedReplicas: 0 }, 3), true, 'partitioned roll out complete: 0 new pods have been updated...'],
  [rolling({ updatedReplicas: 2 }), false, 'waiting for statefulset rolling update to complete 2 pods at revision new...'],
  [rolling({ currentRevision: 'new' }), true, 'statefulset rolling update complete 3 pods at revision new...'],
])('a rollout is told as kubectl tells it, %#', (set, done, message) => {
  expect(rolloutStatus(set)).toEqual({ done, message });
});

test('a set that is updated on deletion has no rollout', () => {
  const set = rolling({});
  set.spec.updateStrategy = { type: 'OnDelete' };
  expect(() => rolloutStatus(set)).toThrow(/^rollout status is only available for RollingUpdate strategy type, got OnDelete$/);
});

test('a set is ready when exactly the pods it asks for are', () => {
  const three = ['web-0', 'web-1', 'web-2'].map(name => pod(name, true));
  expect(notReady(rolling({}), three)).toBeUndefined();
  expect(notReady(rolling({}), three.slice(1))).toBe('2 of 3 pods are ready (web-1 Ready, web-2 Ready)');
  expect(notReady(rolling({}), [...three, pod('web-3', true)])).toMatch(/^4 of 3 pods are ready/);
  expect(notReady(rolling({}), [...three.slice(1), pod('web-0', false)])).toBe('2 of 3 pods are ready (web-1 Ready, web-2 Ready, web-0 Running)');
  expect(notReady(rolling({ observedGeneration: 1 }), three)).toMatch(/^3 of 3 pods are ready/);
});

test.each([
  ['Ready', pod('web-0', true)],
  ['Running', pod('web-0', false)],
  ['Pending', { ...pod('web-0', false), status: undefined }],
  ['Terminating', { ...pod('web-0', true), metadata: { name: 'web-0', deletionTimestamp: '2026-01-01T00:00:00Z' } }],
  ['CrashLoopBackOff (4 restarts)', pod('web-0', false, { containerStatuses: [{ restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } }] })],
  ['ErrImagePull', pod('web-0', false, { initContainerStatuses: [{ restartCount: 0, state: { waiting: { reason: 'ErrImagePull' } } }] })],
])('a pod is %s', (state, object) => {
  expect(stateOf(object as KubeObject)).toBe(state);
});
