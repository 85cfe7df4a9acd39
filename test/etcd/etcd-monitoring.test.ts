import { ApiObject, Chart, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { EtcdMonitoring, EtcdPrometheusOptions, EtcdVersion } from '../../src';
import { alertsOf } from '../../src/etcd/alerts';
import { dashboardOf } from '../../src/etcd/dashboard';
import { EtcdMonitoringSite } from '../../src/etcd/etcd-monitoring';
import { schemaErrors } from '../kubernetes-schema';
import { find, newChart, synth } from '../util';

const site: EtcdMonitoringSite = {
  name: 'etcd',
  namespace: 'db',
  replicas: 3,
  podLabels: { 'app.kubernetes.io/name': 'etcd', 'app.kubernetes.io/instance': 'etcd' },
  version: EtcdVersion.V3_6,
  quotaBytes: 2 ** 31,
  metadataLabels: { 'app.kubernetes.io/name': 'etcd', 'team': 'storage' },
};

function bind(options?: EtcdPrometheusOptions, at = site, chart: Chart = newChart()): Chart {
  EtcdMonitoring.prometheusOperator(options)._bind(new Construct(chart, at.name), at);
  return chart;
}

const kinds = (chart: Chart) => synth(chart).map(({ kind }) => kind);

describe('EtcdMonitoring.prometheusOperator', () => {
  test('scrapes the pods, whether they are ready or not, by their port for metrics', () => {
    expect(find(synth(bind()), 'PodMonitor')).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name: 'etcd', namespace: 'db', labels: site.metadataLabels },
      spec: {
        selector: { matchLabels: site.podLabels },
        podMetricsEndpoints: [{ port: 'metrics', relabelings: [{ targetLabel: 'etcd_cluster', replacement: 'etcd' }] }],
      },
    });
  });

  test('scrapes as often as it is told', () => {
    const intervalOf = (interval?: Duration) => find(synth(bind({ interval })), 'PodMonitor').spec.podMetricsEndpoints[0].interval;
    expect([undefined, Duration.seconds(1), Duration.seconds(15), Duration.minutes(2)].map(intervalOf)).toEqual([undefined, '1s', '15s', '120s']);
  });

  test('has alerts and a dashboard unless they are not wanted', () => {
    expect(kinds(bind())).toEqual(['PodMonitor', 'PrometheusRule', 'ConfigMap']);
    expect(kinds(bind({ alerts: true, dashboard: true }))).toEqual(['PodMonitor', 'PrometheusRule', 'ConfigMap']);
    expect(kinds(bind({ alerts: false }))).toEqual(['PodMonitor', 'ConfigMap']);
    expect(kinds(bind({ alerts: false, dashboard: false }))).toEqual(['PodMonitor']);
  });

  test('has its alerts in one group', () => {
    expect(find(synth(bind()), 'PrometheusRule')).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'etcd', namespace: 'db', labels: site.metadataLabels },
      spec: { groups: [{ name: 'etcd', rules: alertsOf(site) }] },
    });
  });

  test('has its dashboard in a ConfigMap that the sidecar of Grafana finds', () => {
    const dashboard = find(synth(bind()), 'ConfigMap');
    expect(dashboard).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'etcd-dashboard', namespace: 'db', labels: { ...site.metadataLabels, grafana_dashboard: '1' } },
      data: dashboardOf(site),
    });
    expect(schemaErrors(dashboard)).toEqual([]);
  });

  test('finds another sidecar by other labels', () => {
    const labelsOf = (dashboardLabels: any) => find(synth(bind({ dashboardLabels })), 'ConfigMap').metadata.labels;
    expect(labelsOf({ dashboards: 'yes' })).toEqual({ ...site.metadataLabels, dashboards: 'yes' });
    expect(labelsOf(null)).toEqual({ ...site.metadataLabels, grafana_dashboard: '1' });
  });

  test('labels what the operator selects, and the dashboard not', () => {
    const manifests = synth(bind({ labels: { release: 'prometheus', team: 'platform' } }));
    for (const kind of ['PodMonitor', 'PrometheusRule']) {
      expect(find(manifests, kind).metadata.labels).toEqual({ 'app.kubernetes.io/name': 'etcd', 'team': 'platform', 'release': 'prometheus' });
    }
    expect(find(manifests, 'ConfigMap').metadata.labels).toEqual({ ...site.metadataLabels, grafana_dashboard: '1' });
  });

  test('leaves the namespace to the chart, or to whoever applies', () => {
    const somewhere = { ...site, namespace: undefined };
    for (const { metadata } of synth(bind({}, somewhere))) {
      expect(metadata).not.toHaveProperty('namespace');
    }
    for (const { metadata } of synth(bind({}, somewhere, newChart({ namespace: 'prod' })))) {
      expect(metadata.namespace).toEqual('prod');
    }
  });

  test('watches several clusters', () => {
    const chart = newChart();
    const monitoring = EtcdMonitoring.prometheusOperator();
    for (const name of ['a', 'b']) {
      monitoring._bind(new Construct(chart, name), { ...site, name });
    }
    const labels = ['a', 'b'].map(name => find(synth(chart), 'PodMonitor', name).spec.podMetricsEndpoints[0].relabelings[0].replacement);
    expect(labels).toEqual(['a', 'b']);
  });

  test('has etcd measure how long requests take, where somebody looks at it', () => {
    const settingsOf = (options?: EtcdPrometheusOptions) => EtcdMonitoring.prometheusOperator(options)._settings;
    for (const options of [undefined, {}, { alerts: false }, { dashboard: false }]) {
      expect(settingsOf(options)).toEqual({ metrics: 'extensive' });
    }
    expect(settingsOf({ alerts: false, dashboard: false })).toEqual({});
  });

  test('says who reads the metrics, if it was told', () => {
    const prometheus = kplus.Pods.all(newChart(), 'Prometheus');
    expect(EtcdMonitoring.prometheusOperator({ prometheus })._prometheus).toBe(prometheus);
    expect(EtcdMonitoring.prometheusOperator()._prometheus).toBeUndefined();
    expect(kinds(bind({ prometheus }))).toEqual(['PodMonitor', 'PrometheusRule', 'ConfigMap']);
  });

  test.each(['PodMonitor', 'PrometheusRule', 'Dashboard'])('lets %s be patched', (id) => {
    const chart = bind();
    const object = chart.node.findChild('etcd').node.findChild('Monitoring').node.findChild(id);
    ApiObject.of(object).addJsonPatch(JsonPatch.add('/metadata/annotations', { patched: 'yes' }));
    expect(find(synth(chart), (object as ApiObject).kind).metadata.annotations).toEqual({ patched: 'yes' });
  });

  test('takes no options for all defaults', () => {
    expect(kinds(bind(null as any))).toEqual(['PodMonitor', 'PrometheusRule', 'ConfigMap']);
  });
});

describe('EtcdMonitoring.prometheusOperator', () => {
  test.each<[string, any, RegExp]>([
    ['the options are text', 'yes', /^\[test\/etcd\] the options of EtcdMonitoring\.prometheusOperator\(\) must be an object, got "yes"$/],
    ['the labels are a list', { labels: ['a'] }, /^\[test\/etcd\] what monitors etcd\.labels must be a map, got a list$/],
    ['a label is none', { labels: { release: 'a b' } }, /^\[test\/etcd\] what monitors etcd\.labels\.release must be a label value: .*; got "a b"$/],
    ['a label of the dashboard is a number', { dashboardLabels: { grafana_dashboard: 1 } },
      /^\[test\/etcd\] the dashboard of etcd\.labels\.grafana_dashboard must be a label value: .*; got 1$/],
    ['the interval is a number', { interval: 30 },
      /^\[test\/etcd\] 'interval' of EtcdMonitoring must be a Duration such as Duration\.seconds\(30\), got 30$/],
    ['the interval is null', { interval: null }, /^\[test\/etcd\] 'interval' of EtcdMonitoring must be a Duration such as .*, got null$/],
    ['the interval is half a second', { interval: Duration.millis(500) },
      /^\[test\/etcd\] 'interval' of EtcdMonitoring in seconds must be a whole number from 0 to \d+, got 0\.5$/],
    ['the interval is nothing', { interval: Duration.seconds(0) },
      /^\[test\/etcd\] 'interval' of EtcdMonitoring must be from 1 to 120 s, since the alerts look back five minutes, got 0 s$/],
    ['the interval is too long for the alerts', { interval: Duration.seconds(121) },
      /^\[test\/etcd\] 'interval' of EtcdMonitoring must be from 1 to 120 s, since the alerts look back five minutes, got 121 s$/],
    ['alerts is text', { alerts: 'false' }, /^\[test\/etcd\] 'alerts' of EtcdMonitoring must be true or false, got "false"$/],
    ['dashboard is null', { dashboard: null }, /^\[test\/etcd\] 'dashboard' of EtcdMonitoring must be true or false, got null$/],
    ['who scrapes is text', { prometheus: 'monitoring' },
      /^\[test\/etcd\] 'prometheus' of EtcdMonitoring must be made by a workload, kplus\.Pods\.select\(\) and the like, got "monitoring"$/],
    ['labels are given for a dashboard that is not wanted', { dashboard: false, dashboardLabels: { a: 'b' } },
      /^\[test\/etcd\] 'dashboardLabels' of EtcdMonitoring are for a dashboard, and 'dashboard' is false: leave one of them out$/],
  ])('fails when %s', (_, options, message) => {
    expect(() => bind(options)).toThrow(message);
  });

  test('fails at synth when a label that was added later is none', () => {
    const chart = bind();
    const object = chart.node.findChild('etcd').node.findChild('Monitoring').node.findChild('PodMonitor');
    ApiObject.of(object).metadata.addLabel('release', 'a b');
    expect(() => synth(chart)).toThrow(/\[test\/etcd\/Monitoring\] metadata\.labels\.release must be a label value: .*; got "a b"/);
  });
});
