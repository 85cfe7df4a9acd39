import { brief, Difference } from './model/differences';
import { Pair } from './model/pairs';
import { isTree } from './model/pod-defaults';
import { PlanFieldChange, PlanFinding } from './plan-types';
import { Hit, Rule } from './rules/rule';

/** Before the id of the rule; the value is the reason. */
export const WAIVER = 'cdk8s-stateful/plan-waive.';

/** The annotations of an object, as it will be, or as it was if it goes. */
export function annotationsOf({ after, before }: Pair): [string, unknown][] {
  const annotations = (after ?? before)?.metadata.annotations;
  return isTree(annotations) ? Object.entries(annotations) : [];
}

export function findingOf(rule: Rule, pair: Pair, hit: Hit): PlanFinding {
  const reason = annotationsOf(pair).find(([name]) => name === `${WAIVER}${rule.id}`)?.[1];
  const waived = typeof reason === 'string' && reason.trim() !== '' ? reason.trim() : undefined;
  return {
    rule: rule.id,
    severity: hit.severity ?? rule.severity,
    kind: pair.kind,
    ...pair.namespace !== undefined && { namespace: pair.namespace },
    name: pair.name,
    ...hit.difference && { change: changeOf(pair, hit.difference) },
    message: hit.message,
    mend: [...hit.mend ?? [rule.mend]],
    source: rule.source,
    ...waived !== undefined && { waived },
  };
}

/** A field with both values; those of secrets are nobody's business. */
export function changeOf({ group, kind }: Pick<Pair, 'group' | 'kind'>, { path, way, before, after }: Difference): PlanFieldChange {
  const isHidden = group === '' && kind === 'Secret' && ['data', 'stringData'].includes(way[0]);
  const shown = (value: unknown) => isHidden && value !== undefined ? '(hidden)' : brief(value);
  const [old, now] = [shown(before), shown(after)];
  return { path, ...old !== undefined && { before: old }, ...now !== undefined && { after: now } };
}
