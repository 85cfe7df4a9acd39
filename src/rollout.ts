import kplus = require('cdk8s-plus-27');
import { Place, refuse, refuseIf, wholeNumberProblem } from './private/refuse';

/**
 * Options of `Rollout.rolling()`.
 */
export interface RollingOptions {
  /**
   * How many pods may be down at once during an update.
   *
   * Unless the cluster has the feature gate `MaxUnavailableStatefulSet` on, the API server drops the field and pods are replaced one at a
   * time. The gate is alpha in Kubernetes 1.27 and on by default from 1.37.
   *
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#maximum-unavailable-pods
   * @default - one pod at a time.
   */
  readonly maxUnavailable?: number;
}

/**
 * Which pods a change of the pod template reaches, and when.
 *
 * A StatefulSet replaces pods from the highest ordinal down, and waits for each to be ready. A partition stops it on the way: the
 * pods whose ordinal is greater than **or equal to** the partition are updated, those below it stay as they are, even when
 * they are deleted and made again (some early patches of Kubernetes 1.27 gave those the new template). With a `startOrdinal` the
 * partition counts from there.
 *
 * A rollout that is stated is written into the manifest in full, so that applying `rolling()` after a canary also takes back a
 * partition that somebody set with `kubectl patch`.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#partitions
 * @example
 *
 * new StatefulApp(chart, 'web', {
 *   replicas: 5,
 *   rollout: Rollout.canary(),
 *   containers: [{ image: 'nginx:1.27.2' }],
 * });
 */
export class Rollout {
  /**
   * Replaces all pods, one after the other, from the highest ordinal down to the first.
   *
   * @param options how fast.
   */
  public static rolling(options: RollingOptions = {}): Rollout {
    return new Rollout('rolling()', () => 0, options?.maxUnavailable);
  }

  /**
   * Replaces the pods whose ordinal is `partition` or higher.
   *
   * @param partition the lowest ordinal that is updated, counted from `startOrdinal`. As many as there are replicas, or more, means that no pod is.
   */
  public static partition(partition: number): Rollout {
    return new Rollout('partition()', () => partition);
  }

  /**
   * Records the change and replaces no pod: the partition is the number of replicas.
   *
   * The partition grows with `replicas`, so pods that the chart adds have the old template too. Pods that `kubectl scale` adds
   * have the new one, since their ordinals are at or above the partition.
   */
  public static staged(): Rollout {
    return new Rollout('staged()', replicas => replicas);
  }

  /**
   * Replaces only the highest ordinals: the partition is the number of replicas less `pods`.
   *
   * @param pods how many pods try the change.
   */
  public static canary(pods: number = 1): Rollout {
    return new Rollout('canary()', (replicas, at) => {
      refuseIf(at, '\'pods\' of Rollout.canary()', wholeNumberProblem(pods, 1));
      if (pods > replicas) {
        refuse(at, `Rollout.canary(${pods}) needs at least ${pods} replicas, got ${replicas}: use a smaller canary or more replicas`);
      }
      return replicas - pods;
    });
  }

  /** Replaces a pod only after somebody deleted it. */
  public static onDelete(): Rollout {
    return new Rollout('onDelete()');
  }

  private constructor(
    private readonly maker: string,
    private readonly partitionFor?: (replicas: number, at: Place) => number,
    private readonly maxUnavailable?: number,
  ) {}

  /**
   * The strategy of a set with so many replicas, or with a number that the chart leaves to others.
   *
   * @internal
   */
  public _toKube(at: Place, replicas: number | undefined): kplus.k8s.StatefulSetUpdateStrategy {
    if (this.partitionFor === undefined) {
      return { type: 'OnDelete' };
    }
    if (replicas === undefined && (this.maker === 'staged()' || this.maker === 'canary()')) {
      refuse(at, `Rollout.${this.maker} needs to know the number of pods, which is left to Kubernetes, kubectl scale or an autoscaler:`
        + ' give \'replicas\', or use Rollout.partition()');
    }
    const partition = this.partitionFor(replicas ?? 0, at);
    refuseIf(at, '\'partition\'', wholeNumberProblem(partition));
    if (this.maxUnavailable !== undefined) {
      refuseIf(at, '\'maxUnavailable\' of Rollout.rolling()', wholeNumberProblem(this.maxUnavailable, 1));
    }
    return {
      type: 'RollingUpdate',
      rollingUpdate: {
        partition,
        maxUnavailable: this.maxUnavailable === undefined ? undefined : kplus.k8s.IntOrString.fromNumber(this.maxUnavailable),
      },
    };
  }
}
