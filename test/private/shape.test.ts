import { Lazy } from 'cdk8s';
import * as fc from 'fast-check';
import { flag, later, listOf, mapOf, oneOf, problemsOf, rule, Shape, struct, text, wrapped } from '../../src/private/shape';

const small = rule(value => typeof value === 'number' && value < 10 ? undefined : 'must be small');

describe('rule', () => {
  test('puts the place before the problem', () => {
    expect(problemsOf(small, 50, 'spec.size')).toEqual(['spec.size must be small']);
    expect(problemsOf(small, 5, 'spec.size')).toEqual([]);
  });

  test('lets values pass that are computed later', () => {
    const token = { resolve: () => 50 };
    expect(problemsOf(small, Lazy.any({ produce: () => 50 }), 'size')).toEqual([]);
    expect(problemsOf(small, token, 'size')).toEqual([]);
  });

  test('fails when an object only looks like one that is computed later', () => {
    expect(problemsOf(small, { produce: 5, resolve: 'no' }, 'size')).toEqual(['size must be small']);
  });
});

describe('text, flag and oneOf', () => {
  const either = oneOf('TCP', 'UDP');

  test('accept values of their type', () => {
    expect(['', 'a'].flatMap(value => problemsOf(text, value))).toEqual([]);
    expect([true, false].flatMap(value => problemsOf(flag, value))).toEqual([]);
    expect(['TCP', 'UDP'].flatMap(value => problemsOf(either, value))).toEqual([]);
  });

  test('fails when a value is of another type', () => {
    expect(problemsOf(text, 5, 'a')).toEqual(['a must be text, got 5']);
    expect(problemsOf(flag, 'true', 'a')).toEqual(['a must be true or false, got "true"']);
    expect(problemsOf(either, 'tcp', 'a')).toEqual(['a must be one of TCP, UDP; got "tcp"']);
    expect(problemsOf(either, undefined, 'a')).toEqual(['a must be one of TCP, UDP; got undefined']);
  });
});

describe('listOf', () => {
  test('accepts lists of right entries', () => {
    expect(problemsOf(listOf(small), [])).toEqual([]);
    expect(problemsOf(listOf(small), [1, 2, 3])).toEqual([]);
  });

  test.each<[unknown, string]>([['abc', '"abc"'], [{ length: 1 }, 'an object'], [5, '5']])('fails when it gets %p', (value, got) => {
    expect(problemsOf(listOf(small), value, 'sizes')).toEqual([`sizes must be a list, got ${got}`]);
  });

  test('fails when entries are wrong, and calls them by their number', () => {
    expect(problemsOf(listOf(small), [50, 5, 60], 'sizes')).toEqual(['sizes[0] must be small', 'sizes[2] must be small']);
  });

  test('calls entries by their names where they have one', () => {
    const ports = listOf(struct({ port: small }));
    expect(problemsOf(ports, [{ name: 'web', port: 80 }, { name: 5, port: 81 }, { port: 82 }], 'ports'))
      .toEqual(['ports[web].port must be small', 'ports[1].port must be small', 'ports[2].port must be small']);
  });

  test('fails when there are fewer entries than there must be', () => {
    expect(problemsOf(listOf(small, { min: 1 }), [], 'sizes')).toEqual(['sizes must have at least 1 entry']);
    expect(problemsOf(listOf(small, { min: 1 }), [1], 'sizes')).toEqual([]);
  });

  test('fails when entries are alike that must differ', () => {
    const unique = listOf(struct({}), { uniqueBy: [['name'], ['port']] });
    expect(problemsOf(unique, [{ name: 'a', port: 1 }, { name: 'b', port: 1 }, { name: 'b', port: 2 }], 'ports'))
      .toEqual(['ports must differ in name, got b twice', 'ports must differ in port, got 1 twice']);
  });

  test('fails when entries are alike in all of several fields', () => {
    const unique = listOf(struct({}), { uniqueBy: [['port', 'protocol']] });
    const udp = { port: 53, protocol: 'UDP' };
    expect(problemsOf(unique, [udp, { port: 53, protocol: 'TCP' }, { port: 54, protocol: 'UDP' }, { port: 53 }, { port: 53 }], 'ports')).toEqual([]);
    expect(problemsOf(unique, [udp, udp], 'ports')).toEqual(['ports must differ in port and protocol, got 53 UDP twice']);
  });

  test('fails when a list has a hole', () => {
    expect(problemsOf(listOf(small), Array(1), 'sizes')).toEqual(['sizes[0] must be small']);
  });

  test('lets entries be alike in that they lack the field', () => {
    expect(problemsOf(listOf(struct({}), { uniqueBy: [['name']] }), [{}, {}, { name: 'a' }], 'ports')).toEqual([]);
  });

  test('fails when a list has a hole', () => {
    expect(problemsOf(listOf(small), Array(1), 'sizes')).toEqual(['sizes[0] must be small']);
  });

  test('fails when an entry is null or undefined', () => {
    expect(problemsOf(listOf(struct({}), { uniqueBy: [['name']] }), [null, undefined], 'ports'))
      .toEqual(['ports[0] must be an object, got null', 'ports[1] must be an object, got undefined']);
  });
});

describe('mapOf', () => {
  const labels = mapOf(rule(key => key === 'bad' ? 'must be good' : undefined), text);

  test('accepts maps of right keys and values', () => {
    expect(problemsOf(labels, {})).toEqual([]);
    expect(problemsOf(labels, { a: 'b', c: '' })).toEqual([]);
  });

  test('fails when keys or values are wrong', () => {
    expect(problemsOf(labels, { a: 5, bad: 'b' }, 'labels')).toEqual(['labels.a must be text, got 5', 'labels.bad must be good']);
  });

  test.each<[unknown, string]>([['abc', '"abc"'], [['a'], 'a list'], [5, '5']])('fails when it gets %p', (value, got) => {
    expect(problemsOf(labels, value, 'labels')).toEqual([`labels must be a map, got ${got}`]);
  });
});

describe('struct', () => {
  const shape = struct({ name: text, size: small }, ['name']);

  test('accepts objects with right fields', () => {
    expect(problemsOf(shape, { name: 'a' })).toEqual([]);
    expect(problemsOf(shape, { name: 'a', size: 5, another: 'field' })).toEqual([]);
  });

  test('takes undefined and null for absent, as cdk8s does', () => {
    expect(problemsOf(shape, { name: 'a', size: undefined })).toEqual([]);
    expect(problemsOf(shape, { name: 'a', size: null })).toEqual([]);
    expect(problemsOf(shape, { name: null }, 'x')).toEqual(['x.name is missing']);
    expect(problemsOf(shape, { name: undefined }, 'x')).toEqual(['x.name is missing']);
  });

  test('fails when a field is missing or wrong, and says where', () => {
    expect(problemsOf(shape, { size: 50 }, 'spec')).toEqual(['spec.size must be small', 'spec.name is missing']);
  });

  test('names fields of the whole without a dot', () => {
    expect(problemsOf(shape, { size: 50 })).toEqual(['size must be small', 'name is missing']);
  });

  test.each<[unknown, string]>([['abc', '"abc"'], [['a'], 'a list'], [null, 'null'], [() => 1, 'a function']])('fails when it gets %p', (value, got) => {
    expect(problemsOf(shape, value, 'spec')).toEqual([`spec must be an object, got ${got}`]);
  });
});

describe('problemsOf', () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true });
  const deep: Shape = struct({
    a: text, b: flag, c: oneOf('x'), d: listOf(struct({ e: small }), { min: 2, uniqueBy: [['e'], ['name']] }), f: mapOf(text, listOf(small)),
  }, ['a', 'g']);

  test('fails when anything else than the described comes, but never crashes', () => {
    const almost = fc.record({
      a: anything,
      b: anything,
      c: anything,
      d: fc.oneof(anything, fc.array(anything)),
      f: fc.oneof(anything, fc.dictionary(fc.string(), anything)),
    });
    fc.assert(fc.property(fc.oneof(anything, almost), value => {
      const problems = problemsOf(deep, value, 'spec');
      expect(problems.length).toBeGreaterThan(0);
      problems.forEach(problem => expect(problem).toMatch(/^(a key of )?spec/));
    }), { numRuns: 1000 });
  });

  test('lists everything that is wrong, in the order of the fields', () => {
    expect(problemsOf(deep, { c: 'y', a: 5, d: [{ e: 50 }], f: { h: [50], i: 5 } })).toEqual([
      'a must be text, got 5',
      'c must be one of x; got "y"',
      'd must have at least 2 entry',
      'd[0].e must be small',
      'f.h[0] must be small',
      'f.i must be a list, got 5',
      'g is missing',
    ]);
  });
});

describe('what is written', () => {
  class Quantity {
    public constructor(public readonly value: unknown) {}
  }
  const entry = struct({ name: text, hostIP: text }, ['name']);
  const entries = listOf(entry, { min: 1, uniqueBy: [['name']] });
  const amount = wrapped((value): value is Quantity => value instanceof Quantity, small);
  const whole = later(() => struct({ z: mapOf(rule(key => key === 'no' ? 'must not be' : undefined), amount), setHostnameAsFQDN: flag, entries }, ['entries']));
  const least = { entries: [{ name: 'a' }] };

  test('is a copy by the names of manifests, in order, without what is not there', () => {
    const value = {
      z: { b: new Quantity(2), a: new Quantity(1) },
      setHostnameAsFqdn: false,
      entries: [{ name: 'b', hostIp: undefined }, { name: 'a', hostIp: '::1' }],
      more: undefined,
      none: null,
    };
    const written = whole.written(value);
    expect(JSON.stringify(written)).toBe('{"entries":[{"name":"b"},{"hostIP":"::1","name":"a"}],"setHostnameAsFQDN":false,"z":{"a":1,"b":2}}');
    expect(written).not.toBe(value);
  });

  test.each<[string, unknown]>([
    ['something has the wrong type', { ...least, setHostnameAsFqdn: 'yes' }],
    ['something is wrong in a map', { ...least, z: { a: new Quantity(50) } }],
    ['a key is wrong', { ...least, z: { no: new Quantity(5) } }],
    ['a key is one that cdk8s takes for something else', { ...least, z: { constructor: new Quantity(5) } }],
    ['a map is none', { ...least, z: [] }],
    ['a map is an instance of a class', { ...least, z: new Quantity(5) }],
    ['something is not wrapped', { ...least, z: { a: 5 } }],
    ['something is computed later', { ...least, setHostnameAsFqdn: Lazy.any({ produce: () => true }) }],
    ['a field is not known', { ...least, other: 5 }],
    ['a field has the name of the manifest', { ...least, setHostnameAsFQDN: true }],
    ['a field is missing', { z: {} }],
    ['a field of an entry is missing', { entries: [{}] }],
    ['an entry is missing', { entries: [, least.entries[0]] }], // eslint-disable-line no-sparse-arrays
    ['there are too few entries', { entries: [] }],
    ['a list is none', { entries: {} }],
    ['a list is an instance of a class', { entries: new (class extends Array {})(1) }],
    ['two entries have one name', { entries: [{ name: 'a' }, { name: 'a' }] }],
    ['it is an instance of a class', Object.assign(Object.create({}), least)],
    ['it is nothing', undefined],
  ])('is nothing where %s', (_, value) => {
    expect(whole.written(value)).toBeUndefined();
  });

  test('has the same problems, when it is wrapped', () => {
    expect(problemsOf(amount, 50, 'size')).toEqual(['size must be small']);
    expect(problemsOf(whole, {}, 'spec')).toEqual(['spec.entries is missing']);
  });
});
