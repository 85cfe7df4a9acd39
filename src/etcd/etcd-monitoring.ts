import { Duration } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { alertsOf, CLUSTER_LABEL } from './alerts';
import { dashboardOf } from './dashboard';
import { EtcdVersion } from './etcd-version';
import { ManifestObject, ManifestObjectProps } from '../private/manifest-object';
import { checkMetadata } from '../private/manifests';
import { objectProblem, refuse, refuseIf, shown, structProblem } from '../private/refuse';
import { secondsProblem } from '../private/units';

const MONITORING_API = 'monitoring.coreos.com/v1';

/** By which the sidecar of Grafana's Helm chart finds dashboards unless told otherwise. */
const DASHBOARD_LABELS = { grafana_dashboard: '1' };

/** The alerts look back five minutes and need two samples within, of which one may be lost. */
const LONGEST_INTERVAL = 120;

/**
 * How the Prometheus operator watches a cluster.
 */
export interface EtcdPrometheusOptions {
  /**
   * Labels of the PodMonitor and of the PrometheusRule. An installation of the operator may take only objects that have a certain one:
   * the Helm chart kube-prometheus-stack by default those with `release: <name of the release>`. Without it, nothing is scraped, and nothing
   * says so.
   *
   * @default - those of the cluster.
   */
  readonly labels?: { [key: string]: string };

  /**
   * How often metrics are read: in whole seconds, at most two minutes, for the alerts look back five.
   *
   * @default - as Prometheus is set up: 30 s or a minute in most installations.
   */
  readonly interval?: Duration;

  /**
   * Whether there are alerts, as a PrometheusRule.
   *
   * @default true
   */
  readonly alerts?: boolean;

  /**
   * Whether there is a dashboard, as a ConfigMap for the sidecar of Grafana.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * The label by which the sidecar of Grafana finds the dashboard. The sidecar must also look into the namespace of the cluster.
   *
   * @default - { grafana_dashboard: '1' }
   */
  readonly dashboardLabels?: { [key: string]: string };

  /**
   * The pods of Prometheus, for the NetworkPolicy: nobody else then reads the metrics.
   *
   * @default - every pod may read them; they have no data in them, but the names of members and how much is written.
   */
  readonly prometheus?: kplus.INetworkPolicyPeer;
}

/**
 * What a cluster says of itself to those who watch it.
 *
 * @internal
 */
export interface EtcdMonitoringSite {
  readonly name: string;
  readonly namespace?: string;
  readonly replicas: number;
  readonly podLabels: Record<string, string>;
  readonly version: EtcdVersion;
  readonly quotaBytes: number;
  readonly metadataLabels: Record<string, string>;
}

/**
 * What watches a cluster of etcd.
 *
 * @example
 *
 * new EtcdCluster(chart, 'etcd', {
 *   monitoring: EtcdMonitoring.prometheusOperator({ labels: { release: 'kube-prometheus-stack' } }),
 * });
 */
export class EtcdMonitoring {
  /**
   * Objects of the Prometheus operator, which must be installed: a PodMonitor, a PrometheusRule with alerts, and a dashboard for Grafana.
   *
   * Pods are scraped and not a service, since members that are not ready matter most. All series and alerts have the label
   * `etcd_cluster` with the name of the cluster. Alerts have the names of those that etcd's project recommends, so that routes for
   * those serve; they know how many members there should be, and also tell of one that was never scraped.
   *
   * Several clusters of one name, in different namespaces of one Prometheus, need a chart that knows its namespace: the alerts of each would
   * judge the others by its own size.
   *
   * etcd is told to measure how long requests take (`metrics: extensive`), about 600 more series of each member, where there are
   * alerts or a dashboard; members of a running cluster restart for it, one after the other.
   *
   * The general rules for etcd of kube-prometheus-stack match every job with `etcd` in its name, and take each pod for a cluster of one:
   * turn them off by its value `defaultRules.rules.etcd: false`.
   *
   * @param options how often, by whom, and which objects.
   * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
   */
  public static prometheusOperator(options: EtcdPrometheusOptions = {}): EtcdMonitoring {
    return new EtcdMonitoring(options ?? {});
  }

  /**
   * Who reads the metrics, if that was said.
   *
   * @internal
   */
  public readonly _prometheus?: kplus.INetworkPolicyPeer;

  private constructor(private readonly options: EtcdPrometheusOptions) {
    this._prometheus = options.prometheus;
  }

  /**
   * What etcd must be told, flag by flag: without it, there are no durations of requests.
   *
   * @internal
   */
  public get _settings(): Record<string, string> {
    const { alerts = true, dashboard = true } = this.options;
    return alerts || dashboard ? { metrics: 'extensive' } : {};
  }

  /**
   * Makes the objects that watch a cluster.
   *
   * @internal
   */
  public _bind(cluster: Construct, at: EtcdMonitoringSite): void {
    this.check(cluster);
    const { alerts = true, dashboard = true, labels, dashboardLabels } = this.options;
    const { name, namespace, metadataLabels } = at;
    const scope = new Construct(cluster, 'Monitoring');
    const metadata = { name, namespace, labels: { ...metadataLabels, ...labels } };
    addObject(scope, 'PodMonitor', { apiVersion: MONITORING_API, kind: 'PodMonitor', metadata, key: 'spec', content: () => this.podMonitor(at) });
    if (alerts) {
      const content = () => ({ groups: [{ name, rules: alertsOf(at) }] });
      addObject(scope, 'PrometheusRule', { apiVersion: MONITORING_API, kind: 'PrometheusRule', metadata, key: 'spec', content });
    }
    if (dashboard) {
      addObject(scope, 'Dashboard', {
        ...kplus.k8s.KubeConfigMap.GVK,
        metadata: { name: `${name}-dashboard`, namespace, labels: { ...metadataLabels, ...dashboardLabels ?? DASHBOARD_LABELS } },
        key: 'data',
        content: () => dashboardOf(at),
      });
    }
  }

  private podMonitor({ name, podLabels }: EtcdMonitoringSite): unknown {
    return {
      selector: { matchLabels: podLabels },
      podMetricsEndpoints: [{
        port: 'metrics',
        interval: this.options.interval && `${this.options.interval.toSeconds()}s`,
        relabelings: [{ targetLabel: CLUSTER_LABEL, replacement: name }],
      }],
    };
  }

  private check(at: Construct): void {
    const { options } = this;
    refuseIf(at, 'the options of EtcdMonitoring.prometheusOperator()', structProblem(options));
    const { labels, interval, alerts, dashboard, dashboardLabels, prometheus } = options;
    checkMetadata(at, { labels }, 'what monitors etcd');
    checkMetadata(at, { labels: dashboardLabels }, 'the dashboard of etcd');
    refuseIf(at, '\'interval\' of EtcdMonitoring', interval === undefined ? undefined : intervalProblem(interval));
    for (const [prop, value] of Object.entries({ alerts, dashboard })) {
      if (value !== undefined && typeof value !== 'boolean') {
        refuse(at, `'${prop}' of EtcdMonitoring must be true or false, got ${shown(value)}`);
      }
    }
    refuseIf(at, '\'prometheus\' of EtcdMonitoring', objectProblem(prometheus, 'toNetworkPolicyPeerConfig', 'a workload, kplus.Pods.select() and the like'));
    if (dashboardLabels !== undefined && dashboard === false) {
      refuse(at, '\'dashboardLabels\' of EtcdMonitoring are for a dashboard, and \'dashboard\' is false: leave one of them out');
    }
  }
}

function addObject(scope: Construct, id: string, props: ManifestObjectProps): void {
  const content = (metadata: unknown) => {
    checkMetadata(scope, metadata);
    return props.content(metadata);
  };
  new ManifestObject(scope, id, { ...props, content });
}

function intervalProblem(interval: Duration): string | undefined {
  const problem = secondsProblem(interval);
  if (problem !== undefined) {
    return problem;
  }
  const seconds = interval.toSeconds();
  return seconds >= 1 && seconds <= LONGEST_INTERVAL ? undefined
    : `must be from 1 to ${LONGEST_INTERVAL} s, since the alerts look back five minutes, got ${seconds} s`;
}
