/** The domain of a cluster whose kubelet was not told another. */
export const DEFAULT_CLUSTER_DOMAIN = 'cluster.local';

/**
 * The DNS name of a service.
 *
 * Without a namespace the short name is all that is known: it resolves for every pod of the same namespace.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function serviceAddress(service: string, namespace?: string, clusterDomain = DEFAULT_CLUSTER_DOMAIN): string {
  return namespace === undefined ? service : `${service}.${namespace}.svc.${clusterDomain}`;
}

/** The DNS name that a pod has under its governing service. */
export function podAddress(pod: string, service: string, namespace?: string, clusterDomain?: string): string {
  return `${pod}.${serviceAddress(service, namespace, clusterDomain)}`;
}
