import { mergeKey, ONE_OF } from './merge-keys';
import { isTree } from './pod-defaults';
import { emptyTree, Tree } from '../read/yaml-document';

/**
 * What `kubectl apply` makes of an object: what is stated now is set, what was stated before and is not any more goes, and the rest - what the
 * server, an autoscaler or a person has set - stays.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
 * @param builtIn whether lists are merged by their items, as they are for the types of Kubernetes itself
 */
export function merged(live: Tree, last: Tree, stated: Tree, builtIn: boolean): Tree {
  const result: Tree = Object.assign(emptyTree(), live);
  for (const key of Object.keys(last)) {
    if (stated[key] === undefined || stated[key] === null) {
      delete result[key];
    }
  }
  for (const [key, value] of Object.entries(stated)) {
    if (value === null) {
      delete result[key];
    } else {
      result[key] = mergedValue(key, live[key], last[key], value, builtIn);
    }
  }
  return result;
}

function mergedValue(field: string, live: unknown, last: unknown, stated: unknown, builtIn: boolean): unknown {
  if (isTree(stated)) {
    const map = merged(isTree(live) ? live : emptyTree(), isTree(last) ? last : emptyTree(), stated, builtIn);
    return builtIn && ONE_OF.has(field) ? restricted(map, stated) : map;
  }
  if (Array.isArray(stated) && Array.isArray(live) && builtIn) {
    return mergedList(field, live, Array.isArray(last) ? last : [], stated);
  }
  return stated;
}

function mergedList(field: string, live: unknown[], last: unknown[], stated: unknown[]): unknown[] {
  const key = mergeKey(field, [live, last, stated]);
  if (key === undefined) {
    return stated;
  }
  const byKey = (list: unknown[]) => new Map((list as Tree[]).map(item => [item[key], item]));
  const [living, lasting, wanted] = [live, last, stated].map(byKey);
  const items = [...wanted].map(([id, item]) => {
    const result = merged(living.get(id) ?? emptyTree(), lasting.get(id) ?? emptyTree(), item, true);
    return ONE_OF.has(field) ? restricted(result, item) : result;
  });
  return [...items, ...[...living].filter(([id]) => !wanted.has(id) && !lasting.has(id)).map(([, item]) => item)];
}

function restricted(map: Tree, stated: Tree): Tree {
  return Object.assign(emptyTree(), Object.fromEntries(Object.entries(map).filter(([key]) => key in stated)));
}
