import { formOf } from '../../src/private/form';
import { textProblem, wholeNumberProblem } from '../../src/private/refuse';

interface Struct {
  readonly name?: unknown;
  readonly size?: unknown;
  readonly dns?: unknown;
}

const problemOf = formOf<Struct>({
  'name': textProblem,
  'size': value => wholeNumberProblem(value),
  'dns.name': textProblem,
});

describe('formOf', () => {
  test('finds nothing where all that is stated is right', () => {
    expect(problemOf({})).toBeUndefined();
    expect(problemOf({ name: 'db', size: 3, dns: { name: 'db', other: 5 }, ...{ other: 5 } })).toBeUndefined();
  });

  test.each<[string, Struct, string, string]>([
    ['a field', { size: -1 }, 'size', 'must be a whole number from 0 to 2147483647, got -1'],
    ['a field of a field', { dns: { name: 5 } }, 'dns.name', 'must be text that is not empty, got 5'],
    ['a field that is null', { name: null }, 'name', 'must be text that is not empty, got null'],
    ['the first of two, in the order of the rules', { size: -1, name: '' }, 'name', 'must be text that is not empty, got ""'],
  ])('finds what is wrong with %s', (_, struct, field, problem) => {
    expect(problemOf(struct)).toEqual({ field, problem });
  });

  test.each([[undefined], [null], ['text'], [5]])('leaves a field of %p to the rule for that', dns => {
    expect(problemOf({ dns })).toBeUndefined();
  });

  test('finds fields that a struct inherits, as its readers do', () => {
    expect(problemOf(Object.create({ size: 0.5 }))?.field).toBe('size');
    expect(problemOf(new (class { public get size(): number { return -1; } })())?.field).toBe('size');
  });
});
