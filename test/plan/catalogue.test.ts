import { readFileSync } from 'node:fs';
import { catalogue, PAGE } from '../../scripts/plan-rules';
import { ALL_RULES } from '../../src/plan/rules/all-rules';

test('the page of all rules is what the rules say', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(catalogue());
  expect([...catalogue().matchAll(/^### (.*)$/gm)].map(([, id]) => id).sort()).toEqual(ALL_RULES.map(({ id }) => id).sort());
});
