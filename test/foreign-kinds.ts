/** Kinds that others bring to a cluster: the schema of Kubernetes knows nothing of them. */
const FOREIGN_KINDS = ['cert-manager.io/v1/Certificate', 'monitoring.coreos.com/v1/PodMonitor', 'monitoring.coreos.com/v1/PrometheusRule'];

/** Whether a manifest is of a kind that the schema of Kubernetes cannot judge. */
export function isForeign({ apiVersion, kind }: any): boolean {
  return FOREIGN_KINDS.includes(`${apiVersion}/${kind}`);
}
