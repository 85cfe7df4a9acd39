import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, Repository, ROOT, shell } from './repository';
import { Step, workflow } from './workflow';

const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const GO_MODULES: string = read('package.json').jsii.targets.go.moduleName;

/** What projen puts into the environment of each task, but for what takes a shell. */
const TASK_ENVIRONMENT = Object.fromEntries(Object.entries<string>(read('.projen/tasks.json').env).filter(([, value]) => !value.includes('$(')));

const folder = newFolder();
const release = workflow('release');
let main: Repository;

/** The files of a folder, as paths below it. */
const filesIn = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
const tarballIn = (path: string) => join(path, 'dist', 'js', readdirSync(join(path, 'dist', 'js'))[0]);
const contentsOf = (tarball: string) => shell(folder, `tar --list --verbose --file '${tarball}'`).trim().split('\n').sort();

// what `npx projen release` does in the first job; it tests, too, and so does CI.
beforeAll(() => {
  main = new Repository(join(folder, 'main'));
  main.since('v0.3.2', 'feat: more');
  main.run('rm -rf dist && npx projen bump');
  main.run('npx projen default', { RELEASE: 'true' });
  main.run('npx projen compile && npx projen package:js');
  main.run('npx projen unbump && git diff --ignore-space-at-eol --exit-code');
});

afterAll(() => shell(folder, `rm -rf '${folder}'`));

/** A publishing job up to its last step, of what the first job has handed on: the folder that it works in. */
function job(name: string, packages: (line: string) => string = line => line): string {
  const workspace = join(folder, name);
  mkdirSync(workspace);
  shell(folder, `cp -r main/dist '${workspace}/dist'`);
  for (const step of stepsOf(name).filter(({ id }) => id !== 'release')) {
    if (step.id === 'checkout') {
      new Repository(join(workspace, '.repo'));
    } else if (step.run !== undefined && !/^cd dist && setfacl|&& npm ci$/.test(step.run)) {
      shell(workspace, packages(step.run), TASK_ENVIRONMENT);
    }
  }
  return workspace;
}

const stepsOf = (name: string): readonly Step[] => release.jobs[name].steps;

/** The step that publishes, run as its workflow runs it when it is asked for a dry run. */
function published(name: string, workspace: string, environment: Record<string, string>): string {
  const { run, env } = stepsOf(name).find(({ id }) => id === 'release')!;
  expect(env).toMatchObject({ PUBLIB_DRYRUN: '${{ inputs.dry_run }}' });
  const plain = Object.entries(env!).filter(([, value]) => !value.includes('${{'));
  return shell(workspace, run!.replace(/^npx /, 'npx --yes '), { ...Object.fromEntries(plain), ...environment, PUBLIB_DRYRUN: 'true' });
}

describe('a release', () => {
  test('hands on one tarball of the next version, its changelog and its tag', () => {
    expect(filesIn(join(main.folder, 'dist'))).toEqual(['changelog.md', 'js', 'js/cdk8s-stateful@0.3.3.jsii.tgz', 'releasetag.txt', 'version.txt']);
    expect(main.read('dist/changelog.md')).toContain('## [0.3.3]');
    const { version, types } = JSON.parse(shell(folder, `tar --extract --to-stdout --file '${tarballIn(main.folder)}' package/.jsii`));
    expect(version).toBe('0.3.3');
    expect(types).toHaveProperty(['cdk8s-stateful.StatefulApp']);
  });

  test('would publish to npm the tarball that was built and tested', () => {
    const workspace = job('release_npm');
    expect(contentsOf(tarballIn(workspace))).toEqual(contentsOf(tarballIn(main.folder)));
    expect(published('release_npm', workspace, {})).toContain('(would publish dist/js/cdk8s-stateful@0.3.3.jsii.tgz)\nSUCCESS (dry run)');
    const said = shell(workspace, `npm publish --dry-run '${tarballIn(workspace)}'`);
    expect(said).toContain('+ cdk8s-stateful@0.3.3');
    expect(said).toContain('public access (dry-run)');
    // what npm would have to mend in package.json.
    expect(said).not.toContain('auto-corrected');
  });

  describe('in the other languages', () => {
    let generated: string;

    beforeAll(() => {
      // code is generated and not compiled: that takes the toolchains of all languages, and is tested elsewhere.
      generated = join(job('release_golang', line => line.replace('npx projen package:go', 'npx jsii-pacmak --code-only')), 'dist');
    });

    test.each([
      ['Python', 'python/setup.py', '"version": "0.3.3"'],
      ['Java', 'java/pom.xml', '<artifactId>cdk8s-stateful</artifactId>\n  <version>0.3.3</version>'],
      ['.NET', 'dotnet/Cdk8sStateful/Cdk8sStateful.csproj', '<PackageVersion>0.3.3</PackageVersion>'],
      ['Go', 'go/cdk8sstateful/version', '0.3.3'],
    ])('has its version in %s', (_, file, text) => {
      expect(readFileSync(join(generated, file), 'utf8')).toContain(text);
    });

    test('has its examples in the language of the package', () => {
      const python = readFileSync(join(generated, 'python', 'src', 'cdk8s_stateful', '__init__.py'), 'utf8');
      expect(python).toContain('cluster = EtcdCluster(chart, "etcd", replicas=3)\n');
      expect(python).not.toMatch(/const \w+ = new /);
    });

    test('would push to the repository of the Go module, and tag its version there', () => {
      const remote = join(folder, 'go.git');
      shell(folder, `git init --quiet --bare --initial-branch main '${remote}'`);
      const said = published('release_golang', join(folder, 'release_golang'), {
        GITHUB_TOKEN: 'token',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `url.file://${remote}.insteadOf`,
        GIT_CONFIG_VALUE_0: `https://token@${GO_MODULES}.git`,
      });
      expect(said).toContain('Remote ref will be updated: cdk8sstateful/v0.3.3');
      expect(said).toContain('Remote ref will be updated: main');
    });
  });
});

describe('the check of compatibility', () => {
  /** Compares this API with what was published, which had one more property: `npx projen compat`, and how it ends. */
  function compared(ignored: string): string {
    const before = join(folder, 'published');
    const { steps } = read('.projen/tasks.json').tasks.compat;
    const [command] = steps.map(({ execArgs }: { execArgs: string[] }) => execArgs.join(' ').replace('npm:cdk8s-stateful', before));
    shell(folder, `rm -rf published && mkdir published && tar --extract --strip-components=1 --directory published --file '${tarballIn(main.folder)}'`);
    symlinkSync(join(ROOT, 'node_modules'), join(before, 'node_modules'));
    const assembly = JSON.parse(readFileSync(join(before, '.jsii'), 'utf8'));
    const { properties } = assembly.types['cdk8s-stateful.Peers'];
    properties.push({ ...properties[0], name: 'gone' });
    writeFileSync(join(before, '.jsii'), JSON.stringify(assembly));
    writeFileSync(join(main.folder, '.compatignore'), `${ignored}\n`);
    return main.run(`PATH=$PWD/node_modules/.bin:$PATH; ${command} 2>&1 || echo "ended with $?"`);
  }

  test('fails where programs break, and names what has to be listed to pass', () => {
    expect(compared('')).toMatch(/\[removed:cdk8s-stateful\.Peers\.gone\].*ended with 1/s);
    expect(compared('removed:cdk8s-stateful.Peers.gone')).not.toContain('ended with');
  });
});

describe('the workflows', () => {
  test('are such that GitHub runs them', () => {
    expect(shell(ROOT, 'go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.7 -no-color')).toBe('');
  });
});
