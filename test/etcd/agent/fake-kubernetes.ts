import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment } from '../../../src/etcd/agent/environment';
import { startApi } from '../../live/control-plane/api/testing';
import { TestAuthority } from '../test-certificates';

const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' };

/** What the agent is allowed. */
const RULES = [
  { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['etcd'], verbs: ['get'] },
  { apiGroups: [''], resources: ['configmaps'], resourceNames: ['etcd-state'], verbs: ['get', 'patch'] },
];

/** An API server with the objects of one cluster in it, and the service account by which its agents may read them. */
export class FakeKubernetes {
  public static async start(replicas = 3): Promise<FakeKubernetes> {
    const authority = await TestAuthority.named('kubernetes');
    const issued = await authority.issue({ addresses: ['127.0.0.1'], usages: ['serverAuth'] });
    const certificates = { caPem: issued['ca.crt'], certPem: issued['tls.crt'], keyPem: issued['tls.key'] };
    const kubernetes = new FakeKubernetes(await startApi({ certificates }), mkdtempSync(join(tmpdir(), 'account-')));
    const { store, tokens } = kubernetes.api;
    const metadata = { namespace: 'default', name: 'etcd' };
    store.create({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { replicas }, status: { observedGeneration: 1, replicas } });
    store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: 'etcd-state' } });
    store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    store.create({ ...RBAC, kind: 'Role', metadata, rules: RULES });
    store.create({
      ...RBAC, kind: 'RoleBinding', metadata, roleRef: { kind: 'Role', name: 'etcd' }, subjects: [{ kind: 'ServiceAccount', name: 'etcd' }],
    });
    kubernetes.writeAccount({ 'ca.crt': certificates.caPem, 'token': `${tokens.issue('default', 'etcd')}\n` });
    return kubernetes;
  }

  private constructor(public readonly api: Awaited<ReturnType<typeof startApi>>, public readonly accountPath: string) {}

  public get env(): Environment {
    return {
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(this.api.port),
      POD_NAMESPACE: 'default',
      STATEFUL_SET: 'etcd',
      STATE_CONFIG_MAP: 'etcd-state',
    };
  }

  /** What is written down. */
  public get state(): Record<string, string> {
    return this.api.store.get('ConfigMap', 'default', 'etcd-state').data ?? {};
  }

  public writeState(data: Record<string, string>): void {
    this.api.store.modify('ConfigMap', 'default', 'etcd-state', object => {
      object.data = { ...object.data, ...data };
    });
  }

  /** Another number of pods; the controller has done what there is to do. */
  public scale(replicas: number, status: object = {}): void {
    this.api.store.modify('StatefulSet', 'default', 'etcd', object => {
      object.spec.replicas = replicas;
      object.status = { observedGeneration: object.metadata.generation! + 1, replicas, ...status };
    });
  }

  public deleteStatefulSet(): void {
    this.api.store.remove('StatefulSet', 'default', 'etcd');
  }

  public writeAccount(files: Record<string, string>): void {
    Object.entries(files).forEach(([name, content]) => writeFileSync(join(this.accountPath, name), content));
  }

  /** Nobody answers at its port any more. */
  public async goDown(): Promise<void> {
    await this.api.api.closeTls();
  }

  public async comeBack(): Promise<void> {
    await this.api.api.listenTls('127.0.0.1', this.api.port);
  }

  public async stop(): Promise<void> {
    await this.api.stop();
    rmSync(this.accountPath, { recursive: true });
  }
}
