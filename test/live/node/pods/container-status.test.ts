import { newContainerStatus, reasonOfExit, runningStatus, statusAfterPowerFailure, terminatedStatus, waitingStatus } from './container-status';

const NEW = newContainerStatus({ name: 'etcd', image: 'etcd:3.6' }, false);
const STARTED = { imageID: '/images/etcd', containerID: 'runc://a', startedAt: '2024-01-01T00:00:00Z' };
const TERMINATED = { exitCode: 1, reason: 'Error', startedAt: '2024-01-01T00:00:00Z', finishedAt: '2024-01-01T00:00:01Z', containerID: 'runc://a' };

test('a new container is being created, or waits for the init containers', () => {
  expect(NEW).toMatchObject({ name: 'etcd', image: 'etcd:3.6', restartCount: 0, ready: false, state: { waiting: { reason: 'ContainerCreating' } }, lastState: {} });
  expect(newContainerStatus({ name: 'etcd', image: 'etcd:3.6' }, true).state).toEqual({ waiting: { reason: 'PodInitializing' } });
});

test('the first start is no restart, and every other one is', () => {
  const first = runningStatus(NEW, STARTED);
  expect(first).toMatchObject({ restartCount: 0, containerID: 'runc://a', ready: false, started: false, state: { running: { startedAt: STARTED.startedAt } } });
  expect(runningStatus(first, STARTED).restartCount).toBe(1);
});

test('what a container was last is how it ended before', () => {
  const ended = terminatedStatus(runningStatus(NEW, STARTED), TERMINATED, false);
  expect(ended).toMatchObject({ state: { terminated: TERMINATED }, lastState: {}, ready: false });
  expect(runningStatus(ended, STARTED).lastState).toEqual({ terminated: TERMINATED });
  const waiting = waitingStatus(ended, 'CrashLoopBackOff', 'back-off');
  expect(waiting).toMatchObject({ state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } }, lastState: { terminated: TERMINATED } });
  expect(runningStatus(waiting, STARTED).lastState).toEqual({ terminated: TERMINATED });
});

test('an init container is ready when it has succeeded, and no other container then is', () => {
  const succeeded = { ...TERMINATED, exitCode: 0 };
  expect(terminatedStatus(NEW, succeeded, true).ready).toBe(true);
  expect(terminatedStatus(NEW, TERMINATED, true).ready).toBe(false);
  expect(terminatedStatus(NEW, succeeded, false).ready).toBe(false);
});

test('nobody knows how a container ended that ran when the power failed', () => {
  const after = statusAfterPowerFailure({ ...runningStatus(NEW, STARTED), ready: true, started: true }, 0);
  expect(after).toMatchObject({ ready: false, started: false, state: { terminated: { exitCode: 255, reason: 'Unknown', containerID: 'runc://a' } } });
});

test('a power failure changes nothing about a container that had not run, or had ended', () => {
  expect(statusAfterPowerFailure(NEW, 0)).toBe(NEW);
  const ended = terminatedStatus(runningStatus(NEW, STARTED), TERMINATED, false);
  expect(statusAfterPowerFailure(ended, 0)).toEqual(ended);
  const waiting = waitingStatus(ended, 'CrashLoopBackOff');
  expect(statusAfterPowerFailure(waiting, 0)).toEqual(waiting);
});

test.each([
  ['Completed', { exitCode: 0, oomKilled: false }],
  ['Error', { exitCode: 137, oomKilled: false }],
  ['OOMKilled', { exitCode: 137, oomKilled: true }],
])('a container ends for the reason %s', (reason, exit) => {
  expect(reasonOfExit(exit)).toBe(reason);
});
