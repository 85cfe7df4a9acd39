import { applied, found, live, object, plan, service, statefulSet, template } from '../manifests';

/** The fields that change, with their values. */
function changes(before: any[], after: any[]): string[] {
  return plan(before, after).objects.flatMap(({ changes: fields }) => fields.map(({ path, before: a, after: b }) => `${path}: ${a} -> ${b}`));
}

const manifest = object('apps/v1', 'Deployment', {
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'web', image: 'web:1', args: ['x'] }] },
    },
  },
});
const spec = (containers: any[], rest: any = {}) => ({
  spec: { ...manifest.spec, ...rest, template: { ...manifest.spec.template, spec: { containers } } },
});
const injected = { name: 'proxy', image: 'proxy:1' };

describe('kubectl apply', () => {
  test('keeps what others have set', () => {
    const scaled = applied(manifest, spec([manifest.spec.template.spec.containers[0], injected], { replicas: 7 }));
    expect(changes([scaled], [manifest])).toEqual([]);
  });

  test('takes back what was stated before and is not any more', () => {
    const without = { ...manifest, ...spec([{ name: 'web', image: 'web:1' }]) };
    expect(changes([applied(manifest)], [without])).toEqual(['spec.template.spec.containers[web].args: ["x"] -> undefined']);
    const two = { ...manifest, ...spec([manifest.spec.template.spec.containers[0], injected]) };
    expect(changes([applied(two)], [manifest])).toEqual(['spec.template.spec.containers[proxy]: {"name":"proxy","image":"proxy:1","imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev... -> undefined']);
  });

  test('takes back what is stated to be nothing', () => {
    const paused = (value: any) => spec(manifest.spec.template.spec.containers, { paused: value });
    expect(changes([applied(manifest, paused(true))], [{ ...manifest, ...paused(null) }]))
      .toEqual(['spec.paused: true -> undefined']);
  });

  test('replaces a list whose items cannot be told apart', () => {
    const ports = (...list: any[]) => [service({ ports: list, clusterIP: undefined })];
    expect(changes(ports({ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }), ports({ port: 53, protocol: 'UDP' }))).toHaveLength(1);
  });

  test('keeps the partition that somebody patched', () => {
    const patched = applied(statefulSet(), { spec: { ...statefulSet().spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } });
    const { heldBack, pods } = plan([patched], [statefulSet({ template: template('db:2') })]).statefulSets[0];
    expect([heldBack, pods.map(({ name }) => name)]).toEqual([['db-0', 'db-1'], ['db-2']]);
  });

  test('is told what was stated by a note that can be read, or not at all', () => {
    const broken = live(manifest, {}, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{' } });
    const list = live(manifest, {}, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '[]' } });
    expect(changes([broken], [manifest])).toEqual([]);
    expect(changes([list], [manifest])).toEqual([]);
  });
});

describe('server-side apply', () => {
  const fields = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:name': {}, 'f:image': {}, 'f:args': {} }, 'k:broken': {} } } }, 'f:gone': {} } };
  const owned = (more: any[] = []) => live({ ...manifest, ...spec([manifest.spec.template.spec.containers[0], injected], { replicas: 7 }) }, {}, {
    finalizers: ['a', 'b'],
    managedFields: [{ manager: 'me', operation: 'Apply', fieldsV1: fields }, { manager: 'scaler', operation: 'Update', fieldsV1: {} }, ...more],
  });

  test('keeps what others own, and takes back what is not stated any more', () => {
    expect(changes([owned()], [manifest])).toEqual([]);
    expect(changes([owned()], [{ ...manifest, ...spec([{ name: 'web', image: 'web:1' }]) }])).toEqual(['spec.template.spec.containers[web].args: ["x"] -> undefined']);
  });

  test('knows the fields of several', () => {
    const more = [
      { manager: 'b', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} }, 'f:metadata': { 'f:finalizers': { 'v:"b"': {} } } } },
      { manager: 'c', operation: 'Apply' },
      { manager: 'f', operation: 'Apply', fieldsV1: { 'f:kind': 1 } },
      { manager: 'e', operation: 'Apply', fieldsV1: fields },
      { manager: 'd', operation: 'Apply', subresource: 'status', fieldsV1: {} },
    ];
    expect(changes([owned(more)], [{ ...manifest, metadata: { ...manifest.metadata, finalizers: ['a'] } }]))
      .toEqual(['metadata.finalizers: ["a","b"] -> ["a"]', 'spec.replicas: 7 -> 1']);
  });
});

describe('an object of a cluster that says neither', () => {
  test('loses what is not stated, but what the server has set', () => {
    const ip = live(service({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80 }], externalName: 'x' }));
    expect(changes([ip], [service({ clusterIP: undefined, ports: [{ port: 80 }] })])).toEqual(['spec.externalName: "x" -> undefined']);
  });

  test('may have no spec', () => {
    expect(changes([live(object('v1', 'ConfigMap', { data: { a: '1' } }))], [object('v1', 'ConfigMap', { data: { b: '1' } })])).toEqual(['data.a: "1" -> undefined', 'data.b: undefined -> "1"']);
  });
});

describe('the same object', () => {
  const config = (data: any, metadata: any = {}) => object('v1', 'ConfigMap', { data }, metadata);
  const actions = (before: any[], after: any[], options?: any) => plan(before, after, options).objects.map(({ action, namespace, name }) => `${action} ${namespace ?? '-'}/${name}`);

  test('is found in the one namespace that has it, where a manifest names none', () => {
    expect(actions([live(config({ a: '1' }))], [config({ a: '1' })])).toEqual(['unchanged default/it']);
    expect(actions([config({})], [config({}, { namespace: 'shop' })])).toEqual(['unchanged shop/it']);
    expect(actions([config({}, { namespace: 'a' }), config({}, { namespace: 'b' })], [config({})])).toEqual(['create -/it', 'delete a/it', 'delete b/it']);
    expect(actions([config({}, { namespace: 'a' })], [config({}, { namespace: 'b' })])).toEqual(['create b/it', 'delete a/it']);
    expect(actions([config({}, { namespace: 'a' }), config({}, { namespace: 'b' })], [config({})], { namespace: 'b' })).toEqual(['unchanged b/it', 'delete a/it']);
  });

  test('may have another version', () => {
    expect(actions([object('policy/v1beta1', 'PodDisruptionBudget')], [object('policy/v1', 'PodDisruptionBudget')])).toEqual(['unchanged -/it']);
  });

  test('is not there twice', () => {
    expect(() => plan([], [config({}), config({})])).toThrow('after: ConfigMap it is there twice');
  });

  test('is not what a controller has made', () => {
    const owned = live(config({}), {}, { ownerReferences: [{ controller: true }] });
    expect(plan([owned, live(object('v1', 'Event'))], [])).toMatchObject({ objects: [], isEmpty: true });
    expect(plan([owned], [owned]).objects).toEqual([]);
  });

  test('is deleted only where it was applied', () => {
    expect(actions([live(config({}))], [])).toEqual([]);
    expect(actions([applied(config({}))], [])).toEqual(['delete default/it']);
    expect(actions([live(config({}), {}, { managedFields: [{ operation: 'Apply' }] })], [])).toEqual(['delete default/it']);
  });
});

test('a Deployment may change its strategy, a StatefulSet may not', () => {
  const recreate = { ...manifest, ...spec(manifest.spec.template.spec.containers, { strategy: { type: 'Recreate' } }) };
  expect(changes([applied(manifest, spec(manifest.spec.template.spec.containers, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } }))], [recreate]))
    .toEqual(['spec.strategy.rollingUpdate: {"maxSurge":1,"maxUnavailable":"25%"} -> undefined', 'spec.strategy.type: "RollingUpdate" -> "Recreate"']);
  expect(found('update-strategy-contradiction', [statefulSet()], [statefulSet({ updateStrategy: { type: 'OnDelete' } })])).toHaveLength(1);
});
