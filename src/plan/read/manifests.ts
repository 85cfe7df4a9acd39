import { Budget } from './budget';
import { otherYaml } from './other-yaml';
import { InputProblem } from './problem';
import { copyOf } from './tree';
import { NotPlain, Tree, YamlDocument } from './yaml-document';
import { isStruct } from '../../private/refuse';

/** The largest text that is read, in bytes or characters. */
export const LARGEST = 32 * 1024 * 1024;

const MOST_LINES = 2_000_000;

/** An object of Kubernetes. Whatever else it may be: it has a kind, a version and a name. */
export interface Manifest extends Tree {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Tree;
}

/** The objects of a text with documents of YAML or JSON; lists count as what they contain. */
export function manifestsOfText(text: string, source: string): Manifest[] {
  checkText(text, source);
  const manifests: Manifest[] = [];
  const budget = new Budget();
  for (const { lines, firstLine } of documentsOf(text)) {
    collect(readDocument(lines, source, firstLine, budget), `${source}:${firstLine}`, manifests);
  }
  return manifests;
}

/** The objects that a program holds. */
export function manifestsOfObjects(objects: readonly unknown[], source: string): Manifest[] {
  if (!Array.isArray(objects)) {
    throw new InputProblem(source, 'must be a list of objects');
  }
  const manifests: Manifest[] = [];
  objects.forEach((object, i) => collect(copyOf(object, `${source}[${i}]`), `${source}[${i}]`, manifests));
  return manifests;
}

export function tooLarge(source: string, size: number): InputProblem {
  return new InputProblem(source, `must be at most ${LARGEST / 1024 / 1024} MiB, got ${Math.ceil(size / 1024 / 1024)} MiB: give fewer objects at a time`);
}

function checkText(text: unknown, source: string): void {
  if (typeof text !== 'string') {
    throw new InputProblem(source, `must be text, got a ${typeof text}`);
  }
  if (text.length > LARGEST) {
    throw tooLarge(source, text.length);
  }
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/.test(text)) {
    throw new InputProblem(source, 'is not text: it has control characters or bytes that are not UTF-8');
  }
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines++;
  }
  if (lines > MOST_LINES) {
    throw new InputProblem(source, `must have at most ${MOST_LINES} lines, got ${lines}: give fewer objects at a time`);
  }
}

interface Lines {
  readonly lines: string[];
  readonly firstLine: number;
}

function documentsOf(text: string): Lines[] {
  const all = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (all.at(-1) === '') {
    all.pop();
  }
  const documents: Lines[] = [];
  let start = 0;
  const end = (at: number) => {
    if (at > start) {
      documents.push({ lines: all.slice(start, at), firstLine: start + 1 });
    }
  };
  all.forEach((line, i) => {
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) {
      end(i);
      // what follows the dashes belongs to the document, a comment mostly.
      all[i] = `    ${line.slice(4)}`;
      start = i;
    }
  });
  end(all.length);
  return documents;
}

function readDocument(lines: string[], source: string, firstLine: number, budget: Budget): unknown {
  const copy = [...lines];
  try {
    return new YamlDocument(copy, source, firstLine, budget).read();
  } catch (error) {
    if (!(error instanceof NotPlain)) {
      throw error;
    }
    return otherYaml(lines.join('\n'), `${source}:${firstLine}`);
  }
}

/** Takes lists apart, as deep as one may be in another. */
function collect(value: unknown, where: string, manifests: Manifest[], depth = 0): void {
  if (value === null || (isStruct(value) && Object.keys(value).length === 0)) {
    return;
  }
  if (!isStruct(value)) {
    throw new InputProblem(where, `must be an object of Kubernetes, got ${Array.isArray(value) ? 'a list' : 'a value'}`);
  }
  const { apiVersion, kind, metadata, items } = value as Tree;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw new InputProblem(where, 'must be an object of Kubernetes with apiVersion and kind');
  }
  if (kind.endsWith('List') && Array.isArray(items) && depth < 3) {
    items.forEach((item, i) => collect(typed(item, kind, apiVersion), `${where} items[${i}]`, manifests, depth + 1));
    return;
  }
  if (!isStruct(metadata) || typeof metadata.name !== 'string' || metadata.name === '') {
    throw new InputProblem(where, `${kind} must have a metadata.name: one that the server makes up (generateName) cannot be told apart`);
  }
  for (const field of ['namespace']) {
    if (metadata[field] !== undefined && metadata[field] !== null && typeof metadata[field] !== 'string') {
      throw new InputProblem(where, `metadata.${field} of ${kind} ${metadata.name} must be text`);
    }
  }
  manifests.push(value as Manifest);
}

/** The items of a `PodList` and the like, as the API itself gives it, do not say of what kind they are. */
function typed(item: unknown, kind: string, apiVersion: string): unknown {
  return isStruct(item) && item.kind === undefined && kind !== 'List' ? { ...item, kind: kind.slice(0, -'List'.length), apiVersion } : item;
}
