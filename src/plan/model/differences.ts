import { isDeepStrictEqual } from 'node:util';
import { displayNames } from './merge-keys';
import { isTree } from './pod-defaults';
import { Tree } from '../read/yaml-document';

/** A field that differs; undefined where it is not there. */
export interface Difference {
  readonly path: string;
  /** The names on the way, without those of items of lists. */
  readonly way: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** The fields in which two values differ, in order. A map or list that is there only once is one difference. */
export function differences(before: unknown, after: unknown, way: readonly string[] = [], path = way.join('.')): Difference[] {
  if (isTree(before) && isTree(after)) {
    return mapDifferences(before, after, way, path);
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return listDifferences(before, after, way, path);
  }
  return [{ path, way, before, after }];
}

function mapDifferences(before: Tree, after: Tree, way: readonly string[], path: string): Difference[] {
  const differing = Object.keys(before).filter(key => before[key] !== after[key]);
  for (const key of Object.keys(after)) {
    if (!(key in before)) {
      differing.push(key);
    }
  }
  return differing.sort().flatMap(key => differences(before[key], after[key], [...way, key], joined(path, key)));
}

function listDifferences(before: unknown[], after: unknown[], way: readonly string[], path: string): Difference[] {
  const whole = [{ path, way, before, after }];
  const nameOf = displayNames(String(way.at(-1)), [before, after]);
  if (nameOf === undefined) {
    return before.length === after.length && before.every(isTree) && after.every(isTree)
      ? before.flatMap((item, i) => differences(item, after[i], way, `${path}[${i}]`)) : isDeepStrictEqual(before, after) ? [] : whole;
  }
  const byName = (list: unknown[]) => new Map(list.filter(isTree).map(item => [nameOf(item), item]));
  const [old, now] = [byName(before), byName(after)];
  const found = [...new Set([...old.keys(), ...now.keys()])].flatMap(id => differences(old.get(id), now.get(id), way, `${path}[${id}]`));
  const names = [...old.keys()];
  return found.length > 0 || [...now.keys()].every((name, i) => name === names[i]) ? found : whole;
}

/** Keys with signs of their own, as labels have, stand in brackets. */
function joined(path: string, key: string): string {
  return /^[\w-]+$/.test(key) ? `${path}${path === '' ? '' : '.'}${key}` : `${path}[${key}]`;
}

const LONGEST = 100;

/** A value for people, or nothing where there is none. */
export function brief(value: unknown): string | undefined {
  const text = value === undefined ? undefined : JSON.stringify(value);
  return text === undefined || text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}
