import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { format } from 'util';
import { Testing } from 'cdk8s';
import * as ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { isForeign } from './foreign-kinds';
import { schemaErrors } from './kubernetes-schema';

/*
 * What the pages show is compiled, run and compared, so that it stays true.
 *
 * A `ts` block is a fragment in rosetta's fixture, or with `nofixture` a whole program. Blocks that follow it in the same section say what comes of it:
 * `text` is printed, or is the message of the error; each document of `yaml` is a part of the manifest with its kind and name.
 */

const ROOT = join(__dirname, '..');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pagesIn('docs')];
const [BEFORE, AFTER] = readFileSync(join(ROOT, 'rosetta/default.ts-fixture'), 'utf8').split('/// here');

interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

interface Snippet extends Block {
  readonly complete: boolean;
  readonly source: string;
  readonly shown: Block[];
}

interface Outcome {
  readonly printed: string;
  readonly error?: string;
  readonly made: any[];
}

const { snippets, loose } = collect();
const outcomes = new Map(snippets.map(snippet => [snippet, run(snippet)]));
const errors = [...outcomes.values()].map(({ error }) => error ?? '').join('\n');
const cases = <T extends Block>(blocks: T[]): [string, T][] => blocks.map(block => [`${block.page}:${block.line}`, block]);

test('the snippets compile', () => {
  expect(typeErrors()).toEqual([]);
}, 60_000);

test.each(cases(snippets))('the snippet at %s does what the page says', (_, snippet) => {
  const { printed, error, made } = outcomes.get(snippet)!;
  const texts = snippet.shown.filter(({ language }) => language === 'text');
  for (const { text } of texts) {
    expect(printed + (error ?? '')).toContain(text.trim());
  }
  expect(error === undefined || texts.length > 0 ? undefined : error).toBeUndefined();
  for (const { text } of snippet.shown.filter(({ language }) => language === 'yaml')) {
    for (const document of parseAllDocuments(text)) {
      const part = document.toJS();
      expect(made.find(({ kind, metadata }) => kind === part.kind && metadata.name === part.metadata.name)).toMatchObject(part);
    }
  }
  if (!snippet.text.includes('addJsonPatch')) {
    expect(made.filter(manifest => !isForeign(manifest)).flatMap(schemaErrors)).toEqual([]);
  }
});

test.each(cases(loose))('the messages at %s are those of a snippet', (_, { text }) => {
  for (const line of text.trim().split('\n')) {
    expect(errors).toContain(line);
  }
});

test.each(PAGES)('the links of %s lead somewhere', page => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link);
  expect(links.filter(link => !leadsSomewhere(page, link))).toEqual([]);
});

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap(entry => entry.isDirectory() ? pagesIn(`${folder}/${entry.name}`) : entry.name.endsWith('.md') ? [`${folder}/${entry.name}`] : []);
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The snippets with what is shown of them, and the `text` blocks of sections without a snippet. */
function collect(): { snippets: Snippet[]; loose: Block[] } {
  const found: Snippet[] = [];
  const alone: Block[] = [];
  for (const page of PAGES) {
    const blocks = /^(?:#+ .*|```(\w*)(.*)\n([^]*?)\n```)$/gm;
    const content = read(page);
    let snippet: Snippet | undefined;
    for (const match of content.matchAll(blocks)) {
      const [, language, info, text] = match;
      const block = { page, line: content.slice(0, match.index).split('\n').length + 1, language, text };
      if (language === undefined) {
        snippet = undefined;
      } else if (language === 'ts') {
        const complete = info.includes('nofixture');
        snippet = { ...block, complete, source: complete ? text : `${BEFORE}${text}${AFTER}`, shown: [] };
        found.push(snippet);
      } else if (snippet !== undefined) {
        snippet.shown.push(block);
      } else if (language === 'text') {
        alone.push(block);
      }
    }
  }
  return { snippets: found, loose: alone };
}

function run({ complete, source }: Snippet): Outcome {
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const outdir = mkdtempSync(join(tmpdir(), 'docs-'));
  process.env.CDK8S_OUTDIR = outdir;
  const printed: string[] = [];
  const console = { log: (...args: unknown[]) => printed.push(format(...args)) };
  try {
    const chart = new Function('require', 'exports', 'console', `${outputText}${complete ? '' : '\nreturn chart;'}`)(require, {}, console);
    const made = complete
      ? readdirSync(outdir).flatMap(file => parseAllDocuments(readFileSync(join(outdir, file), 'utf8')).map(document => document.toJS()))
      : Testing.synth(chart);
    return { printed: printed.join('\n'), made };
  } catch (e) {
    return { printed: printed.join('\n'), error: (e as Error).message, made: [] };
  } finally {
    delete process.env.CDK8S_OUTDIR;
    rmSync(outdir, { recursive: true });
  }
}

/** What strict TypeScript says about the snippets, each as a file of its own beside its page. */
function typeErrors(): string[] {
  const files = new Map(snippets.map(snippet => [join(ROOT, `${snippet.page}.${snippet.line}.ts`), snippet]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    baseUrl: ROOT,
    paths: { 'cdk8s-stateful': ['src/index.ts'] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = file => files.has(file) || fileExists(file);
  host.readFile = file => files.get(file)?.source ?? readFile(file);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const snippet = files.get(file?.fileName ?? '');
    const line = file?.getLineAndCharacterOfPosition(start!).line ?? 0;
    const place = snippet && `${snippet.page}:${line + snippet.line - (snippet.complete ? 0 : BEFORE.split('\n').length - 1)}`;
    return `${place ?? file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  return existsSync(join(ROOT, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
}
