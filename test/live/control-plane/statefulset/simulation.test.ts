import { array, assert, constantFrom, nat, oneof, property, record } from 'fast-check';
import { KubeObject } from '../objects';
import { statefulSet } from './fixtures';
import { firstOrdinal, isWanted, ordinalOf, revisionOf } from './identity';
import { hasEnded, isReady, podOf, untilAvailable } from './pods';
import { revisionsOf } from './revisions';
import { Action, planSync } from './rules';

/** What may happen to a pod, by its kubelet and by people. */
const events = ['starts', 'is ready', 'is not ready', 'fails', 'succeeds', 'is gone', 'is deleted'] as const;

const settings = ['rounds', 'replicas', 'partition', 'image', 'seconds'] as const;

type Step =
  | { readonly step: 'sync' }
  | { readonly step: 'pod'; readonly index: number; readonly event: typeof events[number] }
  | { readonly step: typeof settings[number]; readonly value: number };

/** A set with its pods and a toy kubelet, over the rules alone. */
class Simulation {
  readonly pods = new Map<string, KubeObject>();
  private history: KubeObject[] = [];
  private now = Date.parse('2024-01-01T00:00:00Z');

  constructor(readonly set: KubeObject) {}

  get partition(): number {
    return firstOrdinal(this.set) + this.set.spec.updateStrategy.rollingUpdate.partition;
  }

  perform(step: Step): void {
    const { spec } = this.set;
    switch (step.step) {
      case 'sync': return void this.sync();
      case 'pod': return this.happen(`web-${firstOrdinal(this.set) + step.index}`, step.event);
      case 'rounds': return Array.from({ length: step.value * 2 }).forEach(() => this.round());
      case 'replicas': spec.replicas = step.value; return;
      case 'partition': spec.updateStrategy.rollingUpdate.partition = Math.max(0, step.value - 2); return;
      case 'image': spec.template = { ...spec.template, spec: { containers: [{ name: 'main', image: `nginx:${step.value}` }] } }; return;
      case 'seconds': this.now += step.value * 1000;
    }
  }

  /** One sync, of which every action is checked against what must always hold. Returns what it did. */
  sync(): readonly Action[] {
    const revisions = revisionsOf(this.set, this.history);
    this.history = [...this.history.filter(({ metadata }) => metadata.name !== revisions.update.metadata.name), revisions.update];
    const [currentRevision, updateRevision] = [revisions.current.metadata.name, revisions.update.metadata.name];
    const plan = planSync({ set: this.set, pods: [...this.pods.values()], claims: [], currentRevision, updateRevision, now: this.now });
    const acts = plan.actions.filter(({ type }) => type !== 'wait');
    expect(this.ordered ? acts.length : 0).toBeLessThanOrEqual(1);
    expect(new Set(acts.map(({ type, pod }) => `${type} ${pod}`)).size).toBe(acts.length);
    for (const action of acts) {
      if (action.type === 'create-pod') {
        this.checkCreation(action.ordinal, action.revision, currentRevision);
        const pod = podOf(this.set, action.revision === currentRevision ? revisions.current : revisions.update, action.ordinal);
        this.pods.set(action.pod, pod);
      } else {
        this.checkDeletion(this.pods.get(action.pod)!, updateRevision);
        this.happen(action.pod, 'is deleted');
      }
    }
    this.set.status = plan.status;
    return acts;
  }

  /** Lets every pod start and become ready, for as long as there is anything to do. */
  settle(): void {
    for (let rounds = 0; rounds < 100; rounds++) {
      // several that have ended and are not wanted wait for each other for ever in an ordered set, until a person deletes them.
      const stuck = [...this.pods.values()].filter(pod => hasEnded(pod) && !isWanted(this.set, ordinalOf(this.set, pod)!));
      stuck.forEach(({ metadata: { name } }) => this.happen(name, 'is deleted'));
      if (this.round().length === 0 && [...this.pods.values()].every(isReady)) {
        return;
      }
    }
    throw new Error(`does not settle: ${JSON.stringify([...this.pods.values()])}`);
  }

  /** A minute in which nothing goes wrong. */
  private round(): readonly Action[] {
    for (const name of [...this.pods.keys()]) {
      (['is gone', 'starts', 'is ready'] as const).forEach(event => this.happen(name, event));
    }
    this.now += 60_000;
    return this.sync();
  }

  private get ordered(): boolean {
    return this.set.spec.podManagementPolicy === 'OrderedReady';
  }

  private happen(name: string, event: typeof events[number]): void {
    const pod = this.pods.get(name);
    if (!pod) {
      return;
    }
    const isOver = hasEnded(pod);
    const running = (status: string) => ({ phase: 'Running', conditions: [{ type: 'Ready', status, lastTransitionTime: new Date(this.now).toISOString() }] });
    if (event === 'is deleted') {
      pod.metadata.deletionTimestamp ??= new Date(this.now).toISOString();
    } else if (event === 'is gone' && pod.metadata.deletionTimestamp !== undefined) {
      this.pods.delete(name);
    } else if (event === 'starts' && pod.status.phase === 'Pending') {
      pod.status = running('False');
    } else if ((event === 'is ready' || event === 'is not ready') && pod.status.phase === 'Running' && isReady(pod) !== (event === 'is ready')) {
      pod.status = running(event === 'is ready' ? 'True' : 'False');
    } else if ((event === 'fails' || event === 'succeeds') && !isOver) {
      pod.status = { phase: event === 'fails' ? 'Failed' : 'Succeeded' };
    }
  }

  private checkCreation(ordinal: number, revision: string, currentRevision: string): void {
    expect([...this.pods.keys()]).not.toContain(`web-${ordinal}`);
    expect(isWanted(this.set, ordinal)).toBe(true);
    if (ordinal < this.partition) {
      expect(revision).toBe(currentRevision);
    }
    for (let below = firstOrdinal(this.set); this.ordered && below < ordinal; below++) {
      expect(this.isAvailable(below)).toBe(true);
    }
  }

  /** A pod is deleted because it has ended, because it is not wanted, or because it is of another revision. */
  private checkDeletion(pod: KubeObject, updateRevision: string): void {
    expect(pod.metadata.deletionTimestamp).toBeUndefined();
    const ordinal = ordinalOf(this.set, pod)!;
    const first = firstOrdinal(this.set);
    const wanted = Array.from({ length: this.set.spec.replicas }, (_, index) => first + index);
    if (hasEnded(pod) && isWanted(this.set, ordinal)) {
      return;
    }
    if (this.ordered) {
      expect(wanted.filter(other => !this.isAvailable(other))).toEqual([]);
      expect([...this.pods.values()].filter(other => ordinalOf(this.set, other)! > Math.max(ordinal, first + wanted.length - 1))).toEqual([]);
    }
    if (isWanted(this.set, ordinal)) {
      const above = wanted.filter(other => other > ordinal);
      expect(ordinal).toBeGreaterThanOrEqual(this.partition);
      expect(revisionOf(pod)).not.toBe(updateRevision);
      expect(above.filter(other => !this.isAvailable(other) || revisionOf(this.pods.get(`web-${other}`)!) !== updateRevision)).toEqual([]);
    }
  }

  private isAvailable(ordinal: number): boolean {
    const pod = this.pods.get(`web-${ordinal}`);
    return pod !== undefined && pod.metadata.deletionTimestamp === undefined && untilAvailable(this.set, pod, this.now) === 0;
  }
}

const steps = array(oneof(
  record({ step: constantFrom('sync' as const) }),
  record({ step: constantFrom('pod' as const), index: nat(4), event: constantFrom(...events) }),
  record({ step: constantFrom(...settings), value: nat(5) }),
), { minLength: 20, maxLength: 40 });

const sets = record({
  podManagementPolicy: constantFrom('OrderedReady', 'Parallel'),
  ordinals: record({ start: constantFrom(0, 3) }),
  minReadySeconds: constantFrom(0, 3),
});

// https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees
test('Whatever happens, no ordinal has two pods, order and partition are kept, and all comes right when pods become ready', () => {
  assert(property(sets, steps, (spec, happenings) => {
    const simulation = new Simulation(statefulSet(spec));
    happenings.forEach(step => simulation.perform(step));
    simulation.settle();
    const { set, pods, partition } = simulation;
    const ordinals = [...pods.values()].map(pod => ordinalOf(set, pod)!).sort((a, b) => a - b);
    expect(ordinals).toEqual(Array.from({ length: set.spec.replicas }, (_, index) => firstOrdinal(set) + index));
    const updated = [...pods.values()].filter(pod => ordinalOf(set, pod)! >= partition);
    expect(updated.every(pod => revisionOf(pod) === set.status.updateRevision)).toBe(true);
    expect(set.status).toMatchObject({ replicas: set.spec.replicas, readyReplicas: set.spec.replicas, availableReplicas: set.spec.replicas });
    if (set.spec.updateStrategy.rollingUpdate.partition === 0) {
      expect(set.status.currentRevision).toBe(set.status.updateRevision);
    }
  }), { numRuns: 100 });
});
