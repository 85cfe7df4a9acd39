import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { Plan, PlanInput } from '../../../src';
import { manifestsOfText } from '../../../src/plan/read/manifests';
import { defaulted } from '../../live/control-plane/defaults';
import { immutableFieldErrors } from '../../live/control-plane/immutable-fields';
import { applied, claimTemplate, live, object, plan, service, statefulSet, template } from '../manifests';

const EXAMPLES = join(__dirname, '../../../examples');
const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter(file => /dist\/[^/]*\.yaml$/.test(file));
const examples: any[] = files.flatMap(file => JSON.parse(JSON.stringify(manifestsOfText(readFileSync(join(EXAMPLES, file), 'utf8'), file))));

/** What is in one sort of object after the change, or nothing where it does not change. */
function changes(before: any[], after: any[]): string[] {
  return plan(before, after).objects.filter(({ action }) => action !== 'unchanged').flatMap(({ kind, changes: fields }) => fields.map(({ path, before: a, after: b }) => `${kind} ${path} ${a} ${b}`));
}

/** The model gives to templates what Kubernetes gives to pods only. */
function asStored(manifest: any): any {
  const stored: any = defaulted(manifest);
  const spec = stored.spec?.template?.spec;
  if (spec) {
    delete spec.enableServiceLinks;
    if (spec.serviceAccountName === 'default') {
      delete spec.serviceAccountName;
    }
    const { enableServiceLinks } = manifest.spec.template.spec;
    Object.assign(spec, enableServiceLinks === undefined ? {} : { enableServiceLinks });
    spec.schedulerName = 'default-scheduler';
    stored.spec.template.metadata.creationTimestamp = null;
    for (const container of [...spec.containers, ...spec.initContainers ?? []]) {
      container.resources ??= {};
      const { resources } = manifest.spec.template.spec.containers.find(({ name }: any) => name === container.name) ?? {};
      container.resources = resources ?? {};
    }
  }
  stored.spec?.volumeClaimTemplates?.forEach((claim: any) => Object.assign(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } }));
  if (stored.kind === 'Service' && stored.spec.clusterIP !== 'None') {
    Object.assign(stored.spec, { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] });
  }
  if (stored.kind === 'Service') {
    Object.assign(stored.spec, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  }
  return stored;
}

describe('what a cluster has of the manifests of the examples', () => {
  const byPlace = examples.filter(({ kind }) => kind !== 'Deployment');

  test.each([
    ['as kubectl apply leaves it', (manifest: any) => applied(manifest, { spec: asStored(manifest).spec, data: asStored(manifest).data })],
    ['as others leave it', (manifest: any) => live(asStored(manifest))],
  ])('is no change, %s', (_, stored) => {
    for (const manifest of byPlace) {
      expect(changes([stored(manifest)], [manifest])).toEqual([]);
    }
    expect(byPlace.length).toBeGreaterThan(20);
  });

  test('is no change of what it is itself', () => {
    const input = PlanInput.fromObjects([...new Map(examples.map(one => [`${one.kind} ${one.metadata.namespace} ${one.metadata.name}`, one])).values()]);
    expect(Plan.between(input, input).isEmpty).toBe(true);
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis
describe('what Kubernetes refuses', () => {
  const label = fc.constantFrom('a', 'b');
  const set = fc.record({
    replicas: fc.nat(4),
    serviceName: label,
    podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'),
    revisionHistoryLimit: fc.constantFrom(5, 10),
    minReadySeconds: fc.nat(2),
    storage: fc.constantFrom('1Gi', '1024Mi', '2Gi'),
    label,
    storageClassName: label,
    image: label,
  }).map(({ storage, label: version, storageClassName, image, ...spec }) => statefulSet({
    ...spec,
    template: template(image),
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    volumeClaimTemplates: [claimTemplate(storage, { storageClassName, volumeMode: 'Filesystem' }, { labels: { version } })],
  }));
  const others = fc.oneof(
    fc.record({ completions: fc.integer({ min: 1, max: 2 }), parallelism: fc.integer({ min: 1, max: 2 }), image: label })
      .map(({ image, ...spec }) => object('batch/v1', 'Job', { spec: { ...spec, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'it', image }] } } } })),
    fc.record({ clusterIP: fc.constantFrom('None', '10.0.0.1'), type: fc.constantFrom('ClusterIP'), port: fc.integer({ min: 80, max: 81 }) })
      .map(({ clusterIP, type, port }) => service({ clusterIP, type, ports: [{ port }] })),
    fc.record({ storage: fc.constantFrom('1Gi', '2Gi'), storageClassName: label })
      .map(({ storage, storageClassName }) => live(object('v1', 'PersistentVolumeClaim', { spec: { storageClassName, resources: { requests: { storage } } } }), { phase: 'Bound' })),
    fc.record({ immutable: fc.boolean(), data: fc.record({ a: label }) }).map(rest => object('v1', 'ConfigMap', rest)),
    fc.record({ immutable: fc.boolean(), type: label, data: fc.record({ a: fc.constantFrom('YQ==', 'Yg==') }) }).map(rest => object('v1', 'Secret', rest)),
    fc.record({ name: label, subject: label }).map(({ name, subject }) => object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
      roleRef: { kind: 'Role', name, apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'User', name: subject }],
    })),
  );

  test.each([
    ['StatefulSets', fc.tuple(set, set)],
    ['other objects', fc.tuple(others, others)],
  ])('is refused of %s, and nothing else', (_, pairs) => {
    const outcomes = { refused: 0, accepted: 0 };
    fc.assert(fc.property(pairs, ([before, after]) => {
      fc.pre(before.kind === after.kind && !isDeepStrictEqual(before, after));
      const [old, now] = [before, after].map(one => JSON.parse(JSON.stringify(one).replaceAll('1024Mi', '1Gi')));
      const refused = immutableFieldErrors(defaulted(old), defaulted(now)).length > 0;
      outcomes[refused ? 'refused' : 'accepted']++;
      expect(plan([before], [after]).objects[0].action === 'refuse').toBe(refused);
    }), { numRuns: 2000 });
    expect(Math.min(outcomes.refused, outcomes.accepted)).toBeGreaterThan(20);
  });
});

describe('a template', () => {
  const pods = (spec: any, metadata: any = {}) => [statefulSet({ template: { metadata: { labels: { app: 'db' }, ...metadata }, spec: { containers: [{ name: 'db', image: 'db:1' }], ...spec } } })];
  const container = (fields: any) => pods({ containers: [{ name: 'db', image: 'db:1', ...fields }] });
  const restarts = (before: any[], after: any[]) => plan(before, after).statefulSets[0].templateChanges;

  test.each([
    ['defaults', container({}), container({ imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' })],
    ['the policy of the newest', container({ image: 'db' }), container({ image: 'db', imagePullPolicy: 'Always' })],
    ['a digest', container({ image: 'host:5000/db@sha256:0' }), container({ image: 'host:5000/db@sha256:0', imagePullPolicy: 'IfNotPresent' })],
    ['amounts', container({ resources: { limits: { cpu: '0.5', memory: '1024Mi' } } }), container({ resources: { limits: { cpu: '500m', memory: '1Gi' } } })],
    ['ports', container({ ports: [{ containerPort: 80 }] }), container({ ports: [{ containerPort: 80, protocol: 'TCP' }] })],
    ['probes', container({ readinessProbe: { httpGet: { port: 80 } }, livenessProbe: { grpc: { port: 80 } } }),
      container({ readinessProbe: { httpGet: { port: 80, path: '/', scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 1 }, livenessProbe: { grpc: { port: 80, service: '' } } })],
    ['hooks', container({ lifecycle: { preStop: { httpGet: { port: 80 } } } }), container({ lifecycle: { preStop: { httpGet: { port: 80, path: '/' } } } })],
    ['fields', container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } }] })],
    ['accounts', pods({ serviceAccountName: 'a' }), pods({ serviceAccountName: 'a', serviceAccount: 'a' })],
    ['the network of the node', pods({ hostNetwork: true, containers: [{ name: 'db', image: 'db:1', ports: [{ containerPort: 80 }] }] }),
      pods({ hostNetwork: true, containers: [{ name: 'db', image: 'db:1', ports: [{ containerPort: 80, hostPort: 80 }] }] })],
    ['volumes', pods({ volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'c' } }, { name: 'd', hostPath: { path: '/' } }, { name: 'e', emptyDir: { sizeLimit: '1024Mi' } }] }),
      pods({ volumes: [{ name: 'a', emptyDir: {} }, { name: 'b', configMap: { name: 'c', defaultMode: 420 } }, { name: 'd', hostPath: { path: '/', type: '' } }, { name: 'e', emptyDir: { sizeLimit: '1Gi' } }] })],
    ['projections', pods({ volumes: [{ name: 'a', projected: { sources: [{ serviceAccountToken: { path: 't' } }, { downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name' } }] } }] } }] }),
      pods({
        volumes: [{
          name: 'a',
          projected: {
            defaultMode: 420,
            sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } },
              { downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } }] } }],
          },
        }],
      })],
    ['fields in files', pods({ volumes: [{ name: 'a', downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name' } }] } }] }),
      pods({ volumes: [{ name: 'a', downwardAPI: { defaultMode: 420, items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } }] } }] })],
    ['claims of pods', pods({ volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: { spec: { dataSource: { name: 's' } } } } }] }),
      pods({ volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: { spec: { dataSource: { name: 's' }, dataSourceRef: { name: 's' }, volumeMode: 'Filesystem' } } } }] })],
    ['what is empty', pods({ securityContext: {}, nodeSelector: null, tolerations: [] }), pods({})],
  ])('does not change by %s that are stated', (_, before, after) => {
    expect(restarts(before, after)).toBe(false);
    expect(restarts(before.map(one => live(one)), after)).toBe(false);
  });

  test.each([
    ['an annotation', pods({}), pods({}, { annotations: { at: 'now' } })],
    ['the order of variables', container({ env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }] }), container({ env: [{ name: 'B', value: '2' }, { name: 'A', value: '1' }] })],
    ['the kind of a unit', container({ resources: { limits: { memory: '1Gi' } } }), container({ resources: { limits: { memory: '1073741824' } } })],
    ['what is there no more', container({ args: ['a'] }), container({})],
    ['arguments', container({ args: ['a'] }), container({ args: ['b'] })],
    ['a volume of another kind', pods({ volumes: [{ name: 'a', emptyDir: {} }] }), pods({ volumes: [{ name: 'a', configMap: { name: 'c' } }] })],
    ['an empty volume', pods({ volumes: [{ name: 'a', emptyDir: {} }] }), pods({ volumes: [{ name: 'a', emptyDir: { medium: 'Memory' } }] })],
  ])('changes by %s', (_, before, after) => {
    expect(restarts(before, after)).toBe(true);
  });
});

describe('other kinds', () => {
  const workload = (kind: string, spec: any) => [object('apps/v1', kind, { spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: {} }, ...spec } })];

  test.each([
    ['Deployment', workload('Deployment', {}), workload('Deployment', { replicas: 1, minReadySeconds: 0, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } })],
    ['DaemonSet', workload('DaemonSet', {}), workload('DaemonSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } })],
    ['DaemonSet by hand', workload('DaemonSet', { updateStrategy: { type: 'OnDelete' } }), workload('DaemonSet', { updateStrategy: { type: 'OnDelete' }, revisionHistoryLimit: 10 })],
    ['ReplicaSet', workload('ReplicaSet', {}), workload('ReplicaSet', { replicas: 1 })],
    ['Deployment that changes its strategy', workload('Deployment', { strategy: { type: 'Recreate' } }), workload('Deployment', { strategy: { type: 'Recreate' }, replicas: 1 })],
    ['CronJob', [object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec: {} } } } } })],
      [object('batch/v1', 'CronJob', { spec: { suspend: false, jobTemplate: { spec: { template: { spec: { restartPolicy: 'Always' } } } } } })]],
    ['Job', [object('batch/v1', 'Job', { spec: { parallelism: 2, template: {} } })], [object('batch/v1', 'Job', { spec: { parallelism: 2, backoffLimit: 6, template: { spec: {} } } })]],
    ['Job of one pod', [object('batch/v1', 'Job', { spec: { template: {} } })], [object('batch/v1', 'Job', { spec: { completions: 1, parallelism: 1, template: {} } })]],
    ['Pod', [object('v1', 'Pod', { spec: { containers: [] } })], [object('v1', 'Pod', { spec: { serviceAccountName: 'default' } })]],
    ['Service', [service({ type: 'LoadBalancer', clusterIP: undefined, sessionAffinity: 'ClientIP', ports: [{ port: 80 }] })],
      [service({ type: 'LoadBalancer', clusterIP: undefined, sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } }, externalTrafficPolicy: 'Cluster', ports: [{ port: 80, targetPort: 80 }] })]],
    ['ExternalName', [service({ type: 'ExternalName', clusterIP: undefined })], [service({ type: 'ExternalName', clusterIP: undefined, sessionAffinity: 'None' })]],
    ['PersistentVolume', [object('v1', 'PersistentVolume')], [object('v1', 'PersistentVolume', { spec: { volumeMode: 'Filesystem' } })]],
    ['Secret', [object('v1', 'Secret', { stringData: { a: 'b' } })], [object('v1', 'Secret', { data: { a: 'Yg==' }, type: 'Opaque' })]],
    ['Namespace', [object('v1', 'Namespace')], [object('v1', 'Namespace', {}, { labels: { 'kubernetes.io/metadata.name': 'it' } })]],
    ['NetworkPolicy', [object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, egress: [{ ports: [{ port: 1 }] }] } })],
      [object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, egress: [{ ports: [{ port: 1, protocol: 'TCP' }] }], policyTypes: ['Ingress', 'Egress'] } })]],
    ['PriorityClass', [object('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 })], [object('scheduling.k8s.io/v1', 'PriorityClass', { value: 1, preemptionPolicy: 'PreemptLowerPriority' })]],
    ['RoleBinding', [object('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { name: 'a' }, subjects: [{ kind: 'ServiceAccount', name: 'a' }] })],
      [object('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { name: 'a', apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'ServiceAccount', name: 'a', apiGroup: '' }] })]],
  ])('a %s does not change by defaults that are stated', (_, before, after) => {
    expect(changes(before, after)).toEqual([]);
  });

  test('of which nothing is known pass untouched', () => {
    const strange = [object('example.com/v1', 'Database', { spec: { template: 1, list: [{ name: 'a' }, 1], empty: {}, nothing: [] }, other: true })];
    expect(changes(strange, strange)).toEqual([]);
    expect(changes(strange, [{ ...strange[0], other: false }])).toEqual(['Database other true false']);
    expect(changes([live(strange[0])], [{ ...strange[0], spec: { ...strange[0].spec, list: [{ name: 'b' }] } }]))
      .toEqual(['Database spec.list [{"name":"a"},1] [{"name":"b"}]']);
  });

  test('must have the form that they have', () => {
    expect(() => plan([], [object('apps/v1', 'StatefulSet', { spec: 'none' })])).toThrow('StatefulSet it: spec: must be an object');
    expect(() => plan([], [object('v1', 'Service', { spec: 1 })])).toThrow('Service it: spec: must be an object');
  });
});

test('a divisor that the server writes is none that somebody stated', () => {
  const withEnv = (divisor?: string) => statefulSet({ template: template('db:1', { env: [{ name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor } } }] }) });
  expect(changes([live(withEnv('0'))], [withEnv()])).toEqual([]);
  expect(changes([live(withEnv('1000m'))], [withEnv('1')])).toEqual([]);
  expect(changes([live(withEnv('1'))], [withEnv('1m')])).toHaveLength(1);
});
