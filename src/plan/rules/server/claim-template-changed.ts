import { claimTemplateChanges } from './claim-templates';
import { PlanSeverity } from '../../plan-types';
import { hits, replaceAround, ServerRule } from '../rule';

export const claimTemplateChanged: ServerRule = {
  id: 'claim-template-changed',
  severity: PlanSeverity.REFUSE,
  title: 'a claim template changes: a label alone is enough',
  explanation: 'Claim templates are compared as a whole. A label with the version of a chart in one of them blocks every upgrade.',
  mend: 'Put it back as it was, labels too. For new claim templates delete the StatefulSet with `--cascade=orphan` and apply: claims that are there do '
    + 'not change, and pods get added ones when they are replaced.',
  source: 'https://github.com/helm/charts/issues/7803',
  check: pair => hits(
    claimTemplateChanges(pair).filter(({ kind }) => kind === 'other').map(({ difference }) => difference),
    () => 'Kubernetes refuses any change of a claim template, of its labels too',
    ['put it back as it was; or, for new claims only:', ...replaceAround(pair)],
  ),
};
