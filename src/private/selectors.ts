import kplus = require('cdk8s-plus-27');
import { shown } from './refuse';

type Labels = Record<string, unknown>;

/** What keeps a selector from matching these labels, or nothing. */
export function matchProblem(podLabels: Labels, matchLabels: Labels, matchExpressions: kplus.LabelSelectorRequirement[] = []): string | undefined {
  const found = (key: string) => Object.hasOwn(podLabels, key) ? `${key}=${shown(podLabels[key])}` : 'no such label';
  for (const key of Object.keys(matchLabels)) {
    if (valueOf(podLabels, key) !== matchLabels[key]) {
      return `wants ${key}=${String(matchLabels[key])}, the pods have ${found(key)}`;
    }
  }
  const unmet = matchExpressions.find(expression => !matches(podLabels, expression));
  return unmet && `wants ${unmet.key} ${unmet.operator}${unmet.values ? ` (${unmet.values.join(', ')})` : ''}, the pods have ${found(unmet.key)}`;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
function matches(labels: Labels, { key, operator, values = [] }: kplus.LabelSelectorRequirement): boolean {
  const value = valueOf(labels, key);
  switch (operator) {
    case 'In': return values.includes(value as string);
    case 'NotIn': return !values.includes(value as string);
    case 'Exists': return value !== undefined;
    default: return value === undefined;
  }
}

/** Every object has a 'constructor' and the like, which no pod is labelled with. */
function valueOf(labels: Labels, key: string): unknown {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
