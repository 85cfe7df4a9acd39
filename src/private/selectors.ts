import * as kplus from 'cdk8s-plus-27';
import { shown } from './refuse';

type Labels = Record<string, unknown>;

/** What keeps a selector from matching these labels, or nothing. */
export function matchProblem(labels: Labels, matchLabels: Labels, matchExpressions: kplus.LabelSelectorRequirement[] = []): string | undefined {
  for (const [key, value] of Object.entries(matchLabels)) {
    if (labels[key] !== value) {
      return `wants ${key}=${String(value)}, the pods have ${labels[key] === undefined ? 'no such label' : `${key}=${shown(labels[key])}`}`;
    }
  }
  const unmet = matchExpressions.find(expression => !matches(labels, expression));
  return unmet && `wants ${unmet.key} ${unmet.operator}${unmet.values ? ` (${unmet.values.join(', ')})` : ''}, `
    + `the pods have ${labels[unmet.key] === undefined ? 'no such label' : `${unmet.key}=${shown(labels[unmet.key])}`}`;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
function matches(labels: Labels, { key, operator, values = [] }: kplus.LabelSelectorRequirement): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In': return values.includes(value as string);
    case 'NotIn': return !values.includes(value as string);
    case 'Exists': return value !== undefined;
    default: return value === undefined;
  }
}
