import { badRequest } from './errors';

type Fields = Record<string, any>;

/**
 * By which field the maps of a list are told apart; all other lists are replaced as a whole. In Kubernetes this is `patchMergeKey` of a type's
 * field; the names of the fields are enough here, since only `ports` has two meanings: of a container, and of a service.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/api/core/v1/types.go
 */
const MERGE_KEYS: Record<string, readonly string[]> = {
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  hostAliases: ['ip'],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  ownerReferences: ['uid'],
  ports: ['containerPort', 'port'],
  secrets: ['name'],
  topologySpreadConstraints: ['topologyKey'],
  volumeDevices: ['devicePath'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
};

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder/';
const DELETE_VALUES = '$deleteFromPrimitiveList/';

/**
 * A JSON merge patch that also reaches into lists, and is what kubectl sends for the built-in kinds.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMerge(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) {
    return patch;
  }
  if (patch[DIRECTIVE] === 'delete') {
    return {};
  }
  const result: Fields = isMap(target) && patch[DIRECTIVE] !== 'replace' ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_VALUES)) {
      const list = key.slice(DELETE_VALUES.length);
      result[list] = (result[list] ?? []).filter((item: unknown) => !value.includes(item));
    } else if (key.startsWith(ELEMENT_ORDER)) {
      const list = key.slice(ELEMENT_ORDER.length);
      result[list] = mergeList(list, result[list] ?? [], patch[list] ?? [], value);
    } else if (value === null) {
      delete result[key];
    } else if (Array.isArray(value)) {
      if (!(`${ELEMENT_ORDER}${key}` in patch)) {
        result[key] = mergeList(key, result[key] ?? [], value, value);
      }
    } else if (![DIRECTIVE, RETAIN_KEYS].includes(key)) {
      result[key] = strategicMerge(result[key], value);
    }
  }
  const retained: string[] | undefined = patch[RETAIN_KEYS];
  return retained ? Object.fromEntries(Object.entries(result).filter(([key]) => retained.includes(key))) : result;
}

function mergeList(name: string, live: readonly any[], patch: readonly any[], order: readonly any[]): unknown[] {
  if (name === 'finalizers') {
    return [...new Set([...live, ...patch])];
  }
  if (!(name in MERGE_KEYS)) {
    return [...patch];
  }
  if (patch.some(item => isMap(item) && item[DIRECTIVE] === 'replace')) {
    return patch.filter(item => item[DIRECTIVE] === undefined);
  }
  const mergeKey = MERGE_KEYS[name].find(key => [...patch, ...order].every(item => isMap(item) && key in item));
  if (!mergeKey) {
    throw badRequest(`an element of '${name}' does not contain declared merge key: ${MERGE_KEYS[name].join(' or ')}`);
  }
  const merged = new Map<unknown, unknown>(live.map(item => [item[mergeKey], item]));
  for (const item of patch) {
    const key = item[mergeKey];
    if (item[DIRECTIVE] === 'delete') {
      merged.delete(key);
    } else {
      merged.set(key, strategicMerge(merged.get(key), item));
    }
  }
  return inOrder(merged, live.map(item => item[mergeKey]), order.map(item => item[mergeKey]));
}

/**
 * What the patch names comes in the patch's order, the rest in its own; between the two the live order decides. So what is new comes first.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (mergeSortedSlice)
 */
function inOrder(items: Map<unknown, unknown>, live: readonly unknown[], order: readonly unknown[]): unknown[] {
  const named = order.filter(key => items.has(key));
  const others = live.filter(key => items.has(key) && !named.includes(key));
  const keys: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    keys.push(live.indexOf(others[0]) < live.indexOf(named[0]) ? others.shift() : named.shift());
  }
  return [...keys, ...named, ...others].map(key => items.get(key));
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
