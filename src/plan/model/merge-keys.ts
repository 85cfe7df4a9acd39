import { isTree } from './pod-defaults';
import { Tree } from '../read/yaml-document';

/** The field by which `kubectl apply` tells the items of a list apart; lists that are not here are replaced as a whole. */
const MERGE_KEYS = new Map(Object.entries<string[]>({
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  ports: ['containerPort', 'port'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  ownerReferences: ['uid'],
}));

/** Whose fields are those of one of them at a time: what is not stated goes. */
export const ONE_OF = new Set(['volumes', 'strategy']);

/**
 * By what items of these lists are told apart, or nothing: where none has it, or two have the same.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#merging-changes-for-fields-of-type-list
 */
export function mergeKey(field: string, lists: readonly unknown[][]): string | undefined {
  return MERGE_KEYS.get(field)?.find(key => lists.every(list => areToldApart(list, key)));
}

/** By what people tell items apart, who look for a name first; nothing where none has one, or two have the same. */
export function displayNames(field: string, lists: readonly unknown[][]): ((item: Tree) => unknown) | undefined {
  if (field === 'volumeClaimTemplates' && lists.every(list => areToldApart(list.map(item => isTree(item) ? item.metadata : item), 'name'))) {
    return item => item.metadata.name;
  }
  const key = mergeKey(field, lists) ?? (lists.every(list => areToldApart(list, 'name')) ? 'name' : undefined);
  return key === undefined ? undefined : item => item[key];
}

function areToldApart(list: readonly unknown[], key: string): boolean {
  const values = list.map(item => isTree(item) ? item[key] : undefined);
  return values.every(value => typeof value === 'string' || typeof value === 'number') && new Set(values).size === values.length;
}
