import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from './command';
import { Neighbour, notServedToGo, notServedToMaven } from './neighbours';
import { hasDotnet, Language } from './toolchains';

export const ROOT = join(__dirname, '..', '..');
export const DIST = join(ROOT, 'dist');

/** Where packages are built, with those of dependencies that no registry serves beside them: `dist` has nothing but what is ours. */
const WORK = join(ROOT, '.languages');
export const BUILT = join(WORK, 'packages');

/** A local repository of this clone: in that of the user, a package without a release would outlive its build. */
export const MAVEN_REPOSITORY = join(WORK, 'm2');

const GO_MODULE = 'cdk8sstateful';
const MAVEN_GROUP = join('io', 'github', 'cdk8s-stateful');

/** A package that was built, or why there are only its sources. */
export interface Built {
  readonly language: string;
  readonly artifact: string;
  readonly seconds: number;
  readonly note: string;
}

type Build = () => Promise<{ readonly from: string; readonly artifact: string; readonly note?: string }>;

/** Makes the packages of these languages, of what was compiled, in dist/. */
export async function buildPackages(languages: readonly Language[]): Promise<Built[]> {
  const builds: Record<string, Build> = { js, dotnet, ...Object.fromEntries(languages.map(language => [language, { python, java, go }[language]])) };
  return Promise.all(Object.entries(builds).map(async ([language, build]) => {
    const start = Date.now();
    rmSync(join(BUILT, language), { recursive: true, force: true });
    const { from, artifact, note = '' } = await build();
    rmSync(join(DIST, language), { recursive: true, force: true });
    cpSync(join(BUILT, from), join(DIST, from), { recursive: true });
    return { language, artifact: relative(ROOT, join(DIST, artifact)), seconds: (Date.now() - start) / 1000, note };
  }));
}

async function js(): ReturnType<Build> {
  await pacmak('js');
  return { from: 'js', artifact: join('js', onlyFile('js', '.tgz')) };
}

async function python(): ReturnType<Build> {
  await pacmak('python');
  return { from: 'python', artifact: join('python', onlyFile('python', '.whl')) };
}

async function java(): ReturnType<Build> {
  const missing = await notServedToMaven(MAVEN_REPOSITORY);
  const repository = ['--maven-local-repository', MAVEN_REPOSITORY];
  if (missing.length > 0) {
    await pacmak('java', [...repository, ...missing.map(({ folder }) => folder)], { MAVEN_OPTS: '-Dmaven.javadoc.skip=true' });
  }
  await pacmak('java', repository);
  // whoever uses the packages takes them from where they were deployed, and not from what was left by their build.
  for (const folder of [MAVEN_GROUP, ...missing.map(({ maven }) => join(...maven.split(':')[0].split('.'), maven.split(':')[1]))]) {
    rmSync(join(MAVEN_REPOSITORY, folder), { recursive: true, force: true });
  }
  const folder = join('java', MAVEN_GROUP);
  return { from: folder, artifact: join(folder, 'cdk8s-stateful'), note: madeOfNpm(missing, ({ maven }) => maven) };
}

async function go(): ReturnType<Build> {
  const missing = await notServedToGo();
  if (missing.length > 0) {
    await pacmak('go', ['--code-only', ...missing.map(({ folder }) => folder)]);
  }
  await pacmak('go');
  const folder = join('go', GO_MODULE);
  return { from: folder, artifact: folder, note: madeOfNpm(missing, ({ goModule, version }) => `${goModule}@v${version}`) };
}

async function dotnet(): ReturnType<Build> {
  const canCompile = hasDotnet();
  await pacmak('dotnet', canCompile ? [] : ['--code-only']);
  return { from: 'dotnet', artifact: 'dotnet', note: canCompile ? '' : 'only sources: there is no .NET SDK here' };
}

async function pacmak(target: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<void> {
  mkdirSync(BUILT, { recursive: true });
  await run([join(ROOT, 'node_modules', '.bin', 'jsii-pacmak'), '--target', target, '--outdir', BUILT, ...args], { cwd: ROOT, env });
}

function madeOfNpm(missing: readonly Neighbour[], nameOf: (neighbour: Neighbour) => string): string {
  return missing.length > 0 ? `not in the registry, so made of the npm package: ${missing.map(nameOf).join(', ')}` : '';
}

function onlyFile(folder: string, ending: string): string {
  const [file, ...others] = readdirSync(join(BUILT, folder)).filter(name => name.endsWith(ending));
  if (file === undefined || others.length > 0) {
    throw new Error(`one file *${ending} should be in ${join(BUILT, folder)}`);
  }
  return file;
}
