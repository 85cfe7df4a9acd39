import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { refuse, refuseIf, shown, wholeNumberProblem } from './private/refuse';

/**
 * Options of `TopologySpread.preferred()`.
 */
export interface PreferredSpreadOptions {
  /**
   * By how many pods two places may differ.
   *
   * @default 1
   */
  readonly maxSkew?: number;
}

/**
 * Options of `TopologySpread.required()`.
 */
export interface RequiredSpreadOptions extends PreferredSpreadOptions {
  /**
   * How many places there must be; while there are fewer, pods wait as if the missing places were empty.
   *
   * @default - as many as there are.
   */
  readonly minDomains?: number;
}

/**
 * How evenly the pods of an app are spread over nodes, zones or other parts of the cluster.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 * @example
 *
 * new StatefulApp(chart, 'db', {
 *   replicas: 3,
 *   topologySpread: [
 *     TopologySpread.required(kplus.Topology.HOSTNAME),
 *     TopologySpread.preferred(kplus.Topology.ZONE),
 *   ],
 *   containers: [{ image: 'db:1.2.3' }],
 * });
 */
export class TopologySpread {
  /**
   * Spreads the pods where it can, and starts them anyway where it cannot.
   *
   * @param topology over what, e.g. `kplus.Topology.ZONE`.
   * @param options how evenly.
   */
  public static preferred(topology: kplus.Topology, options: PreferredSpreadOptions = {}): TopologySpread {
    return new TopologySpread(topology, 'ScheduleAnyway', options?.maxSkew);
  }

  /**
   * Lets a pod wait rather than break the spread.
   *
   * A pod with its own disk stays in the zone of that disk, so a zone that is lost or full leaves its pods waiting.
   *
   * @param topology over what, e.g. `kplus.Topology.HOSTNAME`.
   * @param options how evenly.
   */
  public static required(topology: kplus.Topology, options: RequiredSpreadOptions = {}): TopologySpread {
    return new TopologySpread(topology, 'DoNotSchedule', options?.maxSkew, options?.minDomains);
  }

  private constructor(
    private readonly topology: kplus.Topology,
    private readonly whenUnsatisfiable: string,
    private readonly maxSkew: number = 1,
    private readonly minDomains?: number,
  ) {}

  /**
   * The constraint for pods with these labels.
   *
   * @internal
   */
  public _toKube(at: Construct, matchLabels: Record<string, string>): kplus.k8s.TopologySpreadConstraint {
    const topologyKey = this.topology?.key;
    if (typeof topologyKey !== 'string') {
      refuse(at, `the topology of a TopologySpread must be a Topology such as Topology.ZONE, got ${shown(this.topology)}`);
    }
    refuseIf(at, '\'maxSkew\' of a TopologySpread', wholeNumberProblem(this.maxSkew, 1));
    if (this.minDomains !== undefined) {
      refuseIf(at, '\'minDomains\' of a TopologySpread', wholeNumberProblem(this.minDomains, 1));
    }
    return {
      topologyKey,
      maxSkew: this.maxSkew,
      whenUnsatisfiable: this.whenUnsatisfiable,
      minDomains: this.minDomains,
      labelSelector: { matchLabels },
    };
  }
}
