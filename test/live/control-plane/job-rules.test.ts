import { counted, JobTally, nextStep, NO_PODS_YET, outcomeOf, withGeneratedSelector } from './job-rules';
import { KubeObject } from './objects';

const start = Date.parse('2024-01-01T00:00:00Z');

const job = (spec: object = {}, restartPolicy = 'Never'): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { namespace: 'shop', name: 'backup', uid: 'job-uid' },
  spec: { parallelism: 1, completions: 1, backoffLimit: 6, template: { spec: { restartPolicy, containers: [] } }, ...spec },
  status: { startTime: '2024-01-01T00:00:00Z' },
});

const pod = (name: string, status: object = { phase: 'Running' }, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, creationTimestamp: '2024-01-01T00:00:00Z', ...metadata }, spec: {}, status,
});

const tally = (changes: Partial<JobTally>): JobTally => ({ ...NO_PODS_YET, ...changes });
const running = (count: number) => Array.from({ length: count }, (_, i) => pod(`pod-${i}`));
const step = (of: KubeObject, pods: KubeObject[] = [], sofar = NO_PODS_YET, now = start) => nextStep(of, pods, sofar, now, 1000);

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/job/job_controller.go, manageJob
describe('the number of pods', () => {
  test('is that of the parallelism', () => {
    expect(step(job({ completions: 5, parallelism: 3 }), running(1))).toEqual({ create: 2, remove: [] });
  });

  test('is not more than the completions that are missing', () => {
    expect(step(job({ completions: 5, parallelism: 3 }), [], tally({ succeeded: 4 }))).toEqual({ create: 1, remove: [] });
  });

  test('is that of the parallelism until a first success if the completions are left out', () => {
    expect(step(job({ completions: undefined, parallelism: 2 }), running(1)).create).toBe(1);
    expect(step(job({ completions: undefined, parallelism: 2 }), running(1), tally({ succeeded: 1 }))).toEqual({ create: 0, remove: [] });
  });

  test('does not count a pod that is being deleted: the next is made at once', () => {
    expect(step(job(), [pod('old', { phase: 'Running' }, { deletionTimestamp: '2024-01-01T00:00:00Z' })]).create).toBe(1);
  });

  test('shrinks with the parallelism, the pods that got least far first', () => {
    const ready = pod('ready', { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
    const newer = pod('newer', { phase: 'Running' }, { creationTimestamp: '2024-01-01T00:01:00Z' });
    const pods = [newer, pod('pending', { phase: 'Pending' }), ready, pod('older')];
    expect(step(job({ completions: 9, parallelism: 1 }), pods).remove.map(({ metadata }) => metadata.name)).toEqual(['older', 'newer', 'pending']);
  });

  test('is none while the job is suspended', () => {
    expect(step(job({ suspend: true }), [], NO_PODS_YET)).toEqual({ create: 0, remove: [] });
    expect(step(job({ suspend: true }), running(2)).remove).toHaveLength(2);
  });
});

describe('a job is complete', () => {
  test('when as many pods as asked for have succeeded', () => {
    expect(step(job({ completions: 2 }), [], tally({ succeeded: 2 })).end).toEqual({ type: 'Complete' });
    expect(step(job({ completions: 2 }), [], tally({ succeeded: 1 })).end).toBeUndefined();
  });

  test('without completions, when one pod has succeeded and no other runs', () => {
    expect(step(job({ completions: undefined }), running(1), tally({ succeeded: 1 })).end).toBeUndefined();
    expect(step(job({ completions: undefined }), [], tally({ succeeded: 1 })).end).toEqual({ type: 'Complete' });
  });
});

// https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
describe('a job has failed', () => {
  const exceeded = { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };

  test('when more pods have failed than its limit says', () => {
    expect(step(job({ backoffLimit: 2 }), [], tally({ failed: 2 })).end).toBeUndefined();
    expect(step(job({ backoffLimit: 2 }), [], tally({ failed: 3 })).end).toEqual(exceeded);
  });

  test('and its other pods are deleted', () => {
    const pods = running(2);
    expect(step(job({ parallelism: 3, backoffLimit: 0 }), pods, tally({ failed: 1 }))).toMatchObject({ create: 0, remove: pods });
  });

  const restarted = (restartCount: number) => [pod('pod', { phase: 'Running', containerStatuses: [{ restartCount }] })];

  test('with OnFailure, when containers were started again as often as its limit says', () => {
    expect(step(job({ backoffLimit: 2 }, 'OnFailure'), restarted(1)).end).toBeUndefined();
    expect(step(job({ backoffLimit: 2 }, 'OnFailure'), restarted(2)).end).toEqual(exceeded);
  });

  test('with OnFailure and a limit of 0, at the first restart and not before', () => {
    expect(step(job({ backoffLimit: 0 }, 'OnFailure'), restarted(0)).end).toBeUndefined();
    expect(step(job({ backoffLimit: 0 }, 'OnFailure'), restarted(1)).end).toEqual(exceeded);
  });

  test('with Never, not because of restarts', () => {
    expect(step(job({ backoffLimit: 0 }), restarted(1)).end).toBeUndefined();
  });

  test('when it was active longer than allowed, even if it goes on', () => {
    const pods = running(1);
    expect(step(job({ activeDeadlineSeconds: 10 }), pods, NO_PODS_YET, start + 10_000)).toEqual({
      create: 0, remove: pods, end: { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
    });
  });

  test('not before its deadline, at which it is looked at again', () => {
    expect(step(job({ activeDeadlineSeconds: 10 }), running(1), NO_PODS_YET, start + 4_000)).toEqual({ create: 0, remove: [], again: 6_000 });
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/job/backoff_utils.go
describe('after a failure', () => {
  test.each([[1, 1_000], [2, 2_000], [3, 4_000], [6, 32_000], [7, 36_000], [20, 36_000]])(
    'the %ith in a row, the next pod waits %i ms, which doubles up to 36 times the first',
    (failuresSinceSuccess, again) => {
      const sofar = tally({ failed: 1, failuresSinceSuccess, lastFailure: start });
      expect(step(job(), [], sofar)).toEqual({ create: 0, remove: [], again });
      expect(step(job(), [], sofar, start + again).create).toBe(1);
    },
  );

  test('a success ends the row', () => {
    const sofar = counted(counted(NO_PODS_YET, 'failed', start), 'succeeded', start);
    expect(sofar).toEqual({ succeeded: 1, failed: 1, failuresSinceSuccess: 0, lastFailure: start });
    expect(step(job({ completions: 2 }), [], sofar).create).toBe(1);
  });

  test('the deadline is not slept through', () => {
    const sofar = tally({ failed: 1, failuresSinceSuccess: 5, lastFailure: start });
    expect(step(job({ activeDeadlineSeconds: 3 }), [], sofar).again).toBe(3_000);
  });
});

describe('outcomeOf', () => {
  test('a pod that is deleted before it succeeds has failed', () => {
    const deletionTimestamp = '2024-01-01T00:00:00Z';
    expect(outcomeOf(pod('a', { phase: 'Running' }, { deletionTimestamp }), false)).toBe('failed');
    expect(outcomeOf(pod('a', { phase: 'Succeeded' }, { deletionTimestamp }), false)).toBe('succeeded');
    expect(outcomeOf(pod('a'), true)).toBe('failed');
    expect(outcomeOf(pod('a'), false)).toBeUndefined();
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/registry/batch/job/strategy.go, generateSelector
describe('withGeneratedSelector', () => {
  test('labels the pods with the name and the uid of the job, old style and new, and selects by the uid', () => {
    const { selector, template } = withGeneratedSelector(job({ template: { metadata: { labels: { app: 'backup' } }, spec: {} } })).spec;
    expect(selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'job-uid' } });
    expect(template.metadata.labels).toEqual({
      'app': 'backup',
      'job-name': 'backup',
      'batch.kubernetes.io/job-name': 'backup',
      'controller-uid': 'job-uid',
      'batch.kubernetes.io/controller-uid': 'job-uid',
    });
  });

  test('leaves a job alone that has it, or has a selector of its own', () => {
    const generated = withGeneratedSelector(job());
    expect(withGeneratedSelector(generated)).toBe(generated);
    const own = job({ manualSelector: true, selector: { matchLabels: { app: 'backup' } } });
    expect(withGeneratedSelector(own)).toBe(own);
  });
});
