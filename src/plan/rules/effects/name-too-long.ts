import { STATEFUL_SET_NAME_MAX } from '../../../private/names';
import { PlanSeverity } from '../../plan-types';
import { EffectRule, forStatefulSets } from '../rule';

export const nameTooLong: EffectRule = {
  id: 'name-too-long',
  severity: PlanSeverity.REFUSE,
  title: 'a StatefulSet whose name is too long for its pods to start',
  explanation: 'Pods carry the name of their revision as a label: the name of the StatefulSet, a hyphen and up to ten characters. A label has 63 at most; '
    + 'so a StatefulSet whose name has more than 52 is accepted and never gets a pod.',
  mend: 'Give it a shorter `metadata.name`.',
  source: 'https://github.com/kubernetes/kubernetes/issues/64023',
  check: forStatefulSets(({ pair }) => pair.before !== undefined || pair.name.length <= STATEFUL_SET_NAME_MAX ? [] : [{
    message: `its name has ${pair.name.length} characters, and pods start with ${STATEFUL_SET_NAME_MAX} at most`,
  }]),
};
