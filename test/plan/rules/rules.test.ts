import { CASES } from './cases';
import { ALL_RULES } from '../../../src/plan/rules/all-rules';
import { findings, found, plan, statefulSet } from '../manifests';

test('every rule has a case', () => {
  expect(Object.keys(CASES).sort()).toEqual(ALL_RULES.map(({ id }) => id).sort());
});

describe.each(ALL_RULES.map(rule => [rule.id, rule] as const))('%s', (id, rule) => {
  const { found: [before, after], passes } = CASES[id];
  const [first] = found(id, before, after);

  test('finds it, with the object, what to do and where it is said', () => {
    expect(first).toMatchObject({ rule: id, source: rule.source });
    expect(first.name).not.toBe('');
    expect(first.message).toMatch(/^\S.*[^.]$/);
    expect(first.mend.every(step => step.trim() !== '')).toBe(true);
  });

  test('lets pass what is like it', () => {
    expect(found(id, ...passes)).toEqual([]);
  });

  test('has words for the catalogue, and an id that fits an annotation', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(`plan-waive.${id}`.length).toBeLessThanOrEqual(63);
    expect(rule.title).toMatch(/^\S.*[^.]$/);
    expect(rule.explanation).toMatch(/\.$/);
    expect(rule.mend).toMatch(/\.$/);
    expect(rule.source).toMatch(/^https:\/\//);
  });

  test('is waived by an annotation with a reason, which is printed', () => {
    const annotation = { [`cdk8s-stateful/plan-waive.${id}`]: 'agreed with the owners' };
    const waive = (object: any) => ({ ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotation } } });
    const waived = plan(before.map(object => after.length === 0 || object.kind === 'StatefulSet' ? waive(object) : object), after.map(waive));
    const [finding] = waived.findings.filter(one => one.rule === id);
    expect(finding.waived).toBe('agreed with the owners');
    expect(waived.toText()).toContain('because: agreed with the owners');
    expect(waived.toMarkdown()).toContain('agreed with the owners');
  });
});

test('a waiver without a reason does not count', () => {
  const annotations = { 'cdk8s-stateful/plan-waive.statefulset-service-name': ' ' };
  const made = findings([statefulSet()], [statefulSet({ serviceName: 'x' }, { annotations })]);
  expect(made.map(({ rule }) => rule)).toEqual(['statefulset-service-name', 'waiver-without-effect']);
  expect(made[0].waived).toBeUndefined();
});
