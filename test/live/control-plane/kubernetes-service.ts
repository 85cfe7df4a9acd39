import { KubeObject } from './objects';
import { API_ADDRESS } from '../addresses';

/** The Service by which pods find the API server: every cluster has it, unasked. It is no object of the store, unless somebody makes it one. */
export const KUBERNETES_SERVICE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default' },
  spec: { type: 'ClusterIP', clusterIP: API_ADDRESS, ports: [{ name: 'https', protocol: 'TCP', port: 443 }] },
};
