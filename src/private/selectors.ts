import kplus = require('cdk8s-plus-27');
import { shown } from './refuse';

type Labels = Record<string, unknown>;

/** What keeps a selector from matching these labels, or nothing. */
export function matchProblem(podLabels: Labels, matchLabels: Labels, matchExpressions: kplus.LabelSelectorRequirement[] = []): string | undefined {
  // a map, because every object has a 'constructor' and the like, which no pod is labelled with.
  const labels = new Map(Object.entries(podLabels));
  const found = (key: string) => labels.has(key) ? `${key}=${shown(labels.get(key))}` : 'no such label';
  for (const [key, value] of Object.entries(matchLabels)) {
    if (labels.get(key) !== value) {
      return `wants ${key}=${String(value)}, the pods have ${found(key)}`;
    }
  }
  const unmet = matchExpressions.find(expression => !matches(labels, expression));
  return unmet && `wants ${unmet.key} ${unmet.operator}${unmet.values ? ` (${unmet.values.join(', ')})` : ''}, the pods have ${found(unmet.key)}`;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
function matches(labels: Map<string, unknown>, { key, operator, values = [] }: kplus.LabelSelectorRequirement): boolean {
  const value = labels.get(key);
  switch (operator) {
    case 'In': return values.includes(value as string);
    case 'NotIn': return !values.includes(value as string);
    case 'Exists': return value !== undefined;
    default: return value === undefined;
  }
}
