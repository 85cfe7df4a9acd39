/** What names in the cluster end in. */
export const CLUSTER_DOMAIN = 'cluster.local';

/** From where the kubelet speaks to its pods, and their gateway. */
export const NODE_ADDRESS = '10.244.0.1';

/** From where service proxies speak to pods. It is not the kubelet's, so that a link can be cut for them and not for probes. */
export const PROXY_ADDRESS = '10.244.0.2';

export const POD_RANGE = '10.244.0.0/16';
export const SERVICE_RANGE = '10.96.0.0/16';

/** Of the Service `kubernetes`. */
export const API_ADDRESS = '10.96.0.1';
export const DNS_ADDRESS = '10.96.0.10';
