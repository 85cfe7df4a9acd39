import { claimTemplateChanges, mountsOf } from './claim-templates';
import { PlanSeverity } from '../../plan-types';
import { ServerRule } from '../rule';

export const claimTemplateShrunk: ServerRule = {
  id: 'claim-template-shrunk',
  severity: PlanSeverity.REFUSE,
  title: 'a claim template asks for less storage',
  explanation: 'Volumes grow and never shrink: neither a claim template nor a claim can ask for less than it did.',
  mend: 'Put the old size back; or make a second StatefulSet with smaller claims, copy the data as the application does, and let the first one go.',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims',
  check: pair => claimTemplateChanges(pair).filter(({ kind }) => kind === 'shrunk').map(({ template, difference }) => ({
    difference,
    message: `Kubernetes refuses it, and claims of '${template}' cannot shrink either`,
    mend: [
      `put ${difference.before} back; or, for smaller disks:`,
      `add a StatefulSet of another name with ${difference.after}, beside ${pair.name}`,
      `copy the data by the application's own means (replication, dump and restore)${where(mountsOf(pair, template))}`,
      `move the clients, then take ${pair.name} out; its claims stay until you delete them`,
    ],
  })),
};

function where(mounts: string[]): string {
  return mounts.length === 0 ? '' : `; it is at ${mounts.join(', ')}`;
}
