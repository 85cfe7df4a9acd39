import { badRequest } from './errors';
import { Resource } from './resources';
import { KubeObject, LabelSelector, matches } from '../objects';

/** Tells the objects that a list or a watch is to have from the others. */
export type Selection = (object: KubeObject) => boolean;

/** What `labelSelector` and `fieldSelector` of a query ask for, together. */
export function selectionOf(query: URLSearchParams, resource: Resource): Selection {
  const selector = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', resource);
  return object => matches(object, selector) && fields(object);
}

/**
 * Reads `app=db,tier!=web,zone in (a, b),!old`.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function parseLabelSelector(text: string): LabelSelector {
  return { matchExpressions: split(text).map(parseRequirement) };
}

/** Writes a selector as `status.selector` of a scale has it. */
export function labelSelectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      switch (operator) {
        case 'Exists': return key;
        case 'DoesNotExist': return `!${key}`;
        default: return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
      }
    }),
  ].join(',');
}

function parseRequirement(text: string): NonNullable<LabelSelector['matchExpressions']>[number] {
  const [, key, negated, list] = /^(\S+)\s+(not)?in\s*\(([^)]*)\)$/.exec(text) ?? [];
  if (key) {
    return { key, operator: negated ? 'NotIn' : 'In', values: list.split(',').map(value => value.trim()) };
  }
  const [, label, sign, value] = /^([^\s=!]+)\s*(!=|==?)\s*(\S*)$/.exec(text) ?? [];
  if (label) {
    return { key: label, operator: sign === '!=' ? 'NotIn' : 'In', values: [value] };
  }
  const [, absent, name] = /^(!?)\s*([^\s=!()]+)$/.exec(text) ?? [];
  if (name) {
    return { key: name, operator: absent ? 'DoesNotExist' : 'Exists' };
  }
  throw badRequest(`unable to parse requirement: '${text}'`);
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/ */
function parseFieldSelector(text: string, { kind, fields }: Resource): Selection {
  const requirements = split(text).map(part => {
    const [, field, sign, value] = /^([^=!]+)(!=|==?)(.*)$/.exec(part) ?? [];
    if (!field) {
      throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    }
    if (!['metadata.name', 'metadata.namespace', ...fields].includes(field)) {
      throw badRequest(`"${field}" is not a known field selector of ${kind}: field label not supported: ${field}`);
    }
    return (object: KubeObject) => (String(at(object, field) ?? '') === value) === (sign !== '!=');
  });
  return object => requirements.every(requirement => requirement(object));
}

function at(object: KubeObject, path: string): unknown {
  return path.split('.').reduce<any>((value, field) => value?.[field], object);
}

/** Commas inside parentheses are part of a requirement. */
function split(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map(part => part.trim()).filter(part => part !== '');
}
