import { randomInt } from 'node:crypto';
import { withCondition } from './conditions';
import { timestamp } from '../timestamp';
import { EventLog } from './events';
import { counted, isActive, isFinished, JobEnd, JobTally, nextStep, NO_PODS_YET, outcomeOf, withGeneratedSelector } from './job-rules';
import { hasCondition, isOwnedBy, KubeObject, ownedBy } from './objects';
import { Reconciler } from './reconciler';
import { requireServiceAccount } from './service-accounts';
import { ApiError, ObjectStore, WatchEvent } from './store';

/** What generated names end in: no vowels, so no words; nothing that reads like something else. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

interface JobRecord {
  tally: JobTally;
  /** The pods that are in the tally, or must never be. */
  readonly seen: Set<string>;
  /** Why no pod could be made the last time, so that it is told once. */
  refusal?: string;
}

/**
 * Runs the pods of jobs until enough of them have succeeded.
 *
 * A pod is counted when it is seen to end; Kubernetes holds pods by a finalizer until it has counted them.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export class JobController {
  private readonly records = new Map<string, JobRecord>();
  private readonly reconciler: Reconciler;
  private unwatch?: () => void;

  /** @param backoffMilliseconds how long the next pod waits after a first failure; Kubernetes has ten seconds. It doubles with each in a row. */
  constructor(private readonly store: ObjectStore, private readonly events: EventLog, private readonly backoffMilliseconds = 1000) {
    this.reconciler = new Reconciler(store, ['Job', 'Pod', 'ServiceAccount'], () => this.reconcile());
  }

  start(): void {
    // pods may come and go before the next look at all of them: so each change is seen.
    this.unwatch ??= this.store.watch(event => this.observe(event));
    this.store.list('Pod').forEach(object => this.observe({ type: 'ADDED', object }));
    this.reconciler.start();
  }

  stop(): void {
    this.unwatch?.();
    this.unwatch = undefined;
    this.reconciler.stop();
  }

  private observe({ type, object }: WatchEvent): void {
    if (object.kind === 'Job' && type === 'DELETED') {
      this.records.delete(object.metadata.uid!);
    }
    const owner = object.metadata.ownerReferences?.find(({ kind, controller }) => kind === 'Job' && controller);
    const outcome = object.kind === 'Pod' && owner && outcomeOf(object, type === 'DELETED');
    if (!outcome) {
      return;
    }
    const record = this.recordOf(owner.uid);
    if (!record.seen.has(object.metadata.uid!)) {
      record.seen.add(object.metadata.uid!);
      record.tally = counted(record.tally, outcome, Date.now());
    }
  }

  private recordOf(uid: string): JobRecord {
    const record = this.records.get(uid) ?? { tally: NO_PODS_YET, seen: new Set() };
    this.records.set(uid, record);
    return record;
  }

  private reconcile(): number | undefined {
    const waits = this.store.list('Job').map(job => isFinished(job) ? this.expire(job) : this.advance(job));
    const soonest = Math.min(...waits.map(wait => wait ?? Infinity));
    return soonest === Infinity ? undefined : soonest;
  }

  /** @see https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/ */
  private expire({ metadata: { namespace, name, deletionTimestamp }, spec, status }: KubeObject): number | undefined {
    if (spec.ttlSecondsAfterFinished === undefined || deletionTimestamp !== undefined) {
      return undefined;
    }
    const end = status.conditions.find(({ type }: any) => ['Complete', 'Failed'].includes(type));
    const left = Date.parse(end.lastTransitionTime) + spec.ttlSecondsAfterFinished * 1000 - Date.now();
    if (left > 0) {
      return left;
    }
    this.store.delete('Job', namespace, name);
    return undefined;
  }

  private advance(created: KubeObject): number | undefined {
    if (created.metadata.deletionTimestamp !== undefined) {
      return undefined;
    }
    const job = withGeneratedSelector(created);
    const record = this.recordOf(job.metadata.uid!);
    const now = Date.now();
    // the time for which a job is suspended does not count.
    job.status = { ...job.status, startTime: job.spec.suspend ? undefined : job.status?.startTime ?? timestamp(now) };

    const { create, remove, end, again } = nextStep(job, this.podsOf(job), record.tally, now, this.backoffMilliseconds);
    for (const { metadata: { namespace, name, uid } } of remove) {
      if (end?.type !== 'Failed') {
        // one too many is not a failure.
        record.seen.add(uid!);
      }
      this.store.delete('Pod', namespace, name);
      this.events.record(job, 'SuccessfulDelete', `Deleted pod: ${name}`);
    }
    for (let made = 0; made < create; made++) {
      this.createPod(job, record);
    }

    this.store.update({ ...job, status: this.statusOf(job, record.tally, end, now) });
    if (end) {
      this.events.record(job, end.reason ?? 'Completed', end.message ?? 'Job completed');
    }
    return again;
  }

  private podsOf(job: KubeObject): KubeObject[] {
    return this.store.list('Pod', job.metadata.namespace).filter(pod => isOwnedBy(pod, job));
  }

  private createPod(job: KubeObject, record: JobRecord): void {
    const { metadata: { labels, annotations } = {} as any, spec } = job.spec.template;
    const suffix = Array.from({ length: 5 }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join('');
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        namespace: job.metadata.namespace,
        // a generated name has 63 characters at most.
        name: `${job.metadata.name}-`.slice(0, 58) + suffix,
        labels,
        ...annotations ? { annotations } : {},
        ownerReferences: [ownedBy(job)],
      },
      spec,
      status: { phase: 'Pending' },
    };
    try {
      requireServiceAccount(this.store, pod);
    } catch (error) {
      const { message } = error as ApiError;
      const refusal = message.replace(pod.metadata.name, `${job.metadata.name}-`);
      if (record.refusal !== refusal) {
        this.events.record(job, 'FailedCreate', `Error creating: ${refusal}`);
      }
      record.refusal = refusal;
      return;
    }
    this.store.create(pod);
    this.events.record(job, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  }

  private statusOf(job: KubeObject, { succeeded, failed }: JobTally, end: JobEnd | undefined, now: number): any {
    const pods = this.podsOf(job).filter(isActive);
    const { startTime, conditions } = job.status;
    return {
      ...startTime ? { startTime } : {},
      ready: pods.filter(pod => hasCondition(pod, 'Ready')).length,
      // a zero is left out, as Kubernetes does.
      ...pods.length ? { active: pods.length } : {},
      ...succeeded ? { succeeded } : {},
      ...failed ? { failed } : {},
      ...conditions ? { conditions } : {},
      ...end ? { conditions: withCondition(conditions, { ...end, status: 'True' }, now) } : {},
      ...end?.type === 'Complete' ? { completionTime: timestamp(now) } : {},
    };
  }
}
