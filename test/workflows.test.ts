import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, workflow } from './release/workflow';

const ROOT = join(__dirname, '..');
const page = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const release = workflow('release');
const jobs = Object.entries(release.jobs);
const text = (job: Job) => JSON.stringify(job);

describe('the release workflow', () => {
  test('runs at each push to main, and by hand as a dry run', () => {
    expect(release.on).toEqual({
      push: { branches: ['main'] },
      workflow_dispatch: { inputs: { dry_run: expect.objectContaining({ type: 'boolean' }) } },
    });
  });

  test('publishes every package, and on GitHub when all others are out', () => {
    expect(jobs.map(([name]) => name).sort()).toEqual([
      'release', 'release_github', 'release_golang', 'release_maven', 'release_npm', 'release_nuget', 'release_pypi',
    ]);
    expect([...release.jobs.release_github.needs!].sort()).toEqual(
      ['release', 'release_golang', 'release_maven', 'release_npm', 'release_nuget', 'release_pypi']);
  });

  test('publishes nothing twice, and nothing but what main is now', () => {
    for (const [, { if: condition }] of jobs.filter(([name]) => name !== 'release')) {
      expect(condition).toBe("needs.release.outputs.tag_exists != 'true' && needs.release.outputs.latest_commit == github.sha");
    }
  });

  test('gives secrets and the right to publish to no job outside of the environment for releases', () => {
    const trusted = jobs.filter(([, job]) => /secrets\.(?!GITHUB_TOKEN)/.test(text(job)) || job.permissions?.['id-token'] !== undefined);
    expect(trusted.map(([name, { environment }]) => [name, environment])).toEqual(
      ['release_npm', 'release_maven', 'release_pypi', 'release_nuget', 'release_golang'].map(name => [name, 'release']));
  });

  test('is a trusted publisher where there are such, and signs where packages come from', () => {
    const publisher = (name: string) => release.jobs[name].steps.find(({ id }) => id === 'release')!.env;
    expect(publisher('release_npm')).toMatchObject({ NPM_TRUSTED_PUBLISHER: 'true', NPM_CONFIG_PROVENANCE: 'true' });
    expect(publisher('release_pypi')).toMatchObject({ PYPI_TRUSTED_PUBLISHER: 'true' });
    expect(publisher('release_nuget')).toMatchObject({ NUGET_TRUSTED_PUBLISHER: 'true' });
    for (const name of ['release_npm', 'release_pypi', 'release_nuget']) {
      expect(release.jobs[name].permissions).toEqual({ 'id-token': 'write', 'contents': 'read' });
      expect(text(release.jobs[name])).not.toMatch(/_TOKEN \}\}|PASSWORD|API_KEY/);
    }
  });

  test('runs one version of what publishes', () => {
    const versions = new Set([...page('.github/workflows/release.yml').matchAll(/publib@([^ ']+)/g)].map(([, version]) => version));
    expect([...versions]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });

  test('needs the secrets that the page about releases lists, and no other', () => {
    const needed = [...page('.github/workflows/release.yml').matchAll(/secrets\.([A-Z_]+)/g)].map(([, name]) => name);
    const [, section] = page('CONTRIBUTING.md').split('\n## Releases\n');
    const listed = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    // GitHub gives that one itself.
    expect([...new Set(needed)].filter(name => name !== 'GITHUB_TOKEN').sort()).toEqual(listed.sort());
  });
});

describe('the supported versions of Node', () => {
  const { engines, devDependencies } = JSON.parse(page('package.json'));
  const [, lowest] = /^>= (\d+\.\d+\.\d+)$/.exec(engines.node)!;
  const [major, minor] = lowest.split('.');

  test('are those that CI tests on: the lowest, and the newest with long-term support', () => {
    expect(workflow('ci').jobs.ci.strategy!.matrix.node).toEqual([lowest, 'lts/*']);
  });

  test('are what the pages say', () => {
    expect(page('README.md')).toContain(`| Node | ${major}.${minor} or newer |`);
    expect(page('README.md')).toContain(`Node ${major} or newer (at least ${major}.${minor})`);
    expect(page('CONTRIBUTING.md')).toContain(`Node ${major}.${minor} or newer`);
  });

  test('have what the code may use: types are those of the lowest', () => {
    expect(devDependencies['@types/node']).toBe(`^${major}`);
  });
});

test('every workflow is YAML with jobs that have steps', () => {
  const names = readdirSync(join(ROOT, '.github', 'workflows')).map(file => file.replace(/\.yml$/, ''));
  expect(names).toEqual(expect.arrayContaining(['ci', 'release', 'pull-request-lint']));
  for (const name of names) {
    expect(Object.values(workflow(name).jobs).map(({ steps }) => steps.length)).not.toContain(0);
  }
});
