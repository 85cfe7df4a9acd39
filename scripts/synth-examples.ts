import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const ROOT = join(__dirname, '..');
const EXAMPLES = join(ROOT, 'examples');
const CDK8S = join(ROOT, 'node_modules', '.bin', 'cdk8s');

interface Manifest {
  readonly example: string;
  readonly objects: string;
  readonly file: string;
}

/** Makes the manifests of an example anew, the way its users do. */
async function synth(example: string): Promise<Manifest[]> {
  const folder = join(EXAMPLES, example);
  const dist = join(folder, 'dist');
  // a manifest of a chart that was renamed must not stay behind.
  rmSync(dist, { recursive: true, force: true });
  try {
    await promisify(execFile)(CDK8S, ['synth'], { cwd: folder, env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' } });
  } catch (error) {
    // the message has all that went to stderr.
    const { message, stdout } = error as Error & { stdout: string };
    throw new Error(`${example}: ${message}\n${stdout}`);
  }
  // where there are validations, cdk8s writes a file for them, too.
  const files = existsSync(dist) ? readdirSync(dist).filter(name => name !== 'construct-metadata.json').sort().map(name => join(dist, name)) : [];
  if (files.length === 0) {
    throw new Error(`${example}: cdk8s synth wrote nothing to ${dist}`);
  }
  return files.map(file => ({ example, objects: kindsIn(file), file: relative(ROOT, file) }));
}

function kindsIn(file: string): string {
  return parseAllDocuments(readFileSync(file, 'utf8')).map(document => document.toJS().kind).join(', ');
}

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

async function main(): Promise<void> {
  const examples = readdirSync(EXAMPLES).filter(name => existsSync(join(EXAMPLES, name, 'cdk8s.yaml'))).sort();
  const results = await Promise.allSettled(examples.map(synth));
  for (const result of results) {
    if (result.status === 'rejected') {
      console.error(result.reason.message);
      process.exitCode = 1;
    }
  }
  const manifests = results.flatMap(result => result.status === 'fulfilled' ? result.value : []);
  console.log(table([['example', 'objects', 'file'], ...manifests.map(({ example, objects, file }) => [example, objects, file])]));
}

void main();
