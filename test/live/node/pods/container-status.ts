import { timestamp } from '../../timestamp';

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states */
export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: TerminatedState;
}

export interface TerminatedState {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly containerID: string;
}

/** What a pod's status says of each of its containers. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly started: boolean;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

/** Of a container that is about to be made for the first time. */
export function newContainerStatus({ name, image }: any, waitsForInit: boolean): ContainerStatus {
  const reason = waitsForInit ? 'PodInitializing' : 'ContainerCreating';
  return { name, image, imageID: '', restartCount: 0, ready: false, started: false, state: { waiting: { reason } }, lastState: {} };
}

/**
 * Of a container whose node was without power since it was last heard of. It ended then, nobody knows how.
 *
 * @see https://github.com/containerd/containerd/blob/v1.7.0/pkg/cri/store/container/status.go `unknownContainerStatus`
 */
export function statusAfterPowerFailure(status: ContainerStatus, now: number): ContainerStatus {
  const { containerID, state: { running, waiting } } = status;
  if (containerID === undefined) {
    return status;
  }
  const unknown = { exitCode: 255, reason: 'Unknown', startedAt: running?.startedAt ?? timestamp(0), finishedAt: timestamp(now), containerID };
  const ended: ContainerStatus = { ...status, ready: false, started: false };
  return waiting ? ended : { ...ended, state: { terminated: status.state.terminated ?? unknown } };
}

/** Of a container that has to wait. How it ended before, if it did, is what it was last. */
export function waitingStatus(status: ContainerStatus, reason: string, message?: string): ContainerStatus {
  return {
    ...status,
    ready: false,
    started: false,
    state: { waiting: { reason, ...message !== undefined && { message } } },
    lastState: status.state.terminated ? status.state : status.lastState,
  };
}

export interface StartedContainer {
  readonly imageID: string;
  readonly containerID: string;
  readonly startedAt: string;
}

/** Of a container that was started; every one but the first is a restart. */
export function runningStatus(status: ContainerStatus, { imageID, containerID, startedAt }: StartedContainer): ContainerStatus {
  return {
    ...status,
    imageID,
    containerID,
    restartCount: status.containerID === undefined ? 0 : status.restartCount + 1,
    ready: false,
    started: false,
    state: { running: { startedAt } },
    lastState: status.state.terminated ? status.state : status.lastState,
  };
}

/** @param isInit whose being ready is to have succeeded */
export function terminatedStatus(status: ContainerStatus, terminated: TerminatedState, isInit: boolean): ContainerStatus {
  return { ...status, ready: isInit && terminated.exitCode === 0, started: false, state: { terminated } };
}

/** @see https://github.com/containerd/containerd/blob/v1.7.0/pkg/cri/sbserver/container_status.go */
export function reasonOfExit({ exitCode, oomKilled }: { exitCode: number; oomKilled: boolean }): string {
  return oomKilled ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
}
