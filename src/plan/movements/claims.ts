import { ordinalIn, ordinalsOf, SetFields } from './stateful-set';
import { Pair } from '../model/pairs';
import { mapsOf } from '../model/pod-defaults';
import { ClaimFate, PlannedClaim } from '../plan-types';
import { Manifest } from '../read/manifests';
import { Tree } from '../read/yaml-document';

/**
 * What becomes of the claims of a set: one for each template and ordinal.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 * @param after nothing if the set is deleted
 */
export function claimsOf(pair: Pair, before: SetFields | undefined, after: SetFields | undefined, found: readonly Manifest[]): PlannedClaim[] {
  const templates = [...new Set([...before?.claimTemplates ?? [], ...after?.claimTemplates ?? []])];
  const had = new Set(before ? ordinalsOf(before) : []);
  const wants = new Set(after ? ordinalsOf(after) : []);
  const planned = templates.flatMap(template => {
    const there = existing(pair, template, before, had, found);
    const owned = ownedBySet(pair, template, found);
    return [...new Set([...there, ...wants])].map((ordinal): PlannedClaim => {
      const isWanted = wants.has(ordinal) && after!.claimTemplates.includes(template);
      const fate = isWanted ? keptFate(there.has(ordinal), had.has(ordinal)) : goneFate(had.has(ordinal), owned.has(ordinal), before, after);
      return { name: `${template}-${pair.name}-${ordinal}`, ordinal, fate };
    });
  });
  return planned.sort((a, b) => a.ordinal - b.ordinal);
}

function keptFate(isThere: boolean, hadPod: boolean): ClaimFate {
  return isThere ? hadPod ? ClaimFate.STAYS : ClaimFate.REUSED : ClaimFate.MADE;
}

function goneFate(hadPod: boolean, isOwned: boolean, before: SetFields | undefined, after: SetFields | undefined): ClaimFate {
  // what no pod has belongs to nobody whom a policy could follow, but for the set that was made its owner while there was one.
  const goes = after === undefined ? isOwned || (hadPod && before?.whenDeleted === 'Delete') : hadPod && after.whenScaled === 'Delete';
  return goes ? ClaimFate.DELETED : ClaimFate.ORPHANED;
}

/** The ordinals whose claims the garbage collector takes with the set. */
function ownedBySet({ name, given }: Pair, template: string, found: readonly Manifest[]): Set<number> {
  const uid = given.before?.metadata.uid;
  // only a set of a cluster has one.
  const isOwn = ({ uid: owner }: Tree) => typeof owner === 'string' && owner === uid;
  return new Set(found.filter(({ metadata }) => mapsOf(metadata.ownerReferences).some(isOwn))
    .flatMap(({ metadata }) => ordinalIn(metadata.name, `${template}-${name}`) ?? []));
}

/** The ordinals that have a claim: those of claims that were found, and those that the set must have made. */
function existing(
  { name, namespace }: Pair, template: string, before: SetFields | undefined, had: Set<number>, found: readonly Manifest[],
): Set<number> {
  const ordinals = found.filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap(({ metadata }) => ordinalIn(metadata.name, `${template}-${name}`) ?? []);
  return new Set([...before?.claimTemplates.includes(template) ? had : [], ...ordinals].sort((a, b) => a - b));
}
