import { ApiObject, Chart } from 'cdk8s';
import { IConstruct, IDependable, Node } from 'constructs';

const KEPT = Symbol.for('cdk8s-stateful.KeptWithinChart');

/**
 * Has an object leave to its chart what it depends on in other charts.
 *
 * Of two charts, one is applied after the other; which of their objects depend on each other makes no difference to any file.
 * But cdk8s has each object of the one depend on each of the other, and then follows every path: with two objects in a chart,
 * each chart more in a row takes it twice as long.
 */
export function keepWithinChart(object: ApiObject): void {
  object.node.addDependency = addWithinChart;
}

/** One function for all of them, which are many. */
function addWithinChart(this: Node, ...dependencies: IDependable[]): void {
  const chart = Chart.of(this.scope!);
  for (const dependency of dependencies) {
    if (ApiObject.isApiObject(dependency) && dependency.chart !== chart) {
      chart.node.addDependency(dependency.chart);
    } else {
      Node.prototype.addDependency.call(this, dependency);
    }
  }
}

Object.defineProperty(addWithinChart, KEPT, { value: true });

/** Whether an object leaves to its chart what it depends on in other charts. */
export function isKeptWithinChart(object: IConstruct): boolean {
  return KEPT in object.node.addDependency;
}
