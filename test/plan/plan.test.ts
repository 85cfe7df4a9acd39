import * as fc from 'fast-check';
import { applied, claim, etcd, findings, live, object, plan, pod, service, statefulSet, template } from './manifests';
import { CASES } from './rules/cases';
import { Plan, PlanAction, PlanInput, PlanSeverity } from '../../src';
import { SERVER_RULES } from '../../src/plan/rules/all-rules';

const word = fc.constantFrom('a', 'b', 'web', 'db');
const labels = fc.dictionary(word, word, { maxKeys: 2 });
const anyValue = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small' }, word, fc.nat(3), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(word, fc.constantFrom('name', 'constructor', 'toString', 'containers', 'spec', 'ports')), tie('value'), { maxKeys: 3 })),
})).value;

const anySet = fc.record({
  replicas: fc.nat(5),
  podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'),
  serviceName: word,
  minReadySeconds: fc.nat(2),
  ordinals: fc.record({ start: fc.nat(3) }),
  updateStrategy: fc.oneof(fc.constant({ type: 'OnDelete' }), fc.record({ rollingUpdate: fc.record({ partition: fc.nat(4) }) })),
  persistentVolumeClaimRetentionPolicy: fc.record({ whenScaled: fc.constantFrom('Retain', 'Delete') }),
  template: fc.record({
    metadata: fc.constant({ labels: { app: 'db' } }),
    spec: fc.record({
      containers: fc.uniqueArray(
        fc.record({ name: word, image: word, env: fc.array(fc.record({ name: word, value: word }), { maxLength: 2 }) }),
        { selector: ({ name }) => name },
      ),
    }),
  }),
}, { requiredKeys: ['replicas', 'template', 'serviceName'] }).map(spec => statefulSet(spec));
const anyObject = fc.oneof(
  anySet,
  fc.record({ data: labels, name: word }).map(({ name, ...rest }) => object('v1', 'ConfigMap', rest, { name })),
  fc.record({ selector: labels, clusterIP: fc.constantFrom('None', '10.0.0.1') }).map(spec => service(spec)),
  fc.record({
    spec: anyValue,
    name: word,
    kind: fc.constantFrom('Database', 'Pod', 'constructor', 'Ingress', 'Role'),
    group: fc.constantFrom('example.com/v1', 'rbac.authorization.k8s.io/v1', 'acme/v1'),
  })
    .map(({ spec, kind, group, name }) => object(group, kind, { spec }, { name })),
);
const objects = fc.uniqueArray(anyObject, { maxLength: 5, selector: ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}` });

describe('a plan', () => {
  test('between something and itself is empty', () => {
    fc.assert(fc.property(objects, given => {
      const made = plan(given, given);
      expect(made.isEmpty).toBe(true);
      expect(made.objects.map(({ action }) => action)).toEqual(given.map(() => 'unchanged'));
    }), { numRuns: 1000 });
  });

  test('between a cluster and what was applied to it is empty', () => {
    fc.assert(fc.property(objects, given => {
      expect(plan(given.map(one => applied(one)), given).isEmpty).toBe(true);
    }), { numRuns: 500 });
  });

  test('refuses what is refused, whatever else changes', () => {
    const refused = fc.constantFrom(...SERVER_RULES.map(({ id }) => id));
    fc.assert(fc.property(refused, objects, objects, labels, (id, before, after, annotations) => {
      const [[old], [now]] = [[CASES[id].found[0][0]], CASES[id].found[1]];
      const others = (list: any[]) => list.filter(({ kind }) => kind !== now.kind);
      const changed = { ...now, metadata: { ...now.metadata, annotations, labels: annotations } };
      if (now.kind === 'StatefulSet') {
        changed.spec = { ...now.spec, replicas: Object.keys(annotations).length, minReadySeconds: 7 };
      }
      const made = plan([...old === undefined ? [] : [old], ...others(before)], [...others(after), changed]);
      expect(made.isRefused).toBe(true);
      expect(made.findings).toContainEqual(expect.objectContaining({ rule: id, severity: 'refuse', kind: now.kind }));
      expect(made.objects.find(({ kind, name }) => kind === now.kind && name === now.metadata.name)!.action).toBe('refuse');
    }), { numRuns: 1000 });
  });

  test('knows each object once, and prints without an error', () => {
    fc.assert(fc.property(objects, objects, (before, after) => {
      const made = plan(before, after);
      const names = made.objects.map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`);
      expect(new Set(names).size).toBe(names.length);
      expect(made.toText()).toContain(made.isRefused ? 'do not apply this' : '');
      expect(made.toMarkdown()).toMatch(/^## /);
      expect(JSON.parse(JSON.stringify(made.toJson()))).toEqual(made.toJson());
    }), { numRuns: 500 });
  });

  test('says what becomes of each object', () => {
    const before = [object('v1', 'ConfigMap', { data: { a: '1' } }, { name: 'a' }), object('v1', 'ConfigMap', {}, { name: 'b' }), service()];
    const after = [object('v1', 'ConfigMap', { data: { a: '2' } }, { name: 'a' }), object('v1', 'ConfigMap', {}, { name: 'c', namespace: 'x' }), service({ clusterIP: '10.0.0.1' })];
    expect(plan(before, after).objects).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', action: PlanAction.UPDATE, changes: [{ path: 'data.a', before: '"1"', after: '"2"' }] },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', namespace: 'x', action: PlanAction.CREATE, changes: [] },
      { apiVersion: 'v1', kind: 'Service', name: 'db', action: PlanAction.REFUSE, changes: [{ path: 'spec.clusterIP', before: '"None"', after: '"10.0.0.1"' }] },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'b', action: PlanAction.DELETE, changes: [] },
    ]);
  });

  test('says the worst first', () => {
    const made = findings([statefulSet({ replicas: 5 })], [statefulSet({ replicas: 2 }, { name: 'db2' }), service({}, { name: 'x' })]);
    const order = Object.values(PlanSeverity);
    expect(made.map(({ severity }) => order.indexOf(severity))).toEqual(made.map(({ severity }) => order.indexOf(severity)).sort());
    const [refused, ...rest] = findings([statefulSet()], [statefulSet({ serviceName: 'x', template: template('db:2'), replicas: 0 })]);
    expect([refused.rule, ...rest.map(({ rule }) => rule)]).toEqual(['statefulset-service-name', 'scale-to-zero']);
  });

  test('is not refused where everything is waived, and moves as if it were done', () => {
    const waived = statefulSet({ serviceName: 'x', template: template('db:2') }, { annotations: { 'cdk8s-stateful/plan-waive.statefulset-service-name': 'replaced by hand' } });
    const made = plan([statefulSet()], [waived]);
    expect(made.isRefused).toBe(false);
    expect(made.statefulSets[0]).toMatchObject({ action: 'update', pods: [{ name: 'db-2' }, { name: 'db-1' }, { name: 'db-0' }] });
  });

  test('shows no secret', () => {
    const secret = (password: string, immutable = false) => object('v1', 'Secret', { stringData: { password }, immutable, type: 'Opaque' });
    const made = plan([secret('hunter2', true), object('v1', 'Secret', { data: { k: 'aHVudGVyMg==' } }, { name: 'b' })], [secret('hunter3'), object('v1', 'Secret', { data: {} }, { name: 'b' })]);
    expect(made.findings.length).toBeGreaterThan(0);
    for (const text of [made.toText(), made.toMarkdown(), JSON.stringify(made.toJson())]) {
      expect(text).not.toMatch(/hunter|aHVudGVy/);
      expect(text).toContain('(hidden)');
    }
  });

  test('of a thousand StatefulSets on each side takes seconds at most', () => {
    const text = (image: string) => Array.from({ length: 1000 }, (_, i) => JSON.stringify({ ...etcd({ image }), metadata: { name: `db${i}` } })).join('\n---\n');
    const [before, after] = [text('etcd:v3.6.14'), text('etcd:v3.6.15')];
    const start = process.cpuUsage();
    const made = Plan.between(PlanInput.fromText(before), PlanInput.fromText(after));
    // time of this process, so that other tests do not count; measuring coverage does.
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(3000);
    expect(made.statefulSets).toHaveLength(1000);
  });
});

describe('findings about what runs', () => {
  const status = { replicas: 3, readyReplicas: 2, currentRevision: 'db-old', updateRevision: 'db-new', updatedReplicas: 1 };
  const rules = (before: any[], after: any[]) => findings(before, after).map(({ rule, message }) => `${rule}: ${message}`);
  const next = statefulSet({ template: template('db:2') });

  test('name the pod that is not ready', () => {
    expect(findings([live(statefulSet()), pod('db', 0), pod('db', 1, { ready: false }), pod('db', 2)], [next])).toContainEqual(expect.objectContaining({
      rule: 'stuck-rollout', message: 'db-1 is not ready, and nothing is replaced until they are', mend: ['apply', 'kubectl -n default delete pod db-1'],
    }));
    expect(rules([live(statefulSet(), status), pod('db', 0, { ready: false }), pod('db', 1, { ready: false })], [next]))
      .toContain('stuck-rollout: db-0 and db-1 are not ready, and nothing is replaced until they are');
    expect(rules([live(statefulSet(), { replicas: 3 })], [next])).toContain('stuck-rollout: 0 of 3 pods are ready, and nothing is replaced until all are');
  });

  test('know that a rollout is not finished', () => {
    expect(rules([live(statefulSet(), status)], [next])).toContain('two-revisions: 1 of 3 pods have the template from the last change');
    expect(rules([live(statefulSet(), { ...status, updatedReplicas: undefined })], [next])).toContain('two-revisions: 0 of 3 pods have the template from the last change');
    expect(rules([live(statefulSet(), { ...status, currentRevision: 'db-new' })], [next]).join()).not.toContain('two-revisions');
  });

  test('are not given for what nobody prunes', () => {
    expect(plan([statefulSet(), object('v1', 'Namespace')], [], { prune: false }).findings).toEqual([]);
  });

  test('say which data are lost with a StatefulSet', () => {
    const gone = statefulSet({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } });
    expect(findings([gone], [])).toMatchObject([{ rule: 'statefulset-deleted', severity: 'refuse', message: 'its 3 pods stop at once, and data-db-0, data-db-1 and data-db-2 and the data on them are deleted' }]);
    expect(rules([statefulSet({ volumeClaimTemplates: undefined })], [])).toEqual(['statefulset-deleted: its 3 pods stop at once']);
    expect(rules([statefulSet({ volumeClaimTemplates: undefined, replicas: 1 })], [])).toEqual(['statefulset-deleted: its pod stops at once']);
  });

  test('say that no data are left at zero replicas', () => {
    const policy = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } };
    expect(findings([statefulSet(policy)], [statefulSet({ ...policy, replicas: 0 })])).toMatchObject([
      { rule: 'scale-in-deletes-claims', severity: 'refuse', message: 'data-db-0, data-db-1 and data-db-2 and the data on them are deleted: no data are left' },
      { rule: 'scale-to-zero', severity: 'warn' },
    ]);
  });

  test('say that no data are left where the ordinals move past the last pod', () => {
    const policy = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } };
    const moved = (start: number) => findings([statefulSet(policy)], [statefulSet({ ...policy, ordinals: { start } })])
      .find(({ rule }) => rule === 'scale-in-deletes-claims');
    expect(moved(3)).toMatchObject({
      severity: 'refuse',
      message: 'data-db-0, data-db-1 and data-db-2 and the data on them are deleted: no data are left',
      change: { path: 'spec.ordinals.start', before: '0', after: '3' },
    });
    expect(moved(2)).toMatchObject({ severity: 'warn', message: 'data-db-0 and data-db-1 and the data on them are deleted' });
  });

  test('know a StatefulSet by another name or in another namespace', () => {
    expect(rules([statefulSet()], [statefulSet({ selector: { matchLabels: { app: 'y' } }, template: { ...template(), metadata: { labels: { app: 'y' } } } }, { name: 'y' })])[0])
      .toBe('statefulset-renamed: it becomes \'y\', another StatefulSet that starts with empty disks; data-db-0, data-db-1 and data-db-2 stay behind');
    expect(rules([statefulSet({}, { namespace: 'a' })], [statefulSet({}, { namespace: 'b' })])).toContain(
      'statefulset-renamed: it becomes \'db\' of namespace \'b\', another StatefulSet that starts with empty disks; data-db-0, data-db-1 and data-db-2 stay behind');
    expect(rules([statefulSet({ replicas: 1 })], [statefulSet({}, { name: 'x' })])).toContain('statefulset-renamed: it becomes \'x\', another StatefulSet that starts with empty disks; data-db-0 stays behind');
    const bare = { volumeClaimTemplates: undefined };
    expect(findings([statefulSet(bare)], [statefulSet(bare, { name: 'x' })])).toContainEqual(expect.objectContaining({ rule: 'statefulset-renamed', severity: 'warn' }));
    expect(rules([statefulSet({ replicas: 1 }, { namespace: 'a' })], [statefulSet(), statefulSet({}, { name: 'db', namespace: 'c' })])).toContain(
      'statefulset-renamed: it becomes \'db\' of namespace \'default\', another StatefulSet that starts with empty disks; data-db-0 stays behind');
    const bareSets = ['y', 'z'].map(image => statefulSet({ selector: undefined, template: template(image) }, { name: image }));
    expect(rules([bareSets[0]], [bareSets[1]]).join()).not.toContain('statefulset-renamed');
    const other = statefulSet({ selector: { matchLabels: { app: 'z' } }, template: { metadata: { labels: { app: 'z' } }, spec: { containers: [{ name: 'z', image: 'z' }] } } }, { name: 'z' });
    expect(rules([statefulSet()], [other]).join()).not.toContain('statefulset-renamed');
  });

  test('know a governing service that selects other pods', () => {
    expect(rules([service(), statefulSet()], [service({ selector: { app: 'x' } }), statefulSet()])).toEqual(['governing-service-gone: the service \'db\' does not select the pods, so that their names do not resolve']);
    expect(rules([], [service({ selector: undefined }), statefulSet()])).toEqual([]);
    const byHand = (publishNotReadyAddresses: boolean) => [service({ selector: undefined, publishNotReadyAddresses }), statefulSet()];
    expect(rules(byHand(false), byHand(true))).toEqual([]);
  });

  test.each([
    { selector: undefined },
    { type: 'ExternalName', externalName: 'db.example.com' },
  ])('know a governing service that selects no more: %j', (spec) => {
    expect(findings([service(), statefulSet()], [service(spec), statefulSet()])).toContainEqual(expect.objectContaining({
      rule: 'governing-service-gone', severity: 'refuse', message: 'the service \'db\' does not select the pods, so that their names do not resolve',
    }));
  });

  test('tell how many claims are used again', () => {
    const many = Array.from({ length: 8 }, (_, i) => claim(`data-db-${i + 3}`));
    expect(findings([live(statefulSet()), ...many], [statefulSet({ replicas: 11 })])).toContainEqual(expect.objectContaining({
      rule: 'claims-reused', mend: ['if they are to start empty: kubectl -n default delete pvc NAME, for each, before you apply'],
    }));
    expect(findings([statefulSet({ replicas: 11 })], [statefulSet({ replicas: 1 })])[0].mend).toEqual(['if the data are not needed: kubectl delete pvc NAME, for each']);
  });

  test('give one loop for many claims', () => {
    const big = (storage: string) => statefulSet({ replicas: 5, ordinals: { start: 2 }, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage } } } }] });
    expect(findings([big('1Gi')], [big('2Gi')])[0].mend[0])
      .toBe('for i in $(seq 2 6); do kubectl patch pvc data-db-$i -p \'{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}\'; done');
  });

  test('say where the data of a disk are that cannot shrink', () => {
    const unmounted = (storage: string) => statefulSet({ template: template('db', { volumeMounts: [] }), volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage } } } }] });
    expect(findings(...CASES['claim-template-shrunk'].found)[0].mend[2]).toMatch(/; it is at \/data of db$/);
    expect(findings([unmounted('2Gi')], [unmounted('1Gi')])[0].mend[2]).toMatch(/restore\)$/);
  });

  test('know a claim that is mounted nowhere, or in another part of it', () => {
    const mounted = (volumeMounts: any[]) => statefulSet({ template: template('db', { volumeMounts }) });
    const at = { name: 'data', mountPath: '/data' };
    expect(rules([mounted([at])], [mounted([])])).toContain('claim-mount-moved: \'db\' does not mount the claim \'data\' any more');
    expect(findings([mounted([at])], [mounted([{ ...at, subPath: 'x' }])])[0].change).toMatchObject({ before: '"/data"', after: '"/data of x"' });
  });

  test('know each of the places at which a claim is mounted, in whatever order', () => {
    const at = (mountPath: string) => ({ name: 'data', mountPath });
    const moved = (before: any, after: any) => findings([statefulSet({ template: template('db', before) })], [statefulSet({ template: template('db', after) })])
      .filter(({ rule }) => rule === 'claim-mount-moved').map(({ change }) => [change!.path, change!.before, change!.after]);
    const path = 'spec.template.spec.containers[db].volumeMounts';
    expect(moved({ volumeMounts: [at('/a'), at('/b')] }, { volumeMounts: [at('/x'), at('/b')] })).toEqual([[path, '"/a, /b"', '"/b, /x"']]);
    expect(moved({ volumeMounts: [at('/a'), at('/b')] }, { volumeMounts: [at('/b')] })).toEqual([[path, '"/a, /b"', '"/b"']]);
    expect(moved({ volumeMounts: [at('/a'), at('/b')] }, { volumeMounts: [at('/b'), at('/a')] })).toEqual([]);
    const device = (devicePath: string) => ({ volumeMounts: [], volumeDevices: [{ name: 'data', devicePath }] });
    expect(moved(device('/dev/b'), device('/dev/c'))).toEqual([['spec.template.spec.containers[db].volumeDevices', '"/dev/b"', '"/dev/c"']]);
  });

  test('know a claim that an init container finds elsewhere', () => {
    const prepared = (mountPath: string) => {
      const own = template('db');
      return statefulSet({ template: { ...own, spec: { ...own.spec, initContainers: [{ name: 'init', image: 'db', volumeMounts: [{ name: 'data', mountPath }] }] } } });
    };
    expect(findings([prepared('/a')], [prepared('/b')])).toContainEqual(expect.objectContaining({
      rule: 'claim-mount-moved',
      message: '\'init\' finds the claim \'data\' at another place',
      change: expect.objectContaining({ path: 'spec.template.spec.initContainers[init].volumeMounts' }),
    }));
  });

  test('know what is fixed of an address and of a selector', () => {
    const ip = (clusterIP?: string) => service({ clusterIP, ports: [{ port: 80 }] });
    expect(rules([ip('10.0.0.1')], [ip('10.0.0.2')])).toEqual(['service-cluster-ip: Kubernetes refuses another clusterIP']);
    expect(rules([ip()], [ip('10.0.0.2')])).toEqual([]);
    expect(rules([service({ type: 'ExternalName' })], [ip('10.0.0.2')])).toEqual([]);
    expect(rules([service()], [service({ clusterIP: undefined, type: 'LoadBalancer' })])).toEqual(['service-cluster-ip: Kubernetes refuses the type LoadBalancer for a headless service', 'service-stays-headless: clusterIP is not stated any more, and the server keeps None: no client gets an address']);
    expect(rules([], [service({ type: 'NodePort' })])).toEqual(['service-cluster-ip: Kubernetes refuses the type NodePort for a headless service']);
    expect(rules([], [statefulSet({ selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } })])).toEqual([]);
  });

  test('compare claim templates as a whole where they have no names, or other ones', () => {
    const nameless = (a: string) => statefulSet({ volumeClaimTemplates: [{ metadata: {}, spec: { a } }] });
    expect(findings([nameless('1')], [nameless('2')]).map(({ rule }) => rule)).toEqual(['claim-template-changed']);
    expect(findings([statefulSet({ volumeClaimTemplates: [] })], [statefulSet({ volumeClaimTemplates: ['x'] })]).map(({ rule }) => rule)).toEqual(['claim-template-changed']);
    expect(findings([statefulSet({ volumeClaimTemplates: ['y'] })], [statefulSet({ volumeClaimTemplates: ['x'] })]).map(({ rule }) => rule)).toEqual(['claim-template-changed']);
    const two = (...names: string[]) => statefulSet({ volumeClaimTemplates: names.map(name => ({ metadata: { name }, spec: {} })) });
    expect(findings([two('a', 'b')], [two('b', 'a')]).map(({ rule }) => rule)).toEqual(['claim-template-changed']);
    expect(findings([two('a')], [two('a', 'b')]).map(({ change }) => change!.path)).toEqual(['spec.volumeClaimTemplates[b]']);
  });
});
