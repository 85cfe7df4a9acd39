import * as fc from 'fast-check';
import {
  DEFAULT_CLUSTER_DOMAIN, dnsLabelProblem, environmentVariableProblem, labelValueProblem, pathWithinProblem, podAddress,
  portNameProblem, qualifiedNameProblem, serviceAddress, serviceNameProblem, STATEFUL_SET_NAME_MAX, subdomainProblem,
} from '../../src/private/names';

// the oracle reads names character by character, as Kubernetes describes them in prose.
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const LETTERS = LOWER + LOWER.toUpperCase();

function isMadeOf(text: string, ends: string, inside: string, max: number, start = ends): boolean {
  return text.length > 0 && text.length <= max && start.includes(text[0]) && ends.includes(text[text.length - 1])
    && [...text].every(character => (ends + inside).includes(character));
}

const isDnsLabel = (text: string, max = 63) => isMadeOf(text, LOWER + DIGITS, '-', max);
const isSubdomain = (text: string) => text.length <= 253 && text.split('.').every(label => isDnsLabel(label, 253));
const isLabelName = (text: string) => isMadeOf(text, LETTERS + DIGITS, '-_.', 63);
const oracles: Record<string, [rule: (value: unknown) => string | undefined, oracle: (text: string) => boolean]> = {
  'DNS label': [value => dnsLabelProblem(value), text => isDnsLabel(text)],
  'name of a StatefulSet': [value => dnsLabelProblem(value, STATEFUL_SET_NAME_MAX), text => isDnsLabel(text, 52)],
  'service name': [serviceNameProblem, text => isMadeOf(text, LOWER + DIGITS, '-', 63, LOWER)],
  'DNS name': [subdomainProblem, isSubdomain],
  'label value': [labelValueProblem, text => text === '' || isLabelName(text)],
  'label key': [qualifiedNameProblem, text => {
    const parts = text.split('/');
    return parts.length === 1 ? isLabelName(text) : parts.length === 2 && isSubdomain(parts[0]) && isLabelName(parts[1]);
  }],
  'port name': [portNameProblem, text => isDnsLabel(text, 15) && !text.includes('--') && [...text].some(character => LOWER.includes(character))],
  'environment variable': [environmentVariableProblem, text => text !== '.' && !text.startsWith('..')
    && isMadeOf(text, `${LETTERS + DIGITS}-_.`, '', Infinity, `${LETTERS}-_.`)],
};

const text = (characters: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...characters), maxLength });
// short ones of a few characters are often names, and long ones often one character too long.
const almostNames = fc.oneof(
  text('aZ0-._/', 5),
  text('abc0', 70),
  text('a.-', 260),
  fc.tuple(text('ab.', 8), text('aZ_.', 66)).map(parts => parts.join('/')),
  fc.string({ unit: 'binary', maxLength: 10 }),
);

describe.each(Object.entries(oracles))('the rule for names: %s', (_, [problem, oracle]) => {
  test('accepts what Kubernetes accepts, and nothing else', () => {
    fc.assert(fc.property(almostNames, name => {
      expect([name, problem(name) === undefined]).toEqual([name, oracle(name)]);
    }), { numRuns: 2000 });
  });

  test('accepts every valid name, and fails when a character that no name has is put into it', () => {
    const valid = almostNames.filter(name => name !== '' && oracle(name));
    fc.assert(fc.property(valid, fc.nat(), fc.constantFrom(' ', '\n', 'ä', '$', '\0', ':'), (name, place, foreign) => {
      const at = place % (name.length + 1);
      expect(problem(name)).toBeUndefined();
      expect(problem(name.slice(0, at) + foreign + name.slice(at))).toMatch(/^must be /);
    }));
  });

  test.each<[unknown, string]>([
    [undefined, 'undefined'], [null, 'null'], [5, '5'], [NaN, 'NaN'], [true, 'true'], [{}, 'an object'], [['a'], 'a list'], [new String('a'), 'an object'],
  ])('fails when it gets %p, and says so', (value, got) => {
    const message = problem(value)!;
    expect(message).toMatch(/^must be /);
    expect(message.endsWith(`got ${got}`)).toEqual(true);
  });
});

describe('names of limited length', () => {
  test.each<[string, (value: unknown) => string | undefined, string, number]>([
    ['DNS label', value => dnsLabelProblem(value), 'a', 63],
    ['name of a StatefulSet', value => dnsLabelProblem(value, STATEFUL_SET_NAME_MAX), 'a', 52],
    ['service name', serviceNameProblem, 'a', 63],
    ['DNS name', subdomainProblem, 'a', 253],
    ['label value', labelValueProblem, 'A', 63],
    ['label key', qualifiedNameProblem, 'A', 63],
    ['port name', portNameProblem, 'a', 15],
  ])('fails when a %s is too long, and says how long it is', (_, problem, character, max) => {
    const tooLong = character.repeat(max + 1);
    expect(problem(character.repeat(max))).toBeUndefined();
    expect(problem(tooLong)).toMatch(new RegExp(`^must have at most ${max} characters, got ${max + 1}: "${character.repeat(max < 80 ? max + 1 : 77)}`));
  });

  test('leave room for the revision hash of 10 characters in the label of a StatefulSet\'s pods', () => {
    expect(STATEFUL_SET_NAME_MAX + '-0123456789'.length).toEqual(63);
  });

  test('count the name of a label key without its prefix', () => {
    expect(qualifiedNameProblem(`${'a'.repeat(253)}/${'a'.repeat(63)}`)).toBeUndefined();
    expect(qualifiedNameProblem(`${'a'.repeat(254)}/a`)).toMatch(/at most 253 characters, got 254/);
    expect(qualifiedNameProblem(`a/${'a'.repeat(64)}`)).toMatch(/at most 63 characters, got 64/);
  });
});

describe('messages', () => {
  test.each<[string, string | undefined, string]>([
    ['a DNS label', dnsLabelProblem('My_DB'),
      'must be a DNS label: lower-case letters, digits and hyphens, with a letter or digit at both ends; got "My_DB"'],
    ['a service name', serviceNameProblem('1st'),
      'must be a service name: lower-case letters, digits and hyphens, starting with a letter; got "1st"'],
    ['a DNS name', subdomainProblem('a..b'),
      'must be a DNS name: labels of lower-case letters, digits and hyphens, joined by dots; got "a..b"'],
    ['a label value', labelValueProblem('a b'),
      'must be a label value: letters, digits, hyphens, underscores and dots; got "a b"'],
    ['a label key', qualifiedNameProblem('a b'),
      'must be a label key: letters, digits, hyphens, underscores and dots after an optional prefix/; got "a b"'],
    ['the prefix of a label key', qualifiedNameProblem('Example/a'),
      'must be a DNS name: labels of lower-case letters, digits and hyphens, joined by dots; got "Example"'],
    ['a port name', portNameProblem('Client'),
      'must be a port name: lower-case letters, digits and single hyphens; got "Client"'],
    ['a port name without letters', portNameProblem('80'),
      'must have a letter and no double hyphen, got "80"'],
    ['a port name with a double hyphen', portNameProblem('a--b'),
      'must have a letter and no double hyphen, got "a--b"'],
    ['an environment variable', environmentVariableProblem('1ST'),
      'must be the name of an environment variable: letters, digits, underscores, hyphens and dots; got "1ST"'],
  ])('say what is allowed for %s', (_, message, expected) => {
    expect(message).toEqual(expected);
  });

  test.each(['.', '..', '..A'])('fails when an environment variable is named %p, which could be a path', name => {
    expect(environmentVariableProblem(name)).toMatch(/^must .*got "\.+A?"$/);
  });
});

describe('pathWithinProblem', () => {
  test.each(['a', 'a/b', 'a/./b', 'a..b', '...', 'a/..b/c..', '$(POD_NAME)/data', ''])('accepts %p', path => {
    expect(pathWithinProblem(path, 'the volume')).toBeUndefined();
  });

  test.each<[unknown, string]>([
    ['/a', '"/a"'], ['..', '".."'], ['../a', '"../a"'], ['a/../b', '"a/../b"'], ['a/..', '"a/.."'], [null, 'null'], [undefined, 'undefined'], [5, '5'],
  ])('fails when it gets %p', (path, got) => {
    expect(pathWithinProblem(path, 'the volume')).toEqual(`must be a path within the volume, got ${got}`);
  });

  test('accepts a path exactly if no way through it leaves the folder', () => {
    const path = fc.array(fc.constantFrom('a', '.', '..', '...', ''), { maxLength: 5 }).map(parts => parts.join('/'));
    fc.assert(fc.property(path, within => {
      expect(pathWithinProblem(within, 'the volume') === undefined).toEqual(within[0] !== '/' && !/(^|[/])[.][.]([/]|$)/.test(within));
    }));
  });
});

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);

describe('serviceAddress', () => {
  test('is the name of the service where the namespace is not known', () => {
    expect(serviceAddress('etcd')).toEqual('etcd');
    expect(serviceAddress('etcd', undefined, 'example.org')).toEqual('etcd');
  });

  test('is fully qualified where the namespace is known', () => {
    expect(serviceAddress('etcd', 'prod')).toEqual('etcd.prod.svc.cluster.local');
    expect(serviceAddress('etcd', 'prod', 'k8s.example.org')).toEqual('etcd.prod.svc.k8s.example.org');
  });

  test('takes cluster.local for the domain of a cluster that was not told another', () => {
    expect(DEFAULT_CLUSTER_DOMAIN).toEqual('cluster.local');
    expect(serviceAddress('etcd', 'prod', undefined)).toEqual('etcd.prod.svc.cluster.local');
  });
});

describe('podAddress', () => {
  test('is the pod before the address of its service', () => {
    expect(podAddress('etcd-0', 'etcd')).toEqual('etcd-0.etcd');
    expect(podAddress('etcd-0', 'etcd', 'prod')).toEqual('etcd-0.etcd.prod.svc.cluster.local');
    expect(podAddress('etcd-0', 'etcd', 'prod', 'k8s.example.org')).toEqual('etcd-0.etcd.prod.svc.k8s.example.org');
  });

  test('can be taken apart again, whatever the names are', () => {
    fc.assert(fc.property(label, label, label, (pod, service, namespace) => {
      expect(podAddress(pod, service, namespace).split('.')).toEqual([pod, service, namespace, 'svc', 'cluster', 'local']);
      expect(podAddress(pod, service).split('.')).toEqual([pod, service]);
    }));
  });
});
