import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { changed } from './private/manifests';
import { pathWithinProblem } from './private/names';
import { refuse, refuseIf, shown, textProblem, wholeNumberProblem } from './private/refuse';

/** The user, group and volume group of a restricted pod unless others are given: "nonroot" of the distroless images. */
const NONROOT = 65532;

const CAPABILITY_PREFIX = /^CAP_/;

/**
 * What a PodSecurity may be told.
 */
export interface PodSecurityOptions {
  /**
   * The user id that containers run as.
   *
   * @default - 65532 under `restricted()`; the image's own user under `baseline()`.
   */
  readonly user?: number;

  /**
   * The primary group id of the containers.
   *
   * @default - the same number as `user`.
   */
  readonly group?: number;

  /**
   * The group that owns the files of the pod's volumes, which lets a user that is not root write to a fresh disk.
   *
   * @default - the same number as `group`.
   */
  readonly fsGroup?: number;

  /**
   * When the kubelet hands a volume's files to `fsGroup`.
   *
   * `ALWAYS` walks through every file of the volume at each start of a pod, which takes minutes on a large one.
   *
   * @default kplus.FsGroupChangePolicy.ON_ROOT_MISMATCH
   */
  readonly fsGroupChangePolicy?: kplus.FsGroupChangePolicy;

  /**
   * Whether containers see their image read-only, so that only mounted volumes can be written to.
   *
   * @default - true under `restricted()`, false under `baseline()`.
   */
  readonly readOnlyRootFilesystem?: boolean;

  /**
   * Which system calls the containers may make.
   *
   * @default SeccompProfile.runtimeDefault()
   */
  readonly seccompProfile?: SeccompProfile;
}

/**
 * A seccomp profile: the list of system calls that a container may make.
 *
 * @see https://kubernetes.io/docs/tutorials/security/seccomp/
 */
export class SeccompProfile {
  /** The profile that the container runtime comes with; both Pod Security Standards accept it. */
  public static runtimeDefault(): SeccompProfile {
    return new SeccompProfile('RuntimeDefault');
  }

  /**
   * A profile from a file on the node.
   *
   * @param path the file, relative to the kubelet's seccomp folder, e.g. `profiles/db.json`. A pod does not start on a node that lacks it.
   */
  public static localhost(path: string): SeccompProfile {
    return new SeccompProfile('Localhost', path);
  }

  /** No profile at all; both Pod Security Standards refuse it. */
  public static unconfined(): SeccompProfile {
    return new SeccompProfile('Unconfined');
  }

  private constructor(
    /** The profile's kind, in the words of Kubernetes. */
    public readonly type: string,
    /** The file of a `localhost` profile. */
    public readonly path?: string,
  ) {}
}

/**
 * How much the pods of an app may do on their node: one of Kubernetes' Pod Security Standards, with overrides.
 *
 * What a single container states in its own `securityContext` wins for that container, and whatever it loosens there is
 * for the admission of its namespace to accept or refuse.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * @example
 *
 * new StatefulApp(chart, 'postgres', {
 *   podSecurity: PodSecurity.restricted({ user: 999 }),
 *   containers: [{ image: 'postgres:16.4' }],
 * });
 */
export class PodSecurity {
  /**
   * The "restricted" standard: not root, no capabilities, no privilege escalation, the runtime's seccomp profile; and, beyond
   * the standard, a read-only image.
   *
   * @param options what to do otherwise; nothing here can leave the standard.
   */
  public static restricted(options: PodSecurityOptions = {}): PodSecurity {
    return new PodSecurity(true, options ?? {});
  }

  /**
   * The "baseline" standard: the image's own user, root included, and a writable image; for images that cannot do with less.
   *
   * @param options what to do otherwise.
   */
  public static baseline(options: PodSecurityOptions = {}): PodSecurity {
    return new PodSecurity(false, options ?? {});
  }

  private constructor(private readonly restricted: boolean, private readonly options: PodSecurityOptions) {}

  /**
   * The pod's resolved context in cdk8s-plus's words, with what the app states itself on top.
   *
   * @internal
   */
  public _podProps(stated: kplus.PodSecurityContextProps = {}): kplus.PodSecurityContextProps {
    const { options, restricted } = this;
    const user = stated.user ?? options.user ?? (restricted ? NONROOT : undefined);
    const group = stated.group ?? options.group ?? user;
    return changed(stated, {
      user,
      group,
      fsGroup: stated.fsGroup ?? options.fsGroup ?? group,
      ensureNonRoot: stated.ensureNonRoot ?? restricted,
      fsGroupChangePolicy: stated.fsGroupChangePolicy ?? options.fsGroupChangePolicy ?? kplus.FsGroupChangePolicy.ON_ROOT_MISMATCH,
    });
  }

  /**
   * Refuses what no pod could start with, or what contradicts the standard.
   *
   * @internal
   */
  public _check(at: Construct, { user, group, fsGroup }: kplus.PodSecurityContext): void {
    const ids = { user, group, fsGroup };
    for (const key of ['user', 'group', 'fsGroup'] as const) {
      const problem = ids[key] === undefined ? undefined : wholeNumberProblem(ids[key]);
      if (problem !== undefined) {
        refuse(at, `'${key}' of the pod's security ${problem}`);
      }
    }
    if (this.restricted && this.options.user === 0) {
      refuse(at, 'PodSecurity.restricted() cannot have \'user\' 0, which is root: give another user, or use PodSecurity.baseline()');
    }
    const { type, path } = this.profile;
    if (type === 'Localhost') {
      refuseIf(at, 'the path of SeccompProfile.localhost()', textProblem(path) ?? pathWithinProblem(path, 'the kubelet\'s seccomp folder'));
    }
    if (this.restricted && type === 'Unconfined') {
      refuse(at, `PodSecurity.restricted() needs a 'seccompProfile', got ${shown(type)}: use runtimeDefault(), or PodSecurity.baseline()`);
    }
  }

  /**
   * The pod's part of the manifest.
   *
   * @internal
   */
  public _toPod(context: kplus.PodSecurityContext): kplus.k8s.PodSecurityContext {
    const profile = this.profile;
    return {
      runAsNonRoot: context.ensureNonRoot || undefined,
      runAsUser: context.user,
      runAsGroup: context.group,
      fsGroup: context.fsGroup,
      fsGroupChangePolicy: context.fsGroup === undefined ? undefined : context.fsGroupChangePolicy,
      sysctls: context.sysctls.length > 0 ? context.sysctls : undefined,
      seccompProfile: { type: profile.type, localhostProfile: profile.path },
    };
  }

  /**
   * A container's part of the manifest: what it states itself, and the standard where it is silent.
   *
   * @internal
   */
  public _toContainer(
    at: Construct, name: string, pod: kplus.PodSecurityContext, stated: kplus.ContainerSecurityContextProps = {},
  ): kplus.k8s.SecurityContext | undefined {
    const privileged = stated.privileged || undefined;
    // Kubernetes refuses a privileged container that may not escalate.
    const allowPrivilegeEscalation = stated.allowPrivilegeEscalation ?? (this.restricted && !privileged ? false : undefined);
    if (privileged && allowPrivilegeEscalation === false) {
      refuse(at, `container '${name}' cannot be 'privileged' with 'allowPrivilegeEscalation: false': leave one of them out`);
    }
    const ensureNonRoot = stated.ensureNonRoot ?? pod.ensureNonRoot;
    if (ensureNonRoot && (stated.user ?? pod.user) === 0) {
      refuse(at, `container '${name}' cannot run as user 0 where 'ensureNonRoot' is true, the kubelet would never start it:`
        + ' give another user, or PodSecurity.baseline()');
    }
    const add = capabilities(at, name, 'add', stated);
    const drop = this.restricted && !privileged ? ['ALL'] : capabilities(at, name, 'drop', stated);
    const context: kplus.k8s.SecurityContext = {
      runAsUser: stated.user,
      runAsGroup: stated.group,
      runAsNonRoot: ensureNonRoot === pod.ensureNonRoot ? undefined : ensureNonRoot,
      privileged,
      allowPrivilegeEscalation,
      capabilities: add || drop ? { add, drop } : undefined,
      readOnlyRootFilesystem: (stated.readOnlyRootFilesystem ?? this.options.readOnlyRootFilesystem ?? this.restricted) || undefined,
    };
    return Object.values(context).some(value => value !== undefined) ? context : undefined;
  }

  private get profile(): SeccompProfile {
    return this.options.seccompProfile ?? SeccompProfile.runtimeDefault();
  }
}

/** Capabilities as manifests name them: without the `CAP_` of cdk8s-plus's enum, which Pod Security admission does not know. */
function capabilities(
  at: Construct, container: string, which: 'add' | 'drop', stated: kplus.ContainerSecurityContextProps,
): string[] | undefined {
  return stated.capabilities?.[which]?.map((name, i) => {
    refuseIf(at, `'capabilities.${which}[${i}]' of container '${container}'`, textProblem(name));
    return name.replace(CAPABILITY_PREFIX, '');
  });
}
