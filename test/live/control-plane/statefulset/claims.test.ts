import { KubeObject, OwnerReference } from '../objects';
import { claimsOf, ownersAsAsked } from './claims';
import { actionsOf, claimTemplate, member, statefulSet } from './fixtures';
import { planSync } from './rules';

const withClaims = (spec: object = {}) => statefulSet({ volumeClaimTemplates: [claimTemplate()], ...spec });
const retention = (whenDeleted: string, whenScaled: string) => withClaims({ persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } });
const ownedByPod = (name: string, uid = `uid-${name}`): OwnerReference => ({ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true });
const ownedBySet = (set: KubeObject): OwnerReference =>
  ({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: set.metadata.uid!, controller: true, blockOwnerDeletion: true });

/** The claim of an ordinal, as it is in the store. */
function claim(set: KubeObject, ordinal: number, metadata: object = {}): KubeObject {
  const [made] = claimsOf(set, ordinal);
  return { ...made, metadata: { ...made.metadata, ...metadata } };
}

describe('Claims', () => {
  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
  test('are made before the pod, one of each template', () => {
    const set = statefulSet({ volumeClaimTemplates: [claimTemplate('data'), claimTemplate('log')] });
    expect(actionsOf(set, {})).toEqual(['create data-web-0', 'create log-web-0', 'create web-0 of new']);
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
  test('that are there are used again', () => {
    const set = withClaims();
    expect(actionsOf(set, {}, { claims: [claim(set, 0)] })).toEqual(['create web-0 of new']);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_utils.go getPersistentVolumeClaims
  test('have the labels of the selector over those of the template', () => {
    const template = claimTemplate();
    template.metadata.labels = { app: 'other', tier: 'db' };
    template.metadata.annotations = { note: 'kept' };
    const [made] = claimsOf(statefulSet({ volumeClaimTemplates: [template] }), 4);
    expect(made.metadata).toEqual({
      name: 'data-web-4',
      namespace: 'default',
      labels: { app: 'web', tier: 'db' },
      annotations: { note: 'kept' },
      finalizers: ['kubernetes.io/pvc-protection'],
    });
    expect(made.spec).toEqual(template.spec);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_pod_control.go createPersistentVolumeClaims
  test('that are being deleted keep the pod from being made, and in a parallel set the pods of higher ordinals too', () => {
    const set = withClaims({ podManagementPolicy: 'Parallel' });
    const claims = [claim(set, 0, { deletionTimestamp: '2024-01-01T00:00:00Z' })];
    expect(actionsOf(set, {}, { claims })).toEqual(['fail to create web-0: pvc data-web-0 is being deleted']);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go slowStartBatch
  test('that are being deleted do not hinder pods that are made at the same time: 1, 2, 4 ... at once', () => {
    const set = withClaims({ podManagementPolicy: 'Parallel', replicas: 5 });
    const claims = [0, 1, 2, 3, 4].map(ordinal => claim(set, ordinal, ordinal === 1 ? { deletionTimestamp: '2024-01-01T00:00:00Z' } : {}));
    expect(actionsOf(set, {}, { claims })).toEqual(['create web-0 of new', 'fail to create web-1: pvc data-web-1 is being deleted', 'create web-2 of new']);
  });

  test('that are being deleted are all named', () => {
    const set = statefulSet({ volumeClaimTemplates: [claimTemplate('data'), claimTemplate('log')] });
    const claims = claimsOf(set, 0).map(made => ({ ...made, metadata: { ...made.metadata, deletionTimestamp: '2024-01-01T00:00:00Z' } }));
    expect(actionsOf(set, {}, { claims })).toEqual(['fail to create web-0: [pvc data-web-0 is being deleted, pvc log-web-0 is being deleted]']);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_control.go processReplica, isPending
  test('are made again while their pod is pending', () => {
    expect(actionsOf(withClaims(), { 0: 'pending@new' })).toEqual(['create data-web-0', 'wait for web-0 to be running and ready']);
  });

  test('of a pending pod that are being deleted are waited for', () => {
    const set = withClaims();
    const claims = [claim(set, 0, { deletionTimestamp: '2024-01-01T00:00:00Z' })];
    expect(actionsOf(set, { 0: 'pending@new' }, { claims })).toEqual(['wait for web-0 pvc data-web-0 is being deleted']);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_pod_control.go UpdateStatefulPod
  test('of a new template cannot be given to pods that exist, which stops everything else', () => {
    const set = withClaims({ replicas: 1 });
    const pod = member(statefulSet(), 0, 'ready@old');
    const { actions } = planSync({ set, pods: [pod], claims: [], currentRevision: 'old', updateRevision: 'new', now: Date.now() });
    expect(actions.map(({ type }) => type)).toEqual(['create-claim', 'fail']);
    expect(actions[1]).toMatchObject({ pod: 'web-0', verb: 'update', reason: expect.stringMatching(/^Pod "web-0" is invalid: spec: Forbidden: pod updates may not change/) });
  });
});

// https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
describe('The retention of claims', () => {
  test.each([
    { whenDeleted: 'Retain', whenScaled: 'Retain', wanted: 'none', condemned: 'none' },
    { whenDeleted: 'Delete', whenScaled: 'Retain', wanted: 'StatefulSet', condemned: 'StatefulSet' },
    { whenDeleted: 'Retain', whenScaled: 'Delete', wanted: 'none', condemned: 'Pod' },
    { whenDeleted: 'Delete', whenScaled: 'Delete', wanted: 'StatefulSet', condemned: 'Pod' },
  ])('whenDeleted $whenDeleted, whenScaled $whenScaled gives them to $wanted, and to $condemned when scaled in', ({ whenDeleted, whenScaled, wanted, condemned }) => {
    const set = retention(whenDeleted, whenScaled);
    const owners = (ordinal: number) => ownersAsAsked(set, claim(set, ordinal), `web-${ordinal}`, member(set, ordinal, 'ready@new'));
    expect(owners(0).map(({ kind }) => kind).join() || 'none').toEqual(wanted);
    expect(owners(3).map(({ kind }) => kind).join() || 'none').toEqual(condemned);
  });

  test('is set at the birth of a claim', () => {
    const set = retention('Delete', 'Retain');
    const { actions } = planSync({ set, pods: [], claims: [], currentRevision: 'new', updateRevision: 'new', now: Date.now() });
    expect(actions[0]).toMatchObject({ type: 'create-claim', claim: { metadata: { ownerReferences: [ownedBySet(set)] } } });
  });

  test('follows the policy when that changes', () => {
    const before = retention('Delete', 'Retain');
    const claims = [claim(before, 0, { ownerReferences: [ownedBySet(before)] })];
    expect(actionsOf(withClaims({ replicas: 1 }), { 0: 'ready@new' }, { claims })).toEqual(['give data-web-0 to none']);
  });

  test('gives the claim to the pod before it deletes the pod', () => {
    const set = withClaims({ replicas: 1, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } });
    const claims = [claim(set, 0), claim(set, 1)];
    expect(actionsOf(set, { 0: 'ready@new', 1: 'ready@new' }, { claims })).toEqual(['give data-web-1 to Pod web-1', 'delete web-1']);
  });

  test('takes the claim back from a pod that is wanted again', () => {
    const set = withClaims({ replicas: 1, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } });
    const claims = [claim(set, 0, { ownerReferences: [ownedByPod('web-0')] })];
    expect(actionsOf(set, { 0: 'ready@new' }, { claims })).toEqual(['give data-web-0 to none']);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_pod_control.go PodClaimIsStale
  test('makes a new pod wait until the claim of the pod before it is gone', () => {
    const set = withClaims({ replicas: 1, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } });
    const claims = [claim(set, 0, { ownerReferences: [ownedByPod('web-0', 'uid-of-the-one-before')] })];
    expect(actionsOf(set, {}, { claims })).toEqual(['wait for web-0 for the claims of an earlier pod of its name to go']);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/statefulset/stateful_set_utils.go isClaimOwnerUpToDate
  test.each([
    ['an earlier set of the name', { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'uid-of-the-one-before', controller: true }],
    ['another controller', { apiVersion: 'example.com/v1', kind: 'Backup', name: 'nightly', uid: 'uid-nightly', controller: true }],
  ])('leaves what belongs to %s alone', (_, owner) => {
    const set = retention('Delete', 'Delete');
    expect(ownersAsAsked(set, claim(set, 0, { ownerReferences: [owner] }), 'web-0')).toEqual([owner]);
  });

  test('leaves owners that are no controllers in place', () => {
    const set = retention('Delete', 'Delete');
    const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'notes', uid: 'uid-notes' };
    expect(ownersAsAsked(set, claim(set, 0, { ownerReferences: [other] }), 'web-0')).toEqual([other, ownedBySet(set)]);
  });
});
