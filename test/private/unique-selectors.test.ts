import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { StatefulApp, StatefulAppProps } from '../../src';
import { newChart, synth } from '../util';

const containers = [{ image: 'registry.example.com/app:1.0.0' }];

function newApp(chart: Chart, name: string, selectorLabels?: Record<string, string>, props: StatefulAppProps = {}): StatefulApp {
  return new StatefulApp(chart, name, { selectorLabels, containers, ...props });
}

const found = (app: string, other: string) => new RegExp(`\\[test/${app}\\] the selector finds the pods of 'test/${other}', too, whose budget and service`
  + ' are then those of both: give one of them other \'selectorLabels\'');

describe('the selectors of two apps', () => {
  test('differ by default', () => {
    const chart = newChart();
    newApp(chart, 'web');
    newApp(chart, 'worker');
    expect(synth(chart)).toHaveLength(4);
  });

  test('fails when they are the same', () => {
    const chart = newChart();
    newApp(chart, 'web', { app: 'shop' });
    newApp(chart, 'worker', { app: 'shop' });
    expect(() => synth(chart)).toThrow(found('web', 'worker'));
  });

  test('fails when one is a part of the other', () => {
    const chart = newChart();
    newApp(chart, 'worker', { app: 'shop', tier: 'back' });
    newApp(chart, 'web', { app: 'shop' });
    expect(() => synth(chart)).toThrow(found('web', 'worker'));
  });

  test('fails when one is what the other has by default', () => {
    const chart = newChart();
    newApp(chart, 'web');
    newApp(chart, 'other', { 'app.kubernetes.io/name': 'web' });
    expect(() => synth(chart)).toThrow(found('other', 'web'));
  });

  test('fails when they are in two charts of one namespace', () => {
    const root = new App();
    const [one, two] = ['one', 'two'].map(id => new Chart(root, id, { namespace: 'prod' }));
    newApp(one, 'web', { app: 'shop' });
    newApp(two, 'worker', { app: 'shop' });
    expect(() => root.synthYaml()).toThrow(/\[one\/web\] the selector finds the pods of 'two\/worker', too/);
  });

  test('may be the same in two namespaces', () => {
    const root = new App();
    for (const namespace of ['one', 'two']) {
      newApp(new Chart(root, namespace, { namespace }), 'web', { app: 'shop' });
    }
    newApp(new Chart(root, 'three'), 'web', { app: 'shop' }, { metadata: { namespace: 'three' } });
    const sets = root.charts.flatMap(chart => chart.toJson()).filter(({ kind }: any) => kind === 'StatefulSet');
    expect(sets.map(({ metadata }: any) => metadata.namespace)).toEqual(['one', 'two', 'three']);
  });

  test('may share a label', () => {
    const chart = newChart();
    newApp(chart, 'web', { app: 'shop', tier: 'front' });
    newApp(chart, 'worker', { app: 'shop', tier: 'back' });
    expect(synth(chart)).toHaveLength(4);
  });

  test('may differ in what is selected later', () => {
    const chart = newChart();
    for (const tier of ['front', 'back']) {
      const app = newApp(chart, tier, { app: 'shop' }, { podMetadata: { labels: { tier } } });
      app.select(kplus.LabelSelector.of({ labels: { tier } }));
      app.service.selectLabel('tier', tier);
    }
    expect(synth(chart)).toHaveLength(4);
  });

  test('are not compared with that of an app that was taken out, or replaced', () => {
    const chart = newChart();
    newApp(chart, 'web', { app: 'shop' });
    newApp(chart, 'worker', { app: 'shop' });
    chart.node.tryRemoveChild('worker');
    expect(synth(chart)).toHaveLength(2);
    newApp(chart, 'worker', { app: 'worker' });
    expect(synth(chart)).toHaveLength(4);
  });
});
