import { immutableFieldErrors } from './immutable-fields';
import { KubeObject } from './objects';

const change = (kind: string, old: object, updated: object) => {
  const object = (fields: object): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...fields });
  return immutableFieldErrors(object(old), object(updated));
};
const changeSpec = (kind: string, old: object, updated: object, status?: object) =>
  change(kind, { spec: old, status }, { spec: { ...old, ...updated }, status });

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/apps/validation/validation.go, ValidateStatefulSetUpdate
describe('of a StatefulSet', () => {
  const spec = { replicas: 3, serviceName: 'etcd', selector: { matchLabels: { app: 'etcd' } }, volumeClaimTemplates: [{ metadata: { name: 'data' } }] };

  test.each([
    'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds',
  ])('%s may change', field => {
    expect(changeSpec('StatefulSet', spec, { [field]: 'another' })).toEqual([]);
  });

  test.each(['serviceName', 'selector', 'podManagementPolicy', 'volumeClaimTemplates', 'revisionHistoryLimit'])('%s may not change', field => {
    expect(changeSpec('StatefulSet', spec, { [field]: 'another' })).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
      "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
  });

  test('no label of a claim template may change', () => {
    expect(changeSpec('StatefulSet', spec, { volumeClaimTemplates: [{ metadata: { name: 'data', labels: { version: '2' } } }] })).toHaveLength(1);
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/batch/validation/validation.go, ValidateJobSpecUpdate
describe('of a Job', () => {
  const spec = { parallelism: 1, completions: 1, template: { spec: { restartPolicy: 'Never' } } };

  test('the completions may not change', () => {
    expect(changeSpec('Job', spec, { completions: 3 })).toEqual(['spec.completions: Invalid value: 3: field is immutable']);
  });

  test('the selector may not change', () => {
    expect(changeSpec('Job', spec, { selector: { matchLabels: {} } })).toEqual(['spec.selector: Invalid value: {"matchLabels":{}}: field is immutable']);
  });

  test('the template may not change', () => {
    expect(changeSpec('Job', spec, { template: { spec: { restartPolicy: 'OnFailure' } } })).toEqual([
      'spec.template: Invalid value: {"spec":{"restartPolicy":"OnFailure"}}: field is immutable',
    ]);
  });

  test.each(['parallelism', 'backoffLimit', 'activeDeadlineSeconds', 'suspend', 'ttlSecondsAfterFinished'])('%s may change', field => {
    expect(changeSpec('Job', spec, { [field]: 5 })).toEqual([]);
  });
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go
describe('of a Service', () => {
  test('the address may not change', () => {
    expect(changeSpec('Service', { type: 'ClusterIP', clusterIP: '10.96.1.0' }, { clusterIP: 'None', clusterIPs: ['None'] })).toEqual([
      'spec.clusterIPs[0]: Invalid value: []string{"None"}: may not change once set',
    ]);
  });

  test('the address may go and come with the type ExternalName', () => {
    expect(changeSpec('Service', { type: 'ClusterIP', clusterIP: '10.96.1.0' }, { type: 'ExternalName', clusterIP: undefined })).toEqual([]);
  });

  test('all else may change', () => {
    expect(changeSpec('Service', { type: 'ClusterIP', clusterIP: 'None' }, { selector: { app: 'b' }, publishNotReadyAddresses: true })).toEqual([]);
  });
});

describe('of a PersistentVolumeClaim', () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'disk' };
  const storage = (size: string) => ({ resources: { requests: { storage: size } } });
  const immutable = 'spec: Forbidden: spec is immutable after creation except resources.requests for bound claims';

  test('the size may grow once it is bound', () => {
    expect(changeSpec('PersistentVolumeClaim', spec, storage('2Gi'), { phase: 'Bound' })).toEqual([]);
    expect(changeSpec('PersistentVolumeClaim', spec, storage('2Gi'), { phase: 'Pending' })).toEqual([immutable]);
  });

  test('the size may never shrink', () => {
    expect(changeSpec('PersistentVolumeClaim', spec, storage('900Mi'), { phase: 'Bound' })).toEqual([
      'spec.resources.requests.storage: Forbidden: field can not be less than previous value',
    ]);
  });

  test('the volume may be named once', () => {
    const { volumeName, ...unbound } = spec;
    expect(changeSpec('PersistentVolumeClaim', unbound, { volumeName })).toEqual([]);
    expect(changeSpec('PersistentVolumeClaim', spec, { volumeName: 'another' })).toEqual([immutable]);
  });

  test('nothing else may change', () => {
    expect(changeSpec('PersistentVolumeClaim', spec, { accessModes: ['ReadWriteMany'] }, { phase: 'Bound' })).toEqual([immutable]);
  });
});

// https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
describe.each(['ConfigMap', 'Secret'])('of a %s', kind => {
  test('the content may change', () => {
    expect(change(kind, { data: { a: '1' } }, { data: { a: '2' }, immutable: true })).toEqual([]);
  });

  test('the content may not change once it is immutable, nor may that', () => {
    expect(change(kind, { data: { a: '1' }, immutable: true }, { data: { a: '2' } })).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set', 'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});

test('the type of a Secret may not change', () => {
  expect(change('Secret', { type: 'Opaque' }, { type: 'kubernetes.io/tls' })).toEqual(['type: Invalid value: "kubernetes.io/tls": field is immutable']);
});

test('the role of a RoleBinding may not change, its subjects may', () => {
  const binding = { roleRef: { kind: 'Role', name: 'reader' }, subjects: [] };
  expect(change('RoleBinding', binding, { ...binding, subjects: [{ kind: 'ServiceAccount', name: 'app' }] })).toEqual([]);
  expect(change('RoleBinding', binding, { ...binding, roleRef: { kind: 'Role', name: 'writer' } })).toEqual([
    expect.stringMatching(/^roleRef: Invalid value: .*: cannot change roleRef$/),
  ]);
});

test('the data of a ControllerRevision may not change', () => {
  expect(change('ControllerRevision', { data: { a: 'b' } }, { data: { a: 'c' } })).toEqual([expect.stringMatching(/^data: Invalid value: .*: field is immutable$/)]);
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go, ValidatePodUpdate
describe('of a Pod', () => {
  const toleration = { key: 'gpu', operator: 'Exists' };
  const spec = { containers: [{ name: 'c', image: 'i:1' }], tolerations: [toleration], nodeName: 'node' };
  const pod = (updated: object, old: object = spec) => changeSpec('Pod', old, updated);

  test('images may change', () => {
    expect(pod({ containers: [{ name: 'c', image: 'i:2' }] })).toEqual([]);
  });

  test('tolerations may be added or last longer, not be taken away', () => {
    expect(pod({ tolerations: [{ ...toleration, tolerationSeconds: 5 }, { key: 'other' }] })).toEqual([]);
    expect(pod({ tolerations: [] })).toEqual(['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds']);
  });

  test('a deadline may be set and shortened, not lengthened or taken away', () => {
    expect(pod({ activeDeadlineSeconds: 60 })).toEqual([]);
    const limited = { ...spec, activeDeadlineSeconds: 60 };
    expect(pod({ activeDeadlineSeconds: 30 }, limited)).toEqual([]);
    expect(pod({ activeDeadlineSeconds: 90 }, limited)).toEqual(['spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value']);
    expect(pod({ activeDeadlineSeconds: undefined }, limited)).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: "null": must not update from a positive integer to nil value',
    ]);
  });

  test('containers may not be added', () => {
    expect(pod({ containers: [...spec.containers, { name: 'd', image: 'i:1' }] })).toEqual(['spec.containers: Forbidden: pod updates may not add or remove containers']);
  });

  test('nothing else may change', () => {
    expect(pod({ containers: [{ name: 'c', image: 'i:1', command: ['true'] }] })).toEqual([
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
      '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
      '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ]);
  });
});
