import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { kibibytesOf, quantityOf, secondsProblem, sizeProblem } from '../../src/private/units';

const BYTES: Record<string, bigint> = { Ki: 2n ** 10n, Mi: 2n ** 20n, Gi: 2n ** 30n, Ti: 2n ** 40n, Pi: 2n ** 50n };

/** How many bytes Kubernetes reads in a quantity with a binary suffix; throws where its grammar does not know the text. */
function bytesOf(quantity: string): bigint {
  const [, digits, suffix] = /^([0-9]+)([KMGTP]i)$/.exec(quantity)!;
  return BigInt(digits) * BYTES[suffix];
}

const units = [
  { make: Size.kibibytes, kibibytes: 1n, max: 2 ** 52 },
  { make: Size.mebibytes, kibibytes: 2n ** 10n, max: 2 ** 42 },
  { make: Size.gibibytes, kibibytes: 2n ** 20n, max: 2 ** 32 },
  { make: Size.tebibytes, kibibytes: 2n ** 30n, max: 2 ** 22 },
  { make: Size.pebibyte, kibibytes: 2n ** 40n, max: 2 ** 12 },
];
const sizes = fc.constantFrom(...units).chain(({ make, kibibytes, max }) =>
  fc.oneof(fc.integer({ min: 1, max }), fc.integer({ min: 1, max: 10_000 }).map(n => Math.min(n, max)))
    .map(amount => ({ size: make(amount), kibibytes: BigInt(amount) * kibibytes })));

describe('sizeProblem', () => {
  test('accepts sizes in every unit, fractions of a unit included', () => {
    const all = [Size.kibibytes(1), Size.mebibytes(500), Size.gibibytes(1.5), Size.tebibytes(2), Size.pebibyte(1)];
    expect(all.map(sizeProblem)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test('accepts a size of another copy of cdk8s', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('cdk8s')>('cdk8s');
      expect(other.Size).not.toBe(Size);
      expect(sizeProblem(other.Size.gibibytes(10))).toBeUndefined();
      expect(quantityOf(other.Size.gibibytes(10))).toEqual('10Gi');
    });
  });

  test.each<[string, Size, string]>([
    ['is zero', Size.gibibytes(0), '0'],
    ['is a fraction of a kibibyte', Size.kibibytes(0.5), '0.5'],
    ['is no whole number of kibibytes', Size.mebibytes(0.3), '307.2'],
    ['is not a number', Size.gibibytes(NaN), 'NaN'],
    ['is beyond what numbers can say', Size.pebibyte(8192), '9007199254740992'],
    ['is endless', Size.gibibytes(Infinity), 'Infinity'],
    ['was made of a text', Size.kibibytes('10' as any), '10'],
  ])('fails when the size %s', (_, size, kibibytes) => {
    expect(sizeProblem(size)).toEqual(`must be a whole number of kibibytes above zero, got ${kibibytes} KiB`);
  });

  test.each<[unknown, string]>([
    ['10Gi', '"10Gi"'], [10, '10'], [null, 'null'], [undefined, 'undefined'], ['', '""'], [{}, 'an object'], [{ toKibibytes: 5 }, 'an object'], [[], 'a list'],
  ])('fails when it gets %p, which is no size', (value, got) => {
    expect(sizeProblem(value)).toEqual(`must be a Size such as Size.gibibytes(10), got ${got}`);
  });
});

describe('quantityOf', () => {
  test.each<[Size, string]>([
    [Size.kibibytes(1), '1Ki'],
    [Size.kibibytes(1023), '1023Ki'],
    [Size.kibibytes(1024), '1Mi'],
    [Size.mebibytes(500), '500Mi'],
    [Size.mebibytes(1536), '1536Mi'],
    [Size.gibibytes(1.5), '1536Mi'],
    [Size.gibibytes(10), '10Gi'],
    [Size.tebibytes(1), '1Ti'],
    [Size.pebibyte(1), '1Pi'],
    [Size.pebibyte(4096), '4096Pi'],
  ])('says %j as %s', (size, quantity) => {
    expect(quantityOf(size)).toEqual(quantity);
  });

  test('says as many bytes as were meant, in the grammar of Kubernetes', () => {
    fc.assert(fc.property(sizes, ({ size, kibibytes }) => {
      expect(sizeProblem(size)).toBeUndefined();
      expect(bytesOf(quantityOf(size))).toEqual(kibibytes * 1024n);
    }));
  });

  test('takes the largest unit that says it in a whole number', () => {
    fc.assert(fc.property(sizes, ({ size, kibibytes }) => {
      const larger = Object.entries(BYTES).filter(([, bytes]) => kibibytes * 1024n % bytes === 0n).map(([suffix]) => suffix);
      expect(quantityOf(size).slice(-2)).toEqual(larger.at(-1));
    }));
  });
});

describe('kibibytesOf', () => {
  test('keeps fractions', () => {
    expect(kibibytesOf(Size.mebibytes(0.3))).toBeCloseTo(307.2);
    expect(kibibytesOf(Size.kibibytes(0.5))).toEqual(0.5);
  });
});

describe('secondsProblem', () => {
  test('accepts durations of whole seconds in whatever unit', () => {
    const durations = [Duration.seconds(0), Duration.seconds(30), Duration.minutes(1.5), Duration.hours(2), Duration.days(1), Duration.millis(2000)];
    expect(durations.map(secondsProblem)).toEqual(durations.map(() => undefined));
  });

  test('accepts a duration of another copy of cdk8s', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('cdk8s')>('cdk8s');
      expect(other.Duration).not.toBe(Duration);
      expect(secondsProblem(other.Duration.seconds(30))).toBeUndefined();
    });
  });

  test('fails when the duration is no whole number of seconds', () => {
    expect(secondsProblem(Duration.millis(1500))).toEqual('in seconds must be a whole number from 0 to 2147483647, got 1.5');
    expect(secondsProblem(Duration.seconds(0.5))).toEqual('in seconds must be a whole number from 0 to 2147483647, got 0.5');
    expect(secondsProblem(Duration.seconds(NaN))).toEqual('in seconds must be a whole number from 0 to 2147483647, got NaN');
  });

  test('fails when the duration does not fit into the field of Kubernetes', () => {
    expect(secondsProblem(Duration.seconds(2 ** 31 - 1))).toBeUndefined();
    expect(secondsProblem(Duration.seconds(2 ** 31))).toEqual('in seconds must be a whole number from 0 to 2147483647, got 2147483648');
    expect(secondsProblem(Duration.days(1e9))).toMatch(/^in seconds must be a whole number .*, got 86400000000000$/);
  });

  test('fails when a number was turned into a text on the way', () => {
    expect(secondsProblem(Duration.seconds('30' as any))).toEqual('in seconds must be a whole number from 0 to 2147483647, got "30"');
  });

  test.each<[unknown, string]>([
    [30, '30'], ['30s', '"30s"'], [null, 'null'], [undefined, 'undefined'], ['', '""'], [{ seconds: 30 }, 'an object'], [{ toSeconds: 30 }, 'an object'],
    [[], 'a list'],
  ])('fails when it gets %p, which is no duration', (value, got) => {
    expect(secondsProblem(value)).toEqual(`must be a Duration such as Duration.seconds(30), got ${got}`);
  });

  test('accepts exactly the durations that are whole seconds', () => {
    fc.assert(fc.property(fc.nat({ max: 10_000_000 }), millis => {
      expect(secondsProblem(Duration.millis(millis)) === undefined).toEqual(millis % 1000 === 0);
    }));
  });
});
