import * as fc from 'fast-check';
import { EtcdVersion } from '../../src';

/** Which of the features a release has. */
function features(version: string): string[] {
  return Object.entries(EtcdVersion.of(version)._features).filter(([, has]) => has).map(([feature]) => feature).sort();
}

describe('EtcdVersion', () => {
  test.each<[string, EtcdVersion, string]>([
    ['3.4', EtcdVersion.V3_4, '3.4.45'],
    ['3.5', EtcdVersion.V3_5, '3.5.35'],
    ['3.6', EtcdVersion.V3_6, '3.6.14'],
  ])('has a known good patch of %s', (minor, version, release) => {
    expect(version.version).toBe(release);
    expect(version.minor).toBe(minor);
  });

  test.each<[string, string]>([['3.4.0', '3.4'], ['3.5.21', '3.5'], ['3.6.100', '3.6'], ['3.7.3', '3.7']])('takes %s', (release, minor) => {
    const version = EtcdVersion.of(release);
    expect(version.version).toBe(release);
    expect(version.minor).toBe(minor);
  });

  test.each<[unknown, string]>([
    ['v3.5.32', '"v3.5.32"'], ['3.5', '"3.5"'], ['3.6.0-rc.1', '"3.6.0-rc.1"'], ['3.5.21-0', '"3.5.21-0"'], ['3.05.1', '"3.05.1"'], ['3.5.1\n', '"3.5.1\\n"'],
    ['latest', '"latest"'], ['', '""'], [3.5, '3.5'], [null, 'null'], [undefined, 'undefined'], [{}, 'an object'], [['3.5.1'], 'a list'],
  ])('refuses %p, which is no release', (version, got) => {
    const message = `EtcdVersion.of() needs a release such as '3.5.32', got ${got}: give its three numbers, without a leading v or a suffix`;
    expect(() => EtcdVersion.of(version as string)).toThrow(new Error(message));
  });

  test.each(['3.3.27', '2.3.8', '0.4.9', '3.8.0', '3.10.0', '4.0.0'])('refuses %s, of which it does not know what it takes', version => {
    expect(() => EtcdVersion.of(version)).toThrow(new Error(`EtcdVersion.of() knows etcd 3.4 to 3.7, got '${version}': use a release of one of those`));
  });

  test.each<[string, string, boolean]>([
    ['3.5.9', '3.5.9', true], ['3.5.9', '3.5.10', false], ['3.5.10', '3.5.9', true], ['3.5.0', '3.5', true], ['3.4.45', '3.5', false],
    ['3.6.0', '3.5.35', true], ['3.6.14', '3.7', false], ['3.6.14', '4.0.0', false], ['3.6.14', '2.9.99', true], ['3.7.3', '3.10', false],
  ])('tells that %s is at least %s: %p', (release, other, atLeast) => {
    expect(EtcdVersion.of(release).isAtLeast(other)).toBe(atLeast);
  });

  test('orders releases by their numbers', () => {
    const release = fc.tuple(fc.integer({ min: 4, max: 7 }), fc.nat({ max: 120 }));
    fc.assert(fc.property(release, release, ([minor, patch], [otherMinor, otherPatch]) => {
      expect(EtcdVersion.of(`3.${minor}.${patch}`).isAtLeast(`3.${otherMinor}.${otherPatch}`))
        .toBe(minor * 1000 + patch >= otherMinor * 1000 + otherPatch);
    }));
  });

  test.each<[unknown, string]>([
    ['v3.5', '"v3.5"'], ['3', '"3"'], ['3.5.1.2', '"3.5.1.2"'], ['3.x', '"3.x"'], ['', '""'], [3.5, '3.5'], [undefined, 'undefined'], [null, 'null'],
    [EtcdVersion.V3_5, 'an object'],
  ])('refuses to compare with %p', (version, got) => {
    expect(() => EtcdVersion.V3_6.isAtLeast(version as string)).toThrow(
      new Error(`isAtLeast() of EtcdVersion needs a version such as '3.5.32' or '3.5', got ${got}: give two or three numbers`));
  });

  test.each<[string, string[], boolean]>([
    ['3.4.19', ['3.4.20', '3.5.5'], false], ['3.4.20', ['3.4.20', '3.5.5'], true], ['3.5.4', ['3.4.20', '3.5.5'], false],
    ['3.5.5', ['3.4.20', '3.5.5'], true], ['3.6.0', ['3.4.20', '3.5.5'], true], ['3.4.99', ['3.5.5'], false], ['3.5.0', ['3.4.20'], true],
  ])('tells whether %s has what came with %p: %p', (release, since, has) => {
    expect(EtcdVersion.of(release)._has(since)).toBe(has);
  });
});

describe('The features of a release of etcd', () => {
  const livez = 'hasLivez';
  const from350 = ['gatewayOnByConfigFile', 'hasEtcdutl'];
  const from3519 = [...from350, livez, 'readyzKnowsLearners'];
  const from360 = [...from3519, 'snapshotToolIsEtcdutl'];

  test.each<[string, string[]]>([
    ['3.4.0', []],
    ['3.4.28', []],
    ['3.4.29', [livez]],
    // patches of 3.4 go on beside those of 3.5.
    ['3.4.45', [livez]],
    ['3.5.0', from350],
    ['3.5.10', from350],
    ['3.5.11', [...from350, livez]],
    ['3.5.18', [...from350, livez]],
    ['3.5.19', from3519],
    ['3.5.35', from3519],
    ['3.6.0', from360],
    ['3.7.3', from360],
  ])('are known for %s', (version, expected) => {
    expect(features(version)).toEqual([...expected].sort());
  });

  test('say no where they do not say yes', () => {
    expect(EtcdVersion.V3_4._features).toEqual({
      hasLivez: true,
      readyzKnowsLearners: false,
      hasEtcdutl: false,
      snapshotToolIsEtcdutl: false,
      gatewayOnByConfigFile: false,
    });
  });
});
