import { isPlain, keysInOrder, PlainMap, STRANGE_KEYS } from './manifest-text';
import { isStruct, shown } from './refuse';

/**
 * A rule for one place of a manifest: puts what is wrong with a value into a list.
 *
 * Types do not reach programs in plain JavaScript, nor every value that comes through jsii; what Kubernetes would refuse
 * is found here all the same, after everything else was computed and before it is written.
 *
 * The way to the place is a stack of names, which becomes text only where there is something to say.
 */
export interface Shape {
  (value: unknown, way: string[], problems: string[]): void;

  /**
   * What is written of a value that is right: a copy with keys in order, without what is undefined, of the structs of cdk8s-plus
   * by the names of manifests. Nothing where something is wrong or not plain: then cdk8s-plus and cdk8s have to say what it is.
   *
   * One pass in place of three: by cdk8s-plus, by the rules and for the copy.
   */
  readonly written: (value: unknown) => unknown;
}

type Check = (value: unknown, way: string[], problems: string[]) => void;

function shape(check: Check, written: Shape['written']): Shape {
  return Object.assign(check, { written });
}

/** Makes a rule of a function that says what keeps a value from being right, or nothing. */
export function rule(problemOf: (value: unknown) => string | undefined): Shape {
  return shape((value, way, problems) => {
    const problem = problemOf(value);
    if (problem !== undefined && !isDeferred(value)) {
      problems.push(`${placeOf(way)} ${problem}`);
    }
  }, value => (typeof value !== 'object' && problemOf(value) === undefined ? value : undefined));
}

/** A rule for what structs of cdk8s-plus wrap into an object. */
export function wrapped(isWrapped: (value: unknown) => value is { readonly value: unknown }, inner: Shape): Shape {
  return shape((...args) => inner(...args), value => (isWrapped(value) ? inner.written(value.value) : undefined));
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
  const { min = 0, uniqueBy = [] } = options;
  return shape((value, way, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${placeOf(way)} must be a list, got ${shown(value)}`);
      return;
    }
    if (value.length < min) {
      problems.push(`${placeOf(way)} must have at least ${min} entry`);
    }
    // not forEach(), which leaves out the holes of a sparse list.
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      way.push(`[${typeof item?.name === 'string' ? item.name : i}]`);
      entry(item, way, problems);
      way.pop();
    }
    for (const keys of uniqueBy) {
      const twice = firstTwice(value, keys);
      if (twice !== undefined) {
        problems.push(`${placeOf(way)} must differ in ${keys.join(' and ')}, got ${twice} twice`);
      }
    }
  }, (value) => {
    if (!Array.isArray(value) || !isPlain(value) || value.length < min) {
      return undefined;
    }
    // a list that grows takes room for 17 entries at the first.
    const copy: unknown[] = new Array(value.length);
    for (let i = 0; i < value.length; i++) {
      copy[i] = entry.written(value[i]);
      if (copy[i] === undefined) {
        return undefined;
      }
    }
    return uniqueBy.some(keys => firstTwice(copy, keys) !== undefined) ? undefined : copy;
  });
}

export function mapOf(key: Shape, entry: Shape): Shape {
  return shape((value, way, problems) => {
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
  }, (value) => {
    if (!isPlainMap(value)) {
      return undefined;
    }
    const copy: PlainMap = {};
    for (const name of keysInOrder(value)) {
      const written = key.written(name) === undefined || STRANGE_KEYS.includes(name) ? undefined : entry.written(value[name]);
      if (written === undefined) {
        return undefined;
      }
      copy[name] = written;
    }
    return copy;
  });
}

/** An object; fields that are not named here are left to the types of cdk8s-plus's generated classes, which drop unknown ones. */
export function struct(fields: Record<string, Shape>, required: string[] = []): Shape {
  const entries = Object.entries(fields);
  const inOrder = Object.keys(fields).sort().map(name => (
    { name, typed: nameInTypes(name), field: fields[name], isRequired: required.includes(name) }));
  return shape((value, way, problems) => {
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
  }, (value) => {
    if (!isPlainMap(value)) {
      return undefined;
    }
    const copy: PlainMap = {};
    let known = 0;
    // not for...of, which makes an object for each field that there could be.
    for (let i = 0; i < inOrder.length; i++) {
      const { name, typed, field, isRequired } = inOrder[i];
      const part = value[typed] ?? undefined;
      const written = part === undefined ? undefined : field.written(part);
      if (written === undefined) {
        if (part !== undefined || isRequired) {
          return undefined;
        }
      } else {
        copy[name] = written;
        known++;
      }
    }
    return known === stated(value) ? copy : undefined;
  });
}

/** A rule with one more for the whole, which is asked where its parts are right. */
export function also<T>(parts: Shape, problemOf: (value: T) => string | undefined): Shape {
  return shape((value, way, problems) => {
    const before = problems.length;
    parts(value, way, problems);
    const problem = problems.length === before ? problemOf(value as T) : undefined;
    if (problem !== undefined) {
      problems.push(`${placeOf(way)} ${problem}`);
    }
  }, (value) => {
    const written = parts.written(value);
    return written === undefined || problemOf(written as T) !== undefined ? undefined : written;
  });
}

/** A rule that is put together when it is first asked, so that importing the library does not wait for it. */
export function later(make: () => Shape): Shape {
  let made: Shape | undefined;
  return shape((...args) => (made ??= make())(...args), value => (made ??= make()).written(value));
}

/** Everything that is wrong with a value, in the order of its fields. */
export function problemsOf(rules: Shape, value: unknown, where = ''): string[] {
  const problems: string[] = [];
  rules(value, where === '' ? [] : [where], problems);
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

function firstTwice(entries: unknown[], keys: string[]): string | undefined {
  if (entries.length < 2) {
    return undefined;
  }
  const seen = new Set<string>();
  return entries.map(entry => identityOf(entry, keys)).find(value => value !== undefined && (seen.has(value) || !seen.add(value)));
}

function isPlainMap(value: unknown): value is PlainMap {
  return isStruct(value) && isPlain(value);
}

/** How many fields have a value. */
function stated(map: PlainMap): number {
  let count = 0;
  // no list of the names: this is asked of each part of each manifest, and all parts are plain.
  for (const name in map) {
    if ((map[name] ?? undefined) !== undefined) {
      count++;
    }
  }
  return count;
}

/** The name of a field in the types of cdk8s-plus: `hostIp` is written as `hostIP`. */
function nameInTypes(name: string): string {
  return name.replace(/([A-Z])([A-Z]+)/, (_, first, rest) => first + rest.toLowerCase());
}
