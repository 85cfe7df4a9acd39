import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { rollup } from '@rollup/wasm-node';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const ROOT = join(__dirname, '..');
const AGENT = join(ROOT, 'src', 'etcd', 'agent');
const BUNDLES = join(ROOT, 'agent');

/** The programs, each a file of its own: the module that has it, and its name there. */
const PROGRAMS = {
  'defragment': ['defragment', 'defragment'],
  'enable-auth': ['enable-auth', 'enableAuth'],
  'join': ['join', 'join'],
  'name-backup': ['store-backup', 'nameBackup'],
  'restore-finish': ['restore', 'restoreFinish'],
  'restore-prepare': ['restore', 'restorePrepare'],
  'restore-verify': ['restore', 'restoreVerify'],
  'serve': ['serve', 'serve'],
  'store-backup': ['store-backup', 'storeBackup'],
} as const;

/**
 * Makes one file of a program's modules, which people read in the ConfigMap that carries it: nothing is renamed. Types and comments are gone; they
 * are where the modules are.
 */
async function bundle(program: string, module: string, name: string): Promise<void> {
  const entry = join(AGENT, 'entry.ts');
  const bundled = await rollup({
    input: entry,
    external: /^node:/,
    // what is left out by mistake is only warned of.
    onwarn: warning => {
      throw new Error(warning.message);
    },
    plugins: [{
      name: 'typescript',
      resolveId: (source, importer) => {
        const file = importer === undefined ? source : `${resolve(dirname(importer), source)}.ts`;
        return file === entry || existsSync(file) ? file : undefined;
      },
      load: id => id === entry ? `
        import { run } from './main';
        import { ${name} } from './${module}';
        process.exitCode = await run('${program}', ${name}, process.env);` : undefined,
      transform: code => transpileModule(code, {
        compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ESNext, removeComments: true },
      }).outputText,
      renderChunk: withTabs,
    }],
  });
  await bundled.write({
    file: join(BUNDLES, `${program}.mjs`),
    format: 'es',
    generatedCode: 'es2015',
    banner: `// The program '${program}' of cdk8s-stateful, made of src/etcd/agent of its repository.`,
  });
}

/** The compiler indents by four spaces. */
function withTabs(code: string): string {
  return code.replace(/^( {4})+/gm, indentation => '\t'.repeat(indentation.length / 4));
}

async function main(): Promise<void> {
  rmSync(BUNDLES, { recursive: true, force: true });
  await Promise.all(Object.entries(PROGRAMS).map(([program, [module, name]]) => bundle(program, module, name)));
}

void main();
