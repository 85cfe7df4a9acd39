import { differences } from '../../model/differences';
import { mapsOf } from '../../model/pod-defaults';
import { Movement } from '../../movements/movement';
import { PlanSeverity } from '../../plan-types';
import { emptyTree } from '../../read/yaml-document';
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
  const mounts = (side: 'before' | 'after') => Object.assign(emptyTree(), Object.fromEntries(
    mapsOf(pair[side]!.spec.template.spec.containers).flatMap(({ name, volumeMounts }) => mapsOf(volumeMounts)
      .filter(mount => after.claimTemplates.includes(mount.name))
      .map(mount => [`${name} ${mount.name}`, `${mount.mountPath}${mount.subPath === undefined ? '' : ` of ${mount.subPath}`}`])),
  ));
  const [old, now] = [mounts('before'), mounts('after')];
  return differences(old, now).filter(({ before }) => before !== undefined).map(({ way, before, after: place }) => {
    const [container, claim] = way[0].split(' ');
    return {
      message: place === undefined ? `'${container}' does not mount the claim '${claim}' any more` : `'${container}' finds the claim '${claim}' at another place`,
      difference: { path: `spec.template.spec.containers[${container}].volumeMounts`, way: [], before, after: place },
    };
  });
}
