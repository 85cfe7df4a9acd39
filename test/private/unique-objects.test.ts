import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { refuseObjectsOfOneName } from '../../src/private/unique-objects';
import { newChart, synth } from '../util';

function object(scope: Construct, id: string, name: string, options: { kind?: string; apiVersion?: string; namespace?: string } = {}): ApiObject {
  const { kind = 'ConfigMap', apiVersion = 'v1', namespace } = options;
  return new ApiObject(scope, id, { apiVersion, kind, metadata: { name, namespace } });
}

describe('refuseObjectsOfOneName', () => {
  let chart: Chart;

  beforeEach(() => {
    chart = newChart();
    refuseObjectsOfOneName(chart);
  });

  test('accepts objects that differ in name, kind, group or namespace', () => {
    object(chart, 'a', 'db');
    object(chart, 'b', 'db2');
    object(chart, 'c', 'db', { kind: 'Secret' });
    object(chart, 'd', 'db', { namespace: 'prod' });
    object(chart, 'e', 'db', { namespace: 'test' });
    object(chart, 'f', 'db', { kind: 'Service' });
    object(chart, 'g', 'db', { kind: 'Service', apiVersion: 'serving.knative.dev/v1' });
    expect(synth(chart).map(({ metadata }) => metadata.name)).toEqual(['db', 'db2', 'db', 'db', 'db', 'db', 'db']);
  });

  test('fails when two objects would overwrite each other, and says which and what to do', () => {
    object(chart, 'a', 'db');
    object(new Construct(chart, 'nested'), 'b', 'db');
    expect(() => synth(chart)).toThrow(new RegExp('\'test/a\' and \'test/nested/b\' are both the ConfigMap \'db\':'
      + ' kubectl would let the later overwrite the earlier, so give one of them another \'metadata.name\' or namespace'));
  });

  test('fails when two versions of one group have the same object', () => {
    object(chart, 'a', 'db', { kind: 'CronJob', apiVersion: 'batch/v1' });
    object(chart, 'b', 'db', { kind: 'CronJob', apiVersion: 'batch/v1beta1' });
    expect(() => synth(chart)).toThrow(/'test\/a' and 'test\/b' are both the CronJob 'db':/);
  });

  test('fails when objects of a namespace have the same name, and names the namespace', () => {
    object(chart, 'a', 'db', { namespace: 'prod' });
    object(chart, 'b', 'db', { namespace: 'prod' });
    expect(() => synth(chart)).toThrow(/'test\/a' and 'test\/b' are both the ConfigMap 'db' of namespace 'prod':/);
  });

  test('fails when the namespace of one comes from its chart', () => {
    const app = new App();
    const prod = new Chart(app, 'prod', { namespace: 'prod' });
    refuseObjectsOfOneName(prod);
    object(prod, 'a', 'db');
    object(new Chart(app, 'other'), 'b', 'db', { namespace: 'prod' });
    expect(() => synth(prod)).toThrow(/'prod\/a' and 'other\/b' are both the ConfigMap 'db' of namespace 'prod':/);
  });

  test('fails when the two are in different charts of the app', () => {
    object(chart, 'a', 'db');
    object(new Chart(chart.node.root as App, 'other'), 'b', 'db');
    expect(() => synth(chart)).toThrow(/'test\/a' and 'other\/b' are both the ConfigMap 'db':/);
  });

  test('fails when objects are made after it was asked, and with every one that is too much', () => {
    object(chart, 'a', 'db');
    object(chart, 'b', 'db');
    object(chart, 'c', 'db');
    expect(() => synth(chart)).toThrow(/'test\/a' and 'test\/b' are both .*\n.*'test\/a' and 'test\/c' are both/);
  });

  test('fails when an object is made after a synth that found nothing', () => {
    object(chart, 'a', 'db');
    synth(chart);
    object(chart, 'b', 'db');
    expect(() => synth(chart)).toThrow(/'test\/a' and 'test\/b' are both the ConfigMap 'db':/);
  });

  test('accepts a synth after the object that was too much is gone, or replaced by another', () => {
    object(chart, 'a', 'db');
    object(chart, 'b', 'db');
    expect(() => synth(chart)).toThrow(/'test\/a' and 'test\/b' are both/);
    chart.node.tryRemoveChild('b');
    object(chart, 'b', 'db2');
    expect(synth(chart).map(({ metadata }) => metadata.name)).toEqual(['db', 'db2']);
  });

  test('says it once, however many constructs ask for it', () => {
    refuseObjectsOfOneName(chart);
    refuseObjectsOfOneName(new Construct(chart, 'x'));
    object(chart, 'a', 'db');
    object(chart, 'b', 'db');
    expect(chart.node.root.node.validate()).toEqual([expect.stringContaining('\'test/a\' and \'test/b\' are both the ConfigMap \'db\'')]);
  });

  test('says it once, also when two copies of this package ask for it', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('../../src/private/unique-objects')>('../../src/private/unique-objects');
      expect(other.refuseObjectsOfOneName).not.toBe(refuseObjectsOfOneName);
      other.refuseObjectsOfOneName(chart);
    });
    object(chart, 'a', 'db');
    object(chart, 'b', 'db');
    expect(chart.node.root.node.validate()).toEqual([expect.stringContaining('\'test/a\' and \'test/b\' are both the ConfigMap \'db\'')]);
  });

  test('leaves an app alone in which nobody asks for it', () => {
    const other = newChart();
    object(other, 'a', 'db');
    object(other, 'b', 'db');
    expect(synth(other).map(({ metadata }) => metadata.name)).toEqual(['db', 'db']);
  });
});
