import { isDeepStrictEqual } from 'util';
import { Yaml } from 'cdk8s';
import * as jsYaml from 'js-yaml';
import * as yaml from 'yaml';
import { printable, yamlOf } from '../../src/private/manifest-text';

/** How cdk8s prints before anything was offered to it. */
const stock = Yaml.stringify.bind(Yaml);

const PIECES = Number(process.env.FUZZ_PIECES ?? 1_000_000);
const PER_DOCUMENT = 400;

/** Long and short, plain and strange: what one rule or another of YAML is about, and what manifests consist of. */
const WORDS = [
  ...'y n yes no on off true false null ~ << = .inf .nan e5 1e3 .5 5. . .. ... - -- --- ? : # & * ! | > % @ ` [ ] { } , " \' \\ $( ) < / a b Z 0 1 7 8 9 _ +'.split(' '),
  ...'app web-0 10Gi 500m 8080 1:30 0755 0x1F 2024-01-01 --flag=$(VALUE) registry.example.com/app:1.2.3 app.kubernetes.io/name http://x:80/ LOG_LEVEL'.split(' '),
  ' ', '  ', ': ', ' #', ':', '- ', 'é', '😀', '\t', '\u0000', '\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff', '\n', 'word '.repeat(30),
];
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

/** The same sequence for the same seed, which a failure tells. */
class Dice {
  public pieces = 0;

  public constructor(private state: number) {}

  /** @see https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
  public next(): number {
    this.state = this.state * 48271 % 2147483647;
    return this.state / 2147483647;
  }

  public below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  public text(): string {
    this.pieces++;
    const source = this.next() < 0.6 ? WORDS : PRINTABLE;
    return Array.from({ length: this.next() < 0.5 ? 1 + this.below(2) : this.below(7) }, () => source[this.below(source.length)]).join('');
  }

  public number(): number {
    this.pieces++;
    const kinds = [this.below(70000), this.below(2 ** 31) - 2 ** 30, this.next(), (this.next() - 0.5) * 10 ** (this.below(40) - 20)];
    const value = kinds[this.below(kinds.length)];
    return Object.is(value, -0) ? 0 : value;
  }

  public value(depth: number): unknown {
    const kind = this.next();
    if (depth === 0 || kind < 0.6) {
      return kind < 0.42 ? this.text() : kind < 0.54 ? this.number() : kind < 0.57;
    }
    this.pieces++;
    const values = Array.from({ length: this.below(5) }, () => this.value(depth - 1));
    return kind < 0.8 ? values : this.map(values);
  }

  public map(values: unknown[]): Record<string, unknown> {
    return Object.fromEntries(values.map(value => [this.text(), value]));
  }
}

/** YAML 1.1, which cdk8s writes, has no octal number in that form; js-yaml reads that of YAML 1.2. */
const OCTAL_OF_ANOTHER_VERSION = /^[-+]?0o/;

/** What is printed here, and read alike by all. */
function ownPart(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return yamlOf([value]) === undefined || OCTAL_OF_ANOTHER_VERSION.test(String(value)) ? 'left out' : value;
  }
  return Array.isArray(value)
    ? value.map(ownPart)
    : Object.fromEntries(Object.entries(value).filter(([key]) => isOwnKey(key)).map(([key, part]) => [key, ownPart(part)]));
}

function isOwnKey(key: string): boolean {
  // the key of a merge, cdk8s prints so that it is read as one.
  return key !== '<<' && !OCTAL_OF_ANOTHER_VERSION.test(key) && yamlOf({ [key]: 1 }) !== undefined;
}

function documents(dice: Dice): unknown[] {
  const start = dice.pieces;
  const values: unknown[] = [];
  while (dice.pieces - start < PER_DOCUMENT) {
    values.push(dice.value(4));
  }
  return values;
}

describe('the text of manifests', () => {
  test(`is what cdk8s prints, and is read as what was meant, for ${PIECES} random strings, keys, numbers and objects`, () => {
    const seed = Number(process.env.FUZZ_SEED ?? 1 + Math.floor(Math.random() * 2 ** 30));
    const dice = new Dice(seed);
    for (let round = 0; dice.pieces < PIECES; round++) {
      const data = { fuzz: dice.map(documents(dice)) };
      const own = ownPart(data);
      const text = stock(own);
      const failure = {
        bytes: yamlOf(own) !== text || (round % 10 === 0 && Yaml.stringify(printable(data)) !== stock(data)),
        yaml: !isDeepStrictEqual(yaml.parse(text, { version: '1.1' }), own),
        jsYaml: !isDeepStrictEqual(jsYaml.load(text), own),
      };
      // one comparison in place of an expectation for each, whose messages would take longer than the rest.
      if (Object.values(failure).includes(true)) {
        throw new Error(`FUZZ_SEED=${seed}, round ${round}: ${JSON.stringify(failure)} for ${JSON.stringify(data)}`);
      }
    }
    expect(dice.pieces).toBeGreaterThanOrEqual(PIECES);
  }, 600_000);
});
