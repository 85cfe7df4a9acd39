import { App, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import {
  childOf, entryProblem, INT32_MAX, isStruct, listProblem, mapProblem,
  objectProblem, refuse, refuseIf, shown, structProblem, textProblem, wholeNumberProblem,
} from '../../src/private/refuse';
import { newChart } from '../util';

const hostile = {
  toString: () => { throw new Error('ran toString'); },
  valueOf: () => { throw new Error('ran valueOf'); },
  toJSON: () => { throw new Error('ran toJSON'); },
};

describe('refuse', () => {
  test('fails when called, with the path of the construct before the message', () => {
    expect(() => refuse(new Construct(newChart(), 'x'), 'it is wrong')).toThrow(/^\[test\/x\] it is wrong$/);
  });

  test('fails when there is a problem, and puts it behind what it is about', () => {
    const at = new Construct(newChart(), 'x');
    expect(() => refuseIf(at, '\'port\'', 'must be odd')).toThrow(/^\[test\/x\] 'port' must be odd$/);
    expect(refuseIf(at, '\'port\'', undefined)).toBeUndefined();
  });
});

describe('childOf', () => {
  test('is where a construct will be', () => {
    const app = new App();
    const place = childOf(app, 'test');
    const chart = new Chart(app, 'test');
    expect(place.node.path).toEqual(chart.node.path);
    expect(childOf(chart, 'x').node.path).toEqual(new Construct(chart, 'x').node.path);
    expect(childOf(childOf(chart, 'x'), 'y').node.path).toEqual('test/x/y');
  });
});

describe('shown', () => {
  test.each<[unknown, string]>([
    ['etcd', '"etcd"'],
    ['', '""'],
    ['two\nlines', '"two\\nlines"'],
    [0, '0'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [true, 'true'],
    [undefined, 'undefined'],
    [null, 'null'],
    [[1, 2], 'a list'],
    [{ a: 1 }, 'an object'],
    [new Date(), 'an object'],
    [() => 1, 'a function'],
    [Symbol('s'), 'a symbol'],
    [BigInt(5), 'a bigint'],
    [Object.create(null), 'an object'],
  ])('shows %p as %s', (value, text) => {
    expect(shown(value)).toEqual(text);
  });

  test('runs no code of a value', () => {
    expect([shown(hostile), shown([hostile])]).toEqual(['an object', 'a list']);
    expect(wholeNumberProblem(hostile)).toEqual('must be a whole number from 0 to 2147483647, got an object');
    expect(textProblem(hostile)).toEqual('must be text that is not empty, got an object');
  });

  test('cuts a long text', () => {
    expect(shown('a'.repeat(80))).toEqual(`"${'a'.repeat(80)}"`);
    expect(shown('a'.repeat(81))).toEqual(`"${'a'.repeat(77)}..."`);
  });

  test('says anything in one line', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }), value => {
      expect(shown(value)).toMatch(/^.+$/);
    }));
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), value => {
      expect(shown(value)).toMatch(/^"[^\n\r]{0,480}"$/);
    }));
  });
});

describe('wholeNumberProblem', () => {
  test('accepts what fits into an int32 field', () => {
    expect(INT32_MAX).toEqual(2 ** 31 - 1);
    expect([0, 1, INT32_MAX].map(value => wholeNumberProblem(value))).toEqual([undefined, undefined, undefined]);
  });

  test('accepts both ends of the range', () => {
    expect([1, 65535].map(value => wholeNumberProblem(value, 1, 65535))).toEqual([undefined, undefined]);
    expect(wholeNumberProblem(-5, -5, -5)).toBeUndefined();
    expect(wholeNumberProblem(2, 1, 1)).toEqual('must be 1, got 2');
  });

  test.each<[unknown, string]>([
    [-1, '-1'], [1.5, '1.5'], [NaN, 'NaN'], [Infinity, 'Infinity'], [INT32_MAX + 1, '2147483648'],
    ['3', '"3"'], ['', '""'], [null, 'null'], [undefined, 'undefined'], [true, 'true'], [[3], 'a list'], [BigInt(3), 'a bigint'],
  ])('fails when it gets %p', (value, got) => {
    expect(wholeNumberProblem(value)).toEqual(`must be a whole number from 0 to 2147483647, got ${got}`);
  });

  test('fails when the number is outside of the range, and says which', () => {
    expect(wholeNumberProblem(0, 1, 65535)).toEqual('must be a whole number from 1 to 65535, got 0');
    expect(wholeNumberProblem(65536, 1, 65535)).toEqual('must be a whole number from 1 to 65535, got 65536');
  });

  test('accepts a number exactly if it is whole and in the range', () => {
    fc.assert(fc.property(fc.oneof(fc.double(), fc.integer()), fc.integer(), fc.nat(), (value, min, width) => {
      const whole = Math.floor(value) === value && Math.abs(value) !== Infinity;
      expect(wholeNumberProblem(value, min, min + width) === undefined).toEqual(whole && value >= min && value <= min + width);
    }));
  });
});

describe('textProblem', () => {
  test('accepts text that says something', () => {
    expect(['a', ' a ', '0', 'ü'].map(textProblem)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each<[unknown, string]>([
    ['', '""'], [' ', '" "'], ['\n\t', '"\\n\\t"'], [null, 'null'], [undefined, 'undefined'], [5, '5'], [{}, 'an object'],
  ])('fails when it gets %p', (value, got) => {
    expect(textProblem(value)).toEqual(`must be text that is not empty, got ${got}`);
  });
});

describe('isStruct', () => {
  test('tells objects with fields from everything else', () => {
    expect([{}, { a: 1 }, Object.create(null), hostile, new Construct(newChart(), 'x')].map(isStruct)).toEqual([true, true, true, true, true]);
    expect([null, undefined, [], 'a', 5, () => 1].map(isStruct)).toEqual([false, false, false, false, false, false]);
  });
});

const odd = (value: unknown) => value === 'odd' ? 'must be even' : undefined;
const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true });

describe('listProblem', () => {
  test('accepts lists, and that nothing is given', () => {
    expect([undefined, [], [1, null], Array(2)].map(value => listProblem(value))).toEqual([undefined, undefined, undefined, undefined]);
    expect(listProblem(['a', 'b'], odd)).toBeUndefined();
  });

  test.each<[unknown, string]>([[null, 'null'], ['abc', '"abc"'], [{ length: 0 }, 'an object'], [new Set(), 'an object']])('fails when it gets %p', (value, got) => {
    expect(listProblem(value, odd)).toEqual(`must be a list, got ${got}`);
  });

  test('fails when an entry is wrong, and says which is the first', () => {
    expect(listProblem(['a', 'odd', 'odd'], odd)).toEqual('entry 1 must be even');
  });

  test('fails when a list has a hole, where an entry must be there', () => {
    expect(listProblem(Array(1), entryProblem)).toEqual('entry 0 must be an object, got undefined');
  });
});

describe('mapProblem', () => {
  test('accepts objects, and that nothing is given', () => {
    expect([undefined, {}, { a: 1 }, Object.create(null)].map(value => mapProblem(value))).toEqual([undefined, undefined, undefined, undefined]);
    expect(mapProblem({ a: 'b' }, odd)).toBeUndefined();
  });

  test.each<[unknown, string]>([[null, 'null'], ['abc', '"abc"'], [['a'], 'a list'], [() => 1, 'a function']])('fails when it gets %p', (value, got) => {
    expect(mapProblem(value, odd)).toEqual(`must be an object, got ${got}`);
  });

  test('fails when an entry is wrong, and says which is the first', () => {
    expect(mapProblem({ a: 'b', c: 'odd', d: 'odd' }, odd)).toEqual('entry \'c\' must be even');
  });
});

describe('structProblem', () => {
  test('accepts objects, and that nothing is given', () => {
    expect([undefined, {}, { a: 1 }].map(structProblem)).toEqual([undefined, undefined, undefined]);
  });

  test.each<[unknown, string]>([[null, 'null'], ['abc', '"abc"'], [[], 'a list'], [5, '5']])('fails when it gets %p', (value, got) => {
    expect(structProblem(value)).toEqual(`must be an object, got ${got}`);
  });
});

describe('entryProblem', () => {
  test('accepts objects', () => {
    expect([{}, { a: 1 }].map(entryProblem)).toEqual([undefined, undefined]);
  });

  test.each<[unknown, string]>([[undefined, 'undefined'], [null, 'null'], ['abc', '"abc"'], [[], 'a list']])('fails when it gets %p', (value, got) => {
    expect(entryProblem(value)).toEqual(`must be an object, got ${got}`);
  });
});

describe('objectProblem', () => {
  const problemOf = (value: unknown) => objectProblem(value, 'toSeconds', 'Duration.seconds()');

  test('accepts objects that have the method, and that nothing is given', () => {
    expect([undefined, Duration.seconds(5), { toSeconds: () => 5 }].map(problemOf)).toEqual([undefined, undefined, undefined]);
  });

  test('accepts an object of another copy of a package', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('cdk8s')>('cdk8s');
      expect(other.Duration).not.toBe(Duration);
      expect(problemOf(other.Duration.seconds(5))).toBeUndefined();
    });
  });

  test.each<[unknown, string]>([[null, 'null'], ['5s', '"5s"'], [5, '5'], [{}, 'an object'], [{ toSeconds: 5 }, 'an object'], [[], 'a list']])(
    'fails when it gets %p', (value, got) => {
      expect(problemOf(value)).toEqual(`must be made by Duration.seconds(), got ${got}`);
    });
});

describe('the problems of inputs', () => {
  test('are said in words whatever comes in', () => {
    fc.assert(fc.property(anything, value => {
      const problems = [listProblem(value, structProblem), mapProblem(value, structProblem), structProblem(value), objectProblem(value, 'toSeconds', 'x')];
      problems.forEach(problem => expect(problem ?? 'must be fine').toMatch(/^(entry .+ )?must be /s));
      expect(value === undefined || problems[0] !== undefined || problems[1] !== undefined).toEqual(true);
    }), { numRuns: 500 });
  });
});
