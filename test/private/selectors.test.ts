import * as kplus from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { matchProblem } from '../../src/private/selectors';

type Labels = Record<string, string>;
type Expression = { key: string; operator: string; values?: string[] };

const labels = { app: 'db', tier: 'data' };

describe('matchProblem with labels', () => {
  test('accepts labels that the pods have', () => {
    expect(matchProblem(labels, {})).toBeUndefined();
    expect(matchProblem(labels, { app: 'db' })).toBeUndefined();
    expect(matchProblem(labels, { tier: 'data', app: 'db' })).toBeUndefined();
  });

  test('fails when the pods have another value, and shows both', () => {
    expect(matchProblem(labels, { app: 'web' })).toEqual('wants app=web, the pods have app="db"');
  });

  test('fails when the pods have no such label', () => {
    expect(matchProblem(labels, { zone: 'a' })).toEqual('wants zone=a, the pods have no such label');
  });

  test('fails when one label of several is not there', () => {
    expect(matchProblem(labels, { app: 'db', zone: 'a' })).toEqual('wants zone=a, the pods have no such label');
  });

  test('fails when a label is called like something that every object has', () => {
    expect(matchProblem({}, { constructor: 'a' })).toEqual('wants constructor=a, the pods have no such label');
  });
});

describe('matchProblem with expressions', () => {
  test.each<[string, Expression, string | undefined]>([
    ['In', { key: 'app', operator: 'In', values: ['web', 'db'] }, undefined],
    ['In of other values', { key: 'app', operator: 'In', values: ['web', 'api'] }, 'wants app In (web, api), the pods have app="db"'],
    ['In without the label', { key: 'zone', operator: 'In', values: ['a'] }, 'wants zone In (a), the pods have no such label'],
    ['In of nothing', { key: 'app', operator: 'In' }, 'wants app In, the pods have app="db"'],
    ['NotIn', { key: 'app', operator: 'NotIn', values: ['web'] }, undefined],
    ['NotIn without the label', { key: 'zone', operator: 'NotIn', values: ['a'] }, undefined],
    ['NotIn of the value', { key: 'app', operator: 'NotIn', values: ['db'] }, 'wants app NotIn (db), the pods have app="db"'],
    ['Exists', { key: 'app', operator: 'Exists' }, undefined],
    ['Exists without the label', { key: 'zone', operator: 'Exists' }, 'wants zone Exists, the pods have no such label'],
    ['Exists of what every object has', { key: 'toString', operator: 'Exists' }, 'wants toString Exists, the pods have no such label'],
    ['DoesNotExist', { key: 'zone', operator: 'DoesNotExist' }, undefined],
    ['DoesNotExist with the label', { key: 'app', operator: 'DoesNotExist' }, 'wants app DoesNotExist, the pods have app="db"'],
  ])('judges %s', (_, expression, problem) => {
    expect(matchProblem(labels, {}, [expression])).toEqual(problem);
  });

  test('fails when any expression is not met, and names the first of those', () => {
    const expressions = [{ key: 'app', operator: 'Exists' }, { key: 'a', operator: 'Exists' }, { key: 'b', operator: 'Exists' }];
    expect(matchProblem(labels, { app: 'db' }, expressions)).toEqual('wants a Exists, the pods have no such label');
  });

  test('knows the expressions that cdk8s-plus makes', () => {
    const of = (...queries: kplus.LabelExpression[]) => matchProblem(labels, {}, queries);
    expect(of(kplus.LabelExpression.in('app', ['db']), kplus.LabelExpression.exists('tier'))).toBeUndefined();
    expect(of(kplus.LabelExpression.notIn('app', ['web']), kplus.LabelExpression.doesNotExist('zone'))).toBeUndefined();
    expect(of(kplus.LabelExpression.doesNotExist('app'))).toEqual('wants app DoesNotExist, the pods have app="db"');
  });
});

describe('matchProblem', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'constructor', 'toString');
  const value = fc.constantFrom('', '1', '2', '3');
  const map = (maxKeys: number) => fc.dictionary(key, value, { maxKeys });
  const expression: fc.Arbitrary<Expression> = fc.oneof(
    fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values: fc.array(value, { minLength: 1, maxLength: 2 }) }),
    fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  );

  /** The rule of Kubernetes, over a map in which nothing is that was not put there. */
  function selects(pods: Map<string, string>, wanted: Labels, expressions: Expression[]): boolean {
    const accepted: Record<string, (expression: Expression) => boolean> = {
      In: ({ key: k, values }) => pods.has(k) && values!.some(v => v === pods.get(k)),
      NotIn: ({ key: k, values }) => !pods.has(k) || values!.every(v => v !== pods.get(k)),
      Exists: ({ key: k }) => pods.has(k),
      DoesNotExist: ({ key: k }) => !pods.has(k),
    };
    return Object.keys(wanted).every(k => pods.get(k) === wanted[k]) && expressions.every(e => accepted[e.operator](e));
  }

  test('finds a problem exactly where Kubernetes would not select the pods', () => {
    fc.assert(fc.property(map(5), map(1), fc.array(expression, { maxLength: 3 }), (pods, wanted, expressions) => {
      expect(matchProblem(pods, wanted, expressions) === undefined).toEqual(selects(new Map(Object.entries(pods)), wanted, expressions));
    }), { numRuns: 1000 });
  });
});
