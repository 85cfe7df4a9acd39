import { compare, Comparison } from './compare';
import { PlanInput } from './plan-input';
import { PlanAction, PlanFinding, PlannedObject, PlannedStatefulSet, PlanOptions, PlanSeverity } from './plan-types';
import { markdownOf } from './render/markdown';
import { textOf } from './render/text';

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
    return new Plan(compare(before._manifests, after._manifests, options));
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

  private constructor({ objects, statefulSets, findings }: Comparison) {
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
