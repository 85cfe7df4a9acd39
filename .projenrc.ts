import { cdk8s, javascript, ReleasableCommits, TextFile } from 'projen';

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

  // a push to main releases what changes something for users: features, fixes, better performance, and whatever breaks programs.
  releasableCommits: ReleasableCommits.exec([
    'git log --no-merges --oneline $LATEST_TAG..HEAD -E',
    "--grep '^(feat|fix|perf)(\\([^()]+\\))?: '",
    "--grep '^[a-z]+(\\([^()]+\\))?!: '",
    "--grep '^BREAKING[ -]CHANGE: '",
  ].join(' ')),
  // the first release; later ones follow from the commits.
  nextVersionCommand: 'git rev-parse --verify --quiet "refs/tags/$LATEST_TAG" > /dev/null || echo 0.1.0',
  versionrcOptions: {
    types: [
      { type: 'feat', section: 'Features' },
      { type: 'fix', section: 'Fixes' },
      { type: 'perf', section: 'Performance' },
    ],
  },
  // trusted publishers are told this environment, and secrets stand in it.
  releaseEnvironment: 'release',
  npmTrustedPublishing: true,
  // it runs where packages are published.
  jsiiReleaseVersion: '0.2.1061',

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
    mavenGroupId: 'io.github.cdk8s-stateful',
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
      // jest leaves one processor unused by default, which is half of a small machine.
      maxWorkers: '100%',
      collectCoverageFrom: ['src/**/*.ts'],
      coverageReporters: ['text', 'lcov'],
      // not 100: a few lines are only reached by what property-based tests happen to try.
      coverageThreshold: { lines: 99.9, branches: 99.9, functions: 100, statements: 99.9 },
    },
  },
  gitignore: ['.jsii.tabl.json', '/agent/', '/bench/results/', '/.languages/'],
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
  '/bench/', '/docs/', '/examples/', '/rosetta/', '/scripts/', '/.languages/', '/.ci/', '/.npmrc', '/CONTRIBUTING.md', '/SECURITY.md', '/API.md',
  '.jsii.tabl.json',
  // the agent is in agent/; the constructs use one of its modules themselves.
  '/lib/etcd/agent/*', '!/lib/etcd/agent/etcd-config.js',
  // declarations of what is inside, but for those that the declarations of the API refer to.
  '/lib/private/*.d.ts', '!/lib/private/refuse.d.ts',
  '/lib/plan/*/**/*.d.ts',
  ...['budget', 'manifests', 'problem', 'yaml-document'].map(module => `!/lib/plan/read/${module}.d.ts`),
]) {
  project.addPackageIgnore(path);
}

const releaseWorkflow = project.github?.tryFindWorkflow('release')?.file;
// publib knows where npm packages go.
releaseWorkflow?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');
// only the predecessor of Maven's Central Portal had profiles.
releaseWorkflow?.addDeletionOverride('jobs.release_maven.steps.10.env.MAVEN_STAGING_PROFILE_ID');

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
generate.exec('ts-node --transpile-only --project scripts/tsconfig.json scripts/show-programs.ts');

const bench = project.addTask('bench', { description: 'Measure synthesis against its peers' });
bench.spawn(project.compileTask);
bench.exec('ts-node --project examples/tsconfig.json bench/run.ts', { receiveArgs: true });

// unlike package-all, it makes what this machine can make, and says what it cannot.
const packageLanguages = project.addTask('package:languages', { description: 'Make the package of every language that this machine has the tools for, in dist/' });
packageLanguages.spawn(project.compileTask);
packageLanguages.exec('ts-node --project scripts/tsconfig.json scripts/package-languages.ts');

const testLanguages = project.addTask('test:languages', {
  description: 'Build the packages for Python, Java and Go, and run programs on them (LANGUAGE_TESTS=required: fail where one cannot)',
});
testLanguages.spawn(project.compileTask);
testLanguages.exec('ts-node --project test/tsconfig.json --transpile-only test/languages/run.ts', { receiveArgs: true });

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

// a break of the API that is not listed in .compatignore; passes while nothing is published.
const compat = project.tasks.tryFind('compat')!;
const testPackage = project.addTask('test:package', { description: 'Install what is published as its users do, and use it (after `npx projen compile`)' });
testPackage.spawn(compat);
testPackage.exec('jest --config test/package/jest.config.json', { receiveArgs: true });
// what does not install is not released.
project.packageTask.spawn(testPackage);

project.addTask('release:dry-run', {
  description: 'Release what is committed, up to where something would be published',
  exec: 'jest --config test/release/jest.config.json',
  receiveArgs: true,
});

// maps inlined into lib/*.js would be parsed at every import.
project.tsconfig!.file.addOverride('compilerOptions.inlineSourceMap', false);
project.tsconfig!.file.addOverride('compilerOptions.inlineSources', false);

project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('CDK8S_CHECK_UPGRADE', 'false');
// doc comments have their examples in the language of the package, also where no snippets were compiled before.
project.tasks.addEnvironment('JSII_PACMAK_ROSETTA_UNKNOWN_SNIPPETS', 'translate');

project.synth();
