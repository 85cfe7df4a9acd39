import { Yaml } from 'cdk8s';

/** Text that is printed as it is: one line of ASCII that no sign of YAML begins, with no comment (` #`) or key (`: `) in it. */
const PLAIN = /^(?!-(?: |$|--)|\.\.\.)[\w/.$(+-](?:[!-9;-~]|:(?! |$)| (?!#|$))*$/;

/** What YAML 1.1 reads as a number, a time, a truth value or nothing; and some text that it does not, which is merely printed slower. */
const READ_AS_ANOTHER_TYPE = /^(?:[-+.:\d_e]+|[-+]?0[box].*|[-+]?\.(?:inf|nan)|\d{4}-.*|y|yes|n|no|true|false|on|off|null)$/i;

/** Text that is printed in quotes for sure: ASCII that is nothing, or a number or truth value, or has a sign of YAML in it. */
const QUOTED = /^(?=[ -~]*$)(?:$|\d+$|(?:true|false)$|[ ,[\]{}#&*!|>'"%@`]|[?-](?: |$)|.*(?:: | #|[ :]$))/;

/** What is printed in one way here and in another there: several lines, and what could be taken for the end of a document. */
const DEPENDS_ON_PLACE = /\n|^(?:---|\.\.\.|%)/m;

/** Keys of more than 1024 characters, with quotes and escapes, are printed in another form. */
const LONG_KEY = 128;

/** How many keys are remembered. */
const KEYS = 1000;

/** What cdk8s puts between documents. */
const SEPARATOR = '---\n';

export type PlainMap = Record<string, unknown>;

/** Keys by which cdk8s takes a map for something else. */
export const STRANGE_KEYS = ['__proto__', 'constructor'];

/** One of everything that is printed here. */
const PROBE = {
  'a.b/c-d_e': ['plain text', '-c', '--flag=$(VALUE):a#b', '10Gi', '8080', 'true', '*', 'a: b', '"', '"\'\\', ''],
  '80': [0, -1, 2379, 0.5, 1e21, true, false],
  ':': [[], {}, [[1, [2]]], [{ a: { b: {}, c: [{ d: [], e: 1 }, 2] }, f: 3 }]],
};

/** How cdk8s prints; taken at once, so that whoever spies on it is not told of what nobody asked for. */
const printByCdk8s = Yaml.stringify.bind(Yaml);

/** The data that may be printed here. */
const printables = new WeakSet<object>();
let isTaken: boolean | undefined;

/**
 * Has cdk8s print these plain data by `yamlOf()`, as far as they still are plain then.
 *
 * `Yaml.stringify()`, by which each `App` prints, asks here first. The data could as well pretend to be a node of the syntax
 * tree that prints itself; but then users who read or change manifests by the same library would find that node for their data.
 */
export function printable<T extends object>(data: T): T {
  isTaken ??= offer();
  printables.add(data);
  return data;
}

/** Whether cdk8s takes our text: a printer that this was not written for shall print everything itself. */
function offer(): boolean {
  const text = yamlOf(PROBE);
  if (printByCdk8s(PROBE, {}) !== `${text}${SEPARATOR}{}\n`) {
    return false;
  }
  const stock = Yaml.stringify.bind(Yaml);
  const isOurs = (doc: unknown) => printables.has(doc as object);
  const print = (doc: unknown) => (isOurs(doc) ? yamlOf(doc) : undefined) ?? stock(doc);
  // not an assignment, which fails where the class is frozen.
  return Reflect.set(Yaml, 'stringify', (...docs: unknown[]) => docs.some(isOurs) ? docs.map(print).join(SEPARATOR) : stock(...docs));
}

/**
 * The text that cdk8s prints for plain data, or nothing where that is not certain.
 *
 * Its printer makes a syntax tree of several objects for each value, which takes most of the time of a synth; nearly all values
 * of manifests are short text that is printed as it is.
 */
export function yamlOf(data: unknown): string | undefined {
  const parts: string[] = [];
  // parts that are joined once cost half as much as text that grows.
  return typeof data === 'object' && addValue(data, '', 0, parts, new Set()) ? `${parts.join('')}\n` : undefined;
}

/** Whether this is a list or a map, and not an instance of a class. */
export function isPlain(value: object | null): value is unknown[] | PlainMap {
  return value !== null && Object.getPrototypeOf(value) === (Array.isArray(value) ? Array.prototype : Object.prototype);
}

/** The keys of a map in the order in which cdk8s writes them. */
export function keysInOrder(map: object): string[] {
  const names = Object.keys(map);
  // most are in order, and sort() makes copies of those, too.
  for (let i = 1; i < names.length; i++) {
    if (names[i - 1] > names[i]) {
      return names.sort();
    }
  }
  return names;
}

/**
 * Adds what comes after a key, after a dash or at the beginning, and says whether it is certain.
 *
 * @param space what is between that and a value on the same line: after a key, maps and lists begin on the next.
 * @param depth how far lines are indented.
 */
function addValue(value: unknown, space: '' | ' ', depth: number, parts: string[], seen: Set<object>): boolean {
  switch (typeof value) {
    case 'string': return addText(parts, space, scalarOf(value));
    case 'boolean': return addText(parts, space, String(value));
    // versions of the printer disagree on zero below zero.
    case 'number': return Number.isFinite(value) && !Object.is(value, -0) && addText(parts, space, String(value));
    case 'object':
      // what comes a second time has an anchor.
      if (isPlain(value) && !seen.has(value)) {
        seen.add(value);
        return Array.isArray(value) ? addList(value, space, depth, parts, seen) : addMap(value, space, depth, parts, seen);
      }
  }
  return false;
}

function addText(parts: string[], before: string, text: string | undefined): boolean {
  return text !== undefined && parts.push(before, text) > 0;
}

function addList(list: unknown[], space: '' | ' ', depth: number, parts: string[], seen: Set<object>): boolean {
  const line = lineAt(depth);
  let before = space === '' ? '' : line;
  // not every(), which leaves out the holes of a sparse list; nor for...of, which makes an object for each entry.
  for (let i = 0; i < list.length; i++) {
    parts.push(before, '- ');
    if (!addValue(list[i], '', depth + 1, parts, seen)) {
      return false;
    }
    before = line;
  }
  return list.length > 0 || addText(parts, space, '[]');
}

function addMap(map: PlainMap, space: '' | ' ', depth: number, parts: string[], seen: Set<object>): boolean {
  const line = lineAt(depth);
  const names = Object.keys(map);
  let before = space === '' ? '' : line;
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (!addText(parts, before, keyOf(name)) || !addValue(map[name], ' ', depth + 1, parts, seen)) {
      return false;
    }
    before = line;
  }
  return names.length > 0 || addText(parts, space, '{}');
}

/** What begins a line, by depth. */
const lines: string[] = [];

function lineAt(depth: number): string {
  return lines[depth] ??= `\n${'  '.repeat(depth)}`;
}

/** How keys are printed: manifests have the same few again and again. */
const printedKeys = new Map<string, string>();

function keyOf(name: string): string | undefined {
  const known = printedKeys.get(name);
  if (known !== undefined) {
    return known;
  }
  const text = name.length > LONG_KEY ? undefined : scalarOf(name);
  const key = text && `${text}:`;
  if (key !== undefined && printedKeys.size < KEYS) {
    printedKeys.set(name, key);
  }
  return key;
}

function scalarOf(text: string): string | undefined {
  if (PLAIN.test(text) && !READ_AS_ANOTHER_TYPE.test(text)) {
    return text;
  }
  if (QUOTED.test(text)) {
    return text.includes('"') && !text.includes('\'') ? `'${text}'` : JSON.stringify(text);
  }
  // one line is printed alike as a key and as a value, at any depth.
  return DEPENDS_ON_PLACE.test(text) ? undefined : printByCdk8s({ k: text }).slice('k: '.length, -'\n'.length);
}
