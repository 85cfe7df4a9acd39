import { changeOf, findingOf } from './findings';
import { Pair, pairsOf } from './model/pairs';
import { Movement, movementOf, plannedStatefulSet } from './movements/movement';
import { isStatefulSet } from './movements/stateful-set';
import { PlanAction, PlanFinding, PlannedObject, PlannedStatefulSet, PlanOptions, PlanSeverity } from './plan-types';
import { Manifest } from './read/manifests';
import { ALL_RULES, EFFECT_RULES, SERVER_RULES } from './rules/all-rules';
import { World } from './rules/rule';

/** What there is to say of a change. */
export interface Comparison {
  readonly objects: PlannedObject[];
  readonly statefulSets: PlannedStatefulSet[];
  readonly findings: PlanFinding[];
}

/** What becomes of each object, in what order pods move, and what to know before. */
export function compare(before: readonly Manifest[], after: readonly Manifest[], options: PlanOptions): Comparison {
  const found = pairsOf(before, after, options.namespace);
  const refusals = new Map(found.pairs.map(pair => [pair, serverFindings(pair)]));
  const actions = new Map(found.pairs.map(pair => [pair, actionOf(pair, refusals.get(pair)!, options.prune ?? true)]));
  const sets = found.pairs.filter(pair => isStatefulSet(pair) && actions.get(pair) !== PlanAction.LEAVE);
  const movements = new Map(sets.map(pair => [pair, movementOf(pair, actions.get(pair)!, found, options.maxUnavailable ?? false)]));
  const world = worldOf(found.pairs.filter(pair => actions.get(pair) !== PlanAction.LEAVE), movements);
  const effects = world.pairs.flatMap(pair => EFFECT_RULES.flatMap(rule => rule.check(pair, world).map(hit => findingOf(rule, pair, hit))));
  return {
    objects: found.pairs.map(pair => plannedObject(pair, actions.get(pair)!)),
    statefulSets: [...movements].map(([pair, movement]) => plannedStatefulSet(movement, actions.get(pair)!)),
    findings: sorted([...[...refusals.values()].flat(), ...effects]),
  };
}

/** What is not changed is not sent, or does nothing; so nobody refuses it. */
function serverFindings(pair: Pair): PlanFinding[] {
  const isSent = pair.after !== undefined && (pair.before === undefined || pair.differences.length > 0);
  return isSent ? SERVER_RULES.flatMap(rule => rule.check(pair).map(hit => findingOf(rule, pair, hit))) : [];
}

function actionOf(pair: Pair, refusals: readonly PlanFinding[], prune: boolean): PlanAction {
  if (pair.after === undefined) {
    return prune ? PlanAction.DELETE : PlanAction.LEAVE;
  }
  if (refusals.some(({ waived }) => waived === undefined)) {
    return PlanAction.REFUSE;
  }
  return pair.before === undefined ? PlanAction.CREATE : pair.differences.length > 0 ? PlanAction.UPDATE : PlanAction.UNCHANGED;
}

function worldOf(pairs: readonly Pair[], movements: ReadonlyMap<Pair, Movement>): World {
  const key = (kind: string, namespace: string | undefined, name: string) => [kind, namespace ?? '', name].join('/');
  const byName = new Map(pairs.map(pair => [key(`${pair.group}/${pair.kind}`, pair.namespace, pair.name), pair]));
  return {
    pairs,
    movements,
    ruleIds: new Set(ALL_RULES.map(({ id }) => id)),
    find: (kind, namespace, name) => byName.get(key(kind, namespace, name)),
  };
}

function plannedObject(pair: Pair, action: PlanAction): PlannedObject {
  const { apiVersion, kind, namespace, name, differences } = pair;
  const changes = differences.map(difference => changeOf(pair, difference));
  return { apiVersion, kind, ...namespace !== undefined && { namespace }, name, action, changes };
}

/** The worst first, and otherwise in the order of the objects. */
function sorted(findings: PlanFinding[]): PlanFinding[] {
  const order = Object.values(PlanSeverity);
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
