import { chmod, mkdir, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { API_ACCESS_PATH, API_ACCESS_VOLUME, hasApiAccess, PodTokens } from './api-access';
import { writeAtomically } from './atomic-writer';
import { makeEmptyDir, memorySizeOf } from './empty-dir';
import { giveToGroup } from './fs-group';
import { isProjection, payloadOf } from './projection';
import { resolveSubPath, subPathOf } from './sub-path';
import type { Tokens } from '../../control-plane/api/tokens';
import { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';
import type { Mount } from '../containers/oci-spec';
import { ConfigError } from '../environment/config-objects';
import { PodFacts } from '../environment/downward-api';
import { unmountLazily } from '../unmount';

/** Why a volume is not there yet: its pod has an event `FailedMount`, and the kubelet tries again. */
export class VolumeError extends Error {}

export interface PodVolumesOptions {
  readonly facts: PodFacts;
  /** A folder for the volumes of this pod alone. */
  readonly directory: string;
  readonly store: ObjectStore;
  readonly claims: { pathOf(namespace: string, claim: string): string | undefined };
  readonly tokens: Pick<Tokens, 'issue'>;
}

/**
 * The volumes of one pod, from before its first container starts until after its last one ended.
 *
 * @see https://kubernetes.io/docs/concepts/storage/volumes/
 */
export class PodVolumes {
  /** Where the volumes are that are there, by name. */
  private readonly folders = new Map<string, string>();
  private readonly volumes: any[];
  private readonly tokens: PodTokens;

  constructor(private readonly options: PodVolumesOptions) {
    const { facts: { pod }, store, tokens } = options;
    const serviceAccount = store.find('ServiceAccount', pod.metadata.namespace, pod.spec.serviceAccountName);
    this.volumes = [...pod.spec.volumes ?? [], ...hasApiAccess(pod, serviceAccount) ? [API_ACCESS_VOLUME] : []];
    this.tokens = new PodTokens(tokens, pod);
  }

  /**
   * Makes the volumes that are not there yet. One that cannot be made does not keep the others from it.
   *
   * @throws VolumeError
   */
  async prepare(): Promise<void> {
    const { pod } = this.options.facts;
    const user = [...pod.spec.initContainers ?? [], ...pod.spec.containers].find(({ volumeDevices }) => volumeDevices?.length);
    if (user) {
      throw new VolumeError(`volumeDevices of container "${user.name}" are not in the model`);
    }
    await forEach(this.volumes.filter(({ name }) => !this.folders.has(name)), async (volume) => {
      this.folders.set(volume.name, await this.setUp(volume));
    });
  }

  /**
   * What a container mounts. A sub-path is what it leads to now, so a container that is started again is asked for its mounts again.
   *
   * @throws ConfigError
   */
  mountsOf(container: any, env: Record<string, string>): Mount[] {
    const mounts: any[] = container.volumeMounts ?? [];
    const takesApiAccess = this.volumes.includes(API_ACCESS_VOLUME) && !mounts.some(({ mountPath }) => mountPath === API_ACCESS_PATH);
    return [...mounts, ...takesApiAccess ? [{ name: API_ACCESS_VOLUME.name, mountPath: API_ACCESS_PATH }] : []]
      .map(mount => this.mountOf(mount, container, env));
  }

  /**
   * Brings the files of ConfigMaps, Secrets and fields of the pod up to date. A volume whose source is gone keeps what it has.
   *
   * @throws VolumeError
   * @see https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
   */
  async refresh(): Promise<void> {
    await forEach(this.volumes.filter(volume => isProjection(volume) && this.folders.has(volume.name)), volume => this.project(volume));
  }

  /** Removes all but what is on claims. */
  async tearDown(): Promise<void> {
    const inMemory = this.volumes.filter(({ name, emptyDir }) => emptyDir?.medium === 'Memory' && this.folders.has(name));
    await Promise.all(inMemory.map(({ name }) => unmountLazily(this.folders.get(name)!)));
    this.folders.clear();
    await rm(this.options.directory, { recursive: true, force: true });
  }

  private async setUp(volume: any): Promise<string> {
    const path = join(this.options.directory, volume.name);
    if (volume.emptyDir) {
      await makeEmptyDir(path, volume.emptyDir, memorySizeOf(volume.emptyDir, this.options.facts.pod));
      await this.giveToGroup(path, false);
    } else if (volume.persistentVolumeClaim) {
      return this.setUpClaim(volume.persistentVolumeClaim);
    } else if (isProjection(volume)) {
      await mkdir(path, { recursive: true });
      await chmod(path, 0o777);
      await this.project(volume);
    } else {
      throw new VolumeError(`volume "${volume.name}" is of a kind that is not in the model: ${Object.keys(volume).filter(key => key !== 'name')}`);
    }
    return path;
  }

  /** In the words of the scheduler, which in Kubernetes is who waits for claims. */
  private async setUpClaim({ claimName, readOnly }: any): Promise<string> {
    const { store, claims, facts: { pod: { metadata: { namespace }, spec } } } = this.options;
    const claim = store.find('PersistentVolumeClaim', namespace, claimName);
    if (!claim) {
      throw new VolumeError(`persistentvolumeclaim "${claimName}" not found`);
    }
    if (claim.metadata.deletionTimestamp !== undefined) {
      throw new VolumeError(`persistentvolumeclaim "${claimName}" is being deleted`);
    }
    const path = claims.pathOf(namespace!, claimName);
    if (path === undefined) {
      throw new VolumeError('pod has unbound immediate PersistentVolumeClaims');
    }
    if (!readOnly) {
      await this.giveToGroup(path, false, spec.securityContext?.fsGroupChangePolicy === 'OnRootMismatch');
    }
    return path;
  }

  private async project(volume: any): Promise<void> {
    const { store } = this.options;
    const path = join(this.options.directory, volume.name);
    const payload = payloadOf(volume, { pod: this.newestPod(), store, tokenFor: projection => this.tokens.tokenFor(projection) });
    await writeAtomically(path, payload, () => this.giveToGroup(path, true));
  }

  private async giveToGroup(path: string, readOnly: boolean, onRootMismatch = false): Promise<void> {
    const { fsGroup } = this.options.facts.pod.spec.securityContext ?? {};
    if (fsGroup !== undefined) {
      await giveToGroup(path, fsGroup, { readOnly, onRootMismatch });
    }
  }

  /** The pod as it is now, since its labels and annotations may change while it runs. */
  private newestPod(): KubeObject {
    const { pod } = this.options.facts;
    const newest = this.options.store.find('Pod', pod.metadata.namespace, pod.metadata.name);
    return newest?.metadata.uid === pod.metadata.uid ? newest! : pod;
  }

  private mountOf(mount: any, container: any, env: Record<string, string>): Mount {
    const volume = this.volumes.find(({ name }) => name === mount.name);
    const folder = this.folders.get(mount.name);
    if (!volume || folder === undefined) {
      throw new ConfigError(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    }
    const readOnlyClaim = volume.persistentVolumeClaim?.readOnly === true;
    const subPath = subPathOf(mount, env);
    return {
      source: subPath === undefined ? folder : partOf(folder, subPath, !readOnlyClaim, mount, container),
      target: posix.join('/', mount.mountPath),
      readOnly: mount.readOnly === true || readOnlyClaim || isProjection(volume),
    };
  }
}

/** The kubelet keeps the cause to itself, which could tell of the node's disk. */
function partOf(folder: string, subPath: string, writable: boolean, mount: any, container: any): string {
  try {
    return resolveSubPath(folder, subPath, writable);
  } catch (cause) {
    throw new ConfigError(`failed to prepare subPath for volumeMount "${mount.name}" of container "${container.name}"`, { cause });
  }
}

/** Does something to every volume, and then fails by the first of them that failed. */
async function forEach(volumes: any[], action: (volume: any) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(volumes.map(async (volume) => {
    try {
      await action(volume);
    } catch (cause) {
      if (cause instanceof VolumeError) {
        throw cause;
      }
      throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${(cause as Error).message}`, { cause });
    }
  }));
  const failure = results.find(result => result.status === 'rejected');
  if (failure) {
    throw (failure as PromiseRejectedResult).reason;
  }
}
