import { keepAllocated } from './allocated';
import { complete } from './defaults';
import { Difference, differences } from './differences';
import { isApplied, isLive, LAST_APPLIED, lastStated } from './last-applied';
import { merged } from './merge';
import { isTree, mapsOf } from './pod-defaults';
import { Manifest } from '../read/manifests';
import { InputProblem } from '../read/problem';
import { clone } from '../read/tree';
import { emptyTree, Tree } from '../read/yaml-document';

/** An object on both sides of a change, or on one. */
export interface Pair {
  readonly group: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** As it is stored, with defaults, without what the server writes for itself. */
  readonly before?: Tree;
  /** As it will be stored if the change is accepted. */
  readonly after?: Tree;
  /** As it was given. */
  readonly given: { readonly before?: Manifest; readonly after?: Manifest };
  readonly status: Tree;
  readonly differences: readonly Difference[];
}

/** What was found in a cluster and is nobody's to apply: it says how things are. */
export interface Pairs {
  readonly pairs: readonly Pair[];
  readonly pods: readonly Manifest[];
  readonly claims: readonly Manifest[];
  readonly revisions: readonly Manifest[];
}

/** Fields of `metadata` that the server writes. */
const SERVER_METADATA = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink', 'deletionTimestamp',
  'deletionGracePeriodSeconds', 'ownerReferences'];
const SERVER_ANNOTATIONS = [LAST_APPLIED, 'deployment.kubernetes.io/revision'];

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Whether a type is one of Kubernetes itself, whose lists are merged by their items. */
function isBuiltIn(group: string): boolean {
  return !group.includes('.') || /^(?:[a-z]+\.)*k8s\.io$/.test(group);
}

/** Puts together what is the same object on both sides. */
export function pairsOf(before: readonly Manifest[], after: readonly Manifest[], namespace?: string): Pairs {
  const old = index(before, namespace, 'before');
  const now = index(after, namespace, 'after');
  const matches = match(old, now);
  const pairs = [...now].map(([key, object]) => pair(matches.get(key), object, namespace));
  const taken = new Set(matches.values());
  // what nobody applied is not pruned either, and no part of the change.
  const gone = [...old.values()].filter(object => !taken.has(object) && isApplied(object)).map(object => pair(object, undefined, namespace));
  const ofKind = (kind: string) => before.filter(object => object.kind === kind && isLive(object));
  return {
    pairs: [...pairs, ...gone],
    pods: ofKind('Pod'),
    claims: ofKind('PersistentVolumeClaim'),
    revisions: ofKind('ControllerRevision'),
  };
}

/** Whether a controller looks after an object, so that it is nobody's to apply. */
function isOwned({ metadata }: Manifest): boolean {
  return mapsOf(metadata.ownerReferences).some(({ controller }) => controller === true);
}

function index(objects: readonly Manifest[], namespace: string | undefined, side: string): Map<string, Manifest> {
  const byKey = new Map<string, Manifest>();
  for (const object of objects.filter(one => !isOwned(one))) {
    const key = keyOf(object, object.metadata.namespace ?? namespace);
    if (byKey.has(key)) {
      throw new InputProblem(side, `${object.kind} ${object.metadata.name} is there twice: which of them is applied last is not known`);
    }
    byKey.set(key, object);
  }
  return byKey;
}

function keyOf({ apiVersion, kind, metadata }: Manifest, namespace: string | undefined): string {
  return [groupOf(apiVersion), kind, namespace ?? '', metadata.name].join('/');
}

/** By their keys; and where one side names no namespace, as manifests may, by what is the only object of its name. */
function match(old: Map<string, Manifest>, now: Map<string, Manifest>): Map<string, Manifest> {
  const matches = new Map([...now.keys()].filter(key => old.has(key)).map(key => [key, old.get(key)!]));
  const nameless = (object: Manifest) => keyOf(object, undefined);
  const group = (side: Map<string, Manifest>, isFree: (key: string) => boolean) => {
    const groups = new Map<string, string[]>();
    for (const [key, object] of side) {
      if (isFree(key)) {
        groups.set(nameless(object), [...groups.get(nameless(object)) ?? [], key]);
      }
    }
    return groups;
  };
  const oldFree = group(old, key => !matches.has(key));
  for (const [name, keys] of group(now, key => !matches.has(key))) {
    const others = oldFree.get(name) ?? [];
    if (keys.length === 1 && others.length === 1 && (keys[0] === name || others[0] === name)) {
      matches.set(keys[0], old.get(others[0])!);
    }
  }
  return matches;
}

function pair(old: Manifest | undefined, now: Manifest | undefined, defaultNamespace: string | undefined): Pair {
  const { apiVersion, kind, metadata } = (now ?? old)!;
  const group = groupOf(apiVersion);
  const before = old && stored(old, group);
  // also a manifest that was applied has since been filled in by the server.
  const after = now && stored(old && before ? merged(before, lastStated(old), now, isBuiltIn(group)) as Manifest : now, group);
  if (before && after && group === '' && kind === 'Service') {
    keepAllocated(before, after);
  }
  const namespace = now?.metadata.namespace ?? old?.metadata.namespace ?? defaultNamespace;
  return {
    group,
    apiVersion,
    kind,
    ...namespace !== undefined && { namespace },
    name: metadata.name,
    before,
    after,
    given: { before: old, after: now },
    status: isTree(old?.status) ? old.status : emptyTree(),
    differences: before && after ? differencesOf(before, after) : [],
  };
}

function stored(object: Tree, group: string): Tree {
  const copy = clone(object) as Tree;
  delete copy.status;
  for (const field of SERVER_METADATA) {
    delete copy.metadata[field];
  }
  const { annotations } = copy.metadata;
  if (isTree(annotations)) {
    SERVER_ANNOTATIONS.forEach(name => delete annotations[name]);
    if (Object.keys(annotations).length === 0) {
      delete copy.metadata.annotations;
    }
  }
  try {
    return complete(copy, group);
  } catch (error) {
    throw new InputProblem(`${object.kind} ${object.metadata.name}`, (error as Error).message);
  }
}

/** Where an object is does not differ: a manifest without a namespace is for the one that it is applied to. */
function differencesOf(before: Tree, after: Tree): Difference[] {
  return differences(before, after).filter(({ path }) => path !== 'apiVersion' && path !== 'metadata.namespace');
}

/** The difference at a place, or in it. */
export function differencesAt({ differences: all }: Pick<Pair, 'differences'>, ...way: string[]): Difference[] {
  return all.filter(difference => way.every((name, i) => difference.way[i] === name));
}
