import { ContainerConfig, ociSpec } from './oci-spec';

const CONFIG: ContainerConfig = {
  id: 'etcd-0.etcd',
  rootfs: '/images/etcd',
  directory: '/containers/etcd-0.etcd',
  args: ['etcd', '--name=a'],
  env: { A: 'b=c' },
  cwd: '/data',
  uid: 65532,
  gid: 65532,
  additionalGids: [2000],
  readOnlyRoot: true,
  capabilities: ['NET_BIND_SERVICE', 'CAP_KILL'],
  noNewPrivileges: true,
  hostname: 'etcd-0',
  netns: '/run/netns/p1',
  mounts: [],
  logFile: '/logs/etcd',
  cgroup: '/cdk8s-stateful-world/etcd-0.etcd',
};

const specOf = (changes: Partial<ContainerConfig> = {}) => ociSpec({ ...CONFIG, ...changes });
const mountAt = (destination: string, changes: Partial<ContainerConfig> = {}) =>
  specOf(changes).mounts.filter(mount => mount.destination === destination);

describe('ociSpec', () => {
  test('runs the program as the user and the groups that it is told', () => {
    expect(specOf().process).toMatchObject({
      terminal: false, user: { uid: 65532, gid: 65532, additionalGids: [2000] }, args: ['etcd', '--name=a'], cwd: '/data', noNewPrivileges: true,
    });
  });

  test('has a path and a host name in the environment, and takes those of the pod where it has them', () => {
    expect(specOf().process.env).toEqual(['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOSTNAME=etcd-0', 'A=b=c']);
    expect(specOf({ env: { HOSTNAME: 'mine', PATH: '/' } }).process.env).toEqual(['PATH=/', 'HOSTNAME=mine']);
  });

  test('runs in / where the image says nothing else', () => {
    expect(specOf({ cwd: '' }).process.cwd).toBe('/');
  });

  test('has the capabilities that are given in three sets, none to be inherited and none ambient', () => {
    const given = ['CAP_NET_BIND_SERVICE', 'CAP_KILL'];
    expect(specOf().process.capabilities).toEqual({ bounding: given, effective: given, permitted: given });
  });

  test('sets no rlimits, since those above the hard limits of the machine are refused', () => {
    expect(specOf().process).not.toHaveProperty('rlimits');
  });

  test('has the root file system read-only or not', () => {
    expect(specOf().root).toEqual({ path: 'rootfs', readonly: true });
    expect(specOf({ readOnlyRoot: false }).root).toEqual({ path: 'rootfs', readonly: false });
  });

  test('has namespaces of its own, and the network of its pod', () => {
    expect(specOf().linux.namespaces).toEqual([
      { type: 'pid' }, { type: 'ipc' }, { type: 'uts' }, { type: 'mount' }, { type: 'cgroup' }, { type: 'network', path: '/run/netns/p1' },
    ]);
    expect(specOf().hostname).toBe('etcd-0');
  });

  test('limits nothing but devices unless it is told to', () => {
    expect(specOf().linux).toMatchObject({ cgroupsPath: '/cdk8s-stateful-world/etcd-0.etcd', resources: { devices: [{ allow: false, access: 'rwm' }] } });
    expect(Object.keys(specOf().linux.resources)).toEqual(['devices']);
  });

  test('limits memory and swap to the same sum, so that there is no swap', () => {
    expect(specOf({ memoryLimit: 67108864 }).linux.resources).toHaveProperty('memory', { limit: 67108864, swap: 67108864 });
    expect(ociSpec({ ...CONFIG, memoryLimit: 67108864 }, false).linux.resources).toHaveProperty('memory', { limit: 67108864 });
  });

  test.each([[2, 200000], [0.25, 25000], [0.001, 1000]])('limits %d cores to %d of 100000 microseconds, and never to less than the kernel takes', (cpuLimit, quota) => {
    expect(specOf({ cpuLimit }).linux.resources).toHaveProperty('cpu', { period: 100000, quota });
  });

  test('hides and protects what of /proc and /sys is the machine\'s', () => {
    expect(specOf().linux.maskedPaths).toEqual(expect.arrayContaining(['/proc/kcore', '/proc/keys', '/sys/firmware']));
    expect(specOf().linux.readonlyPaths).toEqual(['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']);
    expect(mountAt('/sys')[0].options).toContain('ro');
    expect(mountAt('/sys/fs/cgroup')[0].options).toContain('ro');
  });

  test('binds what the pod mounts, read-only or not', () => {
    const mounts = [{ source: '/v/data', target: '/data', readOnly: false }, { source: '/v/hosts', target: '/etc/hosts', readOnly: true }];
    expect(mountAt('/data', { mounts })).toEqual([{ destination: '/data', type: 'bind', source: '/v/data', options: ['rbind', 'rprivate', 'rw'] }]);
    expect(mountAt('/etc/hosts', { mounts })).toEqual([{ destination: '/etc/hosts', type: 'bind', source: '/v/hosts', options: ['rbind', 'rprivate', 'ro'] }]);
  });

  test('mounts parents before what is below them, and otherwise keeps the order', () => {
    const mounts = ['/data/wal/deep', '/data/wal', '/b', '/data/', '/a'].map(target => ({ source: '/v', target, readOnly: false }));
    const order = specOf({ mounts }).mounts.map(({ destination }) => destination);
    expect(order).toEqual(['/proc', '/dev', '/sys', '/b', '/data', '/a', '/dev/pts', '/dev/shm', '/dev/mqueue', '/data/wal', '/sys/fs/cgroup', '/data/wal/deep']);
  });

  test('lets the pod have a place that the system would mount something at', () => {
    const mounts = [{ source: '/v/memory', target: '/dev/shm', readOnly: false }];
    expect(mountAt('/dev/shm', { mounts })).toEqual([expect.objectContaining({ type: 'bind', source: '/v/memory' })]);
  });

  test('filters system calls only for who asks for it', () => {
    expect(specOf().linux).not.toHaveProperty('seccomp');
    expect(specOf({ seccompProfile: 'Unconfined' }).linux).not.toHaveProperty('seccomp');
    expect(specOf({ seccompProfile: 'RuntimeDefault' }).linux).toHaveProperty('seccomp.defaultAction', 'SCMP_ACT_ALLOW');
  });
});
