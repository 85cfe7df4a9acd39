import { differencesAt } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

const FIELDS = ['completions', 'selector', 'template', 'completionMode'];

export const jobImmutable: ServerRule = {
  id: 'job-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'the template of a Job changes',
  explanation: 'A Job runs what it was made for: `template`, `selector`, `completions` and `completionMode` are fixed. A new image tag is a change of the template.',
  mend: 'Delete the Job and apply, or give each Job a name of its own, for example with the version in it.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/batch/validation/validation.go',
  check: pair => pair.group === 'batch' && pair.kind === 'Job' ? hits(differencesAt(pair, 'spec').filter(({ way }) => FIELDS.includes(way[1])),
    ({ way }) => `Kubernetes refuses another ${way[1]} of a Job`, [`${kubectl(pair)} delete job ${pair.name}, and apply`]) : [],
};
