import { claimTemplateChanges, CLAIM_SOURCE, forEachClaim } from './claim-templates';
import { PlanSeverity } from '../../plan-types';
import { kubectl, ServerRule } from '../rule';

export const claimTemplateGrown: ServerRule = {
  id: 'claim-template-grown',
  severity: PlanSeverity.REFUSE,
  title: 'a claim template asks for more storage',
  explanation: 'A claim template cannot change in place. The claims themselves can grow, if their storage class has `allowVolumeExpansion: true`.',
  mend: 'Grow each claim with `kubectl patch pvc`, delete the StatefulSet with `--cascade=orphan`, and apply. No pod restarts for it.',
  source: CLAIM_SOURCE,
  check: pair => claimTemplateChanges(pair).filter(({ kind }) => kind === 'grown').map(({ template, difference }) => ({
    difference,
    message: `Kubernetes refuses it; the claims of '${template}' have to grow one by one first`,
    mend: [
      ...forEachClaim(pair, template, claim =>
        `${kubectl(pair)} patch pvc ${claim} -p '{"spec":{"resources":{"requests":{"storage":"${difference.after}"}}}}'`),
      `wait until \`${kubectl(pair)} get pvc\` shows the new capacity`,
      `${kubectl(pair)} delete statefulset ${pair.name} --cascade=orphan`,
      'apply again: the pods run on, and none restarts for it',
    ],
  })),
};
