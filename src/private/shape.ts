import { isStruct, shown } from './refuse';

/**
 * A rule for one place of a manifest: puts what is wrong with a value into a list.
 *
 * Types do not reach programs in plain JavaScript, nor every value that comes through jsii; what Kubernetes would refuse
 * is found here all the same, after everything else was computed and before it is written.
 *
 * The way to the place is a stack of names, which becomes text only where there is something to say.
 */
export type Shape = (value: unknown, way: string[], problems: string[]) => void;

/** Makes a rule of a function that says what keeps a value from being right, or nothing. */
export function rule(problemOf: (value: unknown) => string | undefined): Shape {
  return (value, way, problems) => {
    const problem = problemOf(value);
    if (problem !== undefined && !isDeferred(value)) {
      problems.push(`${placeOf(way)} ${problem}`);
    }
  };
}

export const text = rule(value => typeof value === 'string' ? undefined : `must be text, got ${shown(value)}`);
export const flag = rule(value => typeof value === 'boolean' ? undefined : `must be true or false, got ${shown(value)}`);

export function oneOf(...allowed: string[]): Shape {
  return rule(value => allowed.includes(value as string) ? undefined : `must be one of ${allowed.join(', ')}; got ${shown(value)}`);
}

/**
 * A list; messages call an entry by its name where it has one. Entries must differ in each of `uniqueBy`: a field, or several
 * that are taken together.
 */
export function listOf(entry: Shape, options: { min?: number; uniqueBy?: string[][] } = {}): Shape {
  return (value, way, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${placeOf(way)} must be a list, got ${shown(value)}`);
      return;
    }
    if (value.length < (options.min ?? 0)) {
      problems.push(`${placeOf(way)} must have at least ${options.min} entry`);
    }
    // not forEach(), which leaves out the holes of a sparse list.
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      way.push(`[${typeof item?.name === 'string' ? item.name : i}]`);
      entry(item, way, problems);
      way.pop();
    }
    for (const keys of options.uniqueBy ?? []) {
      const twice = value.length < 2 ? undefined : firstTwice(value.map(item => identityOf(item, keys)));
      if (twice !== undefined) {
        problems.push(`${placeOf(way)} must differ in ${keys.join(' and ')}, got ${twice} twice`);
      }
    }
  };
}

export function mapOf(key: Shape, entry: Shape): Shape {
  return (value, way, problems) => {
    if (!isStruct(value)) {
      problems.push(`${placeOf(way)} must be a map, got ${shown(value)}`);
      return;
    }
    for (const name of Object.keys(value)) {
      way.push(name);
      key(name, way, problems);
      entry(value[name], way, problems);
      way.pop();
    }
  };
}

/** An object; fields that are not named here are left to the types of cdk8s-plus's generated classes, which drop unknown ones. */
export function struct(fields: Record<string, Shape>, required: string[] = []): Shape {
  const entries = Object.entries(fields);
  return (value, way, problems) => {
    if (!isStruct(value)) {
      problems.push(`${placeOf(way)} must be an object, got ${shown(value)}`);
      return;
    }
    for (const [name, field] of entries) {
      const part = value[name];
      if (part !== undefined && part !== null) {
        way.push(name);
        field(part, way, problems);
        way.pop();
      }
    }
    for (const name of required) {
      if (value[name] === undefined || value[name] === null) {
        problems.push(`${placeOf([...way, name])} is missing`);
      }
    }
  };
}

/** A rule that is put together when it is first asked, so that importing the library does not wait for it. */
export function later(make: () => Shape): Shape {
  let shape: Shape | undefined;
  return (value, way, problems) => (shape ??= make())(value, way, problems);
}

/** Everything that is wrong with a value, in the order of its fields. */
export function problemsOf(shape: Shape, value: unknown, where = ''): string[] {
  const problems: string[] = [];
  shape(value, where === '' ? [] : [where], problems);
  return problems;
}

/** `spec.containers[web].image` */
function placeOf(way: string[]): string {
  return way.join('.').replaceAll('.[', '[');
}

/** Whether cdk8s computes the value only while it writes the manifest: `Lazy` and other tokens. */
function isDeferred(value: unknown): boolean {
  return isStruct(value) && (typeof value.produce === 'function' || typeof value.resolve === 'function');
}

/** What an entry must not share with another; nothing where a part of it is missing. */
function identityOf(entry: unknown, keys: string[]): string | undefined {
  const parts = keys.map(key => isStruct(entry) ? entry[key] : undefined);
  return parts.every(part => typeof part === 'string' || typeof part === 'number') ? parts.join(' ') : undefined;
}

function firstTwice(values: (string | undefined)[]): string | undefined {
  const seen = new Set<string>();
  return values.find(value => value !== undefined && (seen.has(value) || !seen.add(value)));
}
