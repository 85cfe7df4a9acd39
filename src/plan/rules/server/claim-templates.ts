import { immutableDifferencesAt } from './stateful-set-fields';
import { Difference } from '../../model/differences';
import { Pair } from '../../model/pairs';
import { mapsOf } from '../../model/pod-defaults';
import { nanosOf } from '../../model/quantity';

export const CLAIM_SOURCE = 'https://github.com/kubernetes/kubernetes/issues/68737';

/** A change of a claim template, and what kind it is. */
export interface TemplateChange {
  readonly kind: 'grown' | 'shrunk' | 'class' | 'other';
  readonly template: string;
  readonly difference: Difference;
}

/** What changes in the claim templates of a StatefulSet; the same amount in another unit is no change to Kubernetes. */
export function claimTemplateChanges(pair: Pair): TemplateChange[] {
  return immutableDifferencesAt(pair, 'volumeClaimTemplates').flatMap((difference): TemplateChange[] => {
    const template = /\[([^\]]*)\]/.exec(difference.path)?.[1] ?? '';
    const place = difference.way.slice(2).join('.');
    if (place === 'spec.storageClassName') {
      return [{ kind: 'class', template, difference }];
    }
    const [before, after] = [nanosOf(difference.before), nanosOf(difference.after)];
    if (place !== 'spec.resources.requests.storage' || before === undefined || after === undefined) {
      return [{ kind: 'other', template, difference }];
    }
    return before === after ? [] : [{ kind: after > before ? 'grown' : 'shrunk', template, difference }];
  });
}

/** The ordinals of the pods that there are. */
export function oldOrdinals({ before }: Pair): number[] {
  const first = Number(before?.spec.ordinals?.start ?? 0);
  return Array.from({ length: Math.min(Number(before?.spec.replicas), 10_000) }, (_, i) => first + i);
}

/** Commands for each claim of a template; many are one loop. */
export function forEachClaim(pair: Pair, template: string, command: (claim: string) => string): string[] {
  const ordinals = oldOrdinals(pair);
  if (ordinals.length <= 3) {
    return ordinals.map(ordinal => command(`${template}-${pair.name}-${ordinal}`));
  }
  return [`for i in $(seq ${ordinals[0]} ${ordinals.at(-1)}); do ${command(`${template}-${pair.name}-$i`)}; done`];
}

/** The containers that see a claim, for people. */
export function mountsOf(pair: Pair, template: string): string[] {
  return mapsOf(pair.before?.spec.template.spec.containers)
    .flatMap(({ name, volumeMounts }) => mapsOf(volumeMounts).filter(mount => mount.name === template).map(({ mountPath }) => `${mountPath} of ${name}`));
}
