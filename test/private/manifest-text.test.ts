import { Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { isPlain, printable, yamlOf } from '../../src/private/manifest-text';

/** How cdk8s prints before anything was offered to it. */
const stock = Yaml.stringify.bind(Yaml);

/** Text that one rule or another of YAML is about. */
const special = fc.constantFrom(
  ...'y Y n N yes No nO on oN off oFF true tRue TRUE false null nUll ~ << = .inf -.INF .nan nan e5 E-5 1e3 .5e1 1.5 .5 5. . .. ... .... - -- --- ---- -a'.split(' '),
  ...'1:30 190:20:30.5 2024-01-01 2024-1-1T0:0:0Z 12-34 0o17 0755 08 0x1F 0b101 +12 -12 1_000 _1 3e5f 1+1 0 00 -0 007 1,000 10Gi 1.5Gi 500m'.split(' '),
  ...'? ?a : :a a: a:b #a a# a#b %a % @a `a !a !!a &a *a | > [a {a a] }a ,a "a" \'a \'"\' \\ \\n a\\ $(X) (a) <a ;a ^a http://x:80/ x@sha256:0'.split(' '),
  '', ' ', ' a', 'a ', 'a b', 'a  b', '- a', '? a', 'a: b', 'a #b', '--- a', '... a', '% a', '\t', 'a\tb', '\n', 'a\n', 'a\n b', 'a \n', 'a\rb', '\u0000', '\u001b',
  '\u007f', '\u0085', '\u00a0', '\u2028%', '\u2029---', '\ufeff', '\ud800', '😀', 'é', '{"a": 1}', '__proto__', 'word '.repeat(40), 'a'.repeat(130), 'a'.repeat(2000),
);
const text = fc.oneof(
  special,
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({ unit: fc.constantFrom(...'0123456789+-._:eExobTZ '), maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'aZ09-.:/# ?,[]{}&*!|>\'"%@`~=<$()\\\t\r\u2028\u00e9'), maxLength: 8 }),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, 1e21, 2 ** 53, 5e-324, -1e-9, NaN, Infinity));

const { document } = fc.letrec(tie => ({
  document: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: text, weight: 6 },
    number,
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('document'),
  ),
}));

describe('yamlOf', () => {
  test('is what cdk8s prints, or nothing', () => {
    let printed = 0;
    fc.assert(fc.property(document, data => {
      const yaml = yamlOf(data);
      printed += yaml === undefined ? 0 : 1;
      expect(yaml ?? stock(data)).toBe(stock(data));
    }), { numRuns: 12000 });
    expect(printed).toBeGreaterThan(3000);
  });

  test('is what cdk8s prints of any text at any place', () => {
    fc.assert(fc.property(text, value => {
      const data = { [value]: value, list: [value, { [value]: [[value]] }] };
      expect(yamlOf(data) ?? stock(data)).toBe(stock(data));
    }), { numRuns: 12000 });
  });

  test('has its own word for what manifests consist of', () => {
    const lists = { a: [[], {}, [[1, [true]], { b: {}, c: [] }]], d: { e: { f: -1.5 } } };
    const texts = ['app', 'a b', '--a=$(B):c#d', '10Gi', '/x', '8080', 'true', '', '*', 'a: b', 'a:', 'a #b', '- a', '\'', '"', '\'"', '"\\'];
    expect(yamlOf(lists)).toBe(stock(lists));
    expect(yamlOf({ texts })).toBe(stock({ texts }));
    expect([yamlOf([]), yamlOf({})]).toEqual(['[]\n', '{}\n']);
  });

  test('asks cdk8s for text that could be of another type, and for what is not ASCII', () => {
    const texts = ['no', 'nO', '1e3', '1:30', '2024-01-01', '.5', '~', '<<', 'é', '\u0007', 'a\tb'];
    expect(yamlOf({ texts })).toBe(stock({ texts }));
  });

  test.each<[string, unknown]>([
    ['text of several lines', { a: 'b\nc' }],
    ['text that looks like the end of a document', { '---': 1 }],
    ['a long key', { ['a'.repeat(1100)]: 1 }],
    ['zero below zero', { a: -0 }],
    ['no number', { a: NaN }],
    ['a big integer', { a: BigInt(1) }],
    ['a function', { a: () => 1 }],
    ['nothing', { a: null }],
    ['undefined', { a: undefined }],
    ['a hole in a list', { a: [, 1] }], // eslint-disable-line no-sparse-arrays
    ['an instance of a class', { a: new Date(0) }],
    ['an object without prototype', Object.create(null)],
    ['no collection', 'a'],
  ])('is nothing for %s', (_, data) => {
    expect(yamlOf(data)).toBeUndefined();
  });

  test('is nothing for what comes twice, which cdk8s prints as an alias, or contains itself', () => {
    const shared = { a: 1 };
    const circular: Record<string, unknown> = {};
    circular.self = [circular];
    expect([yamlOf([shared, shared]), yamlOf(circular)]).toEqual([undefined, undefined]);
  });
});

describe('isPlain', () => {
  test('knows lists and maps from everything else', () => {
    class Numbers extends Array<number> {}
    expect([{}, [], { constructor: 5 }].filter(isPlain)).toHaveLength(3);
    expect([null, new Map(), new Numbers(), Object.create(Array.prototype), Object.create({})].filter(isPlain)).toEqual([]);
  });
});

describe('printable', () => {
  test('gives back the same object, to which nothing was added', () => {
    const data = { a: 1 };
    expect(printable(data)).toBe(data);
    expect(Reflect.ownKeys(data)).toEqual(['a']);
  });

  test('changes no byte of what cdk8s prints, alone, among others, within others and twice', () => {
    fc.assert(fc.property(document, document, (one, another) => {
      const ours = printable({ ...one });
      expect(Yaml.stringify(ours)).toBe(stock(one));
      expect(Yaml.stringify(another, ours, undefined, ours)).toBe(stock(another, one, undefined, one));
      expect(Yaml.stringify([ours, { ours }])).toBe(stock([one, { ours: one }]));
      expect(Yaml.formatObjects([{ ...ours }])).toBe(stock(one));
    }), { numRuns: 1000 });
  });

  test('is printed as it is then, whatever it has become', () => {
    fc.assert(fc.property(document, text, fc.anything({ withDate: true, withBigInt: true }), (data, key, value) => {
      const ours = printable({ ...data });
      ours[key] = value;
      expect(outcome(() => Yaml.stringify(ours))).toBe(outcome(() => stock(ours)));
    }), { numRuns: 2000 });
  });

  test('leaves other data to cdk8s', () => {
    printable({});
    expect(Yaml.stringify()).toBe('');
    expect(Yaml.stringify(undefined)).toBe('\n');
    expect(Yaml.stringify('a', { b: new Date(0) })).toBe('a\n---\nb: 1970-01-01\n');
  });

  test('leaves everything to a printer that prints otherwise', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('cdk8s')>('cdk8s');
      const stringify = jest.spyOn(other.Yaml, 'stringify').mockImplementation((...docs) => JSON.stringify(docs));
      const copy = jest.requireActual<typeof import('../../src/private/manifest-text')>('../../src/private/manifest-text');
      expect(other.Yaml.stringify(copy.printable({ a: 1 }))).toBe('[{"a":1}]');
      expect(other.Yaml.stringify).toBe(stringify);
    });
  });

  test('leaves everything to a printer that nobody may change', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('cdk8s')>('cdk8s');
      const { stringify } = Object.freeze(other.Yaml);
      const copy = jest.requireActual<typeof import('../../src/private/manifest-text')>('../../src/private/manifest-text');
      expect(other.Yaml.stringify(copy.printable({ a: 1 }))).toBe('a: 1\n');
      expect(other.Yaml.stringify).toBe(stringify);
    });
  });

  test('prints the data of two copies of this library', () => {
    jest.isolateModules(() => {
      jest.doMock('cdk8s', () => ({ Yaml }));
      const copy = jest.requireActual<typeof import('../../src/private/manifest-text')>('../../src/private/manifest-text');
      expect(Yaml.stringify(copy.printable({ a: '1' }), printable({ b: '2' }), { c: '3' })).toBe(stock({ a: '1' }, { b: '2' }, { c: '3' }));
    });
  });
});

function outcome(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}
