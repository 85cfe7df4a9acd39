import { ApiObject, Chart } from 'cdk8s';
import { Dependable, IConstruct } from 'constructs';

/**
 * Refuses an app in which a validation finds something wrong.
 *
 * @throws in the words of cdk8s, with everything that was found.
 */
export function validateAll(constructs: IConstruct[]): void {
  const problems = constructs.flatMap(construct => construct.node.validate().map(problem => `[${construct.node.path}] ${problem}`));
  if (problems.length > 0) {
    throw new Error(`Validation failed with the following errors:\n  ${problems.join('\n  ')}`);
  }
}

/** What depends on what between charts. */
export interface ChartLinks {
  /** Whether any chart depends on another; the names of files then tell the order. */
  readonly exist: boolean;

  /**
   * Whether something depends on a construct that is not part of the app, or would have to depend on a chart or object that
   * has others depended on in its place: what becomes of it, only cdk8s can say.
   */
  readonly areStrange: boolean;
}

/** Has charts depend on the charts in them, and on those of whatever anything in them depends on, as cdk8s does it. */
export function linkCharts(constructs: IConstruct[]): ChartLinks {
  const inside = new Set(constructs);
  let exist = false;
  let areStrange = constructs.some(standsForOthers);
  const link = (source: Chart, target: Chart) => {
    source.node.addDependency(target);
    exist = true;
  };
  for (const parent of constructs.filter(Chart.isChart)) {
    parent.node.children.filter(Chart.isChart).forEach(child => link(parent, child));
  }
  const dependencies = constructs.flatMap(source => source.node.dependencies.map(target => ({ source, target })));
  for (const { source, target } of dependencies) {
    const [from, to] = [Chart.of(source), Chart.of(target)];
    if (from !== to) {
      link(from, to);
    }
    areStrange ||= !inside.has(target);
  }
  return { exist, areStrange };
}

function standsForOthers(construct: IConstruct): boolean {
  if (!Chart.isChart(construct) && !ApiObject.isApiObject(construct)) {
    return false;
  }
  const { dependencyRoots } = Dependable.of(construct);
  return dependencyRoots.length !== 1 || dependencyRoots[0] !== construct;
}
