import { Chart } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { EtcdBackupDestination } from './etcd-backup-destination';
import { EtcdPrograms } from './programs';
import { objectProblem, Place } from '../private/refuse';

/** Where a pod has the files of a backup that is made. */
export const BACKUP_PATH = '/backup';

/** What etcd's own tool writes; the programs that give it its name know it. */
export const UNFINISHED = `${BACKUP_PATH}/snapshot.unfinished`;

/** Where a member that is restored has what its steps share. */
export const RESTORE_PATH = '/restore';

/** A backup that is to be made. */
export interface BackupPlan {
  readonly scope: Construct;
  /** Its name, which no other backup has in this namespace. */
  readonly name: string;
  readonly programs: EtcdPrograms;
  /** Where, if the destination was told nothing. */
  readonly folder: string;
  readonly keep?: number;
  readonly scratch?: kplus.Volume;
  /** The steps that make a verified snapshot of the volume that they are given. */
  readonly snapshot: (mount: kplus.VolumeMount) => kplus.ContainerProps[];
}

/** The steps of a pod, and as whom it speaks to others. */
export interface BackupSteps {
  readonly steps: kplus.ContainerProps[];
  readonly account?: kplus.IServiceAccount;
}

/** Where a snapshot comes from. */
export interface SnapshotSource {
  /** For people. */
  readonly described: string;
  /** The volume that has it. */
  readonly mount?: kplus.VolumeMount;
  /** The step that downloads it. */
  readonly fetch?: kplus.ContainerProps;
}

/** A kind of place for backups. */
export interface BackupStorage {
  /** Refuses what it was told. */
  check(at: Place): void;
  /** Two that are alike would prune each other's files. */
  placeOf(folder: string): string;
  backUp(plan: BackupPlan): BackupSteps;
  /** Steps of a member find their volume, `work`, at `RESTORE_PATH`, and download to the folder `to/download` in it. */
  fetch(scope: Construct, folder: string, mounts: kplus.VolumeMount[]): SnapshotSource;
}

/** What keeps a value from being a destination, or nothing. */
export function destinationProblem(destination: unknown): string | undefined {
  return objectProblem((destination as EtcdBackupDestination | undefined)?._storage ?? null, 'placeOf', 'EtcdBackupDestination.volume() or EtcdBackupDestination.s3()');
}

/** The folder of a cluster where nobody named one: no two clusters have the same. */
export function backupFolder(scope: Construct, { site: { metadata, name } }: EtcdPrograms): string {
  const namespace = metadata.namespace ?? Chart.of(scope).namespace;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
