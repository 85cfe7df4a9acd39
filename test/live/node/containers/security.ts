import { DEFAULT_CAPABILITIES } from './oci-spec';
import { ConfigError } from '../environment/config-objects';

/** What a process may do, and as whom. */
export interface ContainerSecurity {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: number[];
  /** e.g. `NET_BIND_SERVICE` */
  readonly capabilities: string[];
  readonly noNewPrivileges: boolean;
  readonly readOnlyRoot: boolean;
  readonly seccompProfile: 'RuntimeDefault' | 'Unconfined';
}

export interface ImageUser {
  /** As the image has it: `''` for root, `65532`, `101:101` or `etcd`. */
  readonly user: string;
  /** The image's `/etc/passwd`, where it has one. */
  readonly passwd?: string;
}

/**
 * The security of one container: what its own `securityContext` says, then that of its pod, then its image.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 * @throws ConfigError where the kubelet refuses to make the container
 */
export function securityOf(pod: any, container: any, image: ImageUser): ContainerSecurity {
  const ofPod = pod.spec.securityContext ?? {};
  const context = container.securityContext ?? {};
  if (context.privileged) {
    throw new ConfigError(`privileged containers are not run here (container: ${container.name})`);
  }
  const { uid, gid } = identityOf(pod, container, image);
  const groups: number[] = [...ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup], ...ofPod.supplementalGroups ?? []];
  return {
    uid,
    gid,
    additionalGids: [...new Set(groups)],
    capabilities: capabilitiesOf(context.capabilities ?? {}),
    noNewPrivileges: context.allowPrivilegeEscalation === false,
    readOnlyRoot: context.readOnlyRootFilesystem === true,
    seccompProfile: seccompProfileOf((context.seccompProfile ?? ofPod.seccompProfile)?.type, container),
  };
}

/**
 * The group is not that of the image's `USER`: the kubelet hands only the user on, and so the group is that of `/etc/passwd`, or else 0.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/kubelet/kuberuntime/security_context.go
 */
function identityOf(pod: any, container: any, { user, passwd = '' }: ImageUser): { uid: number; gid: number } {
  const context = { ...pod.spec.securityContext, ...container.securityContext };
  const [name] = user.split(':');
  const imageUid = name === '' ? 0 : /^\d+$/.test(name) ? Number(name) : undefined;
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
  if (context.runAsNonRoot) {
    if (context.runAsUser === 0) {
      throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
    }
    if (context.runAsUser === undefined && imageUid === 0) {
      throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`);
    }
    if (context.runAsUser === undefined && imageUid === undefined) {
      throw new ConfigError(`container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root ${where}`);
    }
  }
  const entries = passwd.split('\n').map(line => line.split(':'));
  const uid: number | undefined = context.runAsUser ?? imageUid ?? numberOf(entries.find(entry => entry[0] === name)?.[2]);
  if (uid === undefined) {
    throw new ConfigError(`unable to find user ${name}: no matching entries in passwd file`);
  }
  return { uid, gid: context.runAsGroup ?? numberOf(entries.find(entry => entry[2] === String(uid))?.[3]) ?? 0 };
}

/**
 * What is dropped with `ALL` goes first, and so can be added again by name; what is dropped by name goes last.
 *
 * @see https://github.com/containerd/containerd/blob/v1.7.0/pkg/cri/sbserver/container_create_linux.go
 */
function capabilitiesOf({ add = [], drop = [] }: { add?: string[]; drop?: string[] }): string[] {
  if (add.includes('ALL')) {
    throw new ConfigError('containers with all capabilities are not run here: add those that are needed by name');
  }
  const base = drop.includes('ALL') ? [] : DEFAULT_CAPABILITIES;
  return [...new Set([...base, ...add])].filter(name => !drop.includes(name)).sort();
}

function seccompProfileOf(type: string | undefined, container: any): 'RuntimeDefault' | 'Unconfined' {
  if (type === 'Localhost') {
    throw new ConfigError(`seccomp profiles of files are not known here (container: ${container.name})`);
  }
  return type === 'RuntimeDefault' ? 'RuntimeDefault' : 'Unconfined';
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
