import { securityOf } from './security';

const DISTROLESS = { user: '65532' };

function podWith(securityContext?: object): any {
  return { metadata: { name: 'etcd-0', namespace: 'default', uid: 'u-1' }, spec: { securityContext } };
}

function containerWith(securityContext?: object): any {
  return { name: 'etcd', securityContext };
}

describe('securityOf', () => {
  test('runs as root with the default capabilities of containerd where nothing is said', () => {
    expect(securityOf(podWith(), containerWith(), { user: '' })).toEqual({
      uid: 0,
      gid: 0,
      additionalGids: [],
      capabilities: [
        'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW', 'SETFCAP', 'SETGID', 'SETPCAP',
        'SETUID', 'SYS_CHROOT',
      ],
      noNewPrivileges: false,
      readOnlyRoot: false,
      seccompProfile: 'Unconfined',
    });
  });

  test('prefers the container to the pod, and the pod to the image', () => {
    const pod = podWith({ runAsUser: 1000, runAsGroup: 2000 });
    expect(securityOf(pod, containerWith({ runAsUser: 1001 }), DISTROLESS)).toMatchObject({ uid: 1001, gid: 2000 });
    expect(securityOf(podWith({ runAsUser: 1000 }), containerWith(), DISTROLESS)).toMatchObject({ uid: 1000, gid: 0 });
    expect(securityOf(podWith(), containerWith(), DISTROLESS)).toMatchObject({ uid: 65532, gid: 0 });
  });

  test('takes the group of a user from passwd, not from the USER of the image', () => {
    expect(securityOf(podWith(), containerWith(), { user: '101:102' })).toMatchObject({ uid: 101, gid: 0 });
    const passwd = 'root:x:0:0::/:\nnginx:x:101:103::/:\n';
    expect(securityOf(podWith(), containerWith(), { user: '101:102', passwd })).toMatchObject({ uid: 101, gid: 103 });
  });

  test('looks a named user up in passwd', () => {
    expect(securityOf(podWith(), containerWith(), { user: 'etcd', passwd: 'etcd:x:100:1000::/:' })).toMatchObject({ uid: 100, gid: 1000 });
  });

  test('fails for a named user that is not in passwd', () => {
    expect(() => securityOf(podWith(), containerWith(), { user: 'etcd' })).toThrow(/^unable to find user etcd: no matching entries in passwd file$/);
  });

  test('adds the group of volumes and the supplemental groups, each once', () => {
    const pod = podWith({ fsGroup: 65532, supplementalGroups: [4000, 65532] });
    expect(securityOf(pod, containerWith(), DISTROLESS).additionalGids).toEqual([65532, 4000]);
  });

  test('drops all capabilities and then adds what is named', () => {
    const securityContext = { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } };
    expect(securityOf(podWith(), containerWith(securityContext), DISTROLESS).capabilities).toEqual(['NET_BIND_SERVICE']);
  });

  test('drops a capability by name from the default ones', () => {
    const { capabilities } = securityOf(podWith(), containerWith({ capabilities: { drop: ['CHOWN'] } }), DISTROLESS);
    expect(capabilities).toHaveLength(13);
    expect(capabilities).not.toContain('CHOWN');
  });

  test('forbids new privileges and a writable root where the container does', () => {
    const securityContext = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
    expect(securityOf(podWith(), containerWith(securityContext), DISTROLESS)).toMatchObject({ noNewPrivileges: true, readOnlyRoot: true });
  });

  test('confines system calls as the container says, else as the pod says', () => {
    const pod = podWith({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(securityOf(pod, containerWith(), DISTROLESS).seccompProfile).toBe('RuntimeDefault');
    expect(securityOf(pod, containerWith({ seccompProfile: { type: 'Unconfined' } }), DISTROLESS).seccompProfile).toBe('Unconfined');
  });

  test('lets an image with a number for a user be non-root', () => {
    expect(securityOf(podWith({ runAsNonRoot: true }), containerWith(), DISTROLESS).uid).toBe(65532);
  });

  test('fails for an image of root that must not be root', () => {
    expect(() => securityOf(podWith({ runAsNonRoot: true }), containerWith(), { user: '' })).toThrow(
      /^container has runAsNonRoot and image will run as root \(pod: "etcd-0_default\(u-1\)", container: etcd\)$/);
  });

  test('fails for a user that must not be root and is', () => {
    expect(() => securityOf(podWith({ runAsUser: 0 }), containerWith({ runAsNonRoot: true }), DISTROLESS)).toThrow(
      /^container's runAsUser breaks non-root policy \(pod: /);
  });

  test('fails for a named user that must not be root, even if passwd knows it', () => {
    expect(() => securityOf(podWith({ runAsNonRoot: true }), containerWith(), { user: 'etcd', passwd: 'etcd:x:100:1000::/:' })).toThrow(
      /^container has runAsNonRoot and image has non-numeric user \(etcd\), cannot verify user is non-root \(pod: /);
  });

  test('fails for all capabilities at once', () => {
    expect(() => securityOf(podWith(), containerWith({ capabilities: { add: ['ALL'] } }), DISTROLESS)).toThrow(/^containers with all capabilities are not run here/);
  });

  test('fails for a seccomp profile of a file', () => {
    expect(() => securityOf(podWith(), containerWith({ seccompProfile: { type: 'Localhost' } }), DISTROLESS)).toThrow(
      /^seccomp profiles of files are not known here \(container: etcd\)$/);
  });

  test('fails for a privileged container', () => {
    expect(() => securityOf(podWith(), containerWith({ privileged: true }), DISTROLESS)).toThrow(/^privileged containers are not run here \(container: etcd\)$/);
  });
});
