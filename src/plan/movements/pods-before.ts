import { MOST_REPLICAS, ordinalIn, ordinalsOf, SetFields } from './stateful-set';
import { complete } from '../model/defaults';
import { differences } from '../model/differences';
import { Pair, Pairs } from '../model/pairs';
import { isTree } from '../model/pod-defaults';
import { Manifest } from '../read/manifests';
import { clone } from '../read/tree';
import { Tree } from '../read/yaml-document';

const REVISION = 'controller-revision-hash';

/** A pod that runs when the change is applied. */
export interface OldPod {
  readonly ordinal: number;
  /** Whether it has the template that the set will have. */
  readonly updated: boolean;
  readonly ready: boolean;
}

/** The pods of a set: those that were found, or else those that its status or its fields tell of. */
export function podsBefore(pair: Pair, fields: SetFields | undefined, templateChanges: boolean, found: Pairs): OldPod[] {
  const pods = podsFound(pair, found.pods);
  if (pods.length > 0) {
    const revision = updateRevision(pair, templateChanges, found.revisions);
    // where nobody knows of revisions, there is one.
    const isUpdated = (pod: Manifest) => revision === undefined ? !templateChanges : pod.metadata.labels?.[REVISION] === revision;
    return pods.map(({ ordinal, pod }) => ({ ordinal, updated: isUpdated(pod), ready: isReady(pod) }))
      .sort((a, b) => a.ordinal - b.ordinal);
  }
  if (fields === undefined) {
    return [];
  }
  const running = { ...fields, replicas: runningReplicas(pair, fields) };
  const updatedFrom = fields.first + (templateChanges ? Infinity : running.replicas - updatedCount(pair, running));
  return ordinalsOf(running).map(ordinal => ({ ordinal, updated: ordinal >= updatedFrom, ready: true }));
}

/** Whether the controller has another template than that of the set, of which it makes pods below the partition. */
export function hasOldTemplate(pair: Pair, templateChanges: boolean, pods: readonly OldPod[], found: Pairs): boolean {
  const { currentRevision } = pair.status;
  const revision = updateRevision(pair, templateChanges, found.revisions);
  if (typeof currentRevision === 'string' && revision !== undefined) {
    return currentRevision !== revision;
  }
  return templateChanges || pods.some(({ updated }) => !updated);
}

/** A set that is being scaled has not as many pods as it asks for. */
function runningReplicas({ status }: Pair, { replicas }: SetFields): number {
  return Number.isInteger(status.replicas) && status.replicas >= 0 && status.replicas <= MOST_REPLICAS ? status.replicas : replicas;
}

/** How many pods, from the highest down, have the template that the set has. */
function updatedCount({ status }: Pair, { replicas, partition }: SetFields): number {
  const { currentRevision, updateRevision: update, updatedReplicas } = status;
  if (typeof update !== 'string') {
    // of a manifest it is only known that it held pods back.
    return Math.max(0, replicas - partition);
  }
  return currentRevision === update ? replicas : Number(updatedReplicas ?? 0);
}

interface FoundPod {
  readonly ordinal: number;
  readonly pod: Manifest;
}

function podsFound({ name, namespace, before, after }: Pair, pods: readonly Manifest[]): FoundPod[] {
  const labels = Object.entries<unknown>((before ?? after)!.spec.selector?.matchLabels ?? {});
  return pods.flatMap(pod => {
    const ordinal = ordinalIn(pod.metadata.name, name);
    const isOwn = ordinal !== undefined && pod.metadata.namespace === namespace
      && labels.every(([label, value]) => pod.metadata.labels?.[label] === value);
    return isOwn ? [{ ordinal, pod }] : [];
  });
}

/** The revision that the set will want its pods to have, if any has it yet; a template that was there before gets its revision again. */
function updateRevision({ name, namespace, status, after }: Pair, templateChanges: boolean, revisions: readonly Manifest[]): string | undefined {
  if (!templateChanges && typeof status.updateRevision === 'string') {
    return status.updateRevision;
  }
  return revisions.find(({ metadata, data }) => metadata.namespace === namespace && metadata.name.startsWith(`${name}-`)
    && isTree(data?.spec?.template) && after !== undefined && isSameTemplate(data.spec.template, after.spec.template))?.metadata.name;
}

function isSameTemplate(stored: Tree, template: Tree): boolean {
  const { $patch, ...rest } = clone(stored) as Tree;
  const { spec } = complete({ kind: 'StatefulSet', spec: { template: rest } }, 'apps');
  return differences(spec.template, template).length === 0;
}

export function isReady({ status }: Manifest): boolean {
  const conditions: unknown[] = Array.isArray(status?.conditions) ? status.conditions : [];
  return conditions.some(condition => isTree(condition) && condition.type === 'Ready' && condition.status === 'True');
}
