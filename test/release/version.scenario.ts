import { newFolder, Repository } from './repository';

let repository: Repository;

beforeAll(() => {
  repository = new Repository(newFolder());
});

afterAll(() => repository?.remove());

/** What `npx projen bump` makes of these commits. */
function bumped(tag: string | undefined, ...messages: string[]): { readonly version: string; readonly tag: string; readonly changelog: string } {
  repository.since(tag, ...messages);
  repository.run('rm -rf dist && node_modules/.bin/projen bump');
  const version = JSON.parse(repository.read('package.json')).version;
  expect(repository.read('dist/version.txt')).toBe(version);
  return { version, tag: repository.read('dist/releasetag.txt'), changelog: repository.read('dist/changelog.md') };
}

describe('the version', () => {
  test('is 0.1.0 at first, with everything in the changelog', () => {
    const { version, tag, changelog } = bumped(undefined, 'fix: a first mistake', 'feat: a first release');
    expect({ version, tag }).toEqual({ version: '0.1.0', tag: 'v0.1.0' });
    expect(changelog).toMatch(/^## 0\.1\.0 .*### Features\n.*\* a first release .*### Fixes\n.*\* a first mistake /ms);
  });

  test.each([
    ['a feature', 'feat: more', '0.3.3', /### Features\n\n\* more \(/],
    ['a fix', 'fix(etcd): less', '0.3.3', /### Fixes\n\n\* \*\*etcd:\*\* less \(/],
    ['better performance', 'perf: faster', '0.3.3', /### Performance\n\n\* faster \(/],
    ['a feature that breaks programs', 'feat!: other', '0.4.0', /BREAKING CHANGES\n\n\* other\n.*### Features\n\n\* other \(/s],
    ['a break that the body tells of', 'refactor: tidy\n\nBREAKING CHANGE: use the other one', '0.4.0', /BREAKING CHANGES\n\n\* use the other one/],
    ['a break by what is needed', 'build(deps)!: cdk8s 2.70', '0.4.0', /BREAKING CHANGES\n\n.*cdk8s 2\.70/],
  ])('that follows 0.3.2 with %s is the right one, and the changelog says why', (_, message, expected, said) => {
    const { version, tag, changelog } = bumped('v0.3.2', 'docs: a word', message, 'test: more');
    expect({ version, tag }).toEqual({ version: expected, tag: `v${expected}` });
    expect(changelog).toMatch(said);
    expect(changelog).not.toContain('a word');
  });

  // the workflow publishes nothing whose tag exists.
  test('stays where nothing changes for users', () => {
    expect(bumped('v0.3.2', 'docs: a word', 'test: more', 'chore: tidy', 'ci: a feat: that is none')).toMatchObject({ version: '0.3.2', tag: 'v0.3.2' });
  });

  test('is 0.0.0 again afterwards, and nothing else of the repository has changed', () => {
    bumped('v0.3.2', 'feat: more');
    repository.run('node_modules/.bin/projen unbump && git diff --exit-code');
    expect(repository.run('git status --porcelain')).toBe('');
  });
});
