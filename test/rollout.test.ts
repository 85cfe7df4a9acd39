import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { schemaErrors } from './kubernetes-schema';
import { newChart, statefulSet } from './util';
import { Rollout, StatefulApp } from '../src';

const containers = [{ image: 'db:1.2.3' }];

/** The strategy of a set as its manifest has it. */
function written(rollout: Rollout, replicas: number | undefined = 3): any {
  return JSON.parse(JSON.stringify(kplus.k8s.toJson_StatefulSetUpdateStrategy(rollout._toKube(new Construct(newChart(), 'x'), replicas))));
}

/** Which of so many pods Kubernetes replaces: those at an index, counted from the first, that is not below the partition. */
function updated(rollout: Rollout, replicas: number): number[] {
  const { type, rollingUpdate } = written(rollout, replicas);
  return type === 'OnDelete' ? [] : [...Array(replicas).keys()].filter(index => index >= rollingUpdate.partition);
}

describe('Rollout', () => {
  test.each<[string, Rollout, unknown]>([
    ['rolling', Rollout.rolling(), { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }],
    ['fast rolling', Rollout.rolling({ maxUnavailable: 2 }), { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 2 } }],
    ['a partition', Rollout.partition(2), { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }],
    ['staged', Rollout.staged(), { type: 'RollingUpdate', rollingUpdate: { partition: 3 } }],
    ['a canary', Rollout.canary(), { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }],
    ['a larger canary', Rollout.canary(2), { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }],
    ['on delete', Rollout.onDelete(), { type: 'OnDelete' }],
  ])('is written in full: %s', (_, rollout, strategy) => {
    expect(written(rollout)).toEqual(strategy);
    const chart = newChart();
    const app = new StatefulApp(chart, 'x', { replicas: 3, containers, rollout });
    const set = statefulSet(chart);
    expect(app.rollout).toBe(rollout);
    expect(set.spec.updateStrategy).toEqual(strategy);
    expect(schemaErrors(set)).toEqual([]);
  });

  test('replaces one pod at a time unless told otherwise', () => {
    expect(written(Rollout.rolling({})).rollingUpdate).toEqual({ partition: 0 });
    expect(written(Rollout.rolling({ maxUnavailable: undefined })).rollingUpdate).toEqual({ partition: 0 });
  });

  test('takes null for no options', () => {
    expect(written(Rollout.rolling(null as any))).toEqual(written(Rollout.rolling()));
  });

  test('tries a change on one pod unless told otherwise', () => {
    expect(written(Rollout.canary(undefined))).toEqual(written(Rollout.canary(1)));
  });

  test('reaches the pods that it says, counted from the first ordinal', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 60 }), (replicas, n) => {
      const all = [...Array(replicas).keys()];
      expect(updated(Rollout.rolling(), replicas)).toEqual(all);
      expect(updated(Rollout.staged(), replicas)).toEqual([]);
      expect(updated(Rollout.onDelete(), replicas)).toEqual([]);
      expect(updated(Rollout.partition(n), replicas)).toEqual(all.slice(n));
      const pods = 1 + n % replicas;
      expect(updated(Rollout.canary(pods), replicas)).toEqual(all.slice(-pods));
      expect(written(Rollout.canary(pods), replicas).rollingUpdate.partition).toBeGreaterThanOrEqual(0);
    }));
  });

  test('is staged for no pods too', () => {
    expect(written(Rollout.staged(), 0).rollingUpdate.partition).toEqual(0);
  });

  test('does not count the first ordinal into the partition', () => {
    const chart = newChart();
    new StatefulApp(chart, 'x', { replicas: 3, startOrdinal: 10, containers, rollout: Rollout.canary() });
    expect(statefulSet(chart).spec.updateStrategy.rollingUpdate).toEqual({ partition: 2 });
  });
});

describe('Rollout of a number of pods that the chart does not know', () => {
  test.each<[string, Rollout, unknown]>([
    ['rolling', Rollout.rolling({ maxUnavailable: 1 }), { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } }],
    ['a partition', Rollout.partition(2), { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }],
    ['on delete', Rollout.onDelete(), { type: 'OnDelete' }],
  ])('needs no number of replicas: %s', (_, rollout, strategy) => {
    const chart = newChart();
    const app = new StatefulApp(chart, 'x', { containers, rollout });
    app.markHasAutoscaler();
    expect(statefulSet(chart).spec.updateStrategy).toEqual(strategy);
  });

  test.each<[string, Rollout]>([['staged', Rollout.staged()], ['canary', Rollout.canary()]])('fails when it is %s(), which counts replicas', (name, rollout) => {
    expect(() => new StatefulApp(newChart(), 'x', { containers, rollout })).toThrow(new RegExp(
      `^\\[test/x\\] Rollout\\.${name}\\(\\) needs to know the number of pods, which is left to Kubernetes, kubectl scale or an autoscaler:`
      + ' give \'replicas\', or use Rollout\\.partition\\(\\)$'));
  });
});

describe('Rollout', () => {
  test('fails when a canary is larger than the set', () => {
    expect(() => written(Rollout.canary(4))).toThrow(
      /^\[test\/x\] Rollout\.canary\(4\) needs at least 4 replicas, got 3: use a smaller canary or more replicas$/);
    expect(() => written(Rollout.canary(), 0)).toThrow(/^\[test\/x\] Rollout\.canary\(1\) needs at least 1 replicas, got 0/);
  });

  test.each<[unknown, string]>([[0, '0'], [-1, '-1'], [1.5, '1.5'], ['1', '"1"'], [null, 'null'], [NaN, 'NaN'], [{}, 'an object']])(
    'fails when a canary has %p pods', (pods, got) => {
      expect(() => written(Rollout.canary(pods as number))).toThrow(
        new RegExp(`^\\[test/x\\] 'pods' of Rollout\\.canary\\(\\) must be a whole number from 1 to 2147483647, got ${got}$`));
    });

  test.each<[unknown, string]>([
    [-1, '-1'], [1.5, '1.5'], ['1', '"1"'], [null, 'null'], [undefined, 'undefined'], [NaN, 'NaN'], ['', '""'], [2 ** 31, '2147483648'],
  ])('fails when the partition is %p', (partition, got) => {
    expect(() => written(Rollout.partition(partition as number))).toThrow(
      new RegExp(`^\\[test/x\\] 'partition' must be a whole number from 0 to 2147483647, got ${got}$`));
  });

  test.each<[unknown, string]>([[0, '0'], [-1, '-1'], ['25%', '"25%"'], [null, 'null'], [NaN, 'NaN'], ['', '""']])(
    'fails when maxUnavailable is %p', (maxUnavailable, got) => {
      expect(() => written(Rollout.rolling({ maxUnavailable: maxUnavailable as number }))).toThrow(
        new RegExp(`^\\[test/x\\] 'maxUnavailable' of Rollout\\.rolling\\(\\) must be a whole number from 1 to 2147483647, got ${got}$`));
    });
});
