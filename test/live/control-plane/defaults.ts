import { KubeObject } from './objects';
import { claimDefaults, fill, podDefaults } from './pod-defaults';

/** The fields of each kind that the API server sets when they are left out. A kind that is not here has none. */
const DEFAULTS: Record<string, (object: any) => void> = {
  Pod: ({ spec }) => podDefaults(spec),
  StatefulSet: statefulSetDefaults,
  Job: jobDefaults,
  CronJob: cronJobDefaults,
  Service: serviceDefaults,
  PersistentVolumeClaim: claimDefaults,
  Secret: secretDefaults,
  NetworkPolicy: networkPolicyDefaults,
};

/**
 * An object as the API server keeps it: with Kubernetes' defaults for all that is left out.
 *
 * @see https://github.com/kubernetes/kubernetes/tree/v1.27.16/pkg/apis, the `defaults.go` of each group and version
 */
export function defaulted(object: KubeObject): KubeObject {
  const result = structuredClone(object);
  DEFAULTS[object.kind]?.(result);
  return result;
}

function statefulSetDefaults({ spec }: any): void {
  fill(spec, {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {},
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {},
  });
  fill(spec.updateStrategy, { type: 'RollingUpdate' });
  if (spec.updateStrategy.type === 'RollingUpdate') {
    // Kubernetes leaves it out if the type is named but nothing else, and reads it as this.
    fill(spec.updateStrategy, { rollingUpdate: {} });
    fill(spec.updateStrategy.rollingUpdate, { partition: 0 });
  }
  fill(spec.persistentVolumeClaimRetentionPolicy, { whenDeleted: 'Retain', whenScaled: 'Retain' });
  spec.volumeClaimTemplates?.forEach(claimDefaults);
  podDefaults(spec.template.spec);
}

function jobDefaults({ metadata, spec }: any): void {
  const { template } = spec;
  if (spec.completions === undefined && spec.parallelism === undefined) {
    // with a parallelism alone, any success of a pod is that of the job.
    spec.completions = 1;
  }
  fill(spec, { parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  if (template.metadata?.labels && !Object.keys(metadata.labels ?? {}).length) {
    metadata.labels = { ...template.metadata.labels };
  }
  podDefaults(template.spec);
}

function cronJobDefaults({ spec }: any): void {
  fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  podDefaults(spec.jobTemplate.spec.template.spec);
}

function serviceDefaults({ spec }: any): void {
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  if (spec.sessionAffinity === 'ClientIP') {
    fill(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } });
  }
  if (spec.type !== 'ExternalName') {
    fill(spec, { internalTrafficPolicy: 'Cluster' });
  }
  if (['NodePort', 'LoadBalancer'].includes(spec.type)) {
    fill(spec, { externalTrafficPolicy: 'Cluster' });
  }
  if (spec.type === 'LoadBalancer') {
    fill(spec, { allocateLoadBalancerNodePorts: true });
  }
  for (const port of spec.ports ?? []) {
    fill(port, { protocol: 'TCP' });
    port.targetPort ||= port.port;
  }
}

/** What is written as text is kept as bytes, and is never read back as text. */
function secretDefaults(secret: any): void {
  fill(secret, { type: 'Opaque' });
  if (secret.stringData) {
    const data = Object.entries<string>(secret.stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
    secret.data = { ...secret.data, ...Object.fromEntries(data) };
    delete secret.stringData;
  }
}

function networkPolicyDefaults({ spec }: any): void {
  fill(spec, { policyTypes: spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'] });
  for (const port of [...spec.ingress ?? [], ...spec.egress ?? []].flatMap(({ ports }: any) => ports ?? [])) {
    fill(port, { protocol: 'TCP' });
  }
}
