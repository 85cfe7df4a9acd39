import { join } from 'node:path';
import { DiskImage } from './disk-image';
import { EventLog } from '../../control-plane/events';
import { hasCondition, KubeObject } from '../../control-plane/objects';
import { amountOf } from '../../control-plane/quantity';
import { ObjectStore, WatchEvent } from '../../control-plane/store';

const KIND = 'PersistentVolumeClaim';
const PROTECTION = 'kubernetes.io/pvc-protection';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/volume/util/resize_util.go */
const RESIZE_PENDING = {
  type: 'FileSystemResizePending',
  status: 'True',
  message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.',
};

interface Volume {
  readonly disk: DiskImage;
  bytes: number;
  /** It is about to grow, and so must not be mounted. */
  held: boolean;
}

/**
 * The storage of the cluster: gives each claim a disk of its own, of the size that it asks for, at once.
 *
 * It is provisioner, resizer and the controller that keeps a claim for as long as a pod uses it. There are no PersistentVolume objects. A claim that asks
 * for more gets it when no pod uses it, as with drivers that cannot expand a volume online.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#lifecycle-of-a-volume-and-claim
 */
export class ClaimDisks {
  private readonly volumes = new Map<string, Volume>();
  /** The end of the last operation on each claim: there is never more than one at a time. */
  private readonly ends = new Map<string, Promise<unknown>>();
  private unwatch?: () => void;

  constructor(private readonly store: ObjectStore, private readonly events: EventLog, private readonly directory: string) {}

  start(): void {
    this.unwatch = this.store.watch(event => this.onChange(event));
    this.store.list(KIND).forEach(claim => this.enqueue(claim.metadata.namespace!, claim.metadata.name));
  }

  /** Removes every disk. */
  async stop(): Promise<void> {
    this.unwatch?.();
    await Promise.allSettled(this.ends.values());
    await Promise.all([...this.volumes.keys()].map(name => this.release(name)));
  }

  /** The folder that a claim's disk is mounted as; nothing before it is bound, and while it grows. */
  pathOf(namespace: string, name: string): string | undefined {
    const volume = this.volumeOf(namespace, name);
    return volume?.held ? undefined : volume?.disk.path;
  }

  async fill(namespace: string, name: string): Promise<void> {
    await this.serially(keyOf(namespace, name), () => this.boundDisk(namespace, name).fill());
  }

  /** Takes away what `fill` put there. */
  async free(namespace: string, name: string): Promise<void> {
    await this.serially(keyOf(namespace, name), () => this.boundDisk(namespace, name).free());
  }

  private onChange({ type, object }: WatchEvent): void {
    const { kind, metadata: { namespace, name } } = object;
    if (kind === KIND && type === 'DELETED') {
      void this.serially(keyOf(namespace!, name), () => this.release(volumeNameOf(object)));
    } else if (kind === KIND) {
      this.enqueue(namespace!, name);
    } else if (kind === 'Pod' && type === 'DELETED') {
      for (const claim of claimsOf(object)) {
        // at once, since a pod that takes this one's place may be made right after.
        this.hold(this.store.find(KIND, namespace, claim));
        this.enqueue(namespace!, claim);
      }
    }
  }

  private enqueue(namespace: string, name: string): void {
    void this.serially(keyOf(namespace, name), () => this.reconcile(namespace, name));
  }

  private serially(key: string, operation: () => Promise<void>): Promise<void> {
    const result = (this.ends.get(key) ?? Promise.resolve()).then(operation);
    this.ends.set(key, result.catch(() => undefined));
    return result;
  }

  private async reconcile(namespace: string, name: string): Promise<void> {
    const claim = this.store.find(KIND, namespace, name);
    if (!claim) {
      return;
    }
    try {
      if (claim.metadata.deletionTimestamp !== undefined) {
        this.unprotect(claim);
      } else if (claim.status?.phase === 'Bound') {
        await this.resize(claim);
      } else {
        await this.provision(claim);
      }
    } catch (error) {
      this.events.record(claim, claim.status?.phase === 'Bound' ? 'VolumeResizeFailed' : 'ProvisioningFailed', (error as Error).message);
    }
  }

  private async provision(claim: KubeObject): Promise<void> {
    const refusal = refusalOf(claim);
    if (refusal !== undefined) {
      this.events.record(claim, 'ProvisioningFailed', refusal);
      return;
    }
    const volumeName = volumeNameOf(claim);
    const bytes = requestOf(claim);
    this.volumes.set(volumeName, { disk: await DiskImage.create(join(this.directory, volumeName), bytes), bytes, held: false });
    this.events.record(claim, 'ProvisioningSucceeded', `Successfully provisioned volume ${volumeName}`);
    this.change(claim, current => {
      current.spec.volumeName = volumeName;
      const { accessModes, resources: { requests: { storage } } } = claim.spec;
      current.status = { ...current.status, phase: 'Bound', accessModes, capacity: { storage } };
    });
  }

  private async resize(claim: KubeObject): Promise<void> {
    const volume = this.volumes.get(claim.spec.volumeName);
    const bytes = requestOf(claim);
    if (!volume || bytes <= volume.bytes) {
      return;
    }
    if (!this.hold(claim)) {
      this.postpone(claim);
      return;
    }
    await volume.disk.grow(bytes);
    volume.bytes = bytes;
    volume.held = false;
    this.events.record(claim, 'FileSystemResizeSuccessful', `MountVolume.NodeExpandVolume succeeded for volume "${claim.spec.volumeName}"`);
    this.change(claim, ({ status }) => {
      status.capacity = { storage: claim.spec.resources.requests.storage };
      status.conditions = (status.conditions ?? []).filter(({ type }: any) => type !== RESIZE_PENDING.type);
    });
  }

  /** Keeps pods from a volume that has to grow, from a moment on at which there are none. False if that has not come, or it need not grow. */
  private hold(claim: KubeObject | undefined): boolean {
    const volume = this.volumes.get(claim?.spec.volumeName);
    if (!claim || !volume || requestOf(claim) <= volume.bytes || (!volume.held && this.isUsed(claim))) {
      return false;
    }
    return volume.held = true;
  }

  private postpone(claim: KubeObject): void {
    if (!hasCondition(claim, RESIZE_PENDING.type)) {
      this.events.record(claim, 'FileSystemResizeRequired', 'Require file system resize of volume on node');
      this.change(claim, ({ status }) => { status.conditions = [...status.conditions ?? [], RESIZE_PENDING]; });
    }
  }

  private unprotect(claim: KubeObject): void {
    if (claim.metadata.finalizers?.includes(PROTECTION) && !this.isUsed(claim)) {
      this.change(claim, ({ metadata }) => { metadata.finalizers = metadata.finalizers!.filter(finalizer => finalizer !== PROTECTION); });
    }
  }

  private isUsed(claim: KubeObject): boolean {
    return this.store.list('Pod', claim.metadata.namespace).some(pod => uses(pod, claim));
  }

  private async release(volumeName: string): Promise<void> {
    const volume = this.volumes.get(volumeName);
    this.volumes.delete(volumeName);
    await volume?.disk.remove();
  }

  private boundDisk(namespace: string, name: string): DiskImage {
    const volume = this.volumeOf(namespace, name);
    if (!volume) {
      throw new Error(`claim ${keyOf(namespace, name)} has no disk: it is not bound`);
    }
    return volume.disk;
  }

  private volumeOf(namespace: string, name: string): Volume | undefined {
    const claim = this.store.find(KIND, namespace, name);
    return claim?.status?.phase === 'Bound' ? this.volumes.get(claim.spec.volumeName) : undefined;
  }

  /** Changes a claim, unless it has gone meanwhile, or another one has its name. */
  private change(claim: KubeObject, change: (current: KubeObject) => void): void {
    this.store.modify(KIND, claim.metadata.namespace, claim.metadata.name, current => {
      if (current.metadata.uid === claim.metadata.uid) {
        change(current);
      }
    });
  }
}

/** Why a claim gets no disk here, or nothing. */
export function refusalOf({ spec: { volumeMode, storageClassName } }: KubeObject): string | undefined {
  if (volumeMode === 'Block') {
    return 'raw block volumes are not supported: volumeMode must be Filesystem';
  }
  return storageClassName === '' ? 'no persistent volumes available for this claim and no storage class is set' : undefined;
}

/**
 * Whether a pod keeps a claim from being deleted or resized. One that is on no node yet does not count: it will not be put on one while its claim is being deleted.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/controller/volume/pvcprotection/pvc_protection_controller.go
 */
export function uses(pod: KubeObject, claim: KubeObject): boolean {
  return Boolean(pod.spec.nodeName) && pod.metadata.namespace === claim.metadata.namespace && claimsOf(pod).includes(claim.metadata.name);
}

function claimsOf(pod: KubeObject): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume: any) => volume.persistentVolumeClaim?.claimName ?? []);
}

function requestOf(claim: KubeObject): number {
  return Math.ceil(amountOf(claim.spec.resources.requests.storage));
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/controller/volume/persistentvolume/pv_controller.go#L1785 */
function volumeNameOf(claim: KubeObject): string {
  return `pvc-${claim.metadata.uid}`;
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
