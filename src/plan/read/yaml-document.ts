import { BlockHeader, blockHeader, blockText } from './block-scalar';
import { Budget } from './budget';
import { InputProblem } from './problem';
import { endOfQuoted, scalarOf, unescaped } from './scalars';

/** No manifest is deeper. */
export const DEEPEST = 100;

/** A map without a prototype: no key of it is there that nobody wrote. */
export type Tree = Record<string, any>;

/** What this reader leaves to another: anchors, tags and whatever else manifests do without. */
export class NotPlain extends Error {}

/** `Object.create(null)` would do, but for its speed. */
const Empty = function () { return; } as unknown as new () => Tree;
Empty.prototype = Object.create(null);

export function emptyTree(): Tree {
  return new Empty();
}

/** What keeps a key from being put into a map, or nothing. */
export function keyProblem(map: Tree, key: string): string | undefined {
  if (key === '__proto__') {
    return 'a key must not be __proto__: take it out';
  }
  return key in map ? `the key ${JSON.stringify(key.slice(0, 80))} is there twice: leave one of them` : undefined;
}

/**
 * Reads one document of YAML as `kubectl` and cdk8s print them: in one pass and in time that grows with its length only.
 */
export class YamlDocument {
  private line = 0;
  private column = 0;
  private depth = 0;

  /** The lines are changed on the way. */
  public constructor(
    private readonly lines: string[], private readonly source: string, private readonly firstLine: number, private readonly budget = new Budget(),
  ) {}

  public read(): unknown {
    const value = this.block(-1);
    if (this.skipBlank()) {
      throw new NotPlain();
    }
    return value;
  }

  private get where(): string {
    return `${this.source}:${this.firstLine + Math.min(this.line, this.lines.length - 1)}`;
  }

  private check(map: Tree, key: string): void {
    this.budget.take(() => this.where);
    const problem = keyProblem(map, key);
    if (problem !== undefined) {
      throw new InputProblem(this.where, problem);
    }
  }

  /** Goes to the next line with something on it; says whether there is one. */
  private skipBlank(): boolean {
    while (this.line < this.lines.length && /^[ ]*(?:#|$)/.test(this.lines[this.line])) {
      this.line++;
    }
    return this.line < this.lines.length;
  }

  private enter(): void {
    if (++this.depth > DEEPEST) {
      throw new InputProblem(this.where, `is nested deeper than ${DEEPEST} levels, as no manifest is`);
    }
  }

  /** A node whose lines are deeper than its parent's. */
  private block(parent: number, sequenceMayBeAt = parent + 1): unknown {
    if (!this.skipBlank()) {
      return null;
    }
    const text = this.lines[this.line];
    const indent = indentOf(text);
    const isSequence = isDash(text, indent);
    if (indent <= parent && !(isSequence && indent >= sequenceMayBeAt)) {
      return null;
    }
    this.enter();
    const value = isSequence ? this.sequence(indent) : this.keyAt(indent) === undefined ? this.value(indent, parent) : this.map(indent);
    this.depth--;
    return value;
  }

  private sequence(indent: number): unknown[] {
    const items: unknown[] = [];
    while (this.skipBlank() && indentOf(this.lines[this.line]) === indent && isDash(this.lines[this.line], indent)) {
      // what follows the dash stands where it stands, as if on a line of its own.
      const text = this.lines[this.line];
      this.lines[this.line] = `${' '.repeat(indent + 1)}${text.slice(indent + 1)}`;
      this.budget.take(() => this.where);
      items.push(this.block(indent));
    }
    return items;
  }

  private map(indent: number): Tree {
    const map = emptyTree();
    while (this.skipBlank() && indentOf(this.lines[this.line]) === indent) {
      const key = this.keyAt(indent);
      if (key === undefined || key.name === '<<') {
        throw new NotPlain();
      }
      this.check(map, key.name);
      map[key.name] = this.entry(indent, key.end);
    }
    return map;
  }

  private entry(indent: number, end: number): unknown {
    const text = this.lines[this.line];
    const rest = /^[ ]*/.exec(text.slice(end))![0].length + end;
    if (rest === text.length || text[rest] === '#') {
      this.line++;
      return this.block(indent, indent);
    }
    return this.value(rest, indent);
  }

  /** The key at a column, with where its colon ends. */
  private keyAt(start: number): { name: string; end: number } | undefined {
    const text = this.lines[this.line];
    const first = text[start];
    if (first === '"' || first === '\'') {
      // a key has 1024 characters at most.
      const match = (first === '"' ? /"((?:[^"\\]|\\.){0,1024})"[ ]*:(?=[ ]|$)/y : /'((?:[^']|''){0,1024})'[ ]*:(?=[ ]|$)/y);
      match.lastIndex = start;
      const found = match.exec(text);
      return found ? { name: this.unquoted(first, found[1]), end: match.lastIndex } : undefined;
    }
    if ('[{|>'.includes(first)) {
      return undefined;
    }
    if (',]}#&*!%@`\t'.includes(first) || /^[?](?: |$)/.test(text.slice(start, start + 2))) {
      throw new NotPlain();
    }
    for (let at = text.indexOf(':', start); at >= 0; at = text.indexOf(':', at + 1)) {
      if (at + 1 === text.length || text[at + 1] === ' ') {
        const name = text.slice(start, at).trimEnd();
        return / #/.test(name) || name === '' ? undefined : { name, end: at + 1 };
      }
    }
    return undefined;
  }

  private value(start: number, parent: number): unknown {
    const text = this.lines[this.line];
    switch (text[start]) {
      case '|':
      case '>': {
        const header = blockHeader(text.slice(start));
        if (header === undefined) {
          throw new NotPlain();
        }
        return this.blockScalar(header, parent);
      }
      case '"':
      case '\'':
      case '[':
      case '{': {
        this.column = start;
        const value = this.flow();
        if (!/^[ \t]*$|^[ \t]+#/.test(this.lines[this.line].slice(this.column))) {
          throw new NotPlain();
        }
        this.line++;
        return value;
      }
      case '&':
      case '*':
      case '!':
      case '%':
      case '@':
      case '`':
      case '\t':
      case ',':
      case ']':
      case '}':
        throw new NotPlain();
      default:
        return this.plain(start, parent);
    }
  }

  private plain(start: number, parent: number): unknown {
    let text = this.plainLine(start);
    let lines = 1;
    for (;;) {
      let next = this.line;
      while (next < this.lines.length && /^[ ]*$/.test(this.lines[next])) {
        next++;
      }
      if (next === this.lines.length || indentOf(this.lines[next]) <= parent || /^[ ]*#/.test(this.lines[next])) {
        return lines === 1 ? scalarOf(text) : text;
      }
      const blanks = next - this.line;
      this.line = next;
      text += (blanks === 0 ? ' ' : '\n'.repeat(blanks)) + this.plainLine(indentOf(this.lines[next]));
      lines++;
    }
  }

  private plainLine(start: number): string {
    const text = this.lines[this.line++].slice(start);
    const comment = text.search(/[ \t]#/);
    const content = (comment < 0 ? text : text.slice(0, comment)).trimEnd();
    // text that goes on after a comment is two values, and what has a colon is a key where none can be.
    if (/:(?:[ ]|$)|\t/.test(content) || /^[-?](?: |$)/.test(content)) {
      throw new NotPlain();
    }
    return content;
  }

  private blockScalar(header: BlockHeader, parent: number): string {
    const start = ++this.line;
    let depth = header.indent > 0 ? parent + header.indent : -1;
    if (depth < 0) {
      let first = start;
      while (first < this.lines.length && this.lines[first].trimEnd() === '') {
        first++;
      }
      depth = first < this.lines.length ? indentOf(this.lines[first]) : -1;
      if (depth <= parent || this.lines.slice(start, first).some(blank => blank.length > depth)) {
        return this.emptyBlock(header, parent);
      }
    }
    const lines: string[] = [];
    for (; this.line < this.lines.length; this.line++) {
      const text = this.lines[this.line];
      const isBlank = /^ *$/.test(text);
      if (!isBlank && indentOf(text) < depth) {
        break;
      }
      lines.push(text.slice(depth));
    }
    return blockText(lines, header);
  }

  /** Nothing but blank lines; what spaces in them stand for is left to the other reader. */
  private emptyBlock(header: BlockHeader, parent: number): string {
    const start = this.line;
    while (this.line < this.lines.length && this.lines[this.line].trimEnd() === '') {
      if (this.lines[this.line++].length > parent + 1) {
        throw new NotPlain();
      }
    }
    return blockText(this.lines.slice(start, this.line).map(() => ''), header);
  }

  /** A value in brackets or quotes, or plain within brackets. */
  private flow(): unknown {
    const first = this.lines[this.line][this.column];
    switch (first) {
      case '"':
      case '\'':
        return this.quoted(first);
      case '[':
        return this.flowList();
      case '{':
        return this.flowMap();
      default:
        return scalarOf(this.flowPlain());
    }
  }

  private flowList(): unknown[] {
    this.enter();
    const items: unknown[] = [];
    this.column++;
    while (this.flowToken() !== ']') {
      this.budget.take(() => this.where);
      items.push(this.flow());
      this.flowEnd(']');
    }
    this.column++;
    this.depth--;
    return items;
  }

  private flowMap(): Tree {
    this.enter();
    const map = emptyTree();
    this.column++;
    for (let first = this.flowToken(); first !== '}'; first = this.flowToken()) {
      const name = first === '"' || first === '\'' ? this.quoted(first) : this.flowPlain();
      if (name === '' || name === '<<' || this.flowToken() !== ':') {
        throw new NotPlain();
      }
      this.check(map, name);
      this.column++;
      map[name] = ',}'.includes(this.flowToken()) ? null : this.flow();
      this.flowEnd('}');
    }
    this.column++;
    this.depth--;
    return map;
  }

  private flowEnd(close: string): void {
    const next = this.flowToken();
    if (next === ',') {
      this.column++;
    } else if (next !== close) {
      throw new NotPlain();
    }
  }

  /** The next sign within brackets. */
  private flowToken(): string {
    for (; this.line < this.lines.length; this.line++, this.column = 0) {
      const text = this.lines[this.line];
      while (text[this.column] === ' ' || text[this.column] === '\t') {
        this.column++;
      }
      if (this.column < text.length && text[this.column] !== '#') {
        return text[this.column];
      }
    }
    throw new InputProblem(this.where, 'ends before a bracket or quote is closed');
  }

  private flowPlain(): string {
    const match = /[^\s,[\]{}#&*!|>'"%@`?:-](?:[^,[\]{}:#]|:(?=[^\s,[\]{}])|(?<! )#)*|-[^\s,[\]{}:#]+/y;
    match.lastIndex = this.column;
    const found = match.exec(this.lines[this.line]);
    // what goes on in the next line is rare enough for the other reader.
    if (!found || match.lastIndex === this.lines[this.line].length) {
      throw new NotPlain();
    }
    this.column = match.lastIndex;
    return found[0].trimEnd();
  }

  private quoted(quote: string): string {
    let text = '';
    let blanks = 0;
    let joins = '';
    for (this.column++; this.line < this.lines.length; this.line++, this.column = 0) {
      const line = this.lines[this.line];
      const from = this.column === 0 ? /^[ \t]*/.exec(line)![0].length : this.column;
      const end = endOfQuoted(line, from, quote);
      const content = line.slice(from, end);
      const isClosed = line[end] === quote;
      if (content === '' && text !== '' && end === line.length) {
        blanks++;
        continue;
      }
      text += (blanks > 0 ? '\n'.repeat(blanks) : joins) + (isClosed ? content : content.trimEnd());
      blanks = 0;
      joins = ' ';
      if (isClosed) {
        this.column = end + 1;
        return this.unquoted(quote, text);
      }
      if (end < line.length || /\\\s+$/.test(content) || content.trim() === '') {
        // a line that ends in a backslash, or begins with nothing.
        throw new NotPlain();
      }
    }
    throw new InputProblem(this.where, 'ends before a bracket or quote is closed');
  }

  private unquoted(quote: string, content: string): string {
    if (quote === '\'') {
      return content.replaceAll('\'\'', '\'');
    }
    const text = content.includes('\\') ? unescaped(content) : content;
    if (text === undefined) {
      throw new NotPlain();
    }
    return text;
  }
}

function indentOf(text: string): number {
  let indent = 0;
  while (text[indent] === ' ') {
    indent++;
  }
  return indent;
}

function isDash(text: string, indent: number): boolean {
  return text[indent] === '-' && (indent + 1 === text.length || text[indent + 1] === ' ');
}
