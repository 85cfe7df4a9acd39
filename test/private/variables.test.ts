import { Chart } from 'cdk8s';
import { variablesFrom } from '../../src/private/config-maps';
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
    const configMap = find(synth(chart), 'ConfigMap', 'db-peers');
    expect(configMap).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'db-peers', namespace: 'prod', labels: { app: 'db' } },
      data: { PEERS: 'db-0.db,db-1.db', REPLICAS: '2' },
    });
    expect(schemaErrors(configMap)).toEqual([]);
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
