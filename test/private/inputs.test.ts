import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { entryProblem, listProblem, mapProblem, objectProblem, structProblem } from '../../src/private/refuse';

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
