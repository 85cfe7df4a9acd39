import { posix } from 'node:path';
import { runtimeDefaultProfile } from './seccomp';

/** A folder or a file of the node that a container sees. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Everything that has been decided about a container when it is time to start it. */
export interface ContainerConfig {
  /** Unlike that of any other container of the world. */
  readonly id: string;
  /** The folder of the image. It is never written to. */
  readonly rootfs: string;
  /** A folder for this container alone, which goes when the container is removed. */
  readonly directory: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly readOnlyRoot: boolean;
  /** e.g. `NET_BIND_SERVICE`, as Kubernetes writes them. */
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  /** Kubernetes confines nobody who does not ask for it. @default 'Unconfined' */
  readonly seccompProfile?: 'RuntimeDefault' | 'Unconfined';
  /** In bytes. @default - as much as the machine has */
  readonly memoryLimit?: number;
  /** In cores. @default - as much as the machine has */
  readonly cpuLimit?: number;
  readonly hostname: string;
  /** The path of a network namespace. */
  readonly netns: string;
  readonly mounts: readonly Mount[];
  /** Where stdout and stderr go, appended to what is there. Its folder must exist. */
  readonly logFile: string;
  /** The path of the control group in its hierarchy, e.g. `/cdk8s-stateful-a-world/a-container`. */
  readonly cgroup: string;
}

/**
 * What a container has of which the pod says neither to add nor to drop anything.
 *
 * @see https://github.com/containerd/containerd/blob/v1.7.0/oci/spec.go#L118
 */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  'CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW', 'SETGID', 'SETUID', 'SETFCAP', 'SETPCAP', 'NET_BIND_SERVICE', 'SYS_CHROOT', 'KILL',
  'AUDIT_WRITE',
];

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const CPU_PERIOD_MICROSECONDS = 100_000;
const MINIMUM_CPU_QUOTA_MICROSECONDS = 1_000;

const SYSTEM_MOUNTS = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'] },
  { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'] },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'] },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'] },
];

const MASKED_PATHS = [
  '/proc/acpi', '/proc/asound', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug',
  '/proc/scsi', '/sys/firmware', '/sys/devices/virtual/powercap',
];

const READ_ONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/**
 * The `config.json` by which runc makes a container as containerd would have it made for a pod; its root is the folder `rootfs` beside the file.
 *
 * No rlimits are set: containers inherit those of the machine, as under containerd.
 *
 * @param countsSwap whether the kernel limits memory and swap together; it refuses the limit if not
 * @see https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config.md
 * @see https://github.com/containerd/containerd/blob/v1.7.0/pkg/cri/sbserver/container_create_linux.go
 */
export function ociSpec(config: ContainerConfig, countsSwap = true) {
  const { uid, gid, memoryLimit, cpuLimit } = config;
  const capabilities = config.capabilities.map(name => `CAP_${name.replace(/^CAP_/, '')}`);
  const env = { PATH: DEFAULT_PATH, HOSTNAME: config.hostname, ...config.env };
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid, gid, additionalGids: [...config.additionalGids] },
      args: [...config.args],
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      cwd: config.cwd || '/',
      // no ambient and no inheritable ones: a user other than root ends up with none at all when the program is executed, as under Kubernetes.
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: config.noNewPrivileges,
    },
    root: { path: 'rootfs', readonly: config.readOnlyRoot },
    hostname: config.hostname,
    mounts: mountsOf(config.mounts),
    linux: {
      cgroupsPath: config.cgroup,
      namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'uts' }, { type: 'mount' }, { type: 'cgroup' }, { type: 'network', path: config.netns }],
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        ...memoryLimit !== undefined && { memory: { limit: memoryLimit, ...countsSwap && { swap: memoryLimit } } },
        ...cpuLimit !== undefined && { cpu: { period: CPU_PERIOD_MICROSECONDS, quota: quotaOf(cpuLimit) } },
      },
      maskedPaths: MASKED_PATHS,
      readonlyPaths: READ_ONLY_PATHS,
      ...config.seccompProfile === 'RuntimeDefault' && { seccomp: runtimeDefaultProfile(capabilities) },
    },
  };
}

/**
 * Those of the system and those of the pod, parents first; where both want the same place, the pod has it.
 *
 * A bind mount is read-only without what is mounted below its source, as in Kubernetes before recursive read-only mounts.
 *
 * @see https://github.com/containerd/containerd/blob/v1.7.0/pkg/cri/opts/spec_linux_opts.go
 */
function mountsOf(mounts: readonly Mount[]) {
  const targets = mounts.map(({ target }) => normalized(target));
  return [
    ...SYSTEM_MOUNTS.filter(({ destination }) => !targets.includes(destination)),
    ...mounts.map(({ source, readOnly }, index) => ({
      destination: targets[index],
      type: 'bind',
      source,
      options: ['rbind', 'rprivate', readOnly ? 'ro' : 'rw'],
    })),
  ].sort((a, b) => depthOf(a.destination) - depthOf(b.destination));
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/kubelet/cm/helpers_linux.go#L56 */
function quotaOf(cores: number): number {
  return Math.max(Math.round(cores * CPU_PERIOD_MICROSECONDS), MINIMUM_CPU_QUOTA_MICROSECONDS);
}

function normalized(path: string): string {
  return posix.resolve('/', path);
}

function depthOf(path: string): number {
  return path.split('/').filter(Boolean).length;
}
