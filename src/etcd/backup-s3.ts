import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { BACKUP_PATH, BackupPlan, BackupSteps, BackupStorage, RESTORE_PATH, SnapshotSource } from './backup-storage';
import { EtcdS3BackupOptions } from './etcd-backup-destination';
import { pathWithinProblem } from '../private/names';
import { objectProblem, Place, refuse, refuseIf, shown, structProblem, textProblem } from '../private/refuse';

const S3 = 'EtcdBackupDestination.s3()';
const IMAGE = 'rclone/rclone:1.76.0';

/** The keys of the Secret, and the variables that every client of S3 reads. */
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

/** By default rclone would wait for hours for somebody who does not answer. What failed here is tried again by the Job, or by the kubelet. */
const BOUNDED = ['--contimeout=10s', '--timeout=60s', '--low-level-retries=3', '--retries=2', '--retries-sleep=5s'];

/** A list of files is all that there is: nothing is looked up, and an empty one needs no server. */
const LISTED = (file: string) => [`--files-from-raw=${file}`, '--no-traverse'];

/** Backups as objects of a bucket, put there by rclone. */
export class S3Storage implements BackupStorage {
  public constructor(private readonly options: EtcdS3BackupOptions) {}

  public check(at: Place): void {
    const { options } = this;
    refuseIf(at, `the options of ${S3}`, structProblem(options ?? null));
    const { bucket, prefix, endpoint, region, provider, credentials, serviceAccount, image } = options;
    refuseIf(at, `'bucket' of ${S3}`, bucketProblem(bucket));
    refuseIf(at, `'prefix' of ${S3}`, prefix === undefined ? undefined : textProblem(prefix) ?? pathWithinProblem(prefix, 'the bucket'));
    refuseIf(at, `'endpoint' of ${S3}`, endpoint === undefined ? undefined : endpointProblem(endpoint));
    for (const [name, value] of Object.entries({ region, provider, image })) {
      refuseIf(at, `'${name}' of ${S3}`, value === undefined ? undefined : textProblem(value));
    }
    refuseIf(at, `'credentials' of ${S3}`, objectProblem(credentials, 'envValue', 'new kplus.Secret(), Secret.fromSecretName() and the like'));
    refuseIf(at, `'serviceAccount' of ${S3}`, serviceAccount === undefined ? undefined : accountProblem(serviceAccount));
    if (credentials !== undefined && serviceAccount !== undefined) {
      refuse(at, `${S3} has 'credentials' and 'serviceAccount', which both say who writes: give one of them`);
    }
  }

  public placeOf(folder: string): string {
    const { bucket, endpoint } = this.options;
    return `bucket '${bucket}'${endpoint === undefined ? '' : ` of ${endpoint}`} at '${this.prefix(folder)}'`;
  }

  public backUp({ scope, name, programs, folder, keep, scratch, snapshot }: BackupPlan): BackupSteps {
    refuseIf(scope, '\'scratch\'', objectProblem(scratch, 'asVolume', 'Volume.fromPersistentVolumeClaim() and the like'));
    const volume = scratch ?? kplus.Volume.fromEmptyDir(scope, 'ScratchVolume', 'scratch');
    // what outlives the pod may be of several backups.
    const mount = { path: BACKUP_PATH, volume, ...scratch && { subPath: name } };
    const envVariables = {
      BACKUP_DIR: kplus.EnvValue.fromValue(BACKUP_PATH),
      ...keep !== undefined && { KEEP: kplus.EnvValue.fromValue(String(keep)) },
    };
    const remote = this.remote(folder);
    const [present, expired] = ['present.txt', 'expired.txt'].map(file => `${BACKUP_PATH}/${file}`);
    const list = this.rclone('list', ['md5sum', remote, '--max-depth=1', `--output-file=${present}`], [mount]);
    const prune = this.rclone('prune', ['delete', remote, ...LISTED(expired)], [mount]);
    return {
      account: this.options.serviceAccount,
      steps: [
        ...snapshot(mount),
        ...keep === undefined ? [] : [list],
        programs.agentStep('name', 'name-backup', { envVariables, volumeMounts: [mount] }),
        this.rclone('upload', ['copy', `${BACKUP_PATH}/out`, remote, '--no-traverse', '--immutable'], [mount]),
        ...keep === undefined ? [] : [prune],
      ],
    };
  }

  public fetch(_scope: Construct, folder: string, mounts: kplus.VolumeMount[]): SnapshotSource {
    return {
      described: this.placeOf(folder),
      fetch: this.rclone('restore-fetch', ['copy', this.remote(folder), `${RESTORE_PATH}/to/download`, ...LISTED(`${RESTORE_PATH}/wanted.txt`)], mounts),
    };
  }

  private rclone(name: string, args: string[], volumeMounts: kplus.VolumeMount[]): kplus.ContainerProps {
    const { endpoint, region, provider, credentials, image } = this.options;
    const texts = {
      // no file has the configuration.
      RCLONE_CONFIG: '',
      RCLONE_CONFIG_BACKUP_TYPE: 's3',
      RCLONE_CONFIG_BACKUP_PROVIDER: provider ?? (endpoint === undefined ? 'AWS' : 'Other'),
      RCLONE_CONFIG_BACKUP_ENV_AUTH: 'true',
      // it would make the bucket, for which it may not have the right.
      RCLONE_CONFIG_BACKUP_NO_CHECK_BUCKET: 'true',
      ...endpoint !== undefined && { RCLONE_CONFIG_BACKUP_ENDPOINT: endpoint },
      ...region !== undefined && { RCLONE_CONFIG_BACKUP_REGION: region },
    };
    return {
      name,
      image: image ?? IMAGE,
      command: ['rclone', ...args, ...BOUNDED],
      envVariables: {
        ...Object.fromEntries(Object.entries(texts).map(([variable, text]) => [variable, kplus.EnvValue.fromValue(text)])),
        ...Object.fromEntries(credentials === undefined ? [] : KEYS.map(key => [key, kplus.EnvValue.fromSecretValue({ secret: credentials, key })])),
      },
      volumeMounts,
    };
  }

  /** With a slash at the end it is a folder, which rclone would have to ask the server else. */
  private remote(folder: string): string {
    return `backup:${this.options.bucket}/${this.prefix(folder)}/`;
  }

  private prefix(folder: string): string {
    return (this.options.prefix ?? folder).replace(/\/+$/, '');
  }
}

function accountProblem(account: kplus.IServiceAccount | null): string | undefined {
  return account?.resourceType === 'serviceaccounts' && typeof account.name === 'string' ? undefined
    : `must be made by new kplus.ServiceAccount() or ServiceAccount.fromServiceAccountName(), got ${shown(account)}`;
}

function bucketProblem(bucket: unknown): string | undefined {
  return textProblem(bucket) ?? (/^[A-Za-z0-9][\w.-]{2,254}$/.test(bucket as string) ? undefined
    : `must be the name of a bucket, without what stands before or after it in a URL, got "${bucket}"`);
}

function endpointProblem(endpoint: unknown): string | undefined {
  return textProblem(endpoint) ?? (/^https?:\/\/[^\s/]+(\/\S*)?$/.test(endpoint as string) ? undefined
    : `must be a URL such as 'https://s3.example.com', got "${endpoint}"`);
}
