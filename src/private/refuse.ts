/** The largest value of Kubernetes' int32 fields. */
export const INT32_MAX = 2147483647;

/** Where a problem is: a construct, or the place of one that is about to be made. */
export interface Place {
  readonly node: { readonly path: string };
}

/** Only messages ask for the path, which takes its time. */
class Child implements Place {
  public constructor(private readonly scope: Place, private readonly id: string) {}

  public get node(): Place['node'] {
    const { path } = this.scope.node;
    return { path: path === '' ? this.id : `${path}/${this.id}` };
  }
}

/** The place of a construct that is not there yet. */
export function childOf(scope: Place, id: string): Place {
  return new Child(scope, id);
}

/**
 * Stops synthesis with a message that carries the path of the construct.
 *
 * The form is that of cdk8s's own validation errors, so that eager errors and those found at synth read alike.
 */
export function refuse(at: Place, message: string): never {
  throw new Error(`[${at.node.path}] ${message}`);
}

/** Refuses a value for which a rule found a problem; what it is called takes its time where names are put together. */
export function refuseIf(at: Place, what: string | (() => string), problem: string | undefined): void {
  if (problem !== undefined) {
    refuse(at, `${typeof what === 'string' ? what : what()} ${problem}`);
  }
}

/** A value as it should appear in a message; never runs code of the value itself. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
    case 'number':
    case 'boolean':
    case 'undefined': return String(value);
    case 'object': return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
    default: return `a ${typeof value}`;
  }
}

/** What keeps a value from being a whole number in a range, or nothing. */
export function wholeNumberProblem(value: unknown, min = 0, max = INT32_MAX): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
    return undefined;
  }
  return `must be ${min === max ? min : `a whole number from ${min} to ${max}`}, got ${shown(value)}`;
}

/** What keeps a value from being a piece of text with something in it, or nothing. */
export function textProblem(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? undefined : `must be text that is not empty, got ${shown(value)}`;
}

/** Whether a value is an object with named fields, as structs are. */
export function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// what keeps an optional input from having the form that its type says, or nothing: types do not reach plain JavaScript.

type Problem = string | undefined;

export function listProblem(value: unknown, problemOf: (entry: unknown) => Problem = () => undefined): Problem {
  if (value === undefined) {
    return undefined;
  }
  if (!Array.isArray(value)) {
    return `must be a list, got ${shown(value)}`;
  }
  for (let i = 0; i < value.length; i++) {
    const problem = problemOf(value[i]);
    if (problem !== undefined) {
      return `entry ${i} ${problem}`;
    }
  }
  return undefined;
}

export function mapProblem(value: unknown, problemOf: (entry: unknown) => Problem = () => undefined): Problem {
  if (value === undefined) {
    return undefined;
  }
  if (!isStruct(value)) {
    return `must be an object, got ${shown(value)}`;
  }
  for (const key of Object.keys(value)) {
    const problem = problemOf(value[key]);
    if (problem !== undefined) {
      return `entry '${key}' ${problem}`;
    }
  }
  return undefined;
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
