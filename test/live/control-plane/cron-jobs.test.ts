import { jobFromCronJob } from './cron-jobs';
import { KubeObject } from './objects';

const cronJob: KubeObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { namespace: 'shop', name: 'backup', uid: 'cron-uid', labels: { app: 'cron' } },
  spec: {
    schedule: '0 3 * * *',
    jobTemplate: {
      metadata: { labels: { app: 'backup' }, annotations: { note: 'nightly' } },
      spec: { backoffLimit: 2, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'backup', image: 'backup:1' }] } } },
    },
  },
};

// https://github.com/kubernetes/kubectl/blob/v0.32.0/pkg/cmd/create/create_job.go, createJobFromCronJob
describe('jobFromCronJob', () => {
  test('makes a job of the template that says it was made by hand and whose it is', () => {
    expect(jobFromCronJob(cronJob, 'backup-now')).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        namespace: 'shop',
        name: 'backup-now',
        labels: { app: 'backup' },
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', 'note': 'nightly' },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'backup', uid: 'cron-uid', controller: true }],
      },
      spec: cronJob.spec.jobTemplate.spec,
    });
  });

  test('leaves the cron job as it is when the job is changed', () => {
    jobFromCronJob(cronJob, 'backup-now').spec.backoffLimit = 0;
    expect(cronJob.spec.jobTemplate.spec.backoffLimit).toBe(2);
  });

  test('has no labels if the template has none', () => {
    const bare = { ...cronJob, spec: { jobTemplate: { spec: {} } } };
    expect(jobFromCronJob(bare, 'backup-now').metadata).not.toHaveProperty('labels');
  });
});
