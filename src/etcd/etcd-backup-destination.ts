import kplus = require('cdk8s-plus-27');
import { S3Storage } from './backup-s3';
import { BackupStorage } from './backup-storage';
import { VolumeStorage } from './backup-volume';

/**
 * Where in a volume backups are.
 */
export interface EtcdVolumeBackupOptions {
  /**
   * The folder of the backups, which nobody else writes to. It is made if it is not there.
   *
   * @default - the name of the cluster, in a folder named after its namespace where that is known: `shop/etcd`.
   */
  readonly path?: string;
}

/**
 * Which bucket has backups, and who may write to it.
 */
export interface EtcdS3BackupOptions {
  /** The name of the bucket, which must be there. */
  readonly bucket: string;

  /**
   * What the names of objects begin with, and nobody else's.
   *
   * @default - the name of the cluster, after its namespace where that is known: `shop/etcd`.
   */
  readonly prefix?: string;

  /**
   * The URL of a service that speaks S3 and is not that of Amazon.
   *
   * @default - Amazon's, by the region.
   */
  readonly endpoint?: string;

  /**
   * The region of the bucket.
   *
   * @default - rclone's: `us-east-1` at Amazon, none elsewhere.
   */
  readonly region?: string;

  /**
   * Who provides the service, in rclone's words: `Ceph`, `Cloudflare`, `Minio` and so on. It knows the peculiarities of each.
   *
   * @default - 'AWS' without an endpoint, 'Other' with one.
   * @see https://rclone.org/s3/#s3-provider
   */
  readonly provider?: string;

  /**
   * A Secret with the keys `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, in the namespace of the cluster. Making backups needs the right to list, read
   * and write objects, and with `keep` to delete them; restoring one to read it.
   *
   * @default - none: the node or the service account says who writes.
   */
  readonly credentials?: kplus.ISecret;

  /**
   * The account of the pods that make backups, where the provider knows such accounts. Members that are restored run as an account of their own, so that
   * a restore needs `credentials`, or a node that may read the bucket.
   *
   * @default - none.
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  readonly serviceAccount?: kplus.IServiceAccount;

  /**
   * The image of rclone, with its tag or digest.
   *
   * @default 'rclone/rclone:1.76.0'
   */
  readonly image?: string;
}

/**
 * Where the backups of clusters are kept.
 *
 * @example
 *
 * const cluster = new EtcdCluster(chart, 'etcd', { replicas: 3 });
 * cluster.addBackup({
 *   schedule: Cron.daily(),
 *   destination: EtcdBackupDestination.volume(kplus.PersistentVolumeClaim.fromClaimName(chart, 'Backups', 'backups')),
 * });
 */
export class EtcdBackupDestination {
  /**
   * A claim, whose disk should be none that the members' disks can be lost with.
   *
   * To restore several members from it, it must be one that several nodes can mount at a time: `ReadWriteMany`.
   *
   * @param claim the claim, in the namespace of the cluster.
   * @param options which folder of it.
   */
  public static volume(claim: kplus.IPersistentVolumeClaim, options: EtcdVolumeBackupOptions = {}): EtcdBackupDestination {
    return new EtcdBackupDestination(new VolumeStorage(claim, options));
  }

  /**
   * A bucket of Amazon S3, or of anything that speaks as it does.
   *
   * @param options which bucket, and who may write to it.
   */
  public static s3(options: EtcdS3BackupOptions): EtcdBackupDestination {
    return new EtcdBackupDestination(new S3Storage(options));
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _storage: BackupStorage,
  ) {}
}
