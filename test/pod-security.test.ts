import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { schemaErrors } from './kubernetes-schema';
import { newChart, statefulSet } from './util';
import { PodSecurity, PodSecurityOptions, SeccompProfile, StatefulApp, StatefulAppProps } from '../src';

const { Capability, FsGroupChangePolicy } = kplus;

interface Written {
  readonly app: StatefulApp;
  readonly pod: any;
  readonly container: any;
}

/** What an app with this security says of its pods and of its container; Kubernetes accepts it. */
function written(podSecurity?: PodSecurity, securityContext?: kplus.ContainerSecurityContextProps, props: StatefulAppProps = {}): Written {
  const chart = newChart();
  const app = new StatefulApp(chart, 'x', { podSecurity, containers: [{ image: 'db:1.2.3', securityContext }], ...props });
  const set = statefulSet(chart);
  expect(schemaErrors(set)).toEqual([]);
  const { securityContext: pod, containers } = set.spec.template.spec;
  return { app, pod, container: containers[0].securityContext };
}

const RESTRICTED_POD = {
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  fsGroup: 65532,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};
const RESTRICTED_CONTAINER = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true };

describe('PodSecurity.restricted()', () => {
  test('is what an app has unless told otherwise', () => {
    const { app, pod, container } = written();
    expect(pod).toEqual(RESTRICTED_POD);
    expect(container).toEqual(RESTRICTED_CONTAINER);
    expect([app.securityContext.user, app.securityContext.group, app.securityContext.fsGroup, app.securityContext.ensureNonRoot])
      .toEqual([65532, 65532, 65532, true]);
    expect(app.securityContext.fsGroupChangePolicy).toEqual(FsGroupChangePolicy.ON_ROOT_MISMATCH);
    expect(written(PodSecurity.restricted({}))).toMatchObject({ pod, container });
  });

  test('gives the group the number of the user, and the group of files that of the group', () => {
    expect(written(PodSecurity.restricted({ user: 999 })).pod).toEqual({ ...RESTRICTED_POD, runAsUser: 999, runAsGroup: 999, fsGroup: 999 });
    expect(written(PodSecurity.restricted({ group: 5 })).pod).toEqual({ ...RESTRICTED_POD, runAsGroup: 5, fsGroup: 5 });
    expect(written(PodSecurity.restricted({ fsGroup: 0 })).pod).toEqual({ ...RESTRICTED_POD, fsGroup: 0 });
    expect(written(PodSecurity.restricted({ user: 1, group: 2, fsGroup: 3 })).pod)
      .toEqual({ ...RESTRICTED_POD, runAsUser: 1, runAsGroup: 2, fsGroup: 3 });
  });

  test('may leave the image writable', () => {
    expect(written(PodSecurity.restricted({ readOnlyRootFilesystem: false })).container)
      .toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  });

  test('fails when it is told to do without a seccomp profile', () => {
    expect(() => written(PodSecurity.restricted({ seccompProfile: SeccompProfile.unconfined() }))).toThrow(
      /^\[test\/x\] PodSecurity\.restricted\(\) needs a 'seccompProfile', got "Unconfined": use runtimeDefault\(\), or PodSecurity\.baseline\(\)$/);
  });
});

describe('PodSecurity.baseline()', () => {
  test('leaves the user to the image, and the image writable', () => {
    const { app, pod, container } = written(PodSecurity.baseline());
    expect(pod).toEqual({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(container).toBeUndefined();
    expect([app.securityContext.user, app.securityContext.ensureNonRoot]).toEqual([undefined, false]);
  });

  test('has the user, the groups and the read-only image that it is told', () => {
    const { pod, container } = written(PodSecurity.baseline({ user: 0, fsGroup: 70, readOnlyRootFilesystem: true }));
    expect(pod).toEqual({ runAsUser: 0, runAsGroup: 0, fsGroup: 70, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' } });
    expect(container).toEqual({ readOnlyRootFilesystem: true });
  });

  test('may do without a seccomp profile', () => {
    expect(written(PodSecurity.baseline({ seccompProfile: SeccompProfile.unconfined() })).pod).toEqual({ seccompProfile: { type: 'Unconfined' } });
  });
});

describe.each<[string, (options: PodSecurityOptions) => PodSecurity]>([
  ['restricted', PodSecurity.restricted], ['baseline', PodSecurity.baseline],
])('PodSecurity.%s()', (_, make) => {
  test('hands over files as it is told', () => {
    const { app, pod } = written(make({ fsGroup: 5, fsGroupChangePolicy: FsGroupChangePolicy.ALWAYS }));
    expect([pod.fsGroup, pod.fsGroupChangePolicy]).toEqual([5, 'Always']);
    expect(app.securityContext.fsGroupChangePolicy).toEqual(FsGroupChangePolicy.ALWAYS);
  });

  test('has a seccomp profile of the node', () => {
    const seccompProfile = SeccompProfile.localhost('profiles/db.json');
    expect([seccompProfile.type, seccompProfile.path]).toEqual(['Localhost', 'profiles/db.json']);
    expect(written(make({ seccompProfile })).pod.seccompProfile).toEqual({ type: 'Localhost', localhostProfile: 'profiles/db.json' });
  });

  test('gives way to what the app states of its pods', () => {
    const securityContext = { user: 1, group: 2, fsGroup: 3, ensureNonRoot: true, fsGroupChangePolicy: FsGroupChangePolicy.ALWAYS };
    const sysctls = [{ name: 'net.core.somaxconn', value: '1024' }];
    expect(written(make({ user: 7, group: 8, fsGroup: 9 }), undefined, { securityContext: { ...securityContext, sysctls } }).pod).toEqual({
      runAsUser: 1, runAsGroup: 2, runAsNonRoot: true, fsGroup: 3, fsGroupChangePolicy: 'Always', sysctls, seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test.each<[unknown, string]>([[-1, '-1'], [1.5, '1.5'], ['70', '"70"'], [NaN, 'NaN'], ['', '""'], [{}, 'an object'], [2 ** 31, '2147483648']])(
    'fails when an id is %p', (id, got) => {
      for (const key of ['user', 'group', 'fsGroup']) {
        expect(() => written(make({ [key]: id as number }))).toThrow(
          new RegExp(`^\\[test/x\\] '${key}' of the pod's security must be a whole number from 0 to 2147483647, got ${got}$`));
      }
    });

  test.each<[unknown, string]>([['', '""'], [' ', '" "'], [undefined, 'undefined'], [null, 'null'], [5, '5']])(
    'fails when the seccomp profile of the node is at %p', (path, got) => {
      expect(() => written(make({ seccompProfile: SeccompProfile.localhost(path as string) }))).toThrow(
        new RegExp(`^\\[test/x\\] the path of SeccompProfile\\.localhost\\(\\) must be text that is not empty, got ${got}$`));
    });

  test.each(['/profiles/db.json', '../db.json', 'a/../../b'])('fails when the seccomp profile of the node is at %s, outside of the kubelet\'s folder', path => {
    expect(() => written(make({ seccompProfile: SeccompProfile.localhost(path) }))).toThrow(
      new RegExp(`^\\[test/x\\] the path of SeccompProfile\\.localhost\\(\\) must be a path within the kubelet's seccomp folder, got "${path}"$`));
  });

  test.each<[string, any]>([['RuntimeDefault', 'RuntimeDefault'], ['an object', {}], ['another type', { type: 'runtimeDefault' }]])(
    'fails when the seccomp profile is %s', (_name, seccompProfile) => {
      expect(() => written(make({ seccompProfile }))).toThrow(/\[test\/x\] .*seccompProfile/);
    });

  test('takes null for no options', () => {
    expect(written(make(null as any)).pod).toEqual(written(make({})).pod);
  });
});

describe('the security of a container', () => {
  test('is what it states itself, and the standard where it is silent', () => {
    expect(written(PodSecurity.restricted(), { user: 5, group: 6, readOnlyRootFilesystem: false }).container)
      .toEqual({ runAsUser: 5, runAsGroup: 6, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    expect(written(PodSecurity.baseline(), { user: 5, readOnlyRootFilesystem: true }).container)
      .toEqual({ runAsUser: 5, readOnlyRootFilesystem: true });
  });

  test('says nothing that it states as the pod has it', () => {
    expect(written(PodSecurity.restricted(), { ensureNonRoot: true, privileged: false }).container).toEqual(RESTRICTED_CONTAINER);
    expect(written(PodSecurity.baseline(), { ensureNonRoot: false, privileged: false }).container).toBeUndefined();
  });

  test('may let in root where the pod does not, and the other way round', () => {
    expect(written(PodSecurity.restricted(), { ensureNonRoot: false, user: 0 }).container)
      .toEqual({ ...RESTRICTED_CONTAINER, runAsNonRoot: false, runAsUser: 0 });
    expect(written(PodSecurity.baseline(), { ensureNonRoot: true }).container).toEqual({ runAsNonRoot: true });
  });

  test('adds capabilities to none, as the restricted standard names them', () => {
    expect(written(PodSecurity.restricted(), { capabilities: { add: [Capability.NET_BIND_SERVICE] } }).container.capabilities)
      .toEqual({ add: ['NET_BIND_SERVICE'], drop: ['ALL'] });
    expect(written(PodSecurity.restricted(), { capabilities: { drop: [Capability.CHOWN] } }).container.capabilities).toEqual({ drop: ['ALL'] });
  });

  test('adds and drops capabilities under the baseline standard', () => {
    expect(written(PodSecurity.baseline(), { capabilities: { add: [Capability.NET_RAW], drop: [Capability.SYS_ADMIN] } }).container)
      .toEqual({ capabilities: { add: ['NET_RAW'], drop: ['SYS_ADMIN'] } });
    expect(written(PodSecurity.baseline(), { capabilities: { drop: [Capability.CHOWN] } }).container).toEqual({ capabilities: { drop: ['CHOWN'] } });
  });

  test('may be privileged, and then escalates and keeps its capabilities', () => {
    expect(written(PodSecurity.restricted(), { privileged: true }).container).toEqual({ privileged: true, readOnlyRootFilesystem: true });
    expect(written(PodSecurity.restricted(), { privileged: true, allowPrivilegeEscalation: true }).container)
      .toEqual({ privileged: true, allowPrivilegeEscalation: true, readOnlyRootFilesystem: true });
    expect(written(PodSecurity.baseline(), { privileged: true, capabilities: { drop: [Capability.CHOWN] } }).container)
      .toEqual({ privileged: true, capabilities: { drop: ['CHOWN'] } });
  });

  test('may escalate where that is stated', () => {
    expect(written(PodSecurity.restricted(), { allowPrivilegeEscalation: true }).container)
      .toEqual({ ...RESTRICTED_CONTAINER, allowPrivilegeEscalation: true });
    expect(written(PodSecurity.baseline(), { allowPrivilegeEscalation: false }).container).toEqual({ allowPrivilegeEscalation: false });
  });

  test('keeps the rules of the standard in init containers', () => {
    const chart = newChart();
    new StatefulApp(chart, 'x', { containers: [{ image: 'db:1.2.3' }], initContainers: [{ image: 'init:1', securityContext: { user: 5 } }] });
    expect(statefulSet(chart).spec.template.spec.initContainers[0].securityContext).toEqual({ ...RESTRICTED_CONTAINER, runAsUser: 5 });
  });

  test('fails when the restricted standard is to run as root', () => {
    expect(() => written(PodSecurity.restricted({ user: 0 }))).toThrow(
      /^\[test\/x\] PodSecurity\.restricted\(\) cannot have 'user' 0, which is root: give another user, or use PodSecurity\.baseline\(\)$/);
  });

  test('fails when it is privileged but must not escalate', () => {
    expect(() => written(PodSecurity.baseline(), { privileged: true, allowPrivilegeEscalation: false })).toThrow(
      /\[test\/x\] container 'main' cannot be 'privileged' with 'allowPrivilegeEscalation: false': leave one of them out/);
  });

  test.each<[string, PodSecurity, kplus.ContainerSecurityContextProps | undefined]>([
    ['of the container', PodSecurity.restricted(), { user: 0 }],
    ['of the pod where the container forbids root', PodSecurity.baseline({ user: 0 }), { ensureNonRoot: true }],
  ])('fails when the user %s is root though root is kept out', (_, podSecurity, securityContext) => {
    expect(() => written(podSecurity, securityContext)).toThrow(new RegExp(
      '\\[test/x\\] container \'main\' cannot run as user 0 where \'ensureNonRoot\' is true, the kubelet would never start it:'
      + ' give another user, or PodSecurity\\.baseline\\(\\)'));
  });

  test.each<[string, any, RegExp]>([
    ['a user is a text', { user: '5' }, /\[test\/x\] .*securityContext\.runAsUser must be a whole number from 0 to 2147483647, got "5"/],
    ['privileged is a text', { privileged: 'yes' }, /\[test\/x\] .*securityContext\.privileged must be true or false, got "yes"/],
    ['a capability is empty', { capabilities: { add: [''] } }, /\[test\/x\] 'capabilities\.add\[0\]' of container 'main' must be text that is not empty, got ""/],
    ['a capability is undefined, as one is that this cdk8s-plus does not know', { capabilities: { drop: [undefined] } },
      /\[test\/x\] 'capabilities\.drop\[0\]' of container 'main' must be text that is not empty, got undefined/],
    ['a capability is null', { capabilities: { add: [null] } }, /\[test\/x\] 'capabilities\.add\[0\]' of container 'main' must be text that is not empty, got null/],
    ['a capability is an object', { capabilities: { add: [{ toString: null }] } },
      /\[test\/x\] 'capabilities\.add\[0\]' of container 'main' must be text that is not empty, got an object/],
  ])('fails when %s', (_, securityContext, message) => {
    expect(() => written(PodSecurity.baseline(), securityContext)).toThrow(message);
  });
});

describe('PodSecurity', () => {
  test('of a container that says nothing of itself is nothing under the baseline standard', () => {
    const at = new Construct(newChart(), 'x');
    const context = new kplus.PodSecurityContext(PodSecurity.baseline()._podProps());
    expect(PodSecurity.baseline()._toContainer(at, 'main', context)).toBeUndefined();
    expect(kplus.k8s.toJson_SecurityContext(PodSecurity.restricted()._toContainer(at, 'main', context))).toEqual(RESTRICTED_CONTAINER);
  });
});
