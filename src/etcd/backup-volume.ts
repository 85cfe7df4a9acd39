import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { BACKUP_PATH, BackupPlan, BackupSteps, BackupStorage, SnapshotSource } from './backup-storage';
import { EtcdVolumeBackupOptions } from './etcd-backup-destination';
import { pathWithinProblem } from '../private/names';
import { Place, refuse, refuseIf, shown, structProblem, textProblem } from '../private/refuse';

const VOLUME = 'EtcdBackupDestination.volume()';

/** Backups in a folder of a claim. The kubelet makes the folder. */
export class VolumeStorage implements BackupStorage {
  public constructor(private readonly claim: kplus.IPersistentVolumeClaim, private readonly options: EtcdVolumeBackupOptions) {}

  public check(at: Place): void {
    const { claim, options } = this;
    refuseIf(at, `the claim of ${VOLUME}`, claimProblem(claim));
    refuseIf(at, `the options of ${VOLUME}`, structProblem(options));
    const { path } = options;
    refuseIf(at, `'path' of ${VOLUME}`, path === undefined ? undefined : textProblem(path) ?? pathWithinProblem(path, 'the volume'));
  }

  public placeOf(folder: string): string {
    return `claim '${this.claim.name}' at '${this.options.path ?? folder}'`;
  }

  public backUp({ scope, programs, folder, keep, scratch, snapshot }: BackupPlan): BackupSteps {
    if (scratch !== undefined) {
      refuse(scope, '\'scratch\' is for backups to S3, and this one is written to its volume at once: leave it out');
    }
    const mount = { path: BACKUP_PATH, volume: this.volume(scope), subPath: this.options.path ?? folder };
    const envVariables = {
      BACKUP_DIR: kplus.EnvValue.fromValue(BACKUP_PATH),
      ...keep !== undefined && { KEEP: kplus.EnvValue.fromValue(String(keep)) },
    };
    return { steps: [...snapshot(mount), programs.agentStep('store', 'store-backup', { envVariables, volumeMounts: [mount] })] };
  }

  public fetch(scope: Construct, folder: string): SnapshotSource {
    const mount = { path: BACKUP_PATH, volume: this.volume(scope), subPath: this.options.path ?? folder, readOnly: true };
    return { described: this.placeOf(folder), mount };
  }

  private volume(scope: Construct): kplus.Volume {
    return kplus.Volume.fromPersistentVolumeClaim(scope, 'BackupVolume', this.claim, { name: 'backup' });
  }
}

function claimProblem(claim: kplus.IPersistentVolumeClaim | undefined): string | undefined {
  return claim?.resourceType === 'persistentvolumeclaims' && typeof claim.name === 'string' ? undefined
    : `must be made by new kplus.PersistentVolumeClaim() or PersistentVolumeClaim.fromClaimName(), got ${shown(claim)}`;
}
