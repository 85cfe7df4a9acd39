import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { createProgram, ModuleKind, preProcessFile, ScriptTarget } from 'typescript';
import { packedFiles, ROOT, tarball, unpacked } from './tarball';

const KILOBYTE = 1000;

/** What a user needs, and why. */
const NEEDED: ReadonlyArray<readonly [RegExp, string]> = [
  [/^package\.json$/, 'what npm reads'],
  [/^README\.md$/, 'what npm and Construct Hub show'],
  [/^LICENSE$/, 'the license'],
  [/^\.jsii$/, 'the types for the other languages, and for Construct Hub'],
  [/^bin\/cdk8s-stateful$/, 'the program'],
  [/^lib\/([a-z0-9-]+\/)*[a-z0-9-]+\.js$/, 'the library'],
  [/^lib\/([a-z0-9-]+\/)*[a-z0-9-]+\.d\.ts$/, 'its declarations'],
  [/^agent\/[a-z-]+\.mjs$/, 'the programs that run beside etcd'],
];

const read = (file: string) => readFileSync(join(unpacked(), file), 'utf8');

describe('the tarball', () => {
  test('has only files that a user needs', () => {
    expect(packedFiles().filter(file => !NEEDED.some(([pattern]) => pattern.test(file)))).toEqual([]);
  });

  test('has each kind of file that a user needs', () => {
    expect(NEEDED.filter(([pattern]) => !packedFiles().some(file => pattern.test(file))).map(([, why]) => why)).toEqual([]);
  });

  // a package that suddenly is larger has something in it that nobody meant to publish; raise a limit on purpose, with what has grown.
  test('is small', () => {
    expect(statSync(tarball()).size).toBeLessThan(280 * KILOBYTE);
    expect(packedFiles().reduce((size, file) => size + statSync(join(unpacked(), file)).size, 0)).toBeLessThan(1150 * KILOBYTE);
  });

  test('has all modules that its modules require, and no other with code in it', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (!reached.has(file)) {
        reached.add(file);
        requiredBy(file).forEach(visit);
      }
    };
    visit('lib/index.js');
    visit('bin/cdk8s-stateful');
    expect([...reached].sort()).toEqual(packedFiles().filter(file => /\.js$|^bin\//.test(file) && hasCode(file)));
  });

  test('has no declarations of its inner folders that those of the API do not refer to', () => {
    const referred = createProgram([join(unpacked(), 'lib', 'index.d.ts')], { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS })
      .getSourceFiles().map(({ fileName }) => fileName);
    const inner = packedFiles().filter(file => /^lib\/(private\/|plan\/[^/]+\/).*\.d\.ts$/.test(file));
    expect(inner.filter(file => !referred.includes(join(unpacked(), file)))).toEqual([]);
    expect(inner).not.toEqual([]);
  });

  test('has the programs that the constructs put beside etcd, and no other', () => {
    const constructs = packedFiles().filter(file => /^lib\/etcd\/[^/]+\.js$/.test(file)).map(read).join('\n');
    const programs = packedFiles().filter(file => file.startsWith('agent/')).map(file => basename(file, '.mjs'));
    expect(programs.filter(program => !constructs.includes(`'${program}'`))).toEqual([]);
    expect(programs).toEqual(readdirSync(join(ROOT, 'agent')).map(file => basename(file, '.mjs')).sort());
  });

  test('has no file twice', () => {
    const seen = new Map<string, string>();
    const twins = packedFiles().flatMap(file => {
      const digest = createHash('sha256').update(readFileSync(join(unpacked(), file))).digest('hex');
      const twin = seen.get(digest);
      seen.set(digest, file);
      // a module that has nothing but types is empty.
      return twin === undefined || statSync(join(unpacked(), file)).size < 100 ? [] : [[twin, file]];
    });
    expect(twins).toEqual([]);
  });

  test('refers to no source maps', () => {
    expect(packedFiles().filter(file => /^(lib|agent|bin)\//.test(file) && read(file).includes('sourceMappingURL'))).toEqual([]);
  });
});

describe('its package.json', () => {
  const description = () => JSON.parse(read('package.json'));

  test('asks for no package but the peers, and runs nothing at install', () => {
    const { peerDependencies, scripts, ...others } = description();
    const { dependencies = {}, optionalDependencies = {}, bundledDependencies = [], bundleDependencies = [] } = others;
    expect([dependencies, optionalDependencies, bundledDependencies, bundleDependencies].flatMap(Object.keys)).toEqual([]);
    expect(Object.keys(peerDependencies)).toEqual(['cdk8s', 'cdk8s-plus-27', 'constructs']);
    expect(Object.keys(scripts).filter(name => /^(pre|post)?(install|prepare|pack|publish)$/.test(name))).toEqual([]);
  });

  test('names only files that are there', () => {
    const { main, types, bin, exports } = description();
    const exported = Object.values(exports).flatMap(target => typeof target === 'string' ? [target] : Object.values(target as object));
    expect([main, types, ...Object.values(bin), ...exported].map(file => normalize(file)).filter(file => !packedFiles().includes(file))).toEqual([]);
  });

  test('lets Construct Hub find it', () => {
    expect(description()).toMatchObject({ license: 'Apache-2.0', keywords: expect.arrayContaining(['cdk8s']), jsii: { targets: expect.any(Object) } });
  });

  test('has the license of the repository', () => {
    expect(read('LICENSE')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
  });
});

/** Whether there is more in a module than types, of which nothing is left but that it is one. */
function hasCode(file: string): boolean {
  return !/^"use strict";\s*Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);\s*$/.test(read(file));
}

/** The files of the package that a module requires. */
function requiredBy(file: string): string[] {
  return preProcessFile(read(file), true, true).importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName))
    .map(path => [path, `${path}.js`].find(name => /\.js$/.test(name) && existsSync(join(unpacked(), name))) ?? `${path}.js`);
}
