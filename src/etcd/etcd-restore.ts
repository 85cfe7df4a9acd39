import { EtcdBackupDestination } from './etcd-backup-destination';

/**
 * Which snapshot a cluster begins with.
 */
export interface EtcdRestoreOptions {
  /** Where it is. The folder is that of a cluster of this name and namespace, unless the destination has one of its own. */
  readonly destination: EtcdBackupDestination;

  /** The name of its file, e.g. `20261123T100000Z-rev4711.db`. */
  readonly snapshot: string;

  /**
   * By how much revisions are raised, and all before are given up. It makes clients that watch, or keep what they have read, see that something has
   * happened: without it, revisions that they know come again with other content. Give more than there can have been writes since the backup.
   *
   * From etcd 3.5.10 on.
   *
   * @default - revisions go on from that of the snapshot.
   * @see https://etcd.io/docs/v3.6/op-guide/recovery/#restoring-with-revision-bump
   */
  readonly bumpRevision?: number;
}
