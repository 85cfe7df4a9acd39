import type { Tokens } from '../../control-plane/api/tokens';
import { KubeObject } from '../../control-plane/objects';
import { ROOT_CA_CONFIG_MAP } from '../../control-plane/service-accounts';

/** Where programs look for the token by which they speak to the API server. */
export const API_ACCESS_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The volume that every pod has unless it, or else its service account, says no.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-token-volume
 */
export const API_ACCESS_VOLUME = {
  name: 'kube-api-access',
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: ROOT_CA_CONFIG_MAP, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};

/** @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting */
export function hasApiAccess(pod: KubeObject, serviceAccount: KubeObject | undefined): boolean {
  return pod.spec.automountServiceAccountToken ?? serviceAccount?.automountServiceAccountToken ?? true;
}

/**
 * The one user that all containers of a pod run as, if there is one: it then owns the pod's tokens, which nobody else can read.
 *
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/#securitycontext-interactions
 */
export function userOf({ spec }: KubeObject): number | undefined {
  const users = [...spec.initContainers ?? [], ...spec.containers]
    .map(({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser);
  return users.every(user => user === users[0]) ? users[0] : undefined;
}

/**
 * The tokens in the files of one pod. Each stays as it is until it is old enough to be replaced, long before it expires.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection
 */
export class PodTokens {
  private readonly issued = new Map<string, { readonly token: string; readonly rotateAt: number }>();

  constructor(private readonly tokens: Pick<Tokens, 'issue'>, private readonly pod: KubeObject) {}

  tokenFor({ audience, expirationSeconds = 3600 }: { audience?: string; expirationSeconds?: number }): string {
    const key = JSON.stringify([audience, expirationSeconds]);
    const known = this.issued.get(key);
    if (known && Date.now() < known.rotateAt) {
      return known.token;
    }
    const { metadata, spec } = this.pod;
    const token = this.tokens.issue(metadata.namespace!, spec.serviceAccountName, { pod: this.pod, audience, expirationSeconds });
    this.issued.set(key, { token, rotateAt: Date.now() + Math.min(0.8 * expirationSeconds, 24 * 3600) * 1000 });
    return token;
  }
}
