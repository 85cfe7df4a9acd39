import { setImmediate, setTimeout } from 'node:timers/promises';
import { EventLog } from '../events';
import { KubeObject } from '../objects';
import { provideNamespace } from '../service-accounts';
import { ObjectStore } from '../store';
import { StatefulSetController } from './controller';
import { claimTemplate, statefulSet } from './fixtures';

/** A store with the controller and a toy kubelet. */
class Cluster {
  readonly store = new ObjectStore();
  readonly events = new EventLog();
  readonly controller = new StatefulSetController(this.store, this.events);

  async apply(set: KubeObject): Promise<KubeObject> {
    const created = this.store.create(set);
    await this.quiet();
    return created;
  }

  /** Until nothing changes any more. */
  async quiet(): Promise<void> {
    for (let version = ''; version !== this.store.resourceVersion;) {
      version = this.store.resourceVersion;
      await setImmediate();
      await setImmediate();
    }
  }

  async change(kind: string, name: string, change: (object: KubeObject) => void): Promise<void> {
    this.store.modify(kind, 'default', name, change);
    await this.quiet();
  }

  async status(pod: string, phase: string, ready = false): Promise<void> {
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: new Date().toISOString() }];
    await this.change('Pod', pod, object => { object.status = { phase, conditions }; });
  }

  /** Lets every pod start, and every one that terminates go, as long as there are any. */
  async work(): Promise<void> {
    for (let version = ''; version !== this.store.resourceVersion;) {
      version = this.store.resourceVersion;
      for (const { metadata: { name, deletionTimestamp }, status } of this.store.list('Pod')) {
        if (deletionTimestamp !== undefined) {
          this.store.remove('Pod', 'default', name);
        } else if (status.phase === 'Pending') {
          await this.status(name, 'Running', true);
        }
      }
      await this.quiet();
    }
  }

  get pods(): string[] {
    return this.store.list('Pod').map(({ metadata }) => metadata.name);
  }

  get images(): string[] {
    return this.store.list('Pod').map(({ spec }) => spec.containers[0].image);
  }

  get set(): KubeObject {
    return this.store.get('StatefulSet', 'default', 'web');
  }

  reasons(): string[] {
    return this.events.all().map(({ reason, message }) => `${reason}: ${message}`);
  }
}

const setImage = (image: string) => ({ spec }: KubeObject) => { spec.template.spec.containers[0].image = image; };

describe('StatefulSetController', () => {
  let cluster: Cluster;

  beforeEach(() => {
    cluster = new Cluster();
    provideNamespace(cluster.store, 'default');
    cluster.controller.start();
  });

  afterEach(() => cluster.controller.stop());

  const passes = (seconds: number) => setTimeout(seconds * 1000);

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees
  test('makes one pod after the other, each when the one before is ready', async () => {
    await cluster.apply(statefulSet());
    expect(cluster.pods).toEqual(['web-0']);
    await cluster.status('web-0', 'Running');
    expect(cluster.pods).toEqual(['web-0']);
    await cluster.status('web-0', 'Running', true);
    expect(cluster.pods).toEqual(['web-0', 'web-1']);
    await cluster.work();
    expect(cluster.pods).toEqual(['web-0', 'web-1', 'web-2']);
    expect(cluster.set.status).toMatchObject({ observedGeneration: 1, replicas: 3, readyReplicas: 3, availableReplicas: 3 });
    expect(cluster.set.status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3 });
  });

  test('says what it does in the words of Kubernetes', async () => {
    await cluster.apply(statefulSet({ replicas: 1, volumeClaimTemplates: [claimTemplate()] }));
    await cluster.work();
    await cluster.change('StatefulSet', 'web', ({ spec }) => { spec.replicas = 0; });
    expect(cluster.reasons()).toEqual([
      'SuccessfulCreate: create Claim data-web-0 Pod web-0 in StatefulSet web success',
      'SuccessfulCreate: create Pod web-0 in StatefulSet web successful',
      'SuccessfulDelete: delete Pod web-0 in StatefulSet web successful',
    ]);
  });

  test('looks at sets that were there before it was started', async () => {
    cluster.controller.stop();
    await cluster.apply(statefulSet());
    expect(cluster.pods).toEqual([]);
    cluster.controller.start();
    await cluster.quiet();
    expect(cluster.pods).toEqual(['web-0']);
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates
  test('updates from the highest ordinal down, and then counts the update as the current revision', async () => {
    await cluster.apply(statefulSet());
    await cluster.work();
    await cluster.change('StatefulSet', 'web', setImage('nginx:2'));
    expect(cluster.store.list('Pod').filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name)).toEqual(['web-2']);
    expect(cluster.set.status).toMatchObject({ currentReplicas: 2, updatedReplicas: 0 });
    expect(cluster.set.status.currentRevision).not.toEqual(cluster.set.status.updateRevision);
    await cluster.work();
    expect(cluster.images).toEqual(['nginx:2', 'nginx:2', 'nginx:2']);
    expect(cluster.set.status.currentRevision).toEqual(cluster.set.status.updateRevision);
    expect(cluster.store.list('ControllerRevision').map(({ revision }) => revision).sort()).toEqual([1, 2]);
  });

  // https://github.com/kubernetes/kubernetes/issues/119685
  test('makes a pod below the partition again of the revision that is current', async () => {
    await cluster.apply(statefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }));
    await cluster.work();
    await cluster.change('StatefulSet', 'web', setImage('nginx:2'));
    await cluster.work();
    expect(cluster.images).toEqual(['nginx:1', 'nginx:1', 'nginx:2']);
    cluster.store.delete('Pod', 'default', 'web-0');
    await cluster.work();
    expect(cluster.images).toEqual(['nginx:1', 'nginx:1', 'nginx:2']);
  });

  // https://github.com/kubernetes/kubernetes/issues/67250
  test.each([
    ['OrderedReady', ['nginx:1', 'nginx:1', 'nginx:broken']],
    ['Parallel', ['nginx:1', 'nginx:1', 'nginx:1']],
  ])('with %s and a template that was broken and mended ends with %j', async (podManagementPolicy, images) => {
    await cluster.apply(statefulSet({ podManagementPolicy }));
    await cluster.work();
    await cluster.change('StatefulSet', 'web', setImage('nginx:broken'));
    cluster.store.remove('Pod', 'default', 'web-2');
    await cluster.quiet();
    await cluster.status('web-2', 'Running');
    await cluster.change('StatefulSet', 'web', setImage('nginx:1'));
    await cluster.work();
    expect(cluster.images).toEqual(images);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions
  test('gives the older revision a higher number when the template goes back to it', async () => {
    await cluster.apply(statefulSet({ replicas: 1 }));
    await cluster.work();
    const { currentRevision } = cluster.set.status;
    await cluster.change('StatefulSet', 'web', setImage('nginx:2'));
    await cluster.work();
    await cluster.change('StatefulSet', 'web', setImage('nginx:1'));
    await cluster.work();
    expect(cluster.set.status).toMatchObject({ currentRevision, updateRevision: currentRevision });
    expect(cluster.store.get('ControllerRevision', 'default', currentRevision).revision).toBe(3);
    expect(cluster.store.list('ControllerRevision')).toHaveLength(2);
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#revision-history
  test('keeps no more old revisions than revisionHistoryLimit', async () => {
    await cluster.apply(statefulSet({ replicas: 1, revisionHistoryLimit: 1 }));
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
      await cluster.work();
      await cluster.change('StatefulSet', 'web', setImage(image));
    }
    await cluster.work();
    expect(cluster.store.list('ControllerRevision').map(({ revision }) => revision).sort()).toEqual([3, 4]);
  });

  test('replaces a pod that failed when it is gone', async () => {
    await cluster.apply(statefulSet({ replicas: 1 }));
    const { uid } = cluster.store.get('Pod', 'default', 'web-0').metadata;
    await cluster.status('web-0', 'Failed');
    expect(cluster.store.get('Pod', 'default', 'web-0').metadata).toMatchObject({ uid, deletionTimestamp: expect.any(String) });
    await cluster.work();
    expect(cluster.store.get('Pod', 'default', 'web-0').metadata.uid).not.toEqual(uid);
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#minimum-ready-seconds
  test('looks again when a pod becomes available by the passing of time', async () => {
    await cluster.apply(statefulSet({ replicas: 2, minReadySeconds: 1 }));
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: new Date(Date.now() - 800).toISOString() }];
    await cluster.change('Pod', 'web-0', pod => { pod.status = { phase: 'Running', conditions }; });
    expect(cluster.pods).toEqual(['web-0']);
    expect(cluster.set.status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    await passes(0.4);
    expect(cluster.pods).toEqual(['web-0', 'web-1']);
    expect(cluster.set.status.availableReplicas).toBe(1);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_pod_control.go createPersistentVolumeClaims
  test('makes a pod as soon as a claim that was being deleted is gone, and tells of the failure once', async () => {
    cluster.store.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data-web-0', namespace: 'default', finalizers: ['kubernetes.io/pvc-protection'] } });
    cluster.store.delete('PersistentVolumeClaim', 'default', 'data-web-0');
    await cluster.apply(statefulSet({ volumeClaimTemplates: [claimTemplate()] }));
    await cluster.change('PersistentVolumeClaim', 'data-web-0', ({ metadata }) => { metadata.labels = { seen: 'again' }; });
    expect(cluster.pods).toEqual([]);
    await cluster.change('PersistentVolumeClaim', 'data-web-0', ({ metadata }) => { metadata.finalizers = []; });
    expect(cluster.pods).toEqual(['web-0']);
    expect(cluster.reasons()).toEqual([
      'FailedCreate: create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted',
      'SuccessfulCreate: create Claim data-web-0 Pod web-0 in StatefulSet web success',
      'SuccessfulCreate: create Pod web-0 in StatefulSet web successful',
    ]);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.27.16/plugin/pkg/admission/serviceaccount/admission.go
  test('makes a pod as soon as its service account is there', async () => {
    const set = statefulSet();
    set.spec.template.spec.serviceAccountName = 'web';
    await cluster.apply(set);
    expect(cluster.pods).toEqual([]);
    cluster.store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: 'default' } });
    await cluster.quiet();
    expect(cluster.pods).toEqual(['web-0']);
    expect(cluster.reasons()[0]).toEqual('FailedCreate: create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: '
      + 'error looking up service account default/web: serviceaccount "web" not found');
  });

  // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
  test('gives claims to the pods that are to go with them', async () => {
    const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Retain', whenScaled: 'Delete' };
    await cluster.apply(statefulSet({ replicas: 2, volumeClaimTemplates: [claimTemplate()], persistentVolumeClaimRetentionPolicy }));
    await cluster.work();
    const { uid } = cluster.store.get('Pod', 'default', 'web-1').metadata;
    await cluster.change('StatefulSet', 'web', ({ spec }) => { spec.replicas = 1; });
    expect(cluster.store.get('PersistentVolumeClaim', 'default', 'data-web-1').metadata.ownerReferences).toMatchObject([{ kind: 'Pod', name: 'web-1', uid }]);
    expect(cluster.store.get('PersistentVolumeClaim', 'default', 'data-web-0').metadata.ownerReferences).toEqual([]);
  });

  // https://kubernetes.io/docs/tasks/run-application/delete-stateful-set/
  test('takes in the pods and revisions that an earlier set left, without a restart', async () => {
    await cluster.apply(statefulSet());
    await cluster.work();
    const before = cluster.store.list('Pod').map(({ metadata }) => metadata.uid);
    cluster.store.delete('StatefulSet', 'default', 'web');
    for (const { kind, metadata: { name } } of [...cluster.store.list('Pod'), ...cluster.store.list('ControllerRevision')]) {
      await cluster.change(kind, name, ({ metadata }) => { delete metadata.ownerReferences; });
    }
    const { metadata: { uid } } = await cluster.apply(statefulSet());
    await cluster.work();
    expect(cluster.store.list('Pod').map(({ metadata }) => metadata.uid)).toEqual(before);
    expect(cluster.store.list('Pod').every(({ metadata }) => metadata.ownerReferences![0].uid === uid)).toBe(true);
    expect(cluster.store.list('ControllerRevision').map(({ metadata }) => metadata.ownerReferences![0].uid)).toEqual([uid]);
  });

  // https://github.com/kubernetes/kubernetes/blob/v1.30.14/pkg/controller/controller_ref_manager.go ClaimPods
  test.each([
    ['has another controller', 'web-0', { app: 'web' }, [{ apiVersion: 'batch/v1', kind: 'Job', name: 'other', uid: 'uid-other', controller: true }]],
    ['has other labels', 'web-0', { app: 'other' }, []],
  ])('leaves a pod alone that %s, and says nothing of it standing in the way', async (_, name, labels, ownerReferences) => {
    cluster.store.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels, ownerReferences }, spec: {}, status: { phase: 'Running' } });
    await cluster.apply(statefulSet());
    expect(cluster.store.get('Pod', 'default', name).metadata.ownerReferences).toEqual(ownerReferences);
    expect(cluster.pods).toEqual(['web-0']);
    expect(cluster.events.all()).toEqual([]);
  });

  test('lets a pod go that its selector no longer matches', async () => {
    await cluster.apply(statefulSet());
    await cluster.change('Pod', 'web-0', ({ metadata }) => { metadata.labels!.app = 'quarantine'; });
    expect(cluster.store.get('Pod', 'default', 'web-0').metadata.ownerReferences).toEqual([]);
  });

  test('gives a pod its labels back', async () => {
    await cluster.apply(statefulSet({ replicas: 1 }));
    await cluster.work();
    await cluster.change('Pod', 'web-0', ({ metadata }) => { delete metadata.labels!['statefulset.kubernetes.io/pod-name']; });
    expect(cluster.store.get('Pod', 'default', 'web-0').metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'web-0' });
    expect(cluster.reasons()).toContain('SuccessfulUpdate: update Pod web-0 in StatefulSet web successful');
  });

  test('takes in nothing for a set that is going', async () => {
    const set = statefulSet();
    set.metadata.finalizers = ['orphan'];
    await cluster.apply(set);
    cluster.store.delete('StatefulSet', 'default', 'web');
    for (const { kind, metadata: { name } } of [...cluster.store.list('Pod'), ...cluster.store.list('ControllerRevision')]) {
      await cluster.change(kind, name, ({ metadata }) => { metadata.ownerReferences = []; });
      expect(cluster.store.get(kind, 'default', name).metadata.ownerReferences).toEqual([]);
    }
  });

  test('does nothing for a set that is gone or going', async () => {
    const set = statefulSet();
    set.metadata.finalizers = ['foregroundDeletion'];
    await cluster.apply(set);
    cluster.store.delete('StatefulSet', 'default', 'web');
    cluster.store.remove('Pod', 'default', 'web-0');
    await cluster.quiet();
    expect(cluster.pods).toEqual([]);
    await cluster.change('StatefulSet', 'web', ({ metadata }) => { metadata.finalizers = []; });
    expect(cluster.pods).toEqual([]);
  });
});
