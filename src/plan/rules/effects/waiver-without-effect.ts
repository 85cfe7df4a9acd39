import { annotationsOf, WAIVER } from '../../findings';
import { PlanSeverity } from '../../plan-types';
import { EffectRule } from '../rule';

export const waiverWithoutEffect: EffectRule = {
  id: 'waiver-without-effect',
  severity: PlanSeverity.WARN,
  title: 'a waiver that names no rule, or gives no reason',
  explanation: 'A waiver is an annotation `cdk8s-stateful/plan-waive.<rule>` whose value is the reason, for whoever reads it in a year. Without one it does '
    + 'not count, and neither does one for a rule that does not exist.',
  mend: 'Correct the name of the rule, and say why.',
  source: 'https://github.com/cdk8s-stateful/cdk8s-stateful/blob/main/docs/plan-rules.md',
  check: (pair, { ruleIds }) => annotationsOf(pair).filter(([name]) => name.startsWith(WAIVER)).flatMap(([name, reason]) => {
    const id = name.slice(WAIVER.length);
    const difference = { path: `metadata.annotations[${name}]`, way: [], before: undefined, after: reason };
    if (!ruleIds.has(id)) {
      return [{ message: `there is no rule '${id}'`, difference }];
    }
    return typeof reason === 'string' && reason.trim() !== '' ? [] : [{ message: `the waiver of '${id}' gives no reason, and does not count`, difference }];
  }),
};
