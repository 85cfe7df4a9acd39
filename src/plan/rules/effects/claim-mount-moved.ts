import { differences } from '../../model/differences';
import { mapsOf } from '../../model/pod-defaults';
import { Movement } from '../../movements/movement';
import { PlanSeverity } from '../../plan-types';
import { emptyTree, Tree } from '../../read/yaml-document';
import { EffectRule, forStatefulSets, Hit } from '../rule';

export const claimMountMoved: EffectRule = {
  id: 'claim-mount-moved',
  severity: PlanSeverity.WARN,
  title: 'a claim is mounted elsewhere, or not any more',
  explanation: 'The data stay on the disk, but the application does not find them where it looked before, and may start as if it were new.',
  mend: 'Keep `mountPath` and `subPath`, or move them together with the setting that tells the application where its data are.',
  source: 'https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath',
  check: forStatefulSets(mountHits),
};

function mountHits({ pair, after, templateDifferences }: Movement): Hit[] {
  if (!after || !pair.before || templateDifferences.length === 0) {
    return [];
  }
  const [old, now] = [pair.before, pair.after!].map(({ spec }) => placesIn(spec.template.spec, after.claimTemplates));
  return differences(old, now).filter(({ before }) => before !== undefined).map(({ way, before, after: place }) => {
    const [container, field, claim] = way[0].split(' ');
    const name = container.slice(container.indexOf('[') + 1, -1);
    return {
      message: place === undefined ? `'${name}' does not mount the claim '${claim}' any more` : `'${name}' finds the claim '${claim}' at another place`,
      difference: { path: `spec.template.spec.${container}.${field}`, way: [], before, after: place },
    };
  });
}

/** Where each container finds each claim; it may have several places. */
function placesIn(pod: Tree, claims: readonly string[]): Tree {
  const places = emptyTree();
  for (const list of ['initContainers', 'containers']) {
    for (const container of mapsOf(pod[list])) {
      for (const field of ['volumeMounts', 'volumeDevices']) {
        for (const { name, mountPath, devicePath, subPath } of mapsOf(container[field]).filter(mount => claims.includes(mount.name))) {
          const key = `${list}[${container.name}] ${field} ${name}`;
          const place = `${mountPath ?? devicePath}${subPath === undefined ? '' : ` of ${subPath}`}`;
          places[key] = [...places[key]?.split(', ') ?? [], place].sort().join(', ');
        }
      }
    }
  }
  return places;
}
