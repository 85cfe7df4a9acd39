import * as fc from 'fast-check';
import { applied, claim, claims, claimTemplate, live, object, plan, pod, statefulSet, steps, template } from './manifests';
import { PlannedPod } from '../../src';
import { podSteps, replacedAtOnce } from '../../src/plan/movements/pod-steps';
import { fieldsOf } from '../../src/plan/movements/stateful-set';
import { KubeObject } from '../live/control-plane/objects';
import { member, PodState, statefulSet as modelSet } from '../live/control-plane/statefulset/fixtures';
import { ordinalOf } from '../live/control-plane/statefulset/identity';
import { planSync } from '../live/control-plane/statefulset/rules';

const old = statefulSet();
const updated = (spec: any = {}) => statefulSet({ template: template('registry.example.com/db:2'), ...spec });
const rolling = (partition: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } });
const mid = { replicas: 3, readyReplicas: 3, currentRevision: 'db-old', updateRevision: 'db-new', updatedReplicas: 1 };

describe('the pods of a StatefulSet', () => {
  test('are made one after the other, from the lowest up', () => {
    expect(steps([], [old])).toEqual(['create db-0', 'create db-1', 'create db-2']);
  });

  test('are made at once in a parallel set', () => {
    expect(steps([], [statefulSet({ podManagementPolicy: 'Parallel' })])).toEqual(['create db-0, create db-1, create db-2']);
  });

  test('do not move when nothing of the template changes', () => {
    expect(steps([old], [statefulSet({ replicas: 3, minReadySeconds: 5 })])).toEqual([]);
  });

  test('are replaced from the highest down', () => {
    expect(steps([old], [updated()])).toEqual(['replace db-2', 'replace db-1', 'replace db-0']);
  });

  test('keep the old template below the partition', () => {
    const made = plan([old], [updated(rolling(2))]).statefulSets[0];
    expect(made.pods.map(({ name }) => name)).toEqual(['db-2']);
    expect(made.heldBack).toEqual(['db-0', 'db-1']);
    expect(made.untouched).toEqual([]);
  });

  test('follow when a partition goes, though the template is the same', () => {
    expect(steps([statefulSet(rolling(2))], [statefulSet()])).toEqual(['replace db-1', 'replace db-0']);
  });

  test('are made from the old template below the partition', () => {
    expect(steps([statefulSet({ replicas: 1 })], [updated({ replicas: 4, ...rolling(3) })])).toEqual(['create db-1 (old)', 'create db-2 (old)', 'create db-3']);
  });

  test('are made from the old template below the partition, also where there was none of them', () => {
    expect(steps([statefulSet({ replicas: 0 })], [updated({ replicas: 2, ...rolling(1) })])).toEqual(['create db-0 (old)', 'create db-1']);
    expect(steps([], [updated({ replicas: 2, ...rolling(1) })])).toEqual(['create db-0', 'create db-1']);
  });

  test('come and go before any is replaced', () => {
    expect(steps([old], [updated({ replicas: 4 })])).toEqual(['create db-3', 'replace db-2', 'replace db-1', 'replace db-0']);
    expect(steps([statefulSet({ replicas: 4 })], [updated({ replicas: 2 })])).toEqual(['delete db-3', 'delete db-2', 'replace db-1', 'replace db-0']);
  });

  test('in a parallel set go at once, and the first is replaced meanwhile', () => {
    const parallel = { podManagementPolicy: 'Parallel' };
    expect(steps([statefulSet({ replicas: 4, ...parallel })], [updated({ replicas: 2, ...parallel })]))
      .toEqual(['delete db-3, delete db-2, replace db-1', 'replace db-0']);
    expect(steps([statefulSet(parallel)], [updated({ replicas: 4, ...parallel })])).toEqual(['create db-3', 'replace db-2', 'replace db-1', 'replace db-0']);
  });

  test('wait for somebody to delete them with OnDelete', () => {
    expect(steps([statefulSet({ updateStrategy: { type: 'OnDelete' } })], [updated({ updateStrategy: { type: 'OnDelete' }, replicas: 4 })]))
      .toEqual(['create db-3', 'by hand db-2, by hand db-1, by hand db-0']);
  });

  test('are others when the first ordinal changes', () => {
    expect(steps([old], [statefulSet({ ordinals: { start: 2 } })])).toEqual(['create db-3', 'create db-4', 'delete db-1', 'delete db-0']);
  });

  test('all stop when the set goes, in no order', () => {
    expect(steps([old], [])).toEqual(['delete db-0, delete db-1, delete db-2']);
  });

  test('do not move when the change is refused', () => {
    const made = plan([old], [updated({ serviceName: 'other', replicas: 9 })]).statefulSets[0];
    expect(made).toMatchObject({ action: 'refuse', pods: [], untouched: ['db-0', 'db-1', 'db-2'], heldBack: [] });
    expect(made.claims).toHaveLength(3);
  });

  test('do not move where nobody prunes', () => {
    expect(plan([old], [], { prune: false })).toMatchObject({ statefulSets: [], objects: [{ action: 'leave' }], isEmpty: true });
  });

  test('are replaced several at once, where the cluster knows maxUnavailable', () => {
    const several = (maxUnavailable: any) => updated({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } } });
    expect(steps([old], [several(2)], { maxUnavailable: true })).toEqual(['replace db-2, replace db-1', 'replace db-0']);
    expect(steps([old], [several(2)])).toHaveLength(3);
    expect(steps([old], [several('67%')], { maxUnavailable: true })).toHaveLength(2);
    expect(steps([old], [several('66%')], { maxUnavailable: true })).toHaveLength(3);
    expect(steps([old], [several('1%')], { maxUnavailable: true })).toHaveLength(3);
    expect(replacedAtOnce({ ...fieldsOf(several('x').spec && { spec: { ...several(0).spec, persistentVolumeClaimRetentionPolicy: {} } }, 'db') }, true)).toBe(1);
  });
});

describe('the pods of a cluster', () => {
  test('that have the new template already stay', () => {
    const pods = [pod('db', 0), pod('db', 1), pod('db', 2, { revision: 'db-new' })];
    expect(steps([live(old, mid), ...pods], [old])).toEqual(['replace db-1', 'replace db-0']);
    expect(steps([live(old, mid)], [old])).toEqual(['replace db-1', 'replace db-0']);
    expect(steps([live(old, { ...mid, updatedReplicas: undefined })], [old])).toHaveLength(3);
    expect(steps([live(old, { ...mid, currentRevision: 'db-new' })], [old])).toEqual([]);
  });

  test('are found by name and labels, in the namespace of the set', () => {
    const { selector, ...rest } = old.spec;
    expect(steps([live({ ...old, spec: rest }), { ...pod('db', 0), status: undefined }], [{ ...old, spec: rest }])).toEqual(['create db-1', 'create db-2']);
    const strangers = [pod('db', 7, { labels: { app: 'other' } }), pod('db-x', 0), { ...pod('db', 8), metadata: { ...pod('db', 8).metadata, namespace: 'x' } }];
    expect(steps([live(old, mid), pod('db', 0), ...strangers], [updated()])).toEqual(['create db-1', 'create db-2', 'replace db-0']);
  });

  test('that are not ready hold up an ordered set', () => {
    const pods = [pod('db', 2), pod('db', 1, { ready: false }), pod('db', 0)];
    expect(plan([live(old), ...pods], [updated()]).statefulSets[0].blockedBy).toBe('db-1');
    expect(plan([live(old), ...pods], [statefulSet({ replicas: 1 })]).statefulSets[0].blockedBy).toBeUndefined();
    const parallel = statefulSet({ podManagementPolicy: 'Parallel' });
    expect(plan([live(parallel), ...pods], [updated({ podManagementPolicy: 'Parallel' })]).statefulSets[0].blockedBy).toBeUndefined();
  });

  test('that have the new template and are not ready hold up those below them in a parallel set, too', () => {
    const canary = (number: number) => statefulSet({ podManagementPolicy: 'Parallel', ...rolling(number) });
    const pods = [pod('db', 0), pod('db', 1, { ready: false }), pod('db', 2, { revision: 'db-new', ready: false })];
    const blockedBy = (to: any) => plan([live(canary(2), mid), ...pods], [to]).statefulSets[0].blockedBy;
    expect(blockedBy(canary(0))).toBe('db-2');
    expect(blockedBy(canary(2))).toBeUndefined();
    expect(blockedBy(statefulSet({ podManagementPolicy: 'Parallel', replicas: 2 }))).toBeUndefined();
  });

  test('that still have the template that comes back do not restart', () => {
    const data = { spec: { template: { ...template(), $patch: 'replace' } } };
    const revision = live(object('apps/v1', 'ControllerRevision', { data, revision: 1 }, { name: 'db-old' }));
    const pods = [pod('db', 0), pod('db', 1), pod('db', 2, { revision: 'db-new' })];
    const broken = live(updated(), { ...mid, updatedReplicas: 1 });
    expect(steps([broken, ...pods, revision], [old])).toEqual(['replace db-2']);
    expect(steps([broken, ...pods, { ...revision, data: {} }], [old])).toHaveLength(3);
  });

  test('are made from the template that comes back, since it is that of the pods below the partition', () => {
    const data = { spec: { template: { ...template(), $patch: 'replace' } } };
    const revision = live(object('apps/v1', 'ControllerRevision', { data, revision: 1 }, { name: 'db-old' }));
    const pods = [pod('db', 0), pod('db', 1), pod('db', 2, { revision: 'db-new' })];
    const canary = live(updated(rolling(2)), mid);
    expect(steps([canary, ...pods, revision], [statefulSet({ replicas: 4, ...rolling(4) })])).toEqual(['create db-3']);
    expect(steps([canary, ...pods, revision], [updated({ replicas: 4, ...rolling(4) })])).toEqual(['create db-3 (old)']);
    // by hand all pods got the new template, and the controller keeps the old one.
    const byHand = live(statefulSet({ updateStrategy: { type: 'OnDelete' } }), { ...mid, updatedReplicas: 3 });
    expect(steps([byHand], [statefulSet({ replicas: 4, ...rolling(4) })])).toEqual(['create db-3 (old)']);
  });

  test('of which nobody knows the revision stay', () => {
    expect(steps([live(old), pod('db', 0), pod('db', 1), pod('db', 2)], [old])).toEqual([]);
  });

  test('are as many as the status says, when the set is being scaled', () => {
    expect(steps([live(old, { replicas: 5 })], [old])).toEqual(['delete db-4', 'delete db-3']);
    expect(steps([live(old, { replicas: 1 })], [old])).toEqual(['create db-1', 'create db-2']);
    for (const replicas of [-1, 1e9, '2', 0.5]) {
      expect(steps([live(old, { replicas })], [old])).toEqual([]);
    }
  });

  test('are recognised by a revision with the empty fields that the server writes', () => {
    const { metadata, spec: { containers: [container] } } = template();
    const stored = { $patch: 'replace', metadata: { creationTimestamp: null, ...metadata }, spec: { containers: [{ ...container, resources: {} }], securityContext: {} } };
    const revision = live(object('apps/v1', 'ControllerRevision', { data: { spec: { template: stored } }, revision: 1 }, { name: 'db-old' }));
    const pods = [pod('db', 0), pod('db', 1), pod('db', 2, { revision: 'db-new' })];
    expect(steps([live(updated(), mid), ...pods, revision], [old])).toEqual(['replace db-2']);
  });
});

describe('the claims of a StatefulSet', () => {
  const policy = (whenScaled: string, whenDeleted = 'Retain') => ({ persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } });

  test('are made with their pods, and stay with them', () => {
    expect(claims([statefulSet({ replicas: 1 })], [statefulSet({ replicas: 2 })])).toEqual({ 'data-db-0': 'stays', 'data-db-1': 'made' });
  });

  test('stay when their pods go, unless a policy says otherwise', () => {
    const two = statefulSet({ replicas: 2 });
    expect(claims([two], [statefulSet({ replicas: 1 })])).toEqual({ 'data-db-0': 'stays', 'data-db-1': 'orphaned' });
    expect(claims([two], [statefulSet({ replicas: 1, ...policy('Delete') })])).toEqual({ 'data-db-0': 'stays', 'data-db-1': 'deleted' });
    expect(claims([two], [])).toEqual({ 'data-db-0': 'orphaned', 'data-db-1': 'orphaned' });
    expect(claims([statefulSet({ replicas: 1, ...policy('Retain', 'Delete') })], [])).toEqual({ 'data-db-0': 'deleted' });
  });

  test('that were found without a pod are used again, or stay', () => {
    const found = [claim('data-db-1'), claim('data-db-7'), claim('data-other-1')];
    expect(claims([live(statefulSet({ replicas: 1 })), ...found], [statefulSet({ replicas: 2, ...policy('Delete') })]))
      .toEqual({ 'data-db-0': 'stays', 'data-db-1': 'reused', 'data-db-7': 'orphaned' });
  });

  test('of earlier pods go with the set that owns them', () => {
    const owned = (name: string, uid: string) => {
      const { metadata, ...rest } = claim(name);
      return { ...rest, metadata: { ...metadata, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid, controller: true }] } };
    };
    const one = applied(statefulSet({ replicas: 1, ...policy('Retain', 'Delete') }));
    const nobodys: any = owned('data-db-4', 'uid-db');
    delete nobodys.metadata.ownerReferences[0].uid;
    const found = [nobodys, owned('log-db-0', 'uid-db'), owned('data-db-0', 'uid-db'), owned('data-db-1', 'uid-db'), owned('data-db-2', 'uid-before'), claim('data-db-3')];
    expect(claims([one, ...found], [])).toEqual({ 'data-db-0': 'deleted', 'data-db-1': 'deleted', 'data-db-2': 'orphaned', 'data-db-3': 'orphaned', 'data-db-4': 'orphaned' });
    expect(claims([statefulSet({ replicas: 1 }, { namespace: 'default' }), ...found], [])).toMatchObject({ 'data-db-0': 'orphaned', 'data-db-1': 'orphaned' });
    expect(claims([one, ...found], [statefulSet({ replicas: 1 })])).toMatchObject({ 'data-db-0': 'stays', 'data-db-1': 'orphaned' });
  });

  test('are those of every template', () => {
    const both = { replicas: 1, volumeClaimTemplates: [claimTemplate(), claimTemplate('1Gi', {}, { name: 'log' })] };
    expect(claims([], [statefulSet(both)])).toEqual({ 'data-db-0': 'made', 'log-db-0': 'made' });
    const waived = { annotations: { 'cdk8s-stateful/plan-waive.claim-template-changed': 'replaced by hand' } };
    expect(claims([statefulSet(both)], [statefulSet({ replicas: 1 }, waived)])).toEqual({ 'data-db-0': 'stays', 'log-db-0': 'orphaned' });
  });
});

test.each([
  ['replicas', { replicas: '3' }],
  ['replicas', { replicas: 20_000 }],
  ['ordinals.start', { ordinals: { start: -1 } }],
  ['partition', { updateStrategy: { rollingUpdate: { partition: 1.5 } } }],
])('a %s that no set can have is an error', (field, spec) => {
  expect(() => plan([], [statefulSet(spec)])).toThrow(new RegExp(`StatefulSet db: spec\\..*${field} must be a whole number`));
});

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go
describe('the order of steps', () => {
  const setting = fc.record({
    replicas: fc.nat(5), start: fc.nat(2), partition: fc.nat(6), podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'), type: fc.constantFrom('RollingUpdate', 'OnDelete'),
  });
  const running = fc.uniqueArray(fc.nat(7), { maxLength: 6 });

  const flags = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });

  test('is that in which the controller acts', () => {
    let moves = 0;
    fc.assert(fc.property(setting, running, flags, fc.boolean(), (fields, ordinals, isNew, hasOld) => {
      const { replicas, start, podManagementPolicy, type, partition } = fields;
      const updateStrategy = type === 'OnDelete' ? { type } : { type, rollingUpdate: { partition } };
      const set = modelSet({ replicas, podManagementPolicy, updateStrategy, ordinals: { start } });
      const pods = ordinals.sort((a, b) => a - b).map(ordinal => ({ ordinal, updated: isNew[ordinal], ready: true }));
      const predicted = podSteps('web', pods, fieldsOf(set, 'web'), 1, hasOld).filter(({ step }) => step > 0);
      const groups = groupsOf(predicted);
      moves += predicted.length;
      expect(groups).toEqual(actedOut(set, pods, hasOld ? 'old' : 'new'));
    }), { numRuns: 3000 });
    expect(moves).toBeGreaterThan(3000);
  });

  test('ends early where a pod is said to block it, and nowhere else', () => {
    let blocked = 0;
    fc.assert(fc.property(setting, running, flags, flags, (fields, ordinals, isNew, isReady) => {
      const { replicas, start, podManagementPolicy, type, partition } = fields;
      const updateStrategy = type === 'OnDelete' ? { type } : { type, rollingUpdate: { partition } };
      const set = modelSet({ replicas, podManagementPolicy, updateStrategy, ordinals: { start } }, { currentRevision: 'old', updateRevision: 'new' });
      const pods = ordinals.sort((a, b) => a - b).map(ordinal => ({ ordinal, updated: isNew[ordinal], ready: isReady[ordinal] }));
      fc.pre(pods.length > 0);
      const found = pods.map(({ ordinal, updated: isUpdated, ready }) => pod('web', ordinal, { ready, revision: isUpdated ? 'new' : 'old', labels: { app: 'web' } }));
      const { pods: moves, blockedBy } = plan([set, ...found], [{ ...set, status: undefined }]).statefulSets[0];
      const groups = groupsOf(moves);
      const acted = actedOut(set, pods, 'old');
      blocked += blockedBy === undefined ? 0 : 1;
      expect(acted).toEqual(blockedBy === undefined ? groups : groups.slice(0, acted.length));
      expect(acted.length < groups.length).toBe(blockedBy !== undefined);
    }), { numRuns: 3000 });
    expect(blocked).toBeGreaterThan(300);
  });
});

/** What is foretold, step by step, in the words of `actedOut()`. */
function groupsOf(moves: readonly PlannedPod[]): string[][] {
  const foretold = moves.filter(({ step }) => step > 0);
  return [...new Set(foretold.map(({ step }) => step))].map(step => foretold.filter(one => one.step === step)
    .map(({ action, name, updated: isUpdated }) => `${action === 'create' ? `create ${isUpdated ? 'new' : 'old'}` : 'delete'} ${name}`).sort());
}

/** What the model of the controller does, sync by sync, when every pod that is made becomes ready; a replaced pod that comes back is not told again. */
function actedOut(set: KubeObject, pods: { ordinal: number; updated: boolean; ready: boolean }[], currentRevision: string): string[][] {
  const there = new Map(pods.map(({ ordinal, updated: isNew, ready }) => [`web-${ordinal}`, member(set, ordinal, `${ready ? 'ready' : 'running'}@${isNew ? 'new' : 'old'}` as PodState)]));
  const replaced = new Set<string>();
  const groups: string[][] = [];
  for (let sync = 0; sync < 200; sync++) {
    const { actions } = planSync({
      set, pods: [...there.values()], claims: [], currentRevision, updateRevision: 'new', now: Date.parse('2030-01-01'),
    });
    const group: string[] = [];
    for (const action of actions) {
      if (action.type === 'create-pod') {
        there.set(action.pod, member(set, action.ordinal, `ready@${action.revision}` as PodState));
        if (!replaced.delete(action.pod)) {
          group.push(`create ${action.revision} ${action.pod}`);
        }
      } else if (action.type === 'delete-pod') {
        const gone = there.get(action.pod)!;
        there.delete(action.pod);
        const ordinal = ordinalOf(set, gone)!;
        const { replicas, ordinals: { start } } = set.spec;
        if (ordinal >= start && ordinal < start + replicas) {
          replaced.add(action.pod);
        }
        group.push(`delete ${action.pod}`);
      }
    }
    if (actions.filter(({ type }) => type !== 'wait').length === 0) {
      return groups;
    }
    if (group.length > 0) {
      groups.push(group.sort());
    }
  }
  throw new Error('does not come to rest');
}
