import { Plan } from './plan';
import { PlanInput } from './plan-input';
import { PlanFinding, PlanSeverity } from './plan-types';
import { nameOf } from './render/words';
import { shown } from '../private/refuse';

/**
 * Properties for `PlanValidation`.
 */
export interface PlanValidationProps {
  /**
   * What is deployed: a file, a folder, or a revision of git with a path such as `origin/main:dist`.
   */
  readonly baseline: string;

  /**
   * Whether warnings fail the synthesis, too.
   *
   * @default false
   */
  readonly strict?: boolean;

  /**
   * Whether objects that are not synthesized any more are deleted.
   *
   * @default true
   */
  readonly prune?: boolean;

  /**
   * The namespace of manifests that name none.
   *
   * @default - they are compared with objects of their name in the one namespace that has it
   */
  readonly namespace?: string;
}

/**
 * A validation of `cdk8s synth` that fails when the change must not be applied.
 *
 * It stands in `cdk8s.yaml` and compares what was synthesized with a baseline, usually what the main branch has in git:
 *
 * ```yaml
 * validations:
 *   - package: ./node_modules/cdk8s-stateful
 *     class: PlanValidation
 *     version: 0.0.0
 *     properties:
 *       baseline: origin/main:dist
 * ```
 *
 * @see https://cdk8s.io/docs/latest/plugins/validation/
 */
export class PlanValidation {
  private readonly props: PlanValidationProps;

  /**
   * @param props the `properties` of the validation
   */
  public constructor(props: PlanValidationProps) {
    if (typeof props?.baseline !== 'string' || props.baseline === '') {
      throw new Error(`'baseline' of PlanValidation must be a file, a folder or a revision such as origin/main:dist, got ${shown(props?.baseline)}`);
    }
    this.props = props;
  }

  /**
   * Called by cdk8s with the manifests that it has synthesized.
   *
   * @param context the `ValidationContext` of cdk8s
   */
  public async validate(context: any): Promise<void> {
    const { baseline, strict, prune, namespace } = this.props;
    const { manifests, report, logger } = context as ValidationContext;
    const places = placesOf(manifests);
    const after = PlanInput.fromObjects(places.flatMap(({ input }) => input._manifests as object[]));
    let plan: Plan;
    try {
      plan = Plan.between(PlanInput._from(baseline), after, { prune, namespace });
    } catch (error) {
      throw new Error(`PlanValidation with baseline ${baseline}: ${(error as Error).message}`);
    }
    logger.log(plan.toText());
    const open = plan.findings.filter(({ severity, waived }) => waived === undefined && severity !== PlanSeverity.NOTE);
    for (const finding of open) {
      report.addViolation(violationOf(finding, places));
    }
    const fails = plan.isRefused || (strict === true && open.length > 0);
    report.submit(fails ? 'failure' : 'success', { baseline });
  }
}

/** The part of cdk8s-cli's class of this name that is used here; cdk8s-cli is no dependency. */
interface ValidationContext {
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: object): void;
    submit(status: string, metadata?: Record<string, string>): void;
  };
  readonly logger: { log(message: string): void };
}

interface Place {
  readonly path: string;
  readonly input: PlanInput;
}

function placesOf(manifests: readonly string[]): Place[] {
  return manifests.map(path => ({ path, input: PlanInput.fromPath(path) }));
}

/**
 * cdk8s adds the path of the construct, which it knows by the name of the object alone, as the last one of that name. Where several have it, the path would be
 * that of another; so the name is given with the kind then, and cdk8s says nothing.
 */
function violationOf(finding: PlanFinding, places: readonly Place[]): object {
  const { rule, severity, message, mend, source, change, kind, name, namespace } = finding;
  const namesakes = places.flatMap(({ input }) => input._manifests).filter(object => object.metadata.name === name);
  const place = places.find(({ input }) => input._manifests.some(object => object.kind === kind && object.metadata.name === name
    && (object.metadata.namespace ?? namespace) === namespace));
  return {
    ruleName: `${rule} (${severity})`,
    recommendation: `${nameOf(finding)}: ${message}`,
    fix: [...mend, source].join('\n              '),
    violatingResources: [{
      resourceName: namesakes.length > 1 ? nameOf(finding) : name,
      locations: [change === undefined ? kind : change.path],
      manifestPath: place?.path ?? 'not synthesized any more',
    }],
  };
}
