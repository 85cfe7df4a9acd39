import { isTree, mapsOf } from './pod-defaults';
import { copyOf } from '../read/tree';
import { emptyTree, Tree } from '../read/yaml-document';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What the server sets for itself and nobody needs to state. */
const SERVERS_OWN = new Map(Object.entries<readonly string[]>({
  Service: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'],
  PersistentVolumeClaim: ['volumeName', 'storageClassName'],
  Job: ['selector'],
}));

/** Whether an object was read from a cluster, and not from a file that somebody applies. */
export function isLive({ metadata, status }: Tree): boolean {
  return metadata.uid !== undefined || metadata.resourceVersion !== undefined || metadata.managedFields !== undefined || status !== undefined;
}

/** Whether somebody applied an object, of all that a cluster has; a file is there to be applied. */
export function isApplied(object: Tree): boolean {
  const { annotations, managedFields } = object.metadata;
  return !isLive(object) || (isTree(annotations) && annotations[LAST_APPLIED] !== undefined)
    || mapsOf(managedFields).some(({ operation }) => operation === 'Apply');
}

/**
 * What was stated when an object was applied last: what `kubectl apply` noted on it, or the fields that the server says were applied. For an object
 * that says neither, everything but what the server sets for itself; so that what is left out now counts as taken out.
 */
export function lastStated(object: Tree): Tree {
  if (!isLive(object)) {
    return object;
  }
  return noted(object.metadata) ?? managed(object) ?? unmarked(object);
}

function noted({ annotations }: Tree): Tree | undefined {
  try {
    const stated = copyOf(JSON.parse(annotations?.[LAST_APPLIED]), LAST_APPLIED);
    return isTree(stated) ? stated : undefined;
  } catch {
    return undefined;
  }
}

/** @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers */
function managed(object: Tree): Tree | undefined {
  const applied = mapsOf(object.metadata.managedFields).filter(({ operation, subresource }) => operation === 'Apply' && !subresource);
  return applied.length === 0 ? undefined : applied
    .map(({ fieldsV1 }) => isTree(fieldsV1) ? owned(object, fieldsV1) : emptyTree())
    .reduce((all, one) => union(all, one) as Tree, emptyTree()) as Tree;
}

function owned(value: unknown, fields: Tree): unknown {
  const names = Object.keys(fields).filter(name => name !== '.');
  if (names.length === 0) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      const name = names.find(one => isItem(one, item));
      if (name === undefined) {
        return [];
      }
      return [isTree(item) && isTree(fields[name]) ? Object.assign(emptyTree(), keysOf(name), owned(item, fields[name])) : item];
    });
  }
  const result = emptyTree();
  for (const name of names.filter(one => one.startsWith('f:'))) {
    const key = name.slice(2);
    if (isTree(value) && value[key] !== undefined) {
      result[key] = isTree(fields[name]) ? owned(value[key], fields[name]) : value[key];
    }
  }
  return result;
}

function isItem(name: string, item: unknown): boolean {
  if (name.startsWith('k:')) {
    const keys = Object.entries(keysOf(name));
    return isTree(item) && keys.length > 0 && keys.every(([key, value]) => item[key] === value);
  }
  return name === `v:${JSON.stringify(item)}`;
}

function keysOf(name: string): object {
  try {
    return JSON.parse(name.slice(2)) as object;
  } catch {
    return {};
  }
}

function union(a: unknown, b: unknown): unknown {
  if (!isTree(a) || !isTree(b)) {
    return b;
  }
  const result: Tree = Object.assign(emptyTree(), a);
  for (const [key, value] of Object.entries(b)) {
    result[key] = key in result ? union(result[key], value) : value;
  }
  return result;
}

function unmarked({ metadata, status, spec, ...rest }: Tree): Tree {
  const own = SERVERS_OWN.get(rest.kind) ?? [];
  const stated = isTree(spec) ? Object.fromEntries(Object.entries(spec).filter(([key]) => !own.includes(key))) : spec;
  if (isTree(stated?.template)) {
    stated.template = withoutMarks(stated.template);
  }
  return Object.assign(emptyTree(), rest, stated === undefined ? {} : { spec: Object.assign(emptyTree(), stated) });
}

/** What the server and `kubectl rollout restart` write into templates. */
const MARKS = [/^kubectl\.kubernetes\.io\/restartedAt$/, /^(?:batch\.kubernetes\.io\/)?(?:controller-uid|job-name)$/];

function withoutMarks(template: Tree): Tree {
  const metadata: Tree = Object.assign(emptyTree(), template.metadata);
  for (const field of ['annotations', 'labels']) {
    const isStated = ([name]: [string, unknown]) => !MARKS.some(mark => mark.test(name));
    const entries = isTree(metadata[field]) ? Object.entries(metadata[field]) : [];
    if (entries.length > 0) {
      metadata[field] = Object.assign(emptyTree(), Object.fromEntries(entries.filter(isStated)));
      if (!entries.some(isStated)) {
        delete metadata[field];
      }
    }
  }
  const { metadata: _, ...others } = template;
  return Object.assign(emptyTree(), others, Object.keys(metadata).length > 0 && { metadata });
}
