import { Difference } from '../../model/differences';
import { PlanSeverity } from '../../plan-types';
import { hits, ServerRule } from '../rule';

const APIS = 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis';

/** Fields that are fixed once the object is made, and that have no rule of their own. */
const FIELDS: Record<string, RegExp> = {
  'networking.k8s.io/IngressClass': /^spec\.controller$/,
  'node.k8s.io/RuntimeClass': /^handler$/,
  'discovery.k8s.io/EndpointSlice': /^addressType$/,
  'storage.k8s.io/CSIDriver': /^spec\.(?:attachRequired|volumeLifecycleModes)/,
  '/ResourceQuota': /^spec\.scopes/,
  'apiextensions.k8s.io/CustomResourceDefinition': /^spec\.(?:group|scope|names\.(?:kind|plural))$/,
};

/** Of a volume all that says where the data are is fixed; these are the others. */
const OF_VOLUMES = ['capacity', 'accessModes', 'claimRef', 'persistentVolumeReclaimPolicy', 'storageClassName', 'mountOptions', 'volumeAttributesClassName'];

export const otherImmutable: ServerRule = {
  id: 'other-immutable',
  severity: PlanSeverity.REFUSE,
  title: 'a PersistentVolume, or an object of a rarer kind, changes in what is fixed',
  explanation: 'Fixed are: of a PersistentVolume where its data are, `volumeMode`, and `nodeAffinity` once it is set; of an IngressClass `controller`, of a '
    + 'RuntimeClass `handler`, of an EndpointSlice `addressType`, of a CSIDriver `attachRequired` and `volumeLifecycleModes`, of a ResourceQuota `scopes`, of a '
    + 'CustomResourceDefinition `group`, `scope` and its names.',
  mend: 'Put it back; or make another object, under another name.',
  source: `${APIS}/core/validation/validation.go`,
  check: ({ group, kind, differences }) => hits(differences.filter(difference => kind === 'PersistentVolume' && group === ''
    ? isFixedOfVolume(difference) : FIELDS[`${group}/${kind}`]?.test(difference.path)), ({ path }) => `Kubernetes refuses a change of ${path}`),
};

function isFixedOfVolume({ way: [part, field], before }: Difference): boolean {
  return part === 'spec' && field !== undefined && !OF_VOLUMES.includes(field) && (field !== 'nodeAffinity' || before !== undefined);
}
