import { Plan, PlanFinding, PlanInput, PlanOptions } from '../../src';

/** An object as people write it, with whatever else is given for its spec. */
export function statefulSet(spec: any = {}, metadata: any = {}): any {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', ...metadata },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: template(),
      volumeClaimTemplates: [claimTemplate()],
      ...spec,
    },
  };
}

export function template(image = 'registry.example.com/db:1', container: any = {}): any {
  return {
    metadata: { labels: { app: 'db' } },
    spec: { containers: [{ name: 'db', image, volumeMounts: [{ name: 'data', mountPath: '/data' }], ...container }] },
  };
}

export function claimTemplate(storage = '10Gi', spec: any = {}, metadata: any = {}): any {
  return { metadata: { name: 'data', ...metadata }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec } };
}

export function service(spec: any = {}, metadata: any = {}): any {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db', ...metadata }, spec: { clusterIP: 'None', selector: { app: 'db' }, ...spec } };
}

export function object(apiVersion: string, kind: string, rest: any = {}, metadata: any = {}): any {
  return { apiVersion, kind, metadata: { name: 'it', ...metadata }, ...rest };
}

/** An object as a cluster gives it. */
export function live(manifest: any, status: any = {}, metadata: any = {}): any {
  return { ...manifest, metadata: { namespace: 'default', uid: `uid-${manifest.metadata.name}`, resourceVersion: '7', ...manifest.metadata, ...metadata }, status };
}

/** What `kubectl apply` notes on an object. */
export function applied(manifest: any, changes: any = {}, status: any = {}): any {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(manifest) };
  return live({ ...manifest, ...changes }, status, { annotations });
}

export function pod(set: string, ordinal: number, { ready = true, revision = 'db-old', labels = {} as any } = {}): any {
  return live({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${set}-${ordinal}`,
      labels: { 'app': 'db', 'controller-revision-hash': revision, ...labels },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: set, uid: 'uid-db', controller: true }],
    },
  }, { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] });
}

export function claim(name: string): any {
  return live({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { resources: { requests: { storage: '10Gi' } } } }, { phase: 'Bound' });
}

/** etcd as the construct makes it, in short. */
export function etcd({ image = 'gcr.io/etcd-development/etcd:v3.6.14', env = {} as Record<string, string>, spec = {} as any, container = {} as any } = {}): any {
  const variables = {
    ETCD_NAME: '$(POD_NAME)',
    ETCD_DATA_DIR: '/data/etcd',
    ETCD_LISTEN_PEER_URLS: 'http://0.0.0.0:2380',
    ETCD_LISTEN_CLIENT_URLS: 'http://0.0.0.0:2379',
    ETCD_INITIAL_ADVERTISE_PEER_URLS: 'http://$(POD_NAME).db:2380',
    ETCD_INITIAL_CLUSTER_TOKEN: 'db',
    ETCD_QUOTA_BACKEND_BYTES: '4294967296',
    ...env,
  };
  return statefulSet({
    podManagementPolicy: 'Parallel',
    template: template(image, {
      name: 'etcd',
      env: Object.entries(variables).map(([name, value]) => ({ name, value })),
      readinessProbe: { httpGet: { port: 2381, path: '/readyz' } },
      ...container,
    }),
    ...spec,
  });
}

export function plan(before: any[], after: any[], options?: PlanOptions): Plan {
  return Plan.between(PlanInput.fromObjects(before), PlanInput.fromObjects(after), options);
}

export function findings(before: any[], after: any[], options?: PlanOptions): PlanFinding[] {
  return plan(before, after, options).findings;
}

/** The findings of one rule. */
export function found(rule: string, before: any[], after: any[], options?: PlanOptions): PlanFinding[] {
  return findings(before, after, options).filter(finding => finding.rule === rule);
}

/** The steps of the only StatefulSet, as `create db-0, db-1`. */
export function steps(before: any[], after: any[], options?: PlanOptions): string[] {
  const { pods } = plan(before, after, options).statefulSets[0];
  const numbers = [...new Set(pods.map(({ step }) => step))];
  return numbers.map(number => pods.filter(({ step }) => step === number)
    .map(({ action, name, updated }) => `${action} ${name}${action === 'create' && !updated ? ' (old)' : ''}`).join(', '));
}

/** What becomes of each claim of the only StatefulSet. */
export function claims(before: any[], after: any[], options?: PlanOptions): Record<string, string> {
  return Object.fromEntries(plan(before, after, options).statefulSets[0].claims.map(({ name, fate }) => [name, fate]));
}
