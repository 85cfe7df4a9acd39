import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { parseDocument, stringify } from 'yaml';
import { manifestsOfText } from '../../../src/plan/read/manifests';
import { NotPlain, YamlDocument } from '../../../src/plan/read/yaml-document';

const EXAMPLES = join(__dirname, '../../../examples');

/** Reads one document, and nothing of it by the other reader. */
function read(text: string): any {
  return plain(new YamlDocument(text.replace(/\n$/, '').split('\n'), 'text', 1).read());
}

function plain(value: unknown): any {
  return JSON.parse(JSON.stringify(value));
}

/** The data of a ConfigMap, by whichever reader. */
function data(text: string): any {
  const [manifest] = manifestsOfText(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n${text.replace(/^/gm, '  ')}`, 'text');
  return plain(manifest.data);
}

const anyText = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[ a-c:#\n"'\\|>\-[{,0-9.]{0,30}$/),
  fc.constantFrom('yes', '0755', '1e3', 'null', '~', '1:30', '2020-01-01', 'a # b', 'long '.repeat(40), 'x\n\n y\n', '\n\na\n\n\nb'),
);
const value = fc.letrec(tie => ({
  any: fc.oneof({ depthSize: 'small' }, anyText, fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(anyText.filter(key => key !== '__proto__' && key !== '<<'), tie('any'), { maxKeys: 4 })),
})).any.map(plain);

describe('the reader', () => {
  test('reads what every example prints as the package of cdk8s does', () => {
    const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter(file => /dist\/[^/]*\.yaml$/.test(file));
    expect(files.length).toBeGreaterThan(3);
    for (const document of files.flatMap(file => readFileSync(join(EXAMPLES, file), 'utf8').split(/^---\n/m))) {
      expect(read(document)).toEqual(parseDocument(document, { version: '1.1' }).toJS());
    }
  });

  test('reads whatever is printed, in each style, as what it was', () => {
    const outcomes = { read: 0, left: 0 };
    const style = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_FOLDED');
    fc.assert(fc.property(value, style, fc.constantFrom(20, 80, 0), fc.boolean(), (given, defaultStringType, lineWidth, byCdk8s) => {
      const collectionStyle = lineWidth === 20 && defaultStringType === 'QUOTE_SINGLE' ? 'flow' : 'any';
      const printed = byCdk8s ? Yaml.stringify(given) : stringify(given, { version: '1.1', lineWidth, defaultStringType: defaultStringType as any, collectionStyle });
      const zeros = (some: any) => JSON.stringify(some, (_, part) => part === 0 ? 0 : part);
      try {
        const result = read(printed);
        outcomes.read++;
        // the printer has errors of its own.
        if (zeros(parseDocument(printed, { version: '1.1' }).toJS()) === zeros(given)) {
          expect(zeros(result)).toBe(zeros(given));
        }
      } catch (error) {
        if (!(error instanceof NotPlain)) {
          throw error;
        }
        outcomes.left++;
      }
    }), { numRuns: 5000 });
    expect(outcomes.read).toBeGreaterThan(20 * outcomes.left);
  }, 60_000);

  test.each([
    ['a: 1 # one\n# two\nb: x#y', { a: 1, b: 'x#y' }],
    ['a:\nb: ~\nc:\n- 1\n-\n- - x\n  - y: z', { a: null, b: null, c: [1, null, ['x', { y: 'z' }]] }],
    ['a: one\n  two\n\n  three\nb: "one\n  two\n\n  three"\nc: \'it\'\'s\'', { a: 'one two\nthree', b: 'one two\nthree', c: 'it\'s' }],
    ['a: {b: [1, "x", y z], "c": , d: {}, e: [], f: http://x}', { a: { b: [1, 'x', 'y z'], c: null, d: {}, e: [], f: 'http://x' } }],
    ['a: [\n  1, # one\n  -2\n]', { a: [1, -2] }],
    ['a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |+\n  x\n\nd: |2-\n   x\ne: |\nf: |+\n', { a: 'x\n y\n', b: 'x y\nz', c: 'x\n\n', d: ' x', e: '', f: '\n' }],
    ['a: 0755\nb: 0o17\nc: 0x1F\nd: 0b11\ne: 1_000\nf: -017\ng: 1.5e3\nh: .5\ni: yes\nj: Off\nk: 08\nl: 1:30\nm: 2020-01-01T00:00:00Z',
      { a: 493, b: 15, c: 31, d: 3, e: 1000, f: -15, g: 1500, h: 0.5, i: true, j: false, k: 8, l: '1:30', m: '2020-01-01T00:00:00Z' }],
    ['"a": "\\t\\u00e9\\x41\\U0001F600\\/"\n\'b c\': 1\n? d\n: e', { 'a': '\té\x41😀/', 'b c': 1, 'd': 'e' }],
    ['a: "x \\\n  y"\nb: "\n  x"\nc: [a b\n  c, {? x : z}]', { a: 'x y', b: ' x', c: ['a b c', { x: 'z' }] }],
    ['a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\nf: !!str 1\ng: {<<: *x}', { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 }, f: '1', g: { b: 1 } }],
    ['a:\n  b # c: d', { a: 'b' }],
    ['a: |-2\n   x\nb: >\n  a\n   b\n\n  c\n\n\n   d\n  e', { a: ' x', b: 'a\n b\n\nc\n\n\n d\ne\n' }],
    ['a: "\\N"\nb: !!timestamp 2020-01-01', { a: '\x85', b: '2020-01-01' }],
  ])('reads %j', (document, expected) => {
    expect(data(document)).toEqual(expected);
  });
});

test('a block of blank lines alone that are longer than the indentation is left to the other reader', () => {
  expect(() => read('a: |\n    \nb: 1')).toThrow(NotPlain);
  expect(data('a: |\n    \nb: 1')).toEqual(parseDocument('a: |\n    \nb: 1').toJS());
});

test('a key in brackets without a value is left to the other reader', () => {
  expect(() => read('a: {b, c: 1}')).toThrow(NotPlain);
  expect(data('a: {b, c: 1}')).toEqual({ a: { b: null, c: 1 } });
});

test('what follows the end is an error', () => {
  expect(() => manifestsOfText('"a"\nb: 1', 'text')).toThrow(/text:1: is not YAML that can be read/);
});

describe('hostile input', () => {
  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]', ...Array.from('bcdefghij', (letter, i) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefghi'[i]}`).join()}]`)].join('\n');

  test.each([
    ['a billion laughs', laughs, /Excessive alias/i],
    ['an anchor that contains itself', 'a: &a\n  b: *a', /contains itself|cannot be read|Unresolved/],
    ['a short anchor that is merged very often', `a: &a {x: 1}\nb:\n  <<: [${Array(10_000).fill('*a').join()}]`, /has 10000 aliases, more than can be followed/],
    ['a key that is there twice', 'a: 1\nb: 2\na: 3', /text:7: the key "a" is there twice/],
    ['a key that is there twice in brackets', 'a: {b: 1, b: 2}', /the key "b" is there twice/],
    ['a key that is there twice beside an anchor', 'a: &x 1\nb: *x\na: 2', /the key "a" is there twice/],
    ['a key that changes all objects', '__proto__: {polluted: true}', /must not be __proto__/],
    ['the same in brackets', 'a: {"__proto__": 1}', /must not be __proto__/],
    ['the same beside an anchor', 'a: &x 1\n__proto__: *x', /must not be __proto__/],
    ['brackets without an end', `a: ${'['.repeat(100_000)}`, /deeper than 100 levels/],
    ['brackets without an end in many lines', 'a: [\n  1,\n', /ends before a bracket or quote is closed/],
    ['a quote without an end', 'a: "x\n  y\n', /ends before a bracket or quote is closed/],
    ['dashes without an end', `a:\n${'- '.repeat(1000)}x`, /deeper than 100 levels/],
    ['lists beside an anchor that are too deep', `a: &x ${'['.repeat(5000)}${']'.repeat(5000)}`, /it is nested too deeply/],
    ['what is no YAML', 'a: b: c', /is not YAML that can be read/],
    ['two values', 'a: 1\nb', /is not YAML that can be read/],
    ['a key without a name', ': x\na: &b 1\n: y', /is there twice/],
    ['a header that there is none', 'a: |x\n  b', /is not YAML that can be read/],
    ['what follows a list', 'a: [1] x', /is not YAML that can be read/],
    ['a list without commas', 'a: ["1" "2"]', /is not YAML that can be read/],
    ['a tab', '\ta: b', /is not YAML that can be read/],
    ['an escape that there is none', 'a: "\\q"', /is not YAML that can be read/],
    ['an escape beyond all characters', 'a: "\\U00ffffff"', /is not YAML that can be read/],
    ['a long document with an anchor', `a: &x 1\nb: ${'x'.repeat(1024 * 1024)}`, /must be shorter than 1 MiB/],
  ])('is refused in words and time: %s', (_, document, message) => {
    const start = Date.now();
    expect(() => data(document)).toThrow(message);
    expect(Date.now() - start).toBeLessThan(2000);
    expect(({} as any).polluted).toBeUndefined();
  });

  test('with more values than there is memory for is refused', () => {
    const config = (content: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ${content}\n`;
    const items = (count: number) => `[${Array(count).fill('1').join()}]`;
    const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `k${i}: 1`).join()}}`;
    const tooMany = /more than 2000000 values are not read: give fewer objects at a time/;
    expect(() => manifestsOfText(config(items(2_000_000)), 'text')).toThrow(tooMany);
    expect(() => manifestsOfText(Array(20).fill(config(keys(100_000))).join('---\n'), 'text')).toThrow(tooMany);
    expect(manifestsOfText(config(items(500_000)), 'text')).toHaveLength(1);
  });

  test.each(['"', '\''])('is not what is long alone: a text of twenty megabytes between %s is read', quote => {
    const long = 'a'.repeat(20 * 1024 * 1024);
    expect(data(`x: ${quote}${long}${quote}\ny: [${quote}${long.slice(0, 1000)}${quote}]`).x.length).toBe(long.length);
    expect(data(`x:\n- ${quote}${long.slice(0, 5_000_000)}${quote}`).x[0].length).toBe(5_000_000);
  });

  test('of a hundred megabytes is not looked at', () => {
    const start = Date.now();
    expect(() => manifestsOfText('a'.repeat(100 * 1024 * 1024), 'text')).toThrow('text: must be at most 32 MiB, got 100 MiB: give fewer objects at a time');
    expect(() => manifestsOfText('\n'.repeat(30 * 1024 * 1024), 'text')).toThrow(/at most 2000000 lines/);
    expect(Date.now() - start).toBeLessThan(2000);
  });

  test.each(['\0', '\x1b[31m', '\ufffd', 'a\x07'])('is refused that is not text: %j', text => {
    expect(() => manifestsOfText(text, 'text')).toThrow('text: is not text');
  });

  test('of many keys takes no time for each pair of them', () => {
    const keys = Array.from({ length: 200_000 }, (_, i) => `k${i}: 1`).join('\n');
    const start = Date.now();
    expect(Object.keys(data(keys))).toHaveLength(200_000);
    expect(Object.keys(data(`a: &x 1\n${keys.slice(0, 100_000)}`)).length).toBeGreaterThan(9_000);
    expect(Date.now() - start).toBeLessThan(8000);
  }, 20_000);
});
