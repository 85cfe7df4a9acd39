import { cdk8s, javascript, TextFile } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-stateful',
  description: 'Typed cdk8s constructs for stateful applications on Kubernetes: StatefulSets with stable names, stable storage and safe rollouts.',
  author: 'cdk8s-stateful contributors',
  authorAddress: 'cdk8s-stateful@users.noreply.github.com',
  authorOrganization: true,
  license: 'Apache-2.0',
  copyrightOwner: 'cdk8s-stateful contributors',
  repositoryUrl: 'https://github.com/cdk8s-stateful/cdk8s-stateful.git',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  sampleCode: false,
  typecheckTests: true,
  // .github/workflows/ci.yml runs .ci/run, the same checks as on a developer's machine.
  buildWorkflow: false,
  depsUpgrade: false,
  githubOptions: {
    mergify: false,
    pullRequestLintOptions: {
      semanticTitleOptions: { types: ['feat', 'fix', 'perf', 'refactor', 'docs', 'test', 'bench', 'build', 'ci', 'chore'] },
    },
  },
  minNodeVersion: '20.16.0',
  workflowNodeVersion: 'lts/*',
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.0',
  bumpPackage: 'commit-and-tag-version@^12',

  // the lowest versions that work: tests run at them, users may have any newer ones.
  cdk8sVersion: '2.68.12',
  constructsVersion: '10.3.0',
  peerDeps: ['cdk8s-plus-27@^2.9.0'],
  devDeps: ['cdk8s-plus-27@2.9.0', 'cdk8s-cli', 'ajv@^8.20.0', 'fast-check', 'kubernetes-models@4.3.1', 'yaml',
    '@peculiar/x509', '@rollup/wasm-node', 'dns-packet', '@types/dns-packet', 'js-yaml@^4.1.1', '@types/js-yaml', 'reflect-metadata', 'rfc6902'],

  bin: { 'cdk8s-stateful': 'bin/cdk8s-stateful' },
  keywords: ['cdk8s', 'kubernetes', 'k8s', 'statefulset', 'stateful', 'etcd', 'persistent-volume-claim', 'headless-service'],
  publishToPypi: { distName: 'cdk8s-stateful', module: 'cdk8s_stateful', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdk8sstateful',
    mavenGroupId: 'io.github.cdk8sstateful',
    mavenArtifactId: 'cdk8s-stateful',
    mavenServerId: 'central-ossrh',
  },
  publishToNuget: { dotNetNamespace: 'Cdk8sStateful', packageId: 'Cdk8sStateful', trustedPublishing: true },
  publishToGo: { moduleName: 'github.com/cdk8s-stateful/cdk8s-stateful-go' },

  eslintOptions: { dirs: ['src'], devdirs: ['test', 'examples', 'bench', 'scripts', 'projenrc'], commandOptions: { fix: false } },
  jestOptions: {
    jestVersion: '^29',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      // examples import the package by its name; tests measure what is in src.
      moduleNameMapper: { '^cdk8s-stateful$': '<rootDir>/src' },
      collectCoverageFrom: ['src/**/*.ts'],
      coverageReporters: ['text', 'lcov'],
      // not 100: a few lines are only reached by what property-based tests happen to try.
      coverageThreshold: { lines: 99.9, branches: 99.9, functions: 100, statements: 99.9 },
    },
  },
  gitignore: ['.jsii.tabl.json', '/agent/', '/bench/results/'],
});

// newer majors need native binaries for every platform in the lock file, which not every registry serves.
project.addDevDeps('eslint-import-resolver-typescript@^2.7.1');

new TextFile(project, '.npmrc', {
  // the lock file must install from whatever registry a machine is set to.
  lines: ['omit-lockfile-registry-resolved=true'],
});

project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
});

for (const path of [
  '/bench/', '/docs/', '/examples/', '/rosetta/', '/scripts/', '/.ci/', '/.npmrc', '/CONTRIBUTING.md', '/SECURITY.md', '/API.md', '.jsii.tabl.json', '/lib/etcd/agent/',
]) {
  project.addPackageIgnore(path);
}

// publib knows where npm packages go.
project.github?.tryFindWorkflow('release')?.file?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

project.eslint!.addRules({
  'max-lines': ['error', 400],
  // `import kplus = require()` compiles to one line; `import * as` would put a helper of forty into every file of lib.
  '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }],
  // examples and the benchmark import the package by its own name, as its users do.
  'import/no-unresolved': ['error', { ignore: ['^cdk8s-stateful$'] }],
});

const bundle = project.addTask('bundle', {
  description: 'Make one file of the programs that run beside etcd',
  exec: 'ts-node --project scripts/tsconfig.json scripts/bundle-agent.ts',
});
project.compileTask.prependSpawn(bundle);
project.compileTask.exec('ts-node --transpile-only --project scripts/tsconfig.json scripts/lazy-index.ts');
project.testTask.prependSpawn(bundle);

const rosetta = project.addTask('rosetta', {
  description: 'Compile every snippet of README, docs and doc comments',
  exec: 'ts-node --project scripts/tsconfig.json scripts/compile-snippets.ts',
});
project.postCompileTask.spawn(rosetta);

const synth = project.addTask('synth', { description: 'Compile, then run `cdk8s synth` in every example' });
synth.spawn(project.compileTask);
synth.exec('ts-node --project examples/tsconfig.json scripts/synth-examples.ts');

const generate = project.addTask('generate', { description: 'Make every generated file anew: project files, API.md, golden manifests' });
generate.spawn(project.defaultTask!);
generate.spawn(synth);
generate.spawn(project.postCompileTask);
generate.exec('ts-node --project scripts/tsconfig.json scripts/draw-decision.ts');
generate.exec('ts-node --transpile-only --project scripts/tsconfig.json scripts/plan-rules.ts');

const bench = project.addTask('bench', { description: 'Measure synthesis against its peers' });
bench.spawn(project.compileTask);
bench.exec('ts-node --project examples/tsconfig.json bench/run.ts', { receiveArgs: true });

const live = 'ts-node --project test/tsconfig.json --transpile-only test/live/run.ts';
const testLive = project.addTask('test:live', { description: 'Run what the examples synthesize as real processes (--kubeconfig: on a real cluster)' });
testLive.spawn(bundle);
testLive.exec(live, { receiveArgs: true });
const chaos = project.addTask('test:chaos', {
  description: 'Two hundred random faults against a cluster of etcd under load (CHAOS_SEED, CHAOS_FAULTS, CHAOS_ETCD)',
});
chaos.spawn(bundle);
chaos.exec(`CHAOS_FAULTS=\${CHAOS_FAULTS:-200} ${live} etcd-chaos`, { receiveArgs: true });
project.testTask.exec(`${live} --if-possible`);

// maps inlined into lib/*.js would be parsed at every import.
project.tsconfig!.file.addOverride('compilerOptions.inlineSourceMap', false);
project.tsconfig!.file.addOverride('compilerOptions.inlineSources', false);

project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('CDK8S_CHECK_UPGRADE', 'false');

project.synth();
