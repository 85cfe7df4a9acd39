import { etcd } from './etcd';
import { etcdSource, goModule } from './etcd-sources';

// a machine that has no program to run, and no image that was built before.
jest.mock('node:child_process', () => ({
  execFile: (_program: string, _args: string[], callback: (error: Error) => void) => callback(new Error('ENOENT')),
  execFileSync: () => { throw new Error('ENOENT'); },
}));

describe('etcdSource', () => {
  test.each([
    ['3.4.23', 'Debian package'],
    ['3.5.1', 'PyPI wheel'],
    ['3.5.35', 'Go modules'],
    ['3.6.14', 'Go modules'],
    ['3.7.3', 'Go modules'],
  ])('has %s from a %s', (version, name) => {
    expect(etcdSource(version)?.name).toEqual(name);
  });

  test.each(['3.3.18', '3.4.22', '3.4.231', '4.0.0'])('has no %s', version => {
    expect(etcdSource(version)).toBeUndefined();
    expect(etcd(version)).toBeUndefined();
  });
});

test('goModule requires the three programs in one version', () => {
  expect(goModule('3.6.14')).toEqual(`module etcd-image

go 1.17

require (
	go.etcd.io/etcd/server/v3 v3.6.14
	go.etcd.io/etcd/etcdctl/v3 v3.6.14
	go.etcd.io/etcd/etcdutl/v3 v3.6.14
)
`);
});

test.each([
  ['3.4.23', /Debian 12.*install-live-debian\.sh$/],
  ['3.5.35', /built with Go, not installed here/],
  ['3.6.14', /built with Go, not installed here/],
])('%s says what is missing on a machine that has nothing', async (version, words) => {
  expect(await etcd(version)!.missing()).toMatch(words);
});
