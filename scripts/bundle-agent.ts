import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { rollup } from '@rollup/wasm-node';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const ROOT = join(__dirname, '..');
const ENTRY = join(ROOT, 'src', 'etcd', 'agent', 'agent.ts');
const BUNDLE = join(ROOT, 'agent', 'etcd-agent.mjs');

/**
 * Makes one file of the agent's modules, which people read in the ConfigMap that carries it: types are gone, comments stay, nothing is renamed.
 */
async function bundle(): Promise<void> {
  const bundled = await rollup({
    input: ENTRY,
    external: /^node:/,
    // what nobody calls is left out, and a warning is a mistake.
    onwarn: warning => {
      throw new Error(warning.message);
    },
    plugins: [{
      name: 'typescript',
      resolveId: (source, importer) => {
        const file = importer === undefined ? source : `${resolve(dirname(importer), source)}.ts`;
        return existsSync(file) ? file : undefined;
      },
      transform: code => transpileModule(code, { compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ESNext } }).outputText,
    }],
  });
  await bundled.write({ file: BUNDLE, format: 'es', generatedCode: 'es2015' });
}

void bundle();
