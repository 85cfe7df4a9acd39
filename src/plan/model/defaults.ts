import { claimDefaults, fill, isTree, mapIn, mapsOf, templateDefaults } from './pod-defaults';
import { Tree } from '../read/yaml-document';

/** The fields of each kind that the API server sets when they are left out. A kind that is not here has none that matter. */
const DEFAULTS: Record<string, (object: Tree) => void> = {
  'apps/StatefulSet': statefulSetDefaults,
  'apps/Deployment': deploymentDefaults,
  'apps/DaemonSet': daemonSetDefaults,
  'apps/ReplicaSet': ({ spec }) => { fill(spec, { replicas: 1 }); templateDefaults(mapIn(spec, 'template')); },
  'batch/Job': jobDefaults,
  'batch/CronJob': cronJobDefaults,
  '/Pod': podDefaults,
  '/Service': serviceDefaults,
  '/PersistentVolumeClaim': claimDefaults,
  '/PersistentVolume': ({ spec }) => fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
  '/Secret': secretDefaults,
  '/Namespace': namespaceDefaults,
  'networking.k8s.io/NetworkPolicy': networkPolicyDefaults,
  'storage.k8s.io/StorageClass': object => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  'scheduling.k8s.io/PriorityClass': object => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  'autoscaling/HorizontalPodAutoscaler': ({ spec }) => fill(spec, { minReplicas: 1 }),
  'rbac.authorization.k8s.io/RoleBinding': bindingDefaults,
  'rbac.authorization.k8s.io/ClusterRoleBinding': bindingDefaults,
};

const WITHOUT_SPEC = new Set(['Secret', 'StorageClass', 'PriorityClass', 'RoleBinding', 'ClusterRoleBinding']);

/** Maps that say something by being there, although empty. */
const SPEAKING = new Set(['emptyDir', 'podSelector', 'namespaceSelector', 'labelSelector', 'selector', 'medium']);

/**
 * Writes into an object what the API server would, and leaves out what says nothing.
 *
 * @see https://github.com/kubernetes/kubernetes/tree/v1.27.16/pkg/apis, the `defaults.go` of each group and version
 */
export function complete(object: Tree, group: string): Tree {
  const defaults = DEFAULTS[`${group}/${object.kind}`];
  if (defaults !== undefined) {
    if (!WITHOUT_SPEC.has(object.kind)) {
      mapIn(object, 'spec');
    }
    defaults(object);
    dropEmpty(object);
  }
  return object;
}

function statefulSetDefaults({ spec }: Tree): void {
  fill(spec, { replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 });
  const strategy = mapIn(spec, 'updateStrategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    fill(mapIn(strategy, 'rollingUpdate'), { partition: 0 });
  }
  fill(mapIn(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
  for (const claim of mapsOf(spec.volumeClaimTemplates)) {
    // the server writes them, whatever was there.
    delete claim.apiVersion;
    delete claim.kind;
    delete claim.status;
    claimDefaults(claim);
  }
  // no pod of a set lacks them, and zero is the same as nothing.
  for (const field of ['minReadySeconds', 'ordinals']) {
    if (spec[field] === 0 || spec[field]?.start === 0) {
      delete spec[field];
    }
  }
  templateDefaults(mapIn(spec, 'template'));
}

function deploymentDefaults({ spec }: Tree): void {
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  if (spec.minReadySeconds === 0) {
    delete spec.minReadySeconds;
  }
  const strategy = mapIn(spec, 'strategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    fill(mapIn(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  }
  templateDefaults(mapIn(spec, 'template'));
}

function daemonSetDefaults({ spec }: Tree): void {
  fill(spec, { revisionHistoryLimit: 10 });
  const strategy = mapIn(spec, 'updateStrategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    fill(mapIn(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
  }
  templateDefaults(mapIn(spec, 'template'));
}

function jobDefaults(job: Tree): void {
  const { spec } = job;
  if (spec.completions === undefined && spec.parallelism === undefined) {
    // with a parallelism alone, any success of a pod is that of the job.
    spec.completions = 1;
  }
  fill(spec, { parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  templateDefaults(mapIn(spec, 'template'));
}

function cronJobDefaults({ spec }: Tree): void {
  fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  templateDefaults(mapIn(mapIn(mapIn(spec, 'jobTemplate'), 'spec'), 'template'));
}

function podDefaults(pod: Tree): void {
  fill(pod.spec, { enableServiceLinks: true, serviceAccountName: pod.spec.serviceAccount ?? 'default' });
  templateDefaults(pod);
}

function serviceDefaults({ spec }: Tree): void {
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  if (spec.sessionAffinity === 'ClientIP') {
    fill(mapIn(mapIn(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10800 });
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
  for (const port of mapsOf(spec.ports)) {
    fill(port, { protocol: 'TCP' });
    port.targetPort ||= port.port;
  }
}

/** What is written as text is kept as bytes, and is never read back as text. */
function secretDefaults(secret: Tree): void {
  fill(secret, { type: 'Opaque' });
  if (isTree(secret.stringData)) {
    const data = mapIn(secret, 'data');
    for (const [key, value] of Object.entries(secret.stringData)) {
      data[key] = Buffer.from(String(value)).toString('base64');
    }
  }
  delete secret.stringData;
}

function namespaceDefaults({ metadata, spec }: Tree): void {
  fill(mapIn(metadata, 'labels'), { 'kubernetes.io/metadata.name': metadata.name });
  fill(spec, { finalizers: ['kubernetes'] });
}

function networkPolicyDefaults({ spec }: Tree): void {
  fill(spec, { policyTypes: mapsOf(spec.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'] });
  for (const { ports } of [...mapsOf(spec.ingress), ...mapsOf(spec.egress)]) {
    mapsOf(ports).forEach(port => fill(port, { protocol: 'TCP' }));
  }
}

function bindingDefaults(binding: Tree): void {
  fill(mapIn(binding, 'roleRef'), { apiGroup: 'rbac.authorization.k8s.io' });
  for (const subject of mapsOf(binding.subjects)) {
    fill(subject, { apiGroup: subject.kind === 'ServiceAccount' ? '' : 'rbac.authorization.k8s.io' });
  }
}

/** Takes out what the server leaves out: nothing, empty lists and empty maps. */
function dropEmpty(map: Tree): void {
  for (const [key, value] of Object.entries(map)) {
    if (Array.isArray(value)) {
      mapsOf(value).forEach(dropEmpty);
    } else if (isTree(value)) {
      dropEmpty(value);
    }
    const isEmpty = value === null || (typeof value === 'object' && Object.keys(value).length === 0);
    if (isEmpty && (value === null || !SPEAKING.has(key))) {
      delete map[key];
    }
  }
}
