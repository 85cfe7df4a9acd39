import { isStruct, shown } from './refuse';

// what keeps an optional input from having the form that its type says, or nothing: types do not reach plain JavaScript.

type Problem = string | undefined;

export function listProblem(value: unknown, problemOf: (entry: unknown) => Problem = () => undefined): Problem {
  if (value === undefined) {
    return undefined;
  }
  if (!Array.isArray(value)) {
    return `must be a list, got ${shown(value)}`;
  }
  // not map(), which leaves out the holes of a sparse list.
  return first(Array.from(value, problemOf), (i, problem) => `entry ${i} ${problem}`);
}

export function mapProblem(value: unknown, problemOf: (entry: unknown) => Problem = () => undefined): Problem {
  if (value === undefined) {
    return undefined;
  }
  if (!isStruct(value)) {
    return `must be an object, got ${shown(value)}`;
  }
  const keys = Object.keys(value);
  return first(keys.map(key => problemOf(value[key])), (i, problem) => `entry '${keys[i]}' ${problem}`);
}

export function structProblem(value: unknown): Problem {
  return value === undefined ? undefined : entryProblem(value);
}

/** What keeps an entry of a list or a map from being an object; there it is not optional. */
export function entryProblem(value: unknown): Problem {
  return isStruct(value) ? undefined : `must be an object, got ${shown(value)}`;
}

/** Objects are told by what they can do, not by their class: a program may hold two copies of a package. */
export function objectProblem(value: unknown, method: string, example: string): Problem {
  return value === undefined || typeof (value as Record<string, unknown> | null)?.[method] === 'function'
    ? undefined
    : `must be made by ${example}, got ${shown(value)}`;
}

function first(problems: Problem[], say: (i: number, problem: string) => string): Problem {
  const i = problems.findIndex(problem => problem !== undefined);
  return i < 0 ? undefined : say(i, problems[i]!);
}
