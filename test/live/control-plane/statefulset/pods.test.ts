import { KubeObject } from '../objects';
import { claimTemplate, member, READY_SINCE, statefulSet } from './fixtures';
import { ordinalOf } from './identity';
import { podOf, untilAvailable } from './pods';
import { revisionsOf } from './revisions';
import { planSync } from './rules';

const create = (set: KubeObject, ordinal: number) => podOf(set, revisionsOf(set, []).update, ordinal);

describe('A pod', () => {
  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-identity
  test('has the name, the labels and the host name of its ordinal, and belongs to the set', () => {
    const set = statefulSet({ ordinals: { start: 5 } });
    const { update } = revisionsOf(set, []);
    expect(podOf(set, update, 6)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web-6',
        namespace: 'default',
        labels: {
          'app': 'web',
          'statefulset.kubernetes.io/pod-name': 'web-6',
          'apps.kubernetes.io/pod-index': '6',
          'controller-revision-hash': update.metadata.name,
        },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'uid-web', controller: true, blockOwnerDeletion: true }],
      },
      spec: { serviceAccountName: 'default', containers: [{ name: 'main', image: 'nginx:1' }], hostname: 'web-6', subdomain: 'web-headless' },
      status: { phase: 'Pending' },
    });
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/controller_utils.go GetPodFromTemplate
  test('has the annotations and finalizers of the template', () => {
    const set = statefulSet();
    Object.assign(set.spec.template.metadata, { annotations: { note: 'kept' }, finalizers: ['example.com/kept'] });
    expect(create(set, 0).metadata).toMatchObject({ annotations: { note: 'kept' }, finalizers: ['example.com/kept'] });
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_utils.go updateStorage
  test('has its claims in place of equally named volumes, and every other volume', () => {
    const set = statefulSet({ volumeClaimTemplates: [claimTemplate()] });
    set.spec.template.spec.volumes = [{ name: 'data', emptyDir: {} }, { name: 'tmp', emptyDir: {} }];
    expect(create(set, 2).spec.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data-web-2' } }, { name: 'tmp', emptyDir: {} }]);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_utils.go identityMatches
  test('of which the label of its name was taken gets it back', () => {
    const set = statefulSet({ replicas: 1 });
    const pod = member(set, 0, 'ready@new');
    delete pod.metadata.labels!['statefulset.kubernetes.io/pod-name'];
    const { actions } = planSync({ set, pods: [pod], claims: [], currentRevision: 'new', updateRevision: 'new', now: Date.now() });
    expect(actions).toEqual([
      { type: 'update-pod', pod: 'web-0', labels: { 'statefulset.kubernetes.io/pod-name': 'web-0', 'apps.kubernetes.io/pod-index': '0' } },
    ]);
  });

  // https://github.com/kubernetes/kubernetes/issues/64023
  test('of a set with a name of more than 52 characters is never made', () => {
    const set = statefulSet();
    const revision = `${'w'.repeat(53)}-2222222222`;
    const { actions } = planSync({ set, pods: [], claims: [], currentRevision: revision, updateRevision: revision, now: Date.now() });
    expect(actions).toEqual([{ type: 'fail', verb: 'create', pod: 'web-0', reason: expect.stringMatching(/^Pod "web-0" is invalid: .* must be no more than 63 characters$/) }]);
  });

  test.each([['web-0', 0], ['web-12', 12], ['web-', undefined], ['web-x', undefined], ['web-01', undefined], ['other-0', undefined], ['web-1-0', undefined]])(
    'called %s has the ordinal %s', (name, ordinal) => {
      expect(ordinalOf(statefulSet(), { apiVersion: 'v1', kind: 'Pod', metadata: { name } })).toBe(ordinal);
    });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#minimum-ready-seconds
  test('becomes available when it has been ready for longer than minReadySeconds', () => {
    const set = statefulSet({ minReadySeconds: 10 });
    const pod = member(set, 0, 'ready@new');
    expect(untilAvailable(set, pod, READY_SINCE + 4000)).toBe(6001);
    expect(untilAvailable(set, pod, READY_SINCE + 10_001)).toBe(0);
    expect(untilAvailable(set, member(set, 0, 'running@new'), READY_SINCE + 10_001)).toBeUndefined();
    expect(untilAvailable(statefulSet(), pod, READY_SINCE)).toBe(0);
  });
});
