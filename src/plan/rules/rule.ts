import { Difference } from '../model/differences';
import { Pair } from '../model/pairs';
import { Movement } from '../movements/movement';
import { PlanSeverity } from '../plan-types';

/** Something that a rule found. */
export interface Hit {
  readonly message: string;
  readonly difference?: Difference;
  /** What to do in this case. If left out, what the rule says in general. */
  readonly mend?: readonly string[];
  /** If left out, that of the rule. */
  readonly severity?: PlanSeverity;
}

/** The whole of a change. */
export interface World {
  readonly pairs: readonly Pair[];
  readonly movements: ReadonlyMap<Pair, Movement>;
  readonly ruleIds: ReadonlySet<string>;
  /** An object by group and kind, as in `apps/StatefulSet` or `/Service`. */
  readonly find: (kind: string, namespace: string | undefined, name: string) => Pair | undefined;
}

/** What a rule says of itself; the catalogue is made of it. */
export interface Rule {
  /** Part of the name of an annotation, so that a case can be waived. */
  readonly id: string;
  readonly severity: PlanSeverity;
  /** One line: what it finds. */
  readonly title: string;
  /** Why that matters. */
  readonly explanation: string;
  /** How to mend it, in general. */
  readonly mend: string;
  /** Where it is said. */
  readonly source: string;
}

/** What the API server refuses: known from one object alone. */
export interface ServerRule extends Rule {
  readonly check: (pair: Pair) => Hit[];
}

/** What is accepted, and then does something. */
export interface EffectRule extends Rule {
  readonly check: (pair: Pair, world: World) => Hit[];
}

/** A rule for StatefulSets and what their pods and claims do. */
export function forStatefulSets(check: (movement: Movement, world: World) => Hit[]): EffectRule['check'] {
  return (pair, world) => {
    const movement = world.movements.get(pair);
    return movement ? check(movement, world) : [];
  };
}

/** `kubectl` for an object's namespace. */
export function kubectl({ namespace }: Pair): string {
  return namespace === undefined ? 'kubectl' : `kubectl -n ${namespace}`;
}

export function hits(found: readonly Difference[], message: (difference: Difference) => string, mend?: readonly string[]): Hit[] {
  return found.map(difference => ({ difference, message: message(difference), ...mend && { mend } }));
}

/** A list for people: `a, b and c`, or the first of many. */
export function listed(names: readonly string[], most = 6): string {
  if (names.length > most) {
    return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  }
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The way to replace a StatefulSet around its pods. */
export function replaceAround(pair: Pair): string[] {
  return [
    `${kubectl(pair)} delete statefulset ${pair.name} --cascade=orphan`,
    'apply again: the new StatefulSet takes over the pods that run, if its selector matches them',
  ];
}
