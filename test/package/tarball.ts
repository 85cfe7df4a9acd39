import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Where the tarball is that all scenarios of a run share; its path reaches them by the environment. */
const FOLDER = 'PACKAGE_UNDER_TEST';

/**
 * Packs what is published, as `npx projen package:js` does it, of what was compiled.
 *
 * @throws Error if what was compiled is older than what it was compiled of
 */
export function packOnce(): void {
  refuseStale();
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  process.env[FOLDER] = folder;
  const pacmak = join(ROOT, 'node_modules', '.bin', 'jsii-pacmak');
  execFileSync(pacmak, ['--target', 'js', '--outdir', folder], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('tar', ['--extract', '--gzip', '--file', tarball(), '--directory', folder]);
}

export function removePacked(): void {
  rmSync(process.env[FOLDER]!, { recursive: true });
}

/** The file that npm takes. */
export function tarball(): string {
  const folder = join(process.env[FOLDER]!, 'js');
  const [file] = readdirSync(folder);
  return join(folder, file);
}

/** The folder that npm makes of the file. */
export function unpacked(): string {
  return join(process.env[FOLDER]!, 'package');
}

/** The paths of all files in the package, sorted. */
export function packedFiles(): string[] {
  return filesBelow(unpacked()).map(file => relative(unpacked(), file)).sort();
}

export function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}

function refuseStale(): void {
  const changed = Math.max(...filesBelow(join(ROOT, 'src')).map(file => statSync(file).mtimeMs));
  const compiled = statSync(join(ROOT, '.jsii'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (compiled < changed) {
    throw new Error('src/ was changed after it was compiled: run `npx projen compile` first');
  }
}

/** The names of everything that the API exports and that there is at run time, as jsii lists them. */
export function exportedNames(): string[] {
  const types: Record<string, { readonly kind: string; readonly name: string }> = JSON.parse(readFileSync(join(unpacked(), '.jsii'), 'utf8')).types;
  return Object.values(types).filter(({ kind }) => kind !== 'interface').map(({ name }) => name).sort();
}
