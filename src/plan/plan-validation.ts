import { ConstructMetadata, ConstructPaths } from './construct-paths';
import { Plan } from './plan';
import { PlanInput } from './plan-input';
import { PlanFinding, PlanSeverity } from './plan-types';
import { Manifest } from './read/manifests';
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
    const { manifests, metadata, report, logger } = context as ValidationContext;
    const synthesized = manifests.flatMap(file => PlanInput.fromPath(file)._manifests.map(object => ({ object, file })));
    const after = PlanInput.fromObjects(synthesized.map(({ object }) => object));
    let plan: Plan;
    try {
      plan = Plan.between(PlanInput._from(baseline), after, { prune, namespace });
    } catch (error) {
      throw new Error(`PlanValidation with baseline ${baseline}: ${(error as Error).message}`);
    }
    logger.log(plan.toText());
    const open = plan.findings.filter(({ severity, waived }) => waived === undefined && severity !== PlanSeverity.NOTE);
    const paths = new ConstructPaths(synthesized, metadata);
    for (const finding of open) {
      const place = synthesized.find(({ object }) => isOf(finding, object, namespace));
      const path = place && paths.of(place.object);
      // the report looks the path up by the name of the resource, which several may share.
      const resourceName = metadata[finding.name]?.path === path ? finding.name : nameOf(finding);
      if (path !== undefined && resourceName !== finding.name) {
        Reflect.set(metadata, resourceName, { path });
      }
      report.addViolation(violationOf(finding, resourceName, place?.file));
    }
    const fails = plan.isRefused || (strict === true && open.length > 0);
    report.submit(fails ? 'failure' : 'success', { baseline });
  }
}

/** The part of cdk8s-cli's class of this name that is used here; cdk8s-cli is no dependency. */
interface ValidationContext {
  readonly manifests: readonly string[];
  readonly metadata: ConstructMetadata;
  readonly report: {
    addViolation(violation: object): void;
    submit(status: string, metadata?: Record<string, string>): void;
  };
  readonly logger: { log(message: string): void };
}

function isOf(finding: PlanFinding, { kind, metadata }: Manifest, namespace: string | undefined): boolean {
  return kind === finding.kind && metadata.name === finding.name && (metadata.namespace ?? namespace ?? finding.namespace) === finding.namespace;
}

function violationOf(finding: PlanFinding, resourceName: string, file: string | undefined): object {
  const { rule, severity, message, mend, source, change, kind } = finding;
  return {
    ruleName: `${rule} (${severity})`,
    recommendation: `${nameOf(finding)}: ${message}`,
    fix: [...mend, source].join('\n              '),
    violatingResources: [{
      resourceName,
      locations: [change === undefined ? kind : change.path],
      manifestPath: file ?? 'not synthesized any more',
    }],
  };
}
