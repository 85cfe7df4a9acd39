import { Difference } from '../../model/differences';
import { differencesAt, Pair } from '../../model/pairs';
import { PlanSeverity } from '../../plan-types';
import { hits, kubectl, ServerRule } from '../rule';

const FIELDS = ['completions', 'selector', 'template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex'];

/** What may change of the template of a Job that is suspended and has never run: where its pods go, and their labels and annotations. */
const SCHEDULING = /^spec\.template\.(?:spec\.(?:nodeSelector|tolerations|schedulingGates|affinity\.nodeAffinity)|metadata(?:\.(?:labels|annotations)|$))(?:[.[]|$)/;

export const jobImmutable: ServerRule = {
  id: 'job-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'the template of a Job changes',
  explanation: 'A Job runs what it was made for: `template`, `selector`, `completions` and `completionMode` are fixed, and so is how failures count. A new image tag is a change of '
    + 'the template. The number of an `Indexed` Job may change together with its `parallelism`, and where the pods of one go that is suspended and has not run yet.',
  mend: 'Delete the Job and apply, or give each Job a name of its own, for example with the version in it.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/batch/validation/validation.go',
  check: pair => pair.group === 'batch' && pair.kind === 'Job'
    ? hits(differencesAt(pair, 'spec').filter(difference => FIELDS.includes(difference.way[1]) && !isAllowed(pair, difference)),
      ({ way }) => `Kubernetes refuses another ${way[1]} of a Job`, [`${kubectl(pair)} delete job ${pair.name}, and apply`]) : [],
};

function isAllowed({ before, after, status }: Pair, difference: Difference): boolean {
  const { completionMode, completions, parallelism } = after!.spec;
  if (difference.path === 'spec.completions') {
    return completionMode === 'Indexed' && completions === parallelism;
  }
  return before!.spec.suspend === true && status.startTime === undefined && (SCHEDULING.test(difference.path) || isNodeAffinity(difference));
}

/** An affinity that was not there, or is not any more, and is one to nodes alone. */
function isNodeAffinity({ path, before, after }: Difference): boolean {
  return path === 'spec.template.spec.affinity' && Object.keys((before ?? after) as object).every(kind => kind === 'nodeAffinity');
}
