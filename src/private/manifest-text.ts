import { Yaml } from 'cdk8s';

/**
 * Text that stands as it is, wherever it stands: one line of ASCII that neither begins with a sign of YAML
 * nor has a comment (` #`) or a key (`: `) in it.
 */
const PLAIN = /^(?!-(?: |$|--)|\.\.\.)[\w/.$(+-](?:[!-9;-~]|:(?! |$)| (?!#|$))*$/;

/** What YAML 1.1 would read as a number, a time, a truth value or nothing - and some text more, which is only slower to print. */
const READ_AS_ANOTHER_TYPE = /^(?:[-+.:\d_e]+|[-+]?0[box].*|[-+]?\.(?:inf|nan)|\d{4}-.*|y|yes|n|no|true|false|on|off|null)$/i;

/** What is surely one of those, and needs no more than quotes: the usual values of environment variables. */
const QUOTED = /^(?:\d+|true|false)$/;

/** What is printed in one way here and in another there: what has several lines, and what could be taken for the end of a document. */
const DEPENDS_ON_PLACE = /\n|^(?:%|---|\.\.\.)/m;

/** Keys are printed in another form when they have more than 1024 characters, with quotes and escapes. */
const LONG_KEY = 128;

/** How cdk8s prints; taken at once, so that a spy of a test is not called for what nobody asked it. */
const stringify = Yaml.stringify.bind(Yaml);

/** Text that only the library knows how to print; programs that write manifests use the same few again and again. */
const printed = new Map<string, string>();
const MANY = 1000;

/**
 * The text that cdk8s prints for plain data, or nothing where that is not certain: then cdk8s has to print it.
 *
 * Its printer makes a syntax tree of several objects for each value; for manifests, nearly all of which is short plain text,
 * that takes most of the time of a synth.
 */
export function yamlOf(value: unknown): string | undefined {
  const text = typeof value === 'object' ? print(value, '', new Set()) : undefined;
  return text === undefined ? undefined : `${text}\n`;
}

/** What comes after a key or a dash, without the indentation of its first line. */
function print(value: unknown, indent: string, seen: Set<unknown>): string | undefined {
  switch (typeof value) {
    case 'string': return printText(value);
    case 'boolean': return String(value);
    // versions of the library disagree on zero below zero.
    case 'number': return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : undefined;
    case 'object': return printCollection(value, indent, seen);
    default: return undefined;
  }
}

function printCollection(value: object | null, indent: string, seen: Set<unknown>): string | undefined {
  const plain = Array.isArray(value) ? Array.prototype : Object.prototype;
  // the library gives an anchor to what comes a second time.
  if (value === null || Object.getPrototypeOf(value) !== plain || seen.has(value)) {
    return undefined;
  }
  seen.add(value);
  return Array.isArray(value) ? printList(value, indent, seen) : printMap(value as Record<string, unknown>, indent, seen);
}

function printList(list: unknown[], indent: string, seen: Set<unknown>): string | undefined {
  let text = '';
  for (const item of list) {
    const entry = print(item, `${indent}  `, seen);
    if (entry === undefined) {
      return undefined;
    }
    text += text === '' ? `- ${entry}` : `\n${indent}- ${entry}`;
  }
  return text === '' ? '[]' : text;
}

function printMap(map: Record<string, unknown>, indent: string, seen: Set<unknown>): string | undefined {
  let text = '';
  for (const name of Object.keys(map)) {
    const key = name.length > LONG_KEY ? undefined : printText(name);
    const entry = print(map[name], `${indent}  `, seen);
    if (key === undefined || entry === undefined) {
      return undefined;
    }
    const isBlock = typeof map[name] === 'object' && entry !== '[]' && entry !== '{}';
    text += `${text === '' ? '' : `\n${indent}`}${key}:${isBlock ? `\n${indent}  ` : ' '}${entry}`;
  }
  return text === '' ? '{}' : text;
}

function printText(text: string): string | undefined {
  if (PLAIN.test(text) && !READ_AS_ANOTHER_TYPE.test(text)) {
    return text;
  }
  if (QUOTED.test(text)) {
    return `"${text}"`;
  }
  return DEPENDS_ON_PLACE.test(text) ? undefined : printed.get(text) ?? printByLibrary(text);
}

/** One line is printed alike as a key and as a value, at any depth. */
function printByLibrary(text: string): string {
  if (printed.size >= MANY) {
    printed.clear();
  }
  const line = stringify({ k: text }).slice('k: '.length, -'\n'.length);
  printed.set(text, line);
  return line;
}
