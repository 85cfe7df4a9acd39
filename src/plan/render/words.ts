import { ClaimFate, PlanAction, PlanFieldChange, PlannedClaim, PlannedPod, PlannedStatefulSet, PodAction } from '../plan-types';

/** `StatefulSet shop/db` */
export function nameOf({ kind, namespace, name }: { readonly kind: string; readonly namespace?: string; readonly name: string }): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

export function changeText({ path, before, after }: PlanFieldChange): string {
  if (before === after) {
    return `${path}: ${after}`;
  }
  if (before === undefined) {
    return `${path}: ${after} is new`;
  }
  return after === undefined ? `${path}: ${before} goes` : `${path}: ${before} -> ${after}`;
}

/** The steps, each with the pods that move in it. */
export function stepsOf(pods: readonly PlannedPod[]): [number, PlannedPod[]][] {
  const steps = new Map<number, PlannedPod[]>();
  for (const pod of pods.filter(({ step }) => step > 0)) {
    const together = steps.get(pod.step) ?? [];
    together.push(pod);
    steps.set(pod.step, together);
  }
  return [...steps];
}

export function byHand(pods: readonly PlannedPod[]): PlannedPod[] {
  return pods.filter(({ action }) => action === PodAction.BY_HAND);
}

/** `replace db-2`, and of several the verb once: `create db-3, db-4`. */
export function movesText(pods: readonly PlannedPod[]): string {
  const verbs = [...new Set(pods.map(verbOf))];
  return verbs.map(verb => `${verb} ${range(pods.filter(pod => verbOf(pod) === verb).map(({ name }) => name))}`).join(', ');
}

function verbOf({ action, updated }: PlannedPod): string {
  return action === PodAction.CREATE && !updated ? 'create from the old template' : action;
}

/** What becomes of the claims, the same for several in one line. */
export function claimLines({ claims }: PlannedStatefulSet): string[] {
  return Object.values(ClaimFate).flatMap(fate => {
    const names = claims.filter((claim: PlannedClaim) => claim.fate === fate).map(({ name }) => name);
    return names.length === 0 ? [] : [`${CLAIM_WORDS[fate]}: ${range(names)}`];
  });
}

const CLAIM_WORDS: Record<ClaimFate, string> = {
  [ClaimFate.STAYS]: 'claims stay',
  [ClaimFate.MADE]: 'claims are made, empty',
  [ClaimFate.REUSED]: 'claims from before are used again',
  [ClaimFate.ORPHANED]: 'claims stay without a pod',
  [ClaimFate.DELETED]: 'claims are deleted with their data',
};

const MOST_NAMES = 8;

/** Names, and of many the first and the last. */
export function range(names: readonly string[]): string {
  return names.length <= MOST_NAMES ? names.join(', ') : `${names.slice(0, 3).join(', ')} ... ${names.at(-1)} (${names.length})`;
}

/** `2 create, 1 update, 3 unchanged` */
export function countsText(objects: readonly { readonly action: PlanAction }[]): string {
  const counts = Object.values(PlanAction).map(action => [action, objects.filter(object => object.action === action).length] as const);
  return counts.filter(([, count]) => count > 0).map(([action, count]) => `${count} ${action}`).join(', ') || 'no objects';
}

/** Whether anything moves that is worth a paragraph. */
export function hasNews({ action, pods }: PlannedStatefulSet): boolean {
  return action !== PlanAction.UNCHANGED || pods.length > 0;
}

/** The text of others, without what a terminal would obey. */
export function harmless(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}
