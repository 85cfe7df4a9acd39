import { claimsOf } from './claims';
import { podSteps, replacedAtOnce } from './pod-steps';
import { hasOldTemplate, OldPod, podsBefore } from './pods-before';
import { fieldsOf, ordinalsOf, SetFields } from './stateful-set';
import { Difference } from '../model/differences';
import { differencesAt, Pair, Pairs } from '../model/pairs';
import { PlanAction, PlannedClaim, PlannedPod, PlannedStatefulSet, PodAction } from '../plan-types';

/** What a change does to a StatefulSet, with what rules want to know of it. */
export interface Movement {
  readonly pair: Pair;
  readonly before?: SetFields;
  readonly after?: SetFields;
  readonly oldPods: readonly OldPod[];
  readonly templateDifferences: readonly Difference[];
  readonly pods: readonly PlannedPod[];
  readonly claims: readonly PlannedClaim[];
  readonly blockedBy?: string;
}

export function movementOf(pair: Pair, action: PlanAction, found: Pairs, maxUnavailable: boolean): Movement {
  const before = pair.before && fieldsOf(pair.before, pair.name);
  const after = pair.after && fieldsOf(pair.after, pair.name);
  const templateDifferences = differencesAt(pair, 'spec', 'template');
  const isRefused = action === PlanAction.REFUSE || action === PlanAction.LEAVE;
  const aim = isRefused ? before : after;
  // where the change is refused, what runs stays as it is; so is what nobody prunes.
  const templateChanges = !isRefused && templateDifferences.length > 0;
  const oldPods = podsBefore(pair, before, templateChanges, found);
  const pods = isRefused ? [] : aim === undefined ? gone(pair, oldPods)
    : podSteps(pair.name, oldPods, aim, replacedAtOnce(aim, maxUnavailable), hasOldTemplate(pair, templateChanges, oldPods, found));
  const blocking = aim && blockingPod(oldPods, pods, aim);
  return {
    pair,
    before,
    after,
    oldPods,
    templateDifferences,
    pods,
    claims: claimsOf(pair, before, aim, found.claims),
    ...blocking && { blockedBy: `${pair.name}-${blocking.ordinal}` },
  };
}

/**
 * The pod that has to become ready first, before anything moves that is to move. In order: the lowest of those that stay, for whatever comes behind it; then
 * the lowest of those that go, for each above it that is not ready either. In parallel: the highest that has the new template already, for those below it.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go processCondemned
 */
function blockingPod(oldPods: readonly OldPod[], moves: readonly PlannedPod[], aim: SetFields): OldPod | undefined {
  const wanted = new Set(ordinalsOf(aim));
  const unready = oldPods.filter(({ ready, ordinal }) => !ready && wanted.has(ordinal));
  if (aim.ordered) {
    const [lowest] = unready;
    const waits = ({ step, action, ordinal }: PlannedPod) => step > 0 && !(action === PodAction.CREATE && ordinal < lowest.ordinal);
    const [lowestThatGoes, ...others] = oldPods.filter(({ ready, ordinal }) => !ready && !wanted.has(ordinal));
    return lowest !== undefined && moves.some(waits) ? lowest : others.length > 0 ? lowestThatGoes : undefined;
  }
  const follows = (ordinal: number) => moves.some(move => move.action === PodAction.REPLACE && move.ordinal < ordinal);
  return unready.filter(({ updated, ordinal }) => updated && follows(ordinal)).at(-1);
}

/** The garbage collector takes all of them, in no order. */
function gone({ name }: Pair, pods: readonly OldPod[]): PlannedPod[] {
  return pods.map(({ ordinal, updated }) => ({ step: 1, name: `${name}-${ordinal}`, ordinal, action: PodAction.DELETE, updated }));
}

export function plannedStatefulSet(movement: Movement, action: PlanAction): PlannedStatefulSet {
  const { pair, after, oldPods, pods, claims, templateDifferences, blockedBy } = movement;
  const moving = new Set(pods.map(({ ordinal }) => ordinal));
  const resting = oldPods.filter(({ ordinal }) => !moving.has(ordinal));
  const name = ({ ordinal }: OldPod) => `${pair.name}-${ordinal}`;
  const heldBelow = after === undefined || action === PlanAction.REFUSE ? 0 : after.first + after.partition;
  const isHeld = ({ ordinal, updated }: OldPod) => !updated && ordinal < heldBelow;
  return {
    ...pair.namespace !== undefined && { namespace: pair.namespace },
    name: pair.name,
    action,
    templateChanges: templateDifferences.length > 0,
    pods: [...pods],
    untouched: resting.filter(pod => !isHeld(pod)).map(name),
    heldBack: resting.filter(isHeld).map(name),
    claims: [...claims],
    ...blockedBy !== undefined && { blockedBy },
  };
}
