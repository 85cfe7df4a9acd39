import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { checksumAnnotation, checksumOf, configObject, variablesFrom } from '../../src/private/config-maps';
import { schemaErrors } from '../kubernetes-schema';
import { find, newChart, synth } from '../util';

describe('variablesFrom', () => {
  let chart: Chart;

  beforeEach(() => {
    chart = newChart({ namespace: 'prod' });
  });

  test('keeps values in a ConfigMap and refers to each', () => {
    const variables = variablesFrom(chart, 'Peers', { name: 'db-peers', labels: { app: 'db' } }, { PEERS: 'db-0.db,db-1.db', REPLICAS: '2' });
    expect(variables).toEqual([
      { name: 'PEERS', valueFrom: { configMapKeyRef: { name: 'db-peers', key: 'PEERS' } } },
      { name: 'REPLICAS', valueFrom: { configMapKeyRef: { name: 'db-peers', key: 'REPLICAS' } } },
    ]);
    const manifest = find(synth(chart), 'ConfigMap', 'db-peers');
    expect(manifest).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'db-peers', namespace: 'prod', labels: { app: 'db' } },
      data: { PEERS: 'db-0.db,db-1.db', REPLICAS: '2' },
    });
    expect(schemaErrors(manifest)).toEqual([]);
  });

  test('refers to the name that cdk8s makes where none is given', () => {
    const [variable] = variablesFrom(chart, 'Peers', {}, { PEERS: 'a' });
    expect(variable.valueFrom?.configMapKeyRef?.name).toEqual(find(synth(chart), 'ConfigMap').metadata.name);
  });

  test('makes nothing where there are no variables', () => {
    expect(variablesFrom(chart, 'Peers', { name: 'db-peers' }, {})).toEqual([]);
    expect(synth(chart)).toEqual([]);
  });
});

type Data = Record<string, string>;

function configMap(props: kplus.k8s.KubeConfigMapProps, id = 'config', chart = newChart()): ApiObject {
  return new kplus.k8s.KubeConfigMap(chart, id, { metadata: { name: 'config' }, ...props });
}

describe('configObject', () => {
  let chart: Chart;
  let at: Construct;

  beforeEach(() => {
    chart = newChart();
    at = new Construct(chart, 'x');
  });

  test('finds the object of a ConfigMap and of a Secret', () => {
    expect(configObject(at, new kplus.ConfigMap(chart, 'config')).kind).toEqual('ConfigMap');
    expect(configObject(at, new kplus.Secret(chart, 'secret')).kind).toEqual('Secret');
  });

  test('takes a plain object as it is', () => {
    const plain = configMap({}, 'plain', chart);
    expect(configObject(at, plain)).toBe(plain);
  });

  test.each(['ConfigMap', 'Secret'] as const)('fails when a %s is only referred to, since its content is not known', kind => {
    const imported = kind === 'Secret'
      ? kplus.Secret.fromSecretName(chart, 'imported', 'theirs')
      : kplus.ConfigMap.fromConfigMapName(chart, 'imported', 'theirs');
    expect(() => configObject(at, imported)).toThrow(
      /^\[test\/x\] restartOn\(\) takes ConfigMaps and Secrets that are defined in this app, .* got something that defines no object$/);
  });

  test('fails when the object is of another kind, and names it', () => {
    const service = new kplus.Service(chart, 'web', { metadata: { name: 'web' }, ports: [{ port: 80 }] });
    expect(() => configObject(at, service)).toThrow(/^\[test\/x\] restartOn\(\) takes ConfigMaps and Secrets .* got the Service 'web'$/);
  });

  test.each([[undefined], [null], ['config'], [5], [{}], [{ node: {} }]])('fails when it gets %p, which is no construct', value => {
    expect(() => configObject(at, value as any)).toThrow(/^\[test\/x\] restartOn\(\) takes .* got something that defines no object$/);
  });
});

describe('checksumAnnotation', () => {
  test('is there where there is something to check', () => {
    const objects = [configMap({ data: { a: 'b' } })];
    expect(checksumAnnotation(objects)).toEqual({ 'checksum/restart-on': checksumOf(objects) });
    expect(checksumAnnotation([])).toEqual({});
  });
});

describe('checksumOf', () => {
  const some = { data: { 'app.conf': 'verbose=1' } };

  test('is a text that can be the value of an annotation, and does not change from run to run', () => {
    expect(checksumOf([configMap(some)])).toMatch(/^[0-9a-f]{32}$/);
    expect(checksumOf([configMap(some)])).toEqual(checksumOf([configMap(some)]));
  });

  test('sees what was added after the object was defined', () => {
    const config = new kplus.ConfigMap(newChart(), 'config');
    const before = checksumOf([configObject(config, config)]);
    config.addData('late', 'yes');
    expect(checksumOf([configObject(config, config)])).not.toEqual(before);
  });

  test.each<[string, ApiObject]>([
    ['data', configMap({ data: { 'app.conf': 'verbose=2' } })],
    ['a key', configMap({ data: { 'other.conf': 'verbose=1' } })],
    ['binary data', configMap({ ...some, binaryData: { blob: 'AAAA' } })],
    ['the name', configMap({ ...some, metadata: { name: 'other' } })],
    ['the kind', new kplus.k8s.KubeSecret(newChart(), 'config', { ...some, metadata: { name: 'config' } })],
    ['text of a secret', new kplus.k8s.KubeSecret(newChart(), 'config', { stringData: some.data, metadata: { name: 'config' } })],
  ])('differs when %s does', (_, object) => {
    expect(checksumOf([object])).not.toEqual(checksumOf([configMap(some)]));
  });

  test('does not differ for labels and annotations, which no container reads', () => {
    const labelled = configMap({ ...some, metadata: { name: 'config', labels: { a: 'b' }, annotations: { c: 'd' } } });
    expect(checksumOf([labelled])).toEqual(checksumOf([configMap(some)]));
  });

  test('does not differ for the order in which data were added', () => {
    expect(checksumOf([configMap({ data: { a: '1', b: '2' } })])).toEqual(checksumOf([configMap({ data: { b: '2', a: '1' } })]));
  });

  test('covers every object', () => {
    const one = configMap(some);
    const two = configMap({ data: { second: 'yes' }, metadata: { name: 'second' } });
    expect(new Set([checksumOf([one]), checksumOf([two]), checksumOf([one, two])]).size).toEqual(3);
  });

  test('is the same for the same data and another for other data', () => {
    const data = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ minLength: 1 }), { minKeys: 1, noNullPrototype: true });
    const sorted = (value: Data) => JSON.stringify(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
    fc.assert(fc.property(data, data, (a, b) => {
      expect(checksumOf([configMap({ data: a })]) === checksumOf([configMap({ data: b })])).toEqual(sorted(a) === sorted(b));
    }));
  });
});
