import { mapsOf } from '../../model/pod-defaults';
import { Movement } from '../../movements/movement';
import { PlanSeverity } from '../../plan-types';
import { Tree } from '../../read/yaml-document';
import { EffectRule, forStatefulSets, Hit, kubectl, listed, World } from '../rule';

export const statefulsetRenamed: EffectRule = {
  id: 'statefulset-renamed',
  severity: PlanSeverity.REFUSE,
  title: 'a StatefulSet gets another name or namespace',
  explanation: 'The name of a StatefulSet is its identity: claims and names in DNS carry it. Under another name it is another one, which starts with '
    + 'empty disks, while the data stay behind on claims that no pod uses.',
  mend: 'Keep the name (`metadata.name`). To rename it, make the new one beside the old one and move the data, or bind its claims to the old disks by hand.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-identity',
  check: forStatefulSets(check),
};

function check(movement: Movement, world: World): Hit[] {
  const old = movement.pair;
  if (old.after !== undefined) {
    return [];
  }
  const heir = world.pairs.find(pair => world.movements.has(pair) && pair.before === undefined
    && (pair.name === old.name) !== (pair.namespace === old.namespace) && isAlike(old.before!, pair.after!));
  if (heir === undefined) {
    return [];
  }
  const claims = movement.claims.map(({ name }) => name);
  const isMoved = heir.name === old.name;
  return [{
    severity: claims.length > 0 ? PlanSeverity.REFUSE : PlanSeverity.WARN,
    message: `it becomes '${heir.name}'${isMoved ? ` of namespace '${heir.namespace ?? 'default'}'` : ''}, another StatefulSet`
      + (claims.length > 0 ? ` that starts with empty disks; ${listed(claims)} stay${claims.length === 1 ? 's' : ''} behind` : ', and its pods start anew'),
    difference: isMoved ? { path: 'metadata.namespace', way: [], before: old.namespace, after: heir.namespace }
      : { path: 'metadata.name', way: [], before: old.name, after: heir.name },
    mend: [
      `keep '${old.name}' as metadata.name, which does not have to be the id of a construct`,
      `or keep both until the data are moved: ${kubectl(old)} get pvc shows the claims of both`,
    ],
  }];
}

/** What a set is recognised by: its selector, and the names and images of its containers with the names of its claims. */
const signatures = new WeakMap<Tree, readonly string[]>();

/** Whether two sets run the same. */
function isAlike(a: Tree, b: Tree): boolean {
  const [left, right] = [signatureOf(a), signatureOf(b)];
  return left[0] === right[0] || left[1] === right[1];
}

function signatureOf(set: Tree): readonly string[] {
  const { selector, template, volumeClaimTemplates } = set.spec;
  const signature = signatures.get(set) ?? [
    // nothing is like nothing.
    JSON.stringify(selector ?? [set.metadata.namespace, set.metadata.name]),
    JSON.stringify([
      mapsOf(template.spec.containers).map(({ name, image }) => [name, String(image).replace(/[:@][^/]*$/, '')]),
      mapsOf(volumeClaimTemplates).map(({ metadata }) => metadata?.name),
    ]),
  ];
  signatures.set(set, signature);
  return signature;
}

/** What a deleted set is: nothing is said of it twice. */
export function isRenamed(movement: Movement, world: World): boolean {
  return movement.pair.after === undefined && check(movement, world).length > 0;
}

