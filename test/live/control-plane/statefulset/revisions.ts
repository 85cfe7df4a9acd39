import { createHash } from 'node:crypto';
import { KubeObject, ownedBy } from '../objects';
import { revisionOf } from './identity';

/** The two revisions of which a set's pods are made. */
export interface Revisions {
  /** What pods below the partition are made of. */
  readonly current: KubeObject;
  /** What the set's template says now. It is to be written if it is new, or an older one that got a higher number. */
  readonly update: KubeObject;
}

/**
 * The revisions of a set by its history. A template that was there before gets its old revision again, with a higher number, so that going back
 * restarts no pod that is still at it.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions
 */
export function revisionsOf(set: KubeObject, history: readonly KubeObject[]): Revisions {
  const sorted = byNumber(history);
  const newest = sorted.at(-1);
  const proposed = newRevision(set, (newest?.revision ?? 0) + 1);
  const equal = sorted.filter(({ data }) => canonical(data) === canonical(proposed.data)).at(-1);
  const update = equal === undefined ? proposed : equal === newest ? equal : { ...equal, revision: proposed.revision };
  const current = sorted.find(({ metadata: { name } }) => name === set.status?.currentRevision);
  return { current: current ?? update, update };
}

/**
 * The revisions that a set's limit leaves no room for, oldest first. What a pod is made of, or is to be made of, does not count.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go truncateHistory
 */
export function expired(set: KubeObject, pods: readonly KubeObject[], history: readonly KubeObject[], { current, update }: Revisions): KubeObject[] {
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)]);
  const unused = byNumber(history).filter(({ metadata: { name } }) => !live.has(name));
  return unused.slice(0, Math.max(0, unused.length - (set.spec.revisionHistoryLimit ?? 10)));
}

/** Of the form that `kubectl rollout undo` reads: a patch that puts the template in place. */
function newRevision(set: KubeObject, revision: number): KubeObject {
  const { name, namespace, annotations } = set.metadata;
  const data = { spec: { template: { ...set.spec.template, $patch: 'replace' } } };
  const hash = hashOf(canonical(data));
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...set.spec.template.metadata?.labels, 'controller.kubernetes.io/hash': hash },
      ...annotations && { annotations },
      ownerReferences: [ownedBy(set)],
    },
    data,
    revision,
  };
}

function byNumber(history: readonly KubeObject[]): KubeObject[] {
  return [...history].sort((a, b) => a.revision - b.revision);
}

/** 32 bits in the letters and form of Kubernetes, up to ten of them, though of another hash function. */
function hashOf(text: string): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const number = createHash('sha256').update(text).digest().readUInt32BE();
  return [...String(number)].map(digit => letters[digit.charCodeAt(0) % letters.length]).join('');
}

/** JSON that is the same for equal values, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, nested) => nested !== null && typeof nested === 'object' && !Array.isArray(nested)
    ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => a < b ? -1 : 1))
    : nested);
}
