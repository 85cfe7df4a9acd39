import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIB = join(__dirname, '..', 'lib');
const INDEX = join(LIB, 'index.js');

/**
 * Has the package load each of its files when something of it is asked for, as `constructs` and `aws-cdk-lib` do it: who runs a
 * StatefulApp does not wait for etcd.
 *
 * jsii compiles `export *` to a `require()` of everything.
 */
function lazyIndexOf(compiled: string): string {
  const files = [...compiled.matchAll(/^__exportStar\(require\("(.+)"\), exports\);$/gm)].map(([, file]) => file);
  const exported = files.map((file) => ({ file, names: Object.keys(module.require(join(LIB, file))) })).filter(({ names }) => names.length > 0);
  const all = exported.flatMap(({ names }) => names);
  if (all.length === 0 || new Set(all).size < all.length) {
    throw new Error(`${INDEX} must export each name once, got ${all.join(', ') || 'none'}`);
  }
  return [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    // by this line Node knows what `import { StatefulApp } from 'cdk8s-stateful'` finds in a module of ECMAScript.
    `${all.map((name) => `exports.${name} = `).join('')}void 0;`,
    'function lazy(names, load) {',
    '  for (const name of names) {',
    '    const property = { configurable: true, enumerable: true };',
    '    Object.defineProperty(exports, name, { ...property, get: () => {',
    '      const value = load()[name];',
    '      Object.defineProperty(exports, name, { ...property, value });',
    '      return value;',
    '    } });',
    '  }',
    '}',
    ...exported.map(({ file, names }) => `lazy(${JSON.stringify(names)}, () => require(${JSON.stringify(file)}));`),
    '',
  ].join('\n');
}

const compiled = readFileSync(INDEX, 'utf8');
if (compiled.includes('__exportStar(')) {
  writeFileSync(INDEX, lazyIndexOf(compiled));
}
