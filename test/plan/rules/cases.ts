import { applied, claim, claimTemplate, etcd, live, object, pod, service, statefulSet, template } from '../manifests';

/** A change that a rule finds, and one like it that it lets pass. */
export interface Case {
  readonly found: [any[], any[]];
  readonly passes: [any[], any[]];
}

const set = statefulSet();
const next = statefulSet({ template: template('registry.example.com/db:2') });
const sized = (storage: string) => statefulSet({ volumeClaimTemplates: [claimTemplate(storage)] });
const workload = (selector: any, labels: any = selector) => object('apps/v1', 'Deployment', {
  spec: { selector: { matchLabels: selector }, template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
});
const job = (image: string, parallelism = 1) => object('batch/v1', 'Job', {
  spec: { parallelism, template: { spec: { containers: [{ name: 'it', image }], restartPolicy: 'Never' } } },
});
const pvc = (storage: string, spec: any = {}) => object('v1', 'PersistentVolumeClaim', { spec: { resources: { requests: { storage } }, ...spec } });
const config = (data: any, immutable?: boolean) => object('v1', 'ConfigMap', { data, ...immutable !== undefined && { immutable } });
const binding = (name: string, subject = 'me') => object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }, subjects: [{ kind: 'User', name: subject }],
});
const balanced = (loadBalancerClass: string) => service({ clusterIP: undefined, type: 'LoadBalancer', loadBalancerClass });
const bare = (tag: string, command: string) => object('v1', 'Pod', { spec: { containers: [{ name: 'it', image: `it:${tag}`, command: [command] }] } });
const policy = (whenScaled: string, replicas: number) => statefulSet({ replicas, persistentVolumeClaimRetentionPolicy: { whenScaled } });
const partition = (value: number, of?: string) => statefulSet({ template: template(of), updateStrategy: { rollingUpdate: { partition: value } } });
const image = (version: string) => `gcr.io/etcd-development/etcd:v${version}`;
const member = (version: string) => etcd({ image: image(version) });
const ready = { replicas: 3, readyReplicas: 3, currentRevision: 'a', updateRevision: 'a', updatedReplicas: 3 };

export const CASES: Record<string, Case> = {
  'statefulset-service-name': { found: [[set], [statefulSet({ serviceName: 'other' })]], passes: [[], [statefulSet({ serviceName: 'other' })]] },
  'statefulset-selector': {
    found: [[set], [statefulSet({ selector: { matchLabels: { app: 'db', team: 'a' } } })]],
    passes: [[set], [statefulSet({ template: { ...template(), metadata: { labels: { app: 'db', team: 'a' } } } })]],
  },
  'statefulset-pod-management-policy': {
    found: [[set], [statefulSet({ podManagementPolicy: 'Parallel' })]],
    passes: [[set], [statefulSet({ podManagementPolicy: 'OrderedReady' })]],
  },
  'statefulset-revision-history-limit': {
    found: [[set], [statefulSet({ revisionHistoryLimit: 3 })]],
    passes: [[set], [statefulSet({ revisionHistoryLimit: 10 })]],
  },
  'statefulset-immutable-field': { found: [[set], [statefulSet({ somethingNew: 1 })]], passes: [[set], [statefulSet({ minReadySeconds: 1 })]] },
  'claim-template-grown': { found: [[set], [sized('20Gi')]], passes: [[set], [sized('10240Mi')]] },
  'claim-template-shrunk': { found: [[set], [sized('5Gi')]], passes: [[set], [sized('10737418240')]] },
  'claim-template-class': {
    found: [[set], [statefulSet({ volumeClaimTemplates: [claimTemplate('10Gi', { storageClassName: 'fast' })] })]],
    passes: [[set], [set]],
  },
  'claim-template-changed': {
    found: [[set], [statefulSet({ volumeClaimTemplates: [claimTemplate('10Gi', {}, { labels: { version: '2' } })] })]],
    passes: [[set], [statefulSet({ volumeClaimTemplates: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claimTemplate('10Gi', { volumeMode: 'Filesystem' }) }] })]],
  },
  'update-strategy-contradiction': {
    found: [[set], [statefulSet({ updateStrategy: { type: 'OnDelete' } })]],
    passes: [[statefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } })], [statefulSet({ updateStrategy: { type: 'OnDelete' } })]],
  },
  'selector-immutable': { found: [[workload({ app: 'a' })], [workload({ app: 'b' })]], passes: [[workload({ app: 'a' })], [workload({ app: 'a' }, { app: 'a', b: 'c' })]] },
  'selector-mismatch': { found: [[], [workload({ app: 'a' }, { app: 'b' })]], passes: [[], [workload({ app: 'a' }, { app: 'a', b: 'c' })]] },
  'job-immutable': { found: [[job('it:1')], [job('it:2')]], passes: [[job('it:1')], [job('it:1', 2)]] },
  'service-cluster-ip': {
    found: [[service()], [service({ clusterIP: '10.0.0.1', ports: [{ port: 80 }] })]],
    passes: [[live(service({ clusterIP: '10.0.0.7' }))], [service({ clusterIP: undefined })]],
  },
  'service-fixed-field': {
    found: [[balanced('a')], [balanced('b')]],
    passes: [[service({ clusterIP: undefined, ipFamilies: ['IPv4'] })], [service({ clusterIP: undefined, ipFamilies: ['IPv4', 'IPv6'] })]],
  },
  'pod-immutable': { found: [[bare('a', 'x')], [bare('a', 'y')]], passes: [[bare('a', 'x')], [bare('b', 'x')]] },
  'other-immutable': {
    found: [[object('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'a' } })], [object('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'b' } })]],
    passes: [[object('v1', 'IngressClass', { spec: { controller: 'a' } })], [object('v1', 'IngressClass', { spec: { controller: 'b' } })]],
  },
  'claim-immutable': { found: [[pvc('2Gi')], [pvc('1Gi')]], passes: [[pvc('2Gi')], [pvc('3Gi')]] },
  'config-immutable': { found: [[config({ a: '1' }, true)], [config({ a: '2' }, true)]], passes: [[config({ a: '1' })], [config({ a: '2' })]] },
  'secret-type': {
    found: [[object('v1', 'Secret', { type: 'Opaque' })], [object('v1', 'Secret', { type: 'kubernetes.io/tls' })]],
    passes: [[object('v1', 'Secret')], [object('v1', 'Secret', { type: 'Opaque' })]],
  },
  'role-ref': { found: [[binding('a')], [binding('b')]], passes: [[binding('a')], [binding('a', 'you')]] },
  'class-immutable': {
    found: [[object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'a' })], [object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'b' })]],
    passes: [[object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'a' })],
      [object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'a', allowVolumeExpansion: true })]],
  },

  'name-too-long': { found: [[], [statefulSet({}, { name: 'a'.repeat(53) })]], passes: [[], [statefulSet({}, { name: 'a'.repeat(52) })]] },
  'statefulset-renamed': { found: [[set], [statefulSet({}, { name: 'database' })]], passes: [[set], [statefulSet({}, { name: 'db', namespace: 'default' })]] },
  'statefulset-deleted': { found: [[set], []], passes: [[statefulSet({ replicas: 0 })], []] },
  'governing-service-gone': { found: [[service(), set], [set]], passes: [[service(), set], [service(), next]] },
  'scale-in-deletes-claims': { found: [[policy('Delete', 3)], [policy('Delete', 2)]], passes: [[policy('Delete', 3)], [policy('Retain', 2)]] },
  'claims-orphaned': { found: [[set], [statefulSet({ replicas: 2 })]], passes: [[set], [statefulSet({ replicas: 4 })]] },
  'claims-reused': { found: [[live(set, ready), claim('data-db-3')], [statefulSet({ replicas: 4 })]], passes: [[live(set, ready)], [statefulSet({ replicas: 4 })]] },
  'service-stays-headless': {
    found: [[service()], [service({ clusterIP: undefined, ports: [{ port: 80 }] })]],
    passes: [[live(service({ clusterIP: '10.0.0.7' }))], [service({ clusterIP: undefined, ports: [{ port: 80 }] })]],
  },
  'scale-to-zero': { found: [[set], [statefulSet({ replicas: 0 })]], passes: [[set], [statefulSet({ replicas: 1 })]] },
  'replicas-left-out': {
    found: [[set], [statefulSet({ replicas: undefined })]],
    passes: [[applied(statefulSet({ replicas: undefined }), { spec: set.spec })], [statefulSet({ replicas: undefined })]],
  },
  'ordinals-moved': { found: [[set], [statefulSet({ ordinals: { start: 1 } })]], passes: [[set], [statefulSet({ ordinals: { start: 0 } })]] },
  'stuck-rollout': { found: [[live(set, { ...ready, readyReplicas: 2 })], [next]], passes: [[live(set, ready)], [next]] },
  'partition-left-behind': { found: [[partition(2)], [partition(2)]], passes: [[partition(2)], [partition(1)]] },
  'two-revisions': { found: [[partition(2, 'db:2')], [partition(2, 'db:3')]], passes: [[partition(0, 'db:2')], [partition(2, 'db:3')]] },
  'pods-restart': { found: [[set], [next]], passes: [[set], [statefulSet({ replicas: 5 })]] },
  'held-back': { found: [[set], [partition(3, 'db:2')]], passes: [[set], [partition(3)]] },
  'on-delete-by-hand': {
    found: [[statefulSet({ updateStrategy: { type: 'OnDelete' } })], [statefulSet({ updateStrategy: { type: 'OnDelete' }, template: template('db:2') })]],
    passes: [[statefulSet({ updateStrategy: { type: 'OnDelete' } })], [statefulSet({ updateStrategy: { type: 'OnDelete' }, replicas: 2 })]],
  },
  'max-unavailable-ignored': {
    found: [[set], [statefulSet({ updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } })]],
    passes: [[set], [statefulSet({ updateStrategy: { rollingUpdate: { partition: 0 } } })]],
  },
  'claim-mount-moved': {
    found: [[set], [statefulSet({ template: template('db:2', { volumeMounts: [{ name: 'data', mountPath: '/other' }] }) })]],
    passes: [[set], [statefulSet({ template: template('db:2', { volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }] }) })]],
  },
  'namespace-deleted': { found: [[object('v1', 'Namespace')], []], passes: [[live(object('v1', 'Namespace'))], []] },
  'claim-deleted': { found: [[pvc('1Gi')], []], passes: [[live(pvc('1Gi'))], []] },
  'crd-deleted': {
    found: [[applied(object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'))], []],
    passes: [[object('apiextensions.k8s.io/v1', 'CustomResourceDefinition')], [object('apiextensions.k8s.io/v1', 'CustomResourceDefinition')]],
  },
  'autoscaler-fights': {
    found: [[set], [set, object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'db' } } })]],
    passes: [[set], [set, object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'db' } } })]],
  },
  'waiver-without-effect': {
    found: [[], [statefulSet({}, { annotations: { 'cdk8s-stateful/plan-waive.no-such-rule': 'because' } })]],
    passes: [[], [statefulSet({}, { annotations: { 'cdk8s-stateful/plan-waive.pods-restart': 'because', 'other': 'x' } })]],
  },

  'etcd-scale': { found: [[etcd()], [etcd({ spec: { replicas: 5 } })]], passes: [[etcd({ spec: { replicas: 0 } })], [etcd({ spec: { replicas: 3 } })]] },
  'etcd-even-members': { found: [[etcd()], [etcd({ spec: { replicas: 4 } })]], passes: [[etcd()], [etcd({ spec: { replicas: 5 } })]] },
  'etcd-rollout-quorum': { found: [[live(etcd(), { ...ready, readyReplicas: 2 })], [member('3.6.15')]], passes: [[live(etcd(), ready)], [member('3.6.15')]] },
  'etcd-deadlock': {
    found: [[], [etcd({ spec: { podManagementPolicy: 'OrderedReady' } })]],
    passes: [[], [etcd(), service({ publishNotReadyAddresses: true })]],
  },
  'etcd-version-skip': { found: [[member('3.4.45')], [member('3.6.14')]], passes: [[member('3.4.45')], [member('3.5.35')]] },
  'etcd-downgrade': { found: [[member('3.6.14')], [member('3.5.35')]], passes: [[member('3.6.14')], [member('3.6.13')]] },
  'etcd-minor-upgrade': { found: [[member('3.5.35')], [member('3.6.14')]], passes: [[member('3.6.1')], [member('3.6.14')]] },
  'etcd-patch-first': { found: [[member('3.5.25')], [member('3.6.14')]], passes: [[member('3.5.26')], [member('3.6.14')]] },
  'etcd-peer-tls': {
    found: [[etcd()], [etcd({ env: { ETCD_INITIAL_ADVERTISE_PEER_URLS: 'https://$(POD_NAME).db:2380' } })]],
    passes: [[etcd()], [etcd({ env: { ETCD_INITIAL_ADVERTISE_PEER_URLS: 'http://$(POD_NAME).db.default:2380' } })]],
  },
  'etcd-client-tls': {
    found: [[etcd()], [etcd({ env: { ETCD_LISTEN_CLIENT_URLS: 'https://0.0.0.0:2379' } })]],
    passes: [[etcd()], [etcd({ env: { ETCD_LISTEN_CLIENT_URLS: 'http://0.0.0.0:2378' } })]],
  },
  'etcd-data-dir': { found: [[etcd()], [etcd({ env: { ETCD_DATA_DIR: '/data' } })]], passes: [[etcd()], [etcd({ env: { ETCD_LOG_LEVEL: 'debug' } })]] },
  'etcd-quota': {
    found: [[etcd()], [etcd({ env: { ETCD_QUOTA_BACKEND_BYTES: '2147483648' } })]],
    passes: [[etcd()], [etcd({ env: { ETCD_QUOTA_BACKEND_BYTES: '8589934592' } })]],
  },
  'etcd-cluster-token': { found: [[etcd()], [etcd({ env: { ETCD_INITIAL_CLUSTER_TOKEN: 'x' } })]], passes: [[], [etcd()]] },
  'etcd-stale-claims': {
    found: [[live(etcd(), ready), claim('data-db-3')], [etcd({ spec: { replicas: 5 } })]],
    passes: [[claim('data-db-0'), claim('data-db-1'), claim('data-db-2')], [etcd()]],
  },
};

export const PODS = [pod('db', 0), pod('db', 1), pod('db', 2, { ready: false })];
