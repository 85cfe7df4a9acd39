import { KubeObject } from '../objects';
import { podOf } from './pods';
import { Action, planSync } from './rules';

export const DOCS = 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/';
export const ISSUES = 'https://github.com/kubernetes/kubernetes/issues/';
export const SOURCE = 'https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/';

/** A state of a pod that is made of a revision, e.g. `ready@old`. */
export type PodState = `${'pending' | 'running' | 'ready' | 'failed' | 'succeeded' | 'terminating'}@${string}`;

/** When every pod of the fixtures that is ready became so. */
export const READY_SINCE = Date.parse('2024-01-01T00:00:00Z');

/** A set called `web` as the API server has it, with its defaults. */
export function statefulSet(spec: object = {}, status: object = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'default', uid: 'uid-web', generation: 1 },
    spec: {
      replicas: 3,
      serviceName: 'web-headless',
      podManagementPolicy: 'OrderedReady',
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { serviceAccountName: 'default', containers: [{ name: 'main', image: 'nginx:1' }] } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      ...spec,
    },
    status,
  };
}

export function claimTemplate(name = 'data'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
}

/** The pod of an ordinal, as it is in the store. */
export function member(set: KubeObject, ordinal: number, state: PodState): KubeObject {
  const [phase, revision] = state.split('@');
  const pod = podOf(set, { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: revision }, data: { spec: set.spec } }, ordinal);
  pod.metadata.uid = `uid-${pod.metadata.name}`;
  if (phase === 'terminating') {
    pod.metadata.deletionTimestamp = '2024-01-01T00:01:00Z';
  }
  pod.status = statusOf(phase);
  return pod;
}

/** What one sync does, each action in a few words. Revisions are called `old` and `new`. */
export function actionsOf(
  set: KubeObject,
  pods: Record<number, PodState>,
  { claims = [] as KubeObject[], now = READY_SINCE + 3_600_000 } = {},
): string[] {
  const members = Object.entries(pods).map(([ordinal, state]) => member(set, Number(ordinal), state));
  return planSync({ set, pods: members, claims, currentRevision: 'old', updateRevision: 'new', now }).actions.map(inWords);
}

function inWords(action: Action): string {
  switch (action.type) {
    case 'create-claim': return `create ${action.claim.metadata.name}`;
    case 'update-claim': {
      const owners = action.claim.metadata.ownerReferences!.map(({ kind, name }) => `${kind} ${name}`);
      return `give ${action.claim.metadata.name} to ${owners.join() || 'none'}`;
    }
    case 'create-pod': return `create ${action.pod} of ${action.revision}`;
    case 'update-pod': return `update ${action.pod}`;
    case 'delete-pod': return `delete ${action.pod}`;
    case 'wait': return `wait for ${action.pod} ${action.reason}`;
    case 'fail': return `fail to ${action.verb} ${action.pod}: ${action.reason}`;
  }
}

function statusOf(phase: string): object {
  switch (phase) {
    case 'pending': return { phase: 'Pending' };
    case 'failed': return { phase: 'Failed' };
    case 'succeeded': return { phase: 'Succeeded' };
    default: {
      const status = phase === 'running' ? 'False' : 'True';
      return { phase: 'Running', conditions: [{ type: 'Ready', status, lastTransitionTime: new Date(READY_SINCE).toISOString() }] };
    }
  }
}
