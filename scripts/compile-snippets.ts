import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const ASSEMBLY = join(ROOT, '.jsii');
const DOCS = join(ROOT, 'docs');

// jsii-rosetta compiles the snippets of doc comments and of the README that jsii put into the assembly; the pages of docs/ are
// put there for as long as it runs.
const assembly = readFileSync(ASSEMBLY, 'utf8');
const { readme, ...rest } = JSON.parse(assembly);
const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md')).sort().map(name => readFileSync(join(DOCS, name), 'utf8'));
try {
  writeFileSync(ASSEMBLY, JSON.stringify({ ...rest, readme: { markdown: [readme.markdown, ...pages].join('\n\n') } }));
  execFileSync(join(ROOT, 'node_modules', '.bin', 'jsii-rosetta'), ['extract', '--strict', '.'], { cwd: ROOT, stdio: 'inherit' });
} finally {
  writeFileSync(ASSEMBLY, assembly);
}
