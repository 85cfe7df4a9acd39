import { KubeObject } from './objects';

/**
 * The job that `kubectl create job NAME --from=cronjob/x` makes. Schedules are not run: a test says when.
 *
 * @see https://github.com/kubernetes/kubectl/blob/v0.32.0/pkg/cmd/create/create_job.go
 */
export function jobFromCronJob(cronJob: KubeObject, name: string): KubeObject {
  const { apiVersion, kind, metadata, spec: { jobTemplate } } = structuredClone(cronJob);
  return {
    apiVersion,
    kind: 'Job',
    metadata: {
      ...metadata.namespace === undefined ? {} : { namespace: metadata.namespace },
      name,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...jobTemplate.metadata?.annotations },
      ...jobTemplate.metadata?.labels ? { labels: jobTemplate.metadata.labels } : {},
      // it does not block the deletion of the cron job, for which the user would need another right.
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid!, controller: true }],
    },
    spec: jobTemplate.spec,
  };
}
