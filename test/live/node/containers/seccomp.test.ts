import { runtimeDefaultProfile } from './seccomp';

const deniedWith = (...capabilities: string[]) => runtimeDefaultProfile(capabilities).syscalls.filter(rule => !('args' in rule)).flatMap(({ names }) => names);
const namespaceFlags = (...capabilities: string[]) =>
  runtimeDefaultProfile(capabilities).syscalls.flatMap(rule => 'args' in rule ? rule.args.map(({ value }) => value) : []);

describe('runtimeDefaultProfile', () => {
  test('denies what no container may do, with all capabilities too', () => {
    expect(deniedWith('CAP_SYS_ADMIN', 'CAP_SYS_BOOT')).toEqual(expect.arrayContaining(['keyctl', 'io_uring_setup', 'kexec_load', 'userfaultfd']));
  });

  test('denies what needs a capability that the container has not', () => {
    expect(deniedWith()).toEqual(expect.arrayContaining(['mount', 'unshare', 'bpf', 'reboot', 'chroot', 'init_module', 'syslog']));
    expect(deniedWith('CAP_SYS_CHROOT')).not.toContain('chroot');
    expect(deniedWith('CAP_SYS_CHROOT')).toContain('mount');
    expect(deniedWith('CAP_SYS_ADMIN')).not.toContain('mount');
  });

  test('allows what either of two capabilities allows', () => {
    expect(deniedWith('CAP_BPF')).not.toContain('bpf');
    expect(deniedWith('CAP_SYS_ADMIN')).not.toContain('bpf');
    expect(deniedWith('CAP_SYS_PTRACE')).toContain('bpf');
  });

  test('names each call once', () => {
    expect(new Set(deniedWith()).size).toBe(deniedWith().length);
  });

  test('lets processes and threads be made, but no namespaces', () => {
    expect(deniedWith()).not.toContain('clone');
    // each is a bit of its own, so their sum is the mask of the runtimes' own profile.
    expect(namespaceFlags().reduce((mask, flag) => mask + flag, 0)).toBe(0x7e020000);
    expect(namespaceFlags('CAP_SYS_ADMIN')).toEqual([]);
  });

  test('says that there is no clone3, so that libraries take clone', () => {
    expect(runtimeDefaultProfile([]).syscalls).toContainEqual({ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 });
    expect(deniedWith('CAP_SYS_ADMIN')).not.toContain('clone3');
  });
});
