import { InputProblem } from './problem';
import { DEEPEST, emptyTree, keyProblem, Tree } from './yaml-document';

/** The most values that one input may have. */
const MOST_VALUES = 5_000_000;

/** A copy of plain data whose maps have no prototype; refuses what no manifest has, such as data that contains itself. */
export function copyOf(value: unknown, where: string): unknown {
  let left = MOST_VALUES;
  const copied = (part: unknown, depth: number): unknown => {
    if (depth > DEEPEST) {
      throw new InputProblem(where, `is nested deeper than ${DEEPEST} levels, or contains itself`);
    }
    if (left-- === 0) {
      throw new InputProblem(where, `has more than ${MOST_VALUES} values: give fewer objects at a time`);
    }
    switch (typeof part) {
      case 'string':
      case 'boolean':
      case 'number':
        return part;
      case 'undefined':
        return null;
      case 'object':
        if (part === null) {
          return null;
        }
        if (Array.isArray(part)) {
          return Array.from(part, item => copied(item, depth + 1));
        }
        return mapCopy(part, depth);
      default:
        throw new InputProblem(where, `a value must be text, a number, true or false, a list or an object, got a ${typeof part}`);
    }
  };
  const mapCopy = (map: object, depth: number): unknown => {
    const prototype = Object.getPrototypeOf(map);
    // the prototype of objects of another realm, as test runners and plugins have, is not ours.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw new InputProblem(where, 'an object must be plain data, got an instance of a class');
    }
    const copy = emptyTree();
    for (const [key, item] of Object.entries(map)) {
      const problem = keyProblem(copy, key);
      if (problem !== undefined) {
        throw new InputProblem(where, problem);
      }
      if (item !== undefined) {
        copy[key] = copied(item, depth + 1);
      }
    }
    return copy;
  };
  return copied(value, 0);
}

/** A copy of what was read, to be changed, without what is said to be nothing. */
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(clone);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const copy = emptyTree();
  for (const key of Object.keys(value)) {
    const item = (value as Tree)[key];
    if (item !== null) {
      copy[key] = clone(item);
    }
  }
  return copy;
}
