import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { schemaErrors } from './kubernetes-schema';
import { newChart, statefulSet } from './util';
import { StatefulApp, TopologySpread } from '../src';

const { Topology } = kplus;
const containers = [{ image: 'db:1.2.3' }];
const matchLabels = { app: 'db' };

/** A constraint as a manifest has it. */
function written(spread: TopologySpread): any {
  return JSON.parse(JSON.stringify(kplus.k8s.toJson_TopologySpreadConstraint(spread._toKube(new Construct(newChart(), 'x'), matchLabels))));
}

describe('TopologySpread', () => {
  test('spreads pods where it can', () => {
    expect(written(TopologySpread.preferred(Topology.ZONE))).toEqual({
      topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels },
    });
  });

  test('lets pods wait rather than break the spread', () => {
    expect(written(TopologySpread.required(Topology.HOSTNAME, { minDomains: 3, maxSkew: 2 }))).toEqual({
      topologyKey: 'kubernetes.io/hostname', maxSkew: 2, minDomains: 3, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels },
    });
  });

  test('lets places differ by one pod unless told otherwise', () => {
    for (const spread of [TopologySpread.preferred(Topology.ZONE, {}), TopologySpread.required(Topology.ZONE, { maxSkew: undefined })]) {
      expect(written(spread).maxSkew).toEqual(1);
    }
    expect(written(TopologySpread.preferred(Topology.ZONE, { maxSkew: 5 })).maxSkew).toEqual(5);
  });

  test('takes null for no options', () => {
    expect(written(TopologySpread.preferred(Topology.ZONE, null as any))).toEqual(written(TopologySpread.preferred(Topology.ZONE)));
    expect(written(TopologySpread.required(Topology.ZONE, null as any))).toEqual(written(TopologySpread.required(Topology.ZONE)));
  });

  test('asks for no number of places unless told to', () => {
    expect(Object.keys(written(TopologySpread.required(Topology.ZONE, {})))).not.toContain('minDomains');
  });

  test('knows topologies of one\'s own', () => {
    expect(written(TopologySpread.preferred(Topology.custom('example.com/rack'))).topologyKey).toEqual('example.com/rack');
  });

  test('is a constraint for the pods of the app', () => {
    const chart = newChart();
    const topologySpread = [TopologySpread.required(Topology.HOSTNAME), TopologySpread.preferred(Topology.ZONE)];
    const app = new StatefulApp(chart, 'db', { replicas: 3, containers, topologySpread });
    const set = statefulSet(chart);
    const labelSelector = { matchLabels: app.matchLabels };
    expect(set.spec.template.spec.topologySpreadConstraints).toEqual([
      { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector },
      { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
    ]);
    expect(schemaErrors(set)).toEqual([]);
  });

  test.each<[unknown, string]>([
    ['zone', '"zone"'], ['', '""'], [null, 'null'], [undefined, 'undefined'], [{}, 'an object'], [{ key: 5 }, 'an object'],
  ])('fails when the topology is %p', (topology, got) => {
    const message = new RegExp(`^\\[test/x\\] the topology of a TopologySpread must be a Topology such as Topology\\.ZONE, got ${got}$`);
    expect(() => written(TopologySpread.preferred(topology as kplus.Topology))).toThrow(message);
    expect(() => written(TopologySpread.required(topology as kplus.Topology))).toThrow(message);
  });

  test.each<[unknown, string]>([[0, '0'], [-1, '-1'], [1.5, '1.5'], ['1', '"1"'], [null, 'null'], [NaN, 'NaN'], ['', '""']])(
    'fails when maxSkew or minDomains is %p', (value, got) => {
      const number = value as number;
      expect(() => written(TopologySpread.preferred(Topology.ZONE, { maxSkew: number }))).toThrow(
        new RegExp(`^\\[test/x\\] 'maxSkew' of a TopologySpread must be a whole number from 1 to 2147483647, got ${got}$`));
      expect(() => written(TopologySpread.required(Topology.ZONE, { minDomains: number }))).toThrow(
        new RegExp(`^\\[test/x\\] 'minDomains' of a TopologySpread must be a whole number from 1 to 2147483647, got ${got}$`));
    });

  test('fails when a topology of one\'s own is no label key', () => {
    const chart = newChart();
    new StatefulApp(chart, 'x', { containers, topologySpread: [TopologySpread.preferred(Topology.custom(''))] });
    expect(() => statefulSet(chart)).toThrow(/\[test\/x\] spec\.template\.spec\.topologySpreadConstraints\[0\]\.topologyKey must be a label key: .*; got ""/);
  });

  test('fails when one topology is required twice, which Kubernetes refuses', () => {
    const chart = newChart();
    const topologySpread = [TopologySpread.required(Topology.ZONE), TopologySpread.required(Topology.ZONE, { maxSkew: 2 })];
    new StatefulApp(chart, 'x', { containers, topologySpread });
    expect(() => statefulSet(chart)).toThrow(/\[test\/x\] spec\.template\.spec\.topologySpreadConstraints must differ in topologyKey and whenUnsatisfiable/);
  });
});
