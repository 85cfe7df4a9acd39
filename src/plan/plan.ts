import { changeOf, findingOf } from './findings';
import { Pair, pairsOf } from './model/pairs';
import { Movement, movementOf, plannedStatefulSet } from './movements/movement';
import { isStatefulSet } from './movements/stateful-set';
import { PlanInput } from './plan-input';
import { PlanAction, PlanFinding, PlannedObject, PlannedStatefulSet, PlanOptions, PlanSeverity } from './plan-types';
import { markdownOf } from './render/markdown';
import { textOf } from './render/text';
import { ALL_RULES, EFFECT_RULES, SERVER_RULES } from './rules/all-rules';
import { World } from './rules/rule';

/**
 * Options of `Plan.toText()`.
 */
export interface PlanTextOptions {
  /**
   * Whether to use the colours of a terminal.
   *
   * @default false
   */
  readonly color?: boolean;

  /**
   * Whether to list what does not change, too.
   *
   * @default false
   */
  readonly unchanged?: boolean;
}

/**
 * What a change will do to what is running: what Kubernetes refuses, which pods move in which order, what becomes of each claim, and what has to be done
 * by hand.
 *
 * It is made of manifests alone: no cluster is asked, and nothing is applied. The more `before` says - as objects from a cluster do - the more it knows.
 *
 * @example
 *
 * const before = PlanInput.fromObjects(Testing.synth(chart));
 * const plan = Plan.between(before, PlanInput.fromObjects([]));
 * console.log(plan.toText());
 */
export class Plan {
  /**
   * Compares what is deployed with what is to be.
   *
   * @param before what is deployed: an older `dist`, or what a cluster says
   * @param after what was synthesized
   * @param options how it is applied
   */
  public static between(before: PlanInput, after: PlanInput, options: PlanOptions = {}): Plan {
    const found = pairsOf(before._manifests, after._manifests, options.namespace);
    const refusals = new Map(found.pairs.map(pair => [pair, serverFindings(pair)]));
    const actions = new Map(found.pairs.map(pair => [pair, actionOf(pair, refusals.get(pair)!, options.prune ?? true)]));
    const sets = found.pairs.filter(pair => isStatefulSet(pair) && actions.get(pair) !== PlanAction.LEAVE);
    const movements = new Map(sets.map(pair => [pair, movementOf(pair, actions.get(pair)!, found, options.maxUnavailable ?? false)]));
    const world = worldOf(found.pairs.filter(pair => actions.get(pair) !== PlanAction.LEAVE), movements);
    const effects = world.pairs.flatMap(pair => EFFECT_RULES.flatMap(rule => rule.check(pair, world).map(hit => findingOf(rule, pair, hit))));
    return new Plan(
      found.pairs.map(pair => plannedObject(pair, actions.get(pair)!)),
      [...movements].map(([pair, movement]) => plannedStatefulSet(movement, actions.get(pair)!)),
      sorted([...[...refusals.values()].flat(), ...effects]),
    );
  }

  /**
   * What becomes of each object.
   */
  public readonly objects: PlannedObject[];

  /**
   * What becomes of the pods and claims of each StatefulSet.
   */
  public readonly statefulSets: PlannedStatefulSet[];

  /**
   * What to know or to mend before it is applied, the worst first.
   */
  public readonly findings: PlanFinding[];

  private constructor(objects: PlannedObject[], statefulSets: PlannedStatefulSet[], findings: PlanFinding[]) {
    this.objects = objects;
    this.statefulSets = statefulSets;
    this.findings = findings;
  }

  /**
   * Whether it must not be applied: there is a finding that refuses it, and nobody has waived that.
   */
  public get isRefused(): boolean {
    return this.findings.some(({ severity, waived }) => severity === PlanSeverity.REFUSE && waived === undefined);
  }

  /**
   * Whether nothing changes.
   */
  public get isEmpty(): boolean {
    return this.objects.every(({ action }) => action === PlanAction.UNCHANGED || action === PlanAction.LEAVE);
  }

  /**
   * For a terminal: the objects, per StatefulSet the pods as they will move, step by step, and the findings.
   */
  public toText(options: PlanTextOptions = {}): string {
    return textOf(this, options.color ?? false, options.unchanged ?? false);
  }

  /**
   * For a comment on a pull request: the findings first, and a diagram of each rollout.
   */
  public toMarkdown(): string {
    return markdownOf(this);
  }

  /**
   * For programs: the fields of this class, as plain data.
   */
  public toJson(): any {
    const { isRefused, isEmpty, findings, statefulSets, objects } = this;
    return { isRefused, isEmpty, findings, statefulSets, objects };
  }
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
