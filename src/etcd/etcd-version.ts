import { shown } from '../private/refuse';

const OLDEST = '3.4';
const NEWEST = '3.7';

/** A release as its project names it: tags have a `v` before it, and candidates something after it. */
const RELEASE = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** A release, or a minor version for its first release. */
const RELEASE_OR_MINOR = /^\d+\.\d+(\.\d+)?$/;

/**
 * What came when: the first release that has it, and before it those of older minor versions that got it, too.
 *
 * @see https://github.com/etcd-io/etcd/tree/main/CHANGELOG
 */
const SINCE = {
  /**
   * Serves `/livez`, which needs no quorum, and `/readyz`, which does.
   *
   * @see https://github.com/etcd-io/etcd/pull/17128
   * @see https://github.com/etcd-io/etcd/pull/17039
   */
  hasLivez: ['3.4.29', '3.5.11'],

  /**
   * Answers `/readyz` with 503 while it is a learner. 3.4 never got this.
   *
   * @see https://github.com/etcd-io/etcd/pull/19280
   * @see https://github.com/etcd-io/etcd/pull/21613
   */
  readyzKnowsLearners: ['3.5.19'],

  /**
   * Has `etcdutl` in its image.
   *
   * @see https://github.com/etcd-io/etcd/pull/12971
   */
  hasEtcdutl: ['3.5.0'],

  /**
   * Restores and inspects snapshots by `etcdutl` alone: `etcdctl snapshot restore` and `status` are gone, and so is `etcdctl defrag --data-dir`.
   *
   * @see https://github.com/etcd-io/etcd/pull/13809
   * @see https://github.com/etcd-io/etcd/pull/13793
   */
  snapshotToolIsEtcdutl: ['3.6.0'],

  /**
   * Serves the JSON gateway also where a configuration file does not mention `enable-grpc-gateway`. By flags and variables it is always on.
   *
   * @see https://github.com/etcd-io/etcd/blob/v3.5.0/server/embed/config.go#L486
   */
  gatewayOnByConfigFile: ['3.5.0'],
} satisfies Record<string, string[]>;

/** What a release can do. */
type EtcdFeatures = Readonly<Record<keyof typeof SINCE, boolean>>;

/**
 * A release of etcd, and thereby what its members understand.
 *
 * A cluster is upgraded from one minor version to the next, all members before the step after it; a data directory of a newer minor version
 * is not read by an older one. Be on the newest patch of a minor version before you leave it.
 *
 * @see https://etcd.io/docs/latest/upgrades/upgrading-etcd/
 * @example
 *
 * new EtcdCluster(chart, 'etcd', { version: EtcdVersion.of('3.5.32') });
 */
export class EtcdVersion {
  /**
   * etcd 3.4, which its project maintained until May 2026. A cluster with authentication cannot be upgraded to 3.5 one member at a time.
   *
   * @see https://github.com/etcd-io/etcd/pull/21613
   * @see https://etcd.io/docs/latest/upgrades/upgrade_3_5/
   */
  public static readonly V3_4 = new EtcdVersion('3.4.45');

  /**
   * etcd 3.5. The upgrade to 3.6 is safe from 3.5.26 on: with an older patch, members that were removed may come back.
   *
   * @see https://etcd.io/blog/2025/zombie_members_upgrade/
   */
  public static readonly V3_5 = new EtcdVersion('3.5.35');

  /**
   * etcd 3.6.
   *
   * @see https://etcd.io/docs/latest/upgrades/upgrade_3_6/
   */
  public static readonly V3_6 = new EtcdVersion('3.6.14');

  /**
   * Any release from 3.4.0 to the last one of 3.7.
   *
   * Candidates and builds of others are refused, since nothing is known of their flags and endpoints.
   *
   * @param version its three numbers, as in `3.5.32`; tags of images have a `v` before them, which is left out here.
   */
  public static of(version: string): EtcdVersion {
    if (typeof version !== 'string' || !RELEASE.test(version)) {
      throw new Error(`EtcdVersion.of() needs a release such as '3.5.32', got ${shown(version)}: give its three numbers, without a leading v or a suffix`);
    }
    if (compare(version, OLDEST) < 0 || compare(minorOf(version), NEWEST) > 0) {
      throw new Error(`EtcdVersion.of() knows etcd ${OLDEST} to ${NEWEST}, got '${version}': use a release of one of those`);
    }
    return new EtcdVersion(version);
  }

  /**
   * The release in full, e.g. `3.5.32`.
   */
  public readonly version: string;

  /**
   * The minor version, e.g. `3.5`. Members of two neighbouring ones can form a cluster while it is upgraded.
   */
  public readonly minor: string;

  /**
   * What the release can do.
   *
   * @internal
   */
  public readonly _features: EtcdFeatures;

  private constructor(version: string) {
    this.version = version;
    this.minor = minorOf(version);
    this._features = Object.fromEntries(Object.entries(SINCE).map(([feature, since]) => [feature, this._has(since)])) as EtcdFeatures;
  }

  /**
   * Whether this is the given release or a later one.
   *
   * Later is not always more: patches go on for several minor versions side by side, so 3.5.0 lacks what 3.4.29 has.
   *
   * @param version a release such as `3.5.32`, or a minor version such as `3.5`, which stands for its first release.
   */
  public isAtLeast(version: string): boolean {
    if (typeof version !== 'string' || !RELEASE_OR_MINOR.test(version)) {
      throw new Error(`isAtLeast() of EtcdVersion needs a version such as '3.5.32' or '3.5', got ${shown(version)}: give two or three numbers`);
    }
    return compare(this.version, version) >= 0;
  }

  /**
   * Whether the release has what came with these: at most one for each minor version, in ascending order.
   *
   * @internal
   */
  public _has(since: readonly string[]): boolean {
    const first = since.filter(release => compare(minorOf(release), this.minor) <= 0).pop();
    return first !== undefined && this.isAtLeast(first);
  }
}

function minorOf(version: string): string {
  return version.split('.', 2).join('.');
}

/** Below zero if the first comes before the second; missing numbers are zero. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map(version => version.split('.').map(Number));
  return left[0] - right[0] || left[1] - right[1] || (left[2] ?? 0) - (right[2] ?? 0);
}
