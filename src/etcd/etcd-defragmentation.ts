import { Cron, Size } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { EtcdPrograms } from './programs';
import { bytesOf } from './sizing';
import { cronProblem } from '../private/cron';
import { ManifestObject } from '../private/manifest-object';
import { refuse, refuseIf, structProblem } from '../private/refuse';
import { sizeProblem } from '../private/units';

const SCHEDULED = 'EtcdDefragmentation.scheduled()';
const SUFFIX = '-defragment';

/** Kubernetes adds up to 11 characters for each Job. */
const CRON_JOB_NAME_MAX = 52;

const DEFAULT_MINIMUM_FREE = Size.mebibytes(100);

/** In seconds: a run that was missed is made up for in the same night, and not when people work. */
const LATEST_START = 3600;

/** In seconds: three members of 8 GiB on slow disks, each half an hour, and as much again. A run that hangs would keep all later ones away. */
const LONGEST_RUN = 4 * 3600;

/**
 * How members are defragmented by schedule.
 */
export interface EtcdDefragmentationOptions {
  /**
   * How much room a defragmentation must give back for a member to be defragmented at all, since a member answers nothing while it is.
   *
   * @default Size.mebibytes(100)
   */
  readonly minimumFree?: Size;
}

/**
 * When members write their databases anew. What a compaction frees stays in the file until then, and counts for the quota.
 *
 * A member answers nothing while it is at it. So one at a time is defragmented, the leader last and after it has handed the lead to one that is
 * done; and none unless all members are healthy.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/maintenance/#defragmentation
 */
export class EtcdDefragmentation {
  /**
   * By a CronJob, in the time zone of Kubernetes' controllers, which is UTC as a rule.
   *
   * @param schedule when few people write.
   * @param options what is worth the while.
   */
  public static scheduled(schedule: Cron, options: EtcdDefragmentationOptions = {}): EtcdDefragmentation {
    return new EtcdDefragmentation((cluster, programs) => bindSchedule(cluster, programs, schedule, options));
  }

  /** Never: for a cluster that somebody else defragments, or whose database does not shrink. */
  public static off(): EtcdDefragmentation {
    return new EtcdDefragmentation();
  }

  private constructor(private readonly bind?: (cluster: Construct, programs: EtcdPrograms) => void) {}

  /**
   * Whether it is left to others.
   *
   * @internal
   */
  public get _isOff(): boolean {
    return this.bind === undefined;
  }

  /**
   * Makes what is to be made for a cluster; called once by each.
   *
   * @internal
   */
  public _bind(cluster: Construct, programs: EtcdPrograms): void {
    this.bind?.(cluster, programs);
  }
}

function bindSchedule(cluster: Construct, programs: EtcdPrograms, schedule: Cron, options: EtcdDefragmentationOptions): void {
  refuseIf(cluster, `'schedule' of ${SCHEDULED}`, cronProblem(schedule));
  refuseIf(cluster, `the options of ${SCHEDULED}`, structProblem(options));
  const { minimumFree = DEFAULT_MINIMUM_FREE } = options;
  refuseIf(cluster, `'minimumFree' of ${SCHEDULED}`, sizeProblem(minimumFree));
  const { endpoints, name } = programs.site;
  const longest = CRON_JOB_NAME_MAX - SUFFIX.length;
  if (name.length > longest) {
    refuse(cluster, `the name of a cluster that is defragmented by schedule must have at most ${longest} characters, since its CronJob is named after it,`
      + ` got ${name.length}: "${name}"; give a shorter one, or 'defragmentation: EtcdDefragmentation.off()'`);
  }
  // all members by name: while there is an alarm, the service for clients may lead nowhere.
  const step = programs.asClient(programs.agentStep('defragment', 'defragment', {
    envVariables: { MINIMUM_FREE_BYTES: kplus.EnvValue.fromValue(String(bytesOf(minimumFree))) },
  }), endpoints);
  const template = programs.podTemplate([step]);
  new ManifestObject(cluster, 'Defragmentation', {
    ...kplus.k8s.KubeCronJob.GVK,
    metadata: programs.metadataOf(`${name}${SUFFIX}`),
    key: 'spec',
    content: () => kplus.k8s.toJson_CronJobSpec({
      schedule: schedule.expressionString,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: LATEST_START,
      // what kept it from its work will keep a second try from it, and there is another night.
      jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: LONGEST_RUN, template } },
    }),
  });
}
