import { KubeObject } from './objects';
import { ApiError, ObjectStore } from './store';

/** The ConfigMap of every namespace that has the certificate of the API server's authority. */
export const ROOT_CA_CONFIG_MAP = 'kube-root-ca.crt';

/**
 * Gives a namespace what controllers of Kubernetes put into every one: the account that pods have if they name none, and the certificate of the API server.
 *
 * @see https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
 */
export function provideNamespace(store: ObjectStore, namespace: string, rootCa?: string): void {
  if (!store.find('ServiceAccount', namespace, 'default')) {
    store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'default' } });
  }
  if (rootCa !== undefined && !store.find('ConfigMap', namespace, ROOT_CA_CONFIG_MAP)) {
    store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: ROOT_CA_CONFIG_MAP }, data: { 'ca.crt': rootCa } });
  }
}

/**
 * The account that a pod runs as. For controllers too: what they make is refused as well.
 *
 * @throws ApiError 403 if it is not there
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/plugin/pkg/admission/serviceaccount/admission.go
 */
export function requireServiceAccount(store: ObjectStore, { metadata: { namespace, name }, spec: { serviceAccountName } }: KubeObject): KubeObject {
  const account = store.find('ServiceAccount', namespace, serviceAccountName);
  if (!account) {
    const problem = `error looking up service account ${namespace}/${serviceAccountName}: serviceaccount "${serviceAccountName}" not found`;
    throw new ApiError(403, 'Forbidden', `pods "${name}" is forbidden: ${problem}`);
  }
  return account;
}
