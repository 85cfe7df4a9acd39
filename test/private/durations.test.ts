import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { secondsProblem } from '../../src/private/units';

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
