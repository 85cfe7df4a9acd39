import { ContainerStatus, newContainerStatus } from './container-status';
import { ObservedPod, podPhase, PodPhase, podStatus } from './pod-status';
import type { KubeObject } from '../../control-plane/objects';

const NEW = newContainerStatus({ name: 'c', image: 'i' }, false);
const ENDED = { startedAt: '', finishedAt: '', containerID: 'runc://a' };

const waiting = NEW;
const running: ContainerStatus = { ...NEW, started: true, state: { running: { startedAt: '' } } };
const ready: ContainerStatus = { ...running, ready: true };
const succeeded: ContainerStatus = { ...NEW, state: { terminated: { ...ENDED, exitCode: 0, reason: 'Completed' } } };
const failed: ContainerStatus = { ...NEW, state: { terminated: { ...ENDED, exitCode: 1, reason: 'Error' } } };
const crashing: ContainerStatus = { ...NEW, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: failed.state };
const initialized: ContainerStatus = { ...succeeded, name: 'i', ready: true };

function podWith(restartPolicy: string, status?: any): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec: { restartPolicy }, status };
}

function observed(containers: ContainerStatus[], over: Partial<ObservedPod> = {}): ObservedPod {
  return { init: [], containers, hostIP: '10.244.0.1', podIP: '10.244.1.1', ended: false, ...over };
}

describe('podPhase', () => {
  test.each<[string, string, ContainerStatus[], PodPhase]>([
    ['a container was not started yet', 'Always', [running, waiting], 'Pending'],
    ['all containers run', 'Always', [running, running], 'Running'],
    ['a container is to be started again', 'Always', [crashing], 'Running'],
    ['a container just ended', 'Always', [succeeded], 'Running'],
    ['a container failed and is to be started again', 'OnFailure', [failed, succeeded], 'Running'],
    ['one has ended and another runs', 'Never', [failed, running], 'Running'],
    ['all have succeeded', 'OnFailure', [succeeded, succeeded], 'Succeeded'],
    ['all have succeeded', 'Never', [succeeded], 'Succeeded'],
    ['one has failed for good', 'Never', [failed, succeeded], 'Failed'],
  ])('when %s (restartPolicy %s)', (_, restartPolicy, containers, phase) => {
    expect(podPhase(podWith(restartPolicy), observed(containers))).toBe(phase);
  });

  test.each<[string, string, ContainerStatus, PodPhase]>([
    ['runs', 'Always', running, 'Pending'],
    ['has failed and is tried again', 'Always', crashing, 'Pending'],
    ['has failed for good', 'Never', failed, 'Failed'],
  ])('when an init container %s (restartPolicy %s)', (_, restartPolicy, init, phase) => {
    expect(podPhase(podWith(restartPolicy), observed([waiting], { init: [init] }))).toBe(phase);
  });

  test('of a deleted pod whose containers have ended tells how', () => {
    expect(podPhase(podWith('Always'), observed([succeeded], { ended: true }))).toBe('Succeeded');
    expect(podPhase(podWith('Always'), observed([succeeded, failed], { ended: true }))).toBe('Failed');
    expect(podPhase(podWith('Always'), observed([waiting], { ended: true }))).toBe('Failed');
  });

  test('does not change any more after the end', () => {
    expect(podPhase(podWith('Never', { phase: 'Succeeded' }), observed([failed]))).toBe('Succeeded');
  });
});

describe('podStatus', () => {
  const conditionsOf = (status: any) => Object.fromEntries(status.conditions.map(({ type, ...condition }: any) => [type, condition]));

  test('is ready when all containers are', () => {
    const status = podStatus(podWith('Always'), observed([ready]), 0);
    expect(status).toMatchObject({ phase: 'Running', hostIP: '10.244.0.1', podIP: '10.244.1.1', podIPs: [{ ip: '10.244.1.1' }], containerStatuses: [ready] });
    expect(conditionsOf(status)).toEqual({
      Initialized: { status: 'True', lastTransitionTime: '1970-01-01T00:00:00Z' },
      ContainersReady: { status: 'True', lastTransitionTime: '1970-01-01T00:00:00Z' },
      Ready: { status: 'True', lastTransitionTime: '1970-01-01T00:00:00Z' },
    });
  });

  test('says which containers keep it from being ready', () => {
    const status = podStatus(podWith('Always'), observed([ready, { ...running, name: 'd' }, { ...crashing, name: 'e' }]), 0);
    expect(conditionsOf(status).Ready).toMatchObject({ status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [d e]' });
    expect(conditionsOf(status).ContainersReady).toEqual(conditionsOf(status).Ready);
  });

  test('says which init containers have not succeeded', () => {
    const status = podStatus(podWith('Always'), observed([waiting], { init: [initialized, { ...running, name: 'j' }] }), 0);
    expect(conditionsOf(status).Initialized).toMatchObject(
      { status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [j]' });
    expect(status.initContainerStatuses).toHaveLength(2);
  });

  test('is not ready after its end, whatever its containers were', () => {
    expect(conditionsOf(podStatus(podWith('Never'), observed([succeeded]), 0)).Ready).toMatchObject({ status: 'False', reason: 'PodCompleted' });
    expect(conditionsOf(podStatus(podWith('Never'), observed([failed]), 0)).Ready).toMatchObject({ status: 'False', reason: 'PodFailed' });
  });

  test('remembers since when a condition is as it is', () => {
    const first = podStatus(podWith('Always'), observed([running]), 0);
    const second = podStatus(podWith('Always', first), observed([ready]), 60_000);
    const third = podStatus(podWith('Always', second), observed([ready]), 120_000);
    expect(conditionsOf(second).Ready.lastTransitionTime).toBe('1970-01-01T00:01:00Z');
    expect(conditionsOf(second).Initialized.lastTransitionTime).toBe('1970-01-01T00:00:00Z');
    expect(third).toEqual(second);
  });

  test('keeps what others wrote, and an address that it does not know', () => {
    const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: '1970-01-01T00:00:00Z' };
    const status = podStatus(podWith('Always', { conditions: [scheduled], podIP: '10.244.1.9' }), observed([waiting], { podIP: undefined }), 0);
    expect(status.conditions).toContainEqual(scheduled);
    expect(status.podIP).toBe('10.244.1.9');
  });
});
