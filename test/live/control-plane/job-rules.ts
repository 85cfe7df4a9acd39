import { hasCondition, KubeObject } from './objects';

/** How the pods of a job ended up to now. */
export interface JobTally {
  readonly succeeded: number;
  readonly failed: number;
  readonly failuresSinceSuccess: number;
  /** When the last one failed, in milliseconds. */
  readonly lastFailure: number;
}

export interface JobEnd {
  readonly type: 'Complete' | 'Failed';
  readonly reason?: string;
  readonly message?: string;
}

export interface JobStep {
  /** How many pods to make. */
  readonly create: number;
  readonly remove: readonly KubeObject[];
  readonly end?: JobEnd;
  /** After how many milliseconds time alone leads to another step. */
  readonly again?: number;
}

/** Six minutes, for a back-off that begins with ten seconds. */
const LONGEST_BACKOFF_FACTOR = 36;

export const NO_PODS_YET: JobTally = { succeeded: 0, failed: 0, failuresSinceSuccess: 0, lastFailure: 0 };

/** The tally with one more pod in it. A success ends the row of failures for which new pods are put off. */
export function counted(tally: JobTally, outcome: 'succeeded' | 'failed', now: number): JobTally {
  return outcome === 'succeeded'
    ? { ...tally, succeeded: tally.succeeded + 1, failuresSinceSuccess: 0 }
    : { ...tally, failed: tally.failed + 1, failuresSinceSuccess: tally.failuresSinceSuccess + 1, lastFailure: now };
}

/** How a pod ended, undefined if it did not. One that is deleted before it succeeded has failed, even while it still runs. */
export function outcomeOf(pod: KubeObject, gone: boolean): 'succeeded' | 'failed' | undefined {
  if (pod.status?.phase === 'Succeeded') {
    return 'succeeded';
  }
  return pod.status?.phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined || gone ? 'failed' : undefined;
}

export function isActive(pod: KubeObject): boolean {
  return outcomeOf(pod, false) === undefined;
}

export function isFinished(job: KubeObject): boolean {
  return hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
}

/**
 * What to do next for a job that is not finished, given its pods and the time in milliseconds.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/job/job_controller.go, syncJob and manageJob
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export function nextStep(job: KubeObject, pods: readonly KubeObject[], tally: JobTally, now: number, backoffMilliseconds: number): JobStep {
  const { spec } = job;
  const active = pods.filter(isActive);
  if (spec.suspend) {
    return { create: 0, remove: active };
  }
  const untilDeadline = spec.activeDeadlineSeconds === undefined
    ? Infinity
    : Date.parse(job.status.startTime) + spec.activeDeadlineSeconds * 1000 - now;
  const failure = failureOf(job, pods, tally, untilDeadline);
  if (failure) {
    return { create: 0, remove: active, end: failure };
  }

  const wanted = wantedPods(job, active.length, tally);
  const remove = active.length > wanted ? [...active].sort(laterLife).slice(wanted) : [];
  const missing = Math.max(wanted - active.length, 0);
  const wait = missing > 0 ? backoffLeft(tally, now, backoffMilliseconds) : 0;
  const create = wait > 0 ? 0 : missing;
  const left = active.length - remove.length + missing;
  if (left === 0 && (spec.completions === undefined ? tally.succeeded > 0 : tally.succeeded >= spec.completions)) {
    return { create, remove, end: { type: 'Complete' } };
  }
  const again = Math.min(wait || Infinity, untilDeadline);
  return { create, remove, ...again < Infinity ? { again } : {} };
}

/** The labels by which the pods of a job are found, and the selector made of them, as the API server gives them to a job that it creates. */
export function withGeneratedSelector(job: KubeObject): KubeObject {
  const { metadata: { name, uid }, spec } = job;
  if (spec.manualSelector || spec.selector?.matchLabels?.['batch.kubernetes.io/controller-uid'] === uid) {
    return job;
  }
  const { metadata, ...template } = spec.template;
  const labels = { 'job-name': name, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid };
  return {
    ...job,
    spec: {
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { metadata: { ...metadata, labels: { ...metadata?.labels, ...labels } }, ...template },
    },
  };
}

function failureOf({ spec }: KubeObject, pods: readonly KubeObject[], tally: JobTally, untilDeadline: number): JobEnd | undefined {
  const { backoffLimit, template } = spec;
  // with OnFailure the kubelet starts a container again in its pod: there are restarts to count, not pods.
  const restarts = template.spec.restartPolicy === 'OnFailure' ? restartsOf(pods) : 0;
  if (tally.failed > backoffLimit || (restarts > 0 && restarts >= backoffLimit)) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  if (untilDeadline <= 0) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

function restartsOf(pods: readonly KubeObject[]): number {
  return pods
    .filter(({ status }) => ['Running', 'Pending'].includes(status?.phase))
    .flatMap(({ status }) => [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function wantedPods({ spec: { completions, parallelism } }: KubeObject, active: number, { succeeded }: JobTally): number {
  if (completions === undefined) {
    // each pod decides for all whether the work is done: after the first success no new ones are made.
    return succeeded > 0 ? active : parallelism;
  }
  return Math.max(Math.min(completions - succeeded, parallelism), 0);
}

function backoffLeft({ failuresSinceSuccess, lastFailure }: JobTally, now: number, backoffMilliseconds: number): number {
  if (failuresSinceSuccess === 0) {
    return 0;
  }
  return Math.max(lastFailure + backoffMilliseconds * Math.min(2 ** (failuresSinceSuccess - 1), LONGEST_BACKOFF_FACTOR) - now, 0);
}

/** Pods that got furthest first: running before pending, ready before not ready, older before newer. */
function laterLife(a: KubeObject, b: KubeObject): number {
  const progress = (pod: KubeObject) => (pod.status?.phase === 'Running' ? 2 : 0) + (hasCondition(pod, 'Ready') ? 1 : 0);
  return progress(b) - progress(a) || a.metadata.creationTimestamp!.localeCompare(b.metadata.creationTimestamp!);
}
