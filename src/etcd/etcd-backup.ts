import { Cron } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { backupFolder, destinationProblem, UNFINISHED } from './backup-storage';
import { EtcdBackupDestination } from './etcd-backup-destination';
import { EtcdPrograms } from './programs';
import { cronProblem } from '../private/cron';
import { ManifestObject } from '../private/manifest-object';
import { dnsLabelProblem } from '../private/names';
import { childOf, refuse, refuseIf, structProblem, wholeNumberProblem } from '../private/refuse';

const DEFAULT_NAME = 'backup';

/** Kubernetes adds up to 11 characters for each Job. */
const CRON_JOB_NAME_MAX = 52;

/** In seconds: a backup that was missed is made up for within the hour. Without a limit, a hundred that were missed keep the next from ever being made. */
const LATEST_START = 3600;

/** In seconds: etcd's largest database, of 8 GiB, at 2.5 MB/s. A run that hangs would keep all later ones away. */
const LONGEST_RUN = 3600;

/** A member may have been away for a moment; what fails twice is for people to see. */
const TRIES_AGAIN = 1;

/**
 * When backups of a cluster are made, and where they go.
 */
export interface EtcdBackupProps {
  /** When one is made, in the time zone of Kubernetes' controllers, which is UTC as a rule. */
  readonly schedule: Cron;

  /** Where they go. */
  readonly destination: EtcdBackupDestination;

  /**
   * How many are kept there: when one more has been made, the oldest are deleted. Files with other names than those of backups are left alone.
   *
   * A bucket had better have a rule for how long objects live, so that nothing in the cluster may delete them.
   *
   * @default - all of them.
   */
  readonly keep?: number;

  /**
   * What tells several backups of one cluster apart: the CronJob is named after the cluster and this.
   *
   * @default 'backup'
   */
  readonly name?: string;

  /**
   * Where a backup is kept on its way to S3; it may be as large as `quota`.
   *
   * @default - the disk of the node.
   */
  readonly scratch?: kplus.Volume;
}

/**
 * Backups of a cluster by schedule: a CronJob whose pod has a step for each thing that can fail.
 *
 * A backup has its name only after it was read again and found whole, and so a half written file is never taken for one.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/recovery/
 */
export class EtcdBackup extends Construct {
  /**
   * For `EtcdCluster.addBackup()`.
   *
   * @internal
   */
  public static _of(cluster: Construct, programs: EtcdPrograms, props: EtcdBackupProps): EtcdBackup {
    refuseIf(cluster, 'the properties of addBackup()', structProblem(props ?? null));
    const { name = DEFAULT_NAME } = props;
    refuseIf(cluster, '\'name\' of a backup', dnsLabelProblem(name));
    const full = `${programs.site.name}-${name}`;
    if (full.length > CRON_JOB_NAME_MAX) {
      refuse(cluster, `the name of the cluster and 'name' of a backup must have at most ${CRON_JOB_NAME_MAX} characters with the hyphen between them, since a `
        + `CronJob is named so, got ${full.length}: "${full}"; give a shorter 'name'`);
    }
    const scope = cluster.node.tryFindChild('Backups') as Construct ?? new Construct(cluster, 'Backups');
    const others = scope.node.children as EtcdBackup[];
    if (others.some(other => other.node.id === name)) {
      refuse(cluster, `there are two backups named '${name}': give one of them another 'name'`);
    }
    return new EtcdBackup(scope, name, programs, props, others);
  }

  /** The name of the CronJob. */
  public readonly name: string;

  /** How many backups are kept; absent where all are. */
  public readonly keep?: number;

  private readonly place: string;

  private constructor(scope: Construct, id: string, programs: EtcdPrograms, props: EtcdBackupProps, others: readonly EtcdBackup[]) {
    const at = childOf(scope, id);
    const { schedule, destination, keep, scratch } = props;
    refuseIf(at, '\'schedule\'', cronProblem(schedule));
    refuseIf(at, '\'destination\'', destinationProblem(destination));
    refuseIf(at, '\'keep\'', keep === undefined ? undefined : wholeNumberProblem(keep, 1));
    super(scope, id);
    const storage = destination._storage;
    storage.check(this);
    this.name = `${programs.site.name}-${id}`;
    this.keep = keep;
    const folder = backupFolder(this, programs);
    this.place = storage.placeOf(folder);
    const other = others.find(({ place }) => place === this.place);
    if (other !== undefined) {
      refuse(this, `backups '${other.node.id}' and '${id}' both write to ${this.place}, and would delete each other's: give one another 'path' or 'prefix'`);
    }

    const { steps, account } = storage.backUp({
      scope: this, name: this.name, programs, folder, keep, scratch, snapshot: mount => snapshotSteps(programs, mount),
    });
    const template = programs.podTemplate(steps, { serviceAccountName: account?.name });
    new ManifestObject(this, 'Resource', {
      ...kplus.k8s.KubeCronJob.GVK,
      metadata: programs.metadataOf(this.name),
      key: 'spec',
      content: () => kplus.k8s.toJson_CronJobSpec({
        schedule: schedule.expressionString,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: LATEST_START,
        jobTemplate: { spec: { backoffLimit: TRIES_AGAIN, activeDeadlineSeconds: LONGEST_RUN, template } },
      }),
    });
  }
}

/** etcd's tool waits without end for somebody to take a snapshot of, so whether anybody is there is asked before. */
function snapshotSteps(programs: EtcdPrograms, mount: kplus.VolumeMount): kplus.ContainerProps[] {
  const { clientUrl, version } = programs.site;
  const tool = version._features.hasEtcdutl ? 'etcdutl' : 'etcdctl';
  const volumeMounts = [mount];
  return [
    // not its health, which is bad while there is an alarm: then, too, a backup is wanted.
    programs.asClient(programs.etcdStep('reach', ['etcdctl', 'get', 'no-such-key', '--keys-only', '--limit=1']), [clientUrl]),
    programs.asClient(programs.etcdStep('snapshot', ['etcdctl', 'snapshot', 'save', UNFINISHED], { volumeMounts }), [clientUrl]),
    programs.etcdStep('verify', [tool, 'snapshot', 'status', UNFINISHED], { volumeMounts }),
  ];
}
