const EPERM = 1;
const ENOSYS = 38;

/** What no container may call, whatever it is allowed otherwise: keyrings, io_uring, swap, another kernel, page faults of its own. */
const FORBIDDEN = [
  'add_key', 'keyctl', 'request_key', 'io_uring_enter', 'io_uring_register', 'io_uring_setup', 'kexec_file_load', 'kexec_load', 'migrate_pages',
  'move_pages', 'nfsservctl', 'pivot_root', 'swapoff', 'swapon', 'sysfs', 'userfaultfd', 'uselib', 'ustat',
];

/** What needs a capability besides. The kernel asks for it too, but not in a user namespace, which anybody could make. */
const BY_CAPABILITY: Record<string, string[]> = {
  CAP_BPF: ['bpf'],
  CAP_DAC_READ_SEARCH: ['open_by_handle_at'],
  CAP_PERFMON: ['perf_event_open'],
  CAP_SYS_ADMIN: [
    'bpf', 'fanotify_init', 'fsconfig', 'fsmount', 'fsopen', 'fspick', 'lookup_dcookie', 'mount', 'mount_setattr', 'move_mount', 'open_tree',
    'perf_event_open', 'quotactl', 'setdomainname', 'sethostname', 'setns', 'umount', 'umount2', 'unshare',
  ],
  CAP_SYS_BOOT: ['reboot'],
  CAP_SYS_CHROOT: ['chroot'],
  CAP_SYS_MODULE: ['delete_module', 'finit_module', 'init_module'],
  CAP_SYS_NICE: ['get_mempolicy', 'mbind', 'set_mempolicy'],
  CAP_SYS_PACCT: ['acct'],
  CAP_SYS_PTRACE: ['kcmp', 'pidfd_getfd', 'process_madvise', 'process_vm_readv', 'process_vm_writev'],
  CAP_SYS_RAWIO: ['ioperm', 'iopl'],
  CAP_SYS_TIME: ['clock_settime', 'settimeofday'],
  CAP_SYS_TTY_CONFIG: ['vhangup'],
  CAP_SYSLOG: ['syslog'],
};

/** The flags of `clone` that make namespaces: cgroup, uts, ipc, user, pid, net, and mount. */
const NAMESPACE_FLAGS = [0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x00020000];

/**
 * The system calls that `seccompProfile: RuntimeDefault` takes from a container with these capabilities.
 *
 * The runtimes' own profile says what is allowed, some 350 calls. This one says what is denied, so calls that neither knows are let through here.
 *
 * @see https://github.com/containerd/containerd/blob/main/contrib/seccomp/seccomp_default.go
 */
export function runtimeDefaultProfile(capabilities: readonly string[]) {
  const allowed = capabilities.flatMap(capability => BY_CAPABILITY[capability] ?? []);
  const privileged = Object.values(BY_CAPABILITY).flat().filter(name => !allowed.includes(name));
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [
      { names: [...FORBIDDEN, ...new Set(privileged)], action: 'SCMP_ACT_ERRNO', errnoRet: EPERM },
      ...capabilities.includes('CAP_SYS_ADMIN') ? [] : namespaceRules(),
    ],
  };
}

function namespaceRules() {
  return [
    ...NAMESPACE_FLAGS.map(flag => ({
      names: ['clone'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: EPERM,
      args: [{ index: 0, value: flag, valueTwo: flag, op: 'SCMP_CMP_MASKED_EQ' }],
    })),
    // its flags are behind a pointer, which a filter cannot follow; told that there is no such call, libraries take `clone`.
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
  ];
}
