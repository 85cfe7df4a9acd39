import { applied, findings, live, object, plan, service, statefulSet, template } from '../manifests';

const rules = (before: any[], after: any[]) => findings(before, after).map(({ rule, message }) => `${rule}: ${message}`);

describe('what the API server refuses', () => {
  test('knows what the server keeps of a Service that is stated anew', () => {
    const at = (spec: any) => service({ clusterIP: undefined, type: 'NodePort', ports: [{ port: 80 }], ...spec });
    const allocated = { clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
    const running = at({ ...allocated, ports: [{ port: 80, nodePort: 30080 }, { port: 81, nodePort: 30081 }] });
    const changes = (before: any, after: any) => plan([before], [after]).objects[0].changes.map(({ path }) => path);
    expect(changes(live(running), at({}))).toEqual(['spec.ports[81]']);
    expect(changes(applied(running), at({}))).toEqual(['spec.ports[81]']);
    expect(changes(live(running), at({ type: 'ClusterIP' }))).toContain('spec.ports[80].nodePort');
    expect(changes(live(running), at({ ports: [{ port: 80, nodePort: 31000 }, { port: 81 }] }))).toEqual(['spec.ports[80].nodePort']);
  });

  test('knows what is fixed of a Service besides', () => {
    const families = (...ipFamilies: string[]) => service({ clusterIP: undefined, ipFamilies });
    expect(rules([families('IPv4')], [families('IPv6')])).toEqual(['service-fixed-field: Kubernetes refuses another ipFamilies of a Service']);
    const local = (healthCheckNodePort?: number, type = 'LoadBalancer') => service({ clusterIP: undefined, type, externalTrafficPolicy: 'Local', healthCheckNodePort });
    expect(rules([local(31000)], [local(31001)])).toEqual(['service-fixed-field: Kubernetes refuses another healthCheckNodePort of a Service']);
    expect(rules([local()], [local(31001)])).toEqual([]);
    expect(rules([local(31000, 'NodePort')], [local(31001)])).toEqual([]);
    expect(rules([service({ clusterIP: undefined })], [service({ clusterIP: undefined, type: 'LoadBalancer', loadBalancerClass: 'a' })])).toEqual([]);
    expect(rules([service({ clusterIP: undefined, type: 'LoadBalancer' })], [service({ clusterIP: undefined, type: 'LoadBalancer', loadBalancerClass: 'a' })])).toHaveLength(1);
  });

  test('knows what may change of a Job, and when', () => {
    const job = (fields: any, podSpec: any = {}, names?: any) => object('batch/v1', 'Job', { spec: { ...fields, template: { metadata: { labels: names }, spec: { restartPolicy: 'Never', containers: [{ name: 'it', image: 'it:1' }], ...podSpec } } } });
    const indexed = (completions: number, parallelism: number) => job({ completionMode: 'Indexed', completions, parallelism });
    expect(rules([indexed(3, 3)], [indexed(5, 5)])).toEqual([]);
    expect(rules([indexed(3, 3)], [indexed(5, 3)])).toEqual(['job-immutable: Kubernetes refuses another completions of a Job']);
    expect(rules([job({ completions: 3, parallelism: 3 })], [job({ completions: 5, parallelism: 5 })])).toHaveLength(1);
    expect(rules([job({})], [job({ podFailurePolicy: { rules: [] } })])).toEqual([]);
    expect(rules([job({})], [job({ podFailurePolicy: { rules: [{ action: 'Ignore' }] } })])).toEqual(['job-immutable: Kubernetes refuses another podFailurePolicy of a Job']);
    const suspended = job({ suspend: true });
    const placed = job({ suspend: true }, { nodeSelector: { disk: 'fast' }, tolerations: [{ operator: 'Exists' }] }, { queue: 'a' });
    expect(rules([suspended], [placed])).toEqual([]);
    const near = (affinity: any) => job({ suspend: true }, { affinity });
    expect(rules([suspended], [near({ nodeAffinity: { required: {} } })])).toEqual([]);
    expect(rules([near({ nodeAffinity: { required: { a: 1 } } })], [near({ nodeAffinity: { required: { a: 2 } } })])).toEqual([]);
    expect(rules([suspended], [near({ podAffinity: { required: { a: 1 } } })])).toHaveLength(1);
    expect(rules([job({})], [placed])).not.toEqual([]);
    expect(rules([live(suspended, { startTime: '2024-01-01T00:00:00Z' })], [placed])).not.toEqual([]);
    expect(rules([suspended], [job({ suspend: true }, { priorityClassName: 'high' })])).toHaveLength(1);
  });

  test('knows what the server writes into Jobs and Pods, and nobody takes out', () => {
    const spec = { restartPolicy: 'Never', containers: [{ name: 'it', image: 'it:1', volumeMounts: [{ name: 'x', mountPath: '/x' }] }] };
    const stamped = { 'controller-uid': 'u', 'job-name': 'it', 'batch.kubernetes.io/controller-uid': 'u', 'batch.kubernetes.io/job-name': 'it' };
    const job = (labels?: any) => object('batch/v1', 'Job', { spec: { ...labels && { selector: { matchLabels: { 'controller-uid': 'u' } } }, template: { metadata: { labels }, spec } } });
    expect(plan([live(job(stamped))], [job()]).isEmpty).toBe(true);
    expect(plan([live(job({ ...stamped, a: 'b' }))], [job({ a: 'b' })]).isEmpty).toBe(true);
    const mounts = [...spec.containers[0].volumeMounts, { name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }];
    const running = object('v1', 'Pod', { spec: { ...spec, nodeName: 'a', volumes: [{ name: 'token' }], containers: [{ ...spec.containers[0], volumeMounts: mounts }] } });
    expect(rules([live(running)], [object('v1', 'Pod', { spec })])).toEqual([]);
    expect(rules([live(running)], [object('v1', 'Pod', { spec: { ...spec, hostname: 'a' } })])).toEqual(['pod-immutable: Kubernetes refuses a change of spec.hostname of a Pod']);
  });

  test('knows that a restart by hand is nobody\'s to take back', () => {
    const restarted = { ...template(), metadata: { labels: { app: 'db' }, annotations: { 'kubectl.kubernetes.io/restartedAt': '2024-01-01T00:00:00Z' } } };
    expect(plan([live(statefulSet({ template: restarted }))], [statefulSet()]).isEmpty).toBe(true);
    const other = { ...restarted, metadata: { ...restarted.metadata, annotations: { ...restarted.metadata.annotations, owner: 'me' } } };
    expect(plan([live(statefulSet({ template: other }))], [statefulSet()]).objects[0].changes.map(({ path }) => path)).toEqual(['spec.template.metadata.annotations']);
    const replaced = { ...other, metadata: { ...other.metadata, annotations: { owner: 'you' } } };
    expect(plan([live(statefulSet({ template: other }))], [statefulSet({ template: replaced })]).objects[0].changes.map(({ path }) => path)).toEqual(['spec.template.metadata.annotations.owner']);
  });

  test('knows what is fixed of a volume', () => {
    const volume = (spec: any) => object('v1', 'PersistentVolume', { spec: { capacity: { storage: '1Gi' }, csi: { driver: 'd', volumeHandle: 'a' }, ...spec } });
    expect(rules([volume({})], [volume({ csi: { driver: 'd', volumeHandle: 'b' } })])).toEqual(['other-immutable: Kubernetes refuses a change of spec.csi.volumeHandle']);
    expect(rules([volume({})], [volume({ capacity: { storage: '2Gi' }, nodeAffinity: { required: {} }, persistentVolumeReclaimPolicy: 'Delete' })])).toEqual([]);
    expect(rules([volume({ nodeAffinity: { required: { a: 1 } } })], [volume({ nodeAffinity: { required: { a: 2 } } })])).toHaveLength(1);
  });

  test.each([
    ['In', ['db', 'web'], true],
    ['In', ['web'], false],
    ['In', undefined, false],
    ['NotIn', ['web'], true],
    ['NotIn', ['db'], false],
    ['Exists', undefined, true],
    ['DoesNotExist', undefined, false],
    ['Near', ['db'], true],
  ])('knows whether labels meet an expression with %s %j: %s', (operator, values, isMet) => {
    const set = statefulSet({ selector: { matchExpressions: [{ key: 'app', operator, values }] } });
    expect(rules([], [set])).toEqual(isMet ? [] : ['selector-mismatch: Kubernetes refuses a selector that does not match the labels of the pod template']);
  });

  test('knows a template that has no labels', () => {
    expect(rules([], [statefulSet({ template: { spec: template().spec } })])).toEqual(['selector-mismatch: Kubernetes refuses a selector that does not match the labels of the pod template']);
  });

  test('knows a label that is not there', () => {
    const set = statefulSet({ selector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } });
    expect(findings([], [set])[0].change).toEqual({ path: 'spec.template.metadata.labels[tier]', before: '"Exists"' });
  });
});
