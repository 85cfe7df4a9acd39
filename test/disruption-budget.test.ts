import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { schemaErrors } from './kubernetes-schema';
import { find, newChart, synth } from './util';
import { DisruptionBudget, StatefulApp } from '../src';

const containers = [{ image: 'db:1.2.3' }];
const matchLabels = { app: 'db' };

/** The spec of a budget as a manifest has it. */
function written(budget: DisruptionBudget, at: Construct = new Construct(newChart(), 'x')): any {
  return JSON.parse(JSON.stringify(kplus.k8s.toJson_PodDisruptionBudgetSpec(budget._toKube(at, matchLabels)) ?? null));
}

describe('DisruptionBudget', () => {
  test('lets so many pods go at a time', () => {
    expect(written(DisruptionBudget.maxUnavailable(2))).toEqual({
      maxUnavailable: 2, selector: { matchLabels }, unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  test('may block every drain', () => {
    expect(written(DisruptionBudget.maxUnavailable(0)).maxUnavailable).toEqual(0);
  });

  test('keeps a majority', () => {
    expect(written(DisruptionBudget.quorum())).toEqual({
      minAvailable: '51%', selector: { matchLabels }, unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  test('is nothing where none is wanted', () => {
    expect(written(DisruptionBudget.none())).toBeNull();
  });

  test('is an object of the app, for the pods of the app', () => {
    const chart = newChart({ namespace: 'prod' });
    const app = new StatefulApp(chart, 'db', { replicas: 3, containers, disruptionBudget: DisruptionBudget.quorum() });
    const budget = find(synth(chart), 'PodDisruptionBudget', 'db');
    expect(budget.metadata.namespace).toEqual('prod');
    expect(budget.spec).toEqual({ minAvailable: '51%', selector: { matchLabels: app.matchLabels }, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    expect(schemaErrors(budget)).toEqual([]);
  });

  test('serves several apps, each for its own pods', () => {
    const chart = newChart();
    const disruptionBudget = DisruptionBudget.maxUnavailable(1);
    const apps = ['a', 'b'].map(id => new StatefulApp(chart, id, { replicas: 3, containers, disruptionBudget }));
    for (const app of apps) {
      expect(app.disruptionBudget).toBe(disruptionBudget);
      expect(find(synth(chart), 'PodDisruptionBudget', app.name).spec.selector).toEqual({ matchLabels: app.matchLabels });
    }
  });

  test.each<[unknown, string]>([
    [-1, '-1'], [1.5, '1.5'], ['1', '"1"'], ['50%', '"50%"'], [NaN, 'NaN'], [null, 'null'], [undefined, 'undefined'], ['', '""'], [{}, 'an object'],
  ])('fails when maxUnavailable() gets %p', (pods, got) => {
    const message = new RegExp(
      `^\\[test/x\\] 'pods' of DisruptionBudget\\.maxUnavailable\\(\\) must be a whole number from 0 to 2147483647, got ${got}$`);
    expect(() => written(DisruptionBudget.maxUnavailable(pods as number))).toThrow(message);
    const chart: Chart = newChart();
    expect(() => new StatefulApp(chart, 'x', { containers, disruptionBudget: DisruptionBudget.maxUnavailable(pods as number) })).toThrow(message);
  });
});

describe('DisruptionBudget.quorum()', () => {
  const percent = () => parseInt(written(DisruptionBudget.quorum()).minAvailable, 10);
  /** How many pods Kubernetes keeps, which rounds up. @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages */
  const kept = (replicas: number) => Math.ceil(percent() * replicas / 100);
  const majority = (replicas: number) => Math.floor(replicas / 2) + 1;

  test('keeps at least a majority of up to 200 pods', () => {
    for (let replicas = 1; replicas <= 200; replicas++) {
      expect([replicas, kept(replicas) >= majority(replicas)]).toEqual([replicas, true]);
    }
  });

  test('keeps exactly the majority of up to 50 pods', () => {
    for (let replicas = 1; replicas <= 50; replicas++) {
      expect([replicas, kept(replicas)]).toEqual([replicas, majority(replicas)]);
    }
    expect([1, 2, 3, 5, 7].map(kept)).toEqual([1, 2, 2, 3, 4]);
  });

  test('keeps a little more than the majority of more pods, but always lets one of three or more go', () => {
    expect([kept(51), majority(51)]).toEqual([27, 26]);
    fc.assert(fc.property(fc.integer({ min: 3, max: 100_000 }), replicas => {
      expect(kept(replicas)).toBeGreaterThanOrEqual(majority(replicas));
      expect(kept(replicas)).toBeLessThan(replicas);
    }));
  });
});
