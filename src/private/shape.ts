import { isStruct, shown } from './refuse';

/**
 * A rule for one place of a manifest: puts what is wrong with a value into a list.
 *
 * Types do not reach programs in plain JavaScript, nor every value that comes through jsii; what Kubernetes would refuse
 * is found here all the same, after everything else was computed and before it is written.
 */
export type Shape = (value: unknown, at: string, problems: string[]) => void;

/** Makes a rule of a function that says what keeps a value from being right, or nothing. */
export function rule(problemOf: (value: unknown) => string | undefined): Shape {
  return (value, at, problems) => {
    const problem = isDeferred(value) ? undefined : problemOf(value);
    if (problem !== undefined) {
      problems.push(`${at} ${problem}`);
    }
  };
}

export const text = rule(value => typeof value === 'string' ? undefined : `must be text, got ${shown(value)}`);
export const flag = rule(value => typeof value === 'boolean' ? undefined : `must be true or false, got ${shown(value)}`);

export function oneOf(...allowed: string[]): Shape {
  return rule(value => allowed.includes(value as string) ? undefined : `must be one of ${allowed.join(', ')}; got ${shown(value)}`);
}

/** A list; messages call an entry by its name where it has one. */
export function listOf(entry: Shape, options: { min?: number; uniqueBy?: string[] } = {}): Shape {
  return (value, at, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${at} must be a list, got ${shown(value)}`);
      return;
    }
    if (value.length < (options.min ?? 0)) {
      problems.push(`${at} must have at least ${options.min} entry`);
    }
    // not forEach(), which leaves out the holes of a sparse list.
    Array.from(value).forEach((item, i) => entry(item, `${at}[${typeof item?.name === 'string' ? item.name : i}]`, problems));
    for (const key of options.uniqueBy ?? []) {
      const twice = firstTwice(value.map(item => item?.[key]));
      if (twice !== undefined) {
        problems.push(`${at} must differ in '${key}', got ${shown(twice)} twice`);
      }
    }
  };
}

export function mapOf(key: Shape, entry: Shape): Shape {
  return (value, at, problems) => {
    if (!isStruct(value)) {
      problems.push(`${at} must be a map, got ${shown(value)}`);
      return;
    }
    for (const [k, v] of Object.entries(value)) {
      key(k, `a key of ${at}`, problems);
      entry(v, `${at}.${k}`, problems);
    }
  };
}

/** An object; fields that are not named here are left to the types of cdk8s-plus's generated classes, which drop unknown ones. */
export function struct(fields: Record<string, Shape>, required: string[] = []): Shape {
  const entries = Object.entries(fields);
  return (value, at, problems) => {
    if (!isStruct(value)) {
      problems.push(`${at} must be an object, got ${shown(value)}`);
      return;
    }
    for (const [name, field] of entries) {
      if (value[name] !== undefined && value[name] !== null) {
        field(value[name], at === '' ? name : `${at}.${name}`, problems);
      }
    }
    for (const name of required) {
      if (value[name] === undefined || value[name] === null) {
        problems.push(`${at === '' ? name : `${at}.${name}`} is missing`);
      }
    }
  };
}

/** Everything that is wrong with a value, in the order of its fields. */
export function problemsOf(shape: Shape, value: unknown, at = ''): string[] {
  const problems: string[] = [];
  shape(value, at, problems);
  return problems;
}

/** Whether cdk8s computes the value only while it writes the manifest: `Lazy` and other tokens. */
function isDeferred(value: unknown): boolean {
  return isStruct(value) && (typeof value.produce === 'function' || typeof value.resolve === 'function');
}

function firstTwice(values: unknown[]): unknown {
  const seen = new Set<unknown>();
  return values.find(value => value !== undefined && (seen.has(value) || !seen.add(value)));
}
