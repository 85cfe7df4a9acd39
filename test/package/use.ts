import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportedNames, ROOT } from './tarball';
import { lowestOf, Outcome, Peers, UserProject } from './user-project';

const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Ways to write TypeScript: what the program is, and what the compiler must be told. */
const MODULES = {
  commonjs: { type: 'commonjs', module: 'commonjs', moduleResolution: 'node10' },
  nodenext: { type: 'module', module: 'nodenext', moduleResolution: 'nodenext' },
} as const;

/** What a user does with the package, whose peers are of these versions. */
export function useWith(peers: Peers): void {
  describe(`the package, with its peers at their ${peers} versions`, () => {
    let project: UserProject;

    beforeAll(() => {
      project = new UserProject(peers);
    });

    afterAll(() => project?.remove());

    test('is installed, and brings no package of its own', () => {
      const lowest = Object.fromEntries(Object.entries<string>(peerDependencies).map(([name, range]) => [name, lowestOf(range)]));
      if (peers === 'lowest') {
        expect(project.versions()).toEqual(lowest);
      } else {
        Object.entries(project.versions()).forEach(([name, version]) => expect([name, version]).not.toEqual([name, lowest[name]]));
      }
      const lock = JSON.parse(project.read('node_modules/.package-lock.json'));
      expect(Object.keys(lock.packages).filter(path => path.includes('cdk8s-stateful'))).toEqual(['node_modules/cdk8s-stateful']);
    });

    test('is required from CommonJS, with everything that it exports', () => {
      project.write('names.cjs', "const library = require('cdk8s-stateful'); console.log(JSON.stringify(Object.keys(library).sort()));");
      expect(output(project.run('node', 'names.cjs'))).toEqual(exportedNames());
    });

    test('is imported from ECMAScript modules by name, everything that it exports', () => {
      const names = exportedNames();
      const list = names.join(', ');
      // a name that Node does not find in the package is an error before the program starts.
      project.write('names.mjs', `
        import { ${list} } from 'cdk8s-stateful';
        console.log(JSON.stringify(Object.entries({ ${list} }).flatMap(([name, value]) => value ? [name] : [])));`);
      expect(output(project.run('node', 'names.mjs'))).toEqual(names);
    });

    test('keeps to itself what it does not export', () => {
      project.write('inside.cjs', "require('cdk8s-stateful/lib/stateful-app');");
      expect(project.run('node', 'inside.cjs').output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
      project.write('description.cjs', "console.log(JSON.stringify(require('cdk8s-stateful/package.json').name));");
      expect(output(project.run('node', 'description.cjs'))).toBe('cdk8s-stateful');
    });

    describe.each(Object.entries(MODULES))('in TypeScript, as %s', (name, options) => {
      test('compiles strictly with the declarations of all packages checked, and makes the manifest of examples/etcd, byte for byte', () => {
        compile(project, name, 'examples/etcd', options);
        expect(project.runIn(name, 'node', 'main.js')).toEqual({ status: 0, output: '' });
        expect(project.read(`${name}/dist/etcd.k8s.yaml`)).toBe(readFileSync(join(ROOT, 'examples', 'etcd', 'dist', 'etcd.k8s.yaml'), 'utf8'));
      });
    });

    describe('plans changes', () => {
      beforeAll(() => {
        compile(project, 'ci', 'examples/ci', MODULES.commonjs);
        const [, settings] = /^In `cdk8s.yaml`:\n\n```yaml\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, 'docs', 'review-a-change.md'), 'utf8'))!;
        project.write('cdk8s.yaml', settings.replace('npx ts-node main.ts', 'node ci/main.js').replace('origin/main:dist', 'deployed'));
        project.copy('examples/ci/deployed', 'deployed');
        project.copy('examples/ci/dist', 'next');
      });

      test('by its program', () => {
        const planned = project.run('npx', '--no', 'cdk8s-stateful', 'plan', 'deployed', 'next');
        expect(planned).toMatchObject({ status: 0, output: expect.stringContaining('update    StatefulSet ledger') });
        expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(planned.output.trim());
        project.write('larger/ci.k8s.yaml', project.read('next/ci.k8s.yaml').replace('storage: 20Gi', 'storage: 40Gi'));
        const refused = project.run('npx', '--no', 'cdk8s-stateful', 'plan', 'deployed', 'larger');
        expect(refused).toMatchObject({ status: 1, output: expect.stringContaining('refuse claim-template-grown') });
      });

      test('as a validation of cdk8s synth, which lets one pass and refuses another', () => {
        const cli = join(ROOT, 'node_modules', '.bin', 'cdk8s');
        expect(project.run(cli, 'synth')).toMatchObject({ status: 0, output: expect.stringContaining('step 1: replace ledger-2') });
        expect(project.read('dist/ci.k8s.yaml')).toBe(project.read('next/ci.k8s.yaml'));
        const refused = project.run(cli, 'synth', '--app', 'node ci/grown.js', '--output', 'grown');
        expect(refused).toMatchObject({ status: 2, output: expect.stringContaining('claim-template-grown') });
      });
    });
  });
}

/** Compiles an example as if it were the user's own: strictly, and with the declarations of all packages. */
function compile(project: UserProject, folder: string, example: string, { type, ...options }: typeof MODULES[keyof typeof MODULES]): void {
  const programs = readdirSync(join(ROOT, example)).filter(file => file.endsWith('.ts'));
  for (const program of programs) {
    const text = readFileSync(join(ROOT, example, program), 'utf8');
    // an import of a module names its file.
    project.write(`${folder}/${program}`, type === 'module' ? text.replace("'./chart'", "'./chart.js'") : text);
  }
  project.write(`${folder}/package.json`, JSON.stringify({ type }));
  project.write(`${folder}/tsconfig.json`, JSON.stringify({
    compilerOptions: { ...options, target: 'es2022', lib: ['es2022'], types: [], strict: true, skipLibCheck: false },
    files: programs,
  }));
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  expect(project.runIn(folder, tsc, '--project', '.')).toEqual({ status: 0, output: '' });
}

/** What a program printed as JSON. */
function output({ status, output: text }: Outcome): unknown {
  expect({ status, text }).toMatchObject({ status: 0 });
  return JSON.parse(text);
}
