import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { refuseIf, wholeNumberProblem } from './private/refuse';

/**
 * How many pods of an app may be evicted at the same time by drains, upgrades of nodes and the like.
 *
 * Every budget also says `unhealthyPodEvictionPolicy: AlwaysAllow`: a pod that is broken already never keeps a node from being drained.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 * @example
 *
 * new StatefulApp(chart, 'zookeeper', {
 *   replicas: 5,
 *   disruptionBudget: DisruptionBudget.quorum(),
 *   containers: [{ image: 'zookeeper:3.9.3' }],
 * });
 */
export class DisruptionBudget {
  /**
   * Lets so many pods go at a time.
   *
   * @param pods how many. Zero blocks every drain for as long as the app runs.
   */
  public static maxUnavailable(pods: number): DisruptionBudget {
    return new DisruptionBudget(at => {
      refuseIf(at, '\'pods\' of DisruptionBudget.maxUnavailable()', wholeNumberProblem(pods));
      return { maxUnavailable: kplus.k8s.IntOrString.fromNumber(pods) };
    });
  }

  /**
   * Keeps a majority of the pods running: 2 of 3, 3 of 5, 4 of 7.
   *
   * It is written as "51 %" of the pods that the set wants, which Kubernetes rounds up, so that it stays right when somebody
   * scales the set by hand. Above 50 replicas it keeps a little more than the majority. Of one or two pods none may go, since a
   * majority of two is two: every drain of their nodes then waits until somebody deletes them.
   */
  public static quorum(): DisruptionBudget {
    return new DisruptionBudget(() => ({ minAvailable: kplus.k8s.IntOrString.fromString('51%') }));
  }

  /** No budget: a drain may evict all pods at once. */
  public static none(): DisruptionBudget {
    return new DisruptionBudget();
  }

  private constructor(private readonly limits?: (at: Construct) => kplus.k8s.PodDisruptionBudgetSpec) {}

  /**
   * The spec of the budget for pods with these labels, or nothing.
   *
   * @internal
   */
  public _toKube(at: Construct, matchLabels: Record<string, string>): kplus.k8s.PodDisruptionBudgetSpec | undefined {
    return this.limits && { ...this.limits(at), selector: { matchLabels }, unhealthyPodEvictionPolicy: 'AlwaysAllow' };
  }
}
