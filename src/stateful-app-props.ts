import { Duration } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { DisruptionBudget } from './disruption-budget';
import { PeerListOptions } from './peers';
import { PodSecurity } from './pod-security';
import { Rollout } from './rollout';
import { TopologySpread } from './topology-spread';
import { ClaimRetention, VolumeClaimTemplateProps } from './volume-claim-template';

/**
 * Properties of `StatefulApp`.
 */
export interface StatefulAppProps extends kplus.WorkloadProps {
  /**
   * How many pods there are.
   *
   * @default - the field is left out: Kubernetes makes one pod, and what an autoscaler or `kubectl scale` sets is kept when the manifest is applied again.
   */
  readonly replicas?: number;

  /**
   * The governing service, which gives each pod its DNS name. It must be headless, in the namespace of the app, and select its pods;
   * one that selects nothing yet is made to.
   *
   * @default - a `HeadlessService` with the name of the app and the ports of its containers.
   */
  readonly service?: kplus.Service;

  /**
   * Whether the service that the app makes publishes pods that are not ready, which members that find each other at start need.
   *
   * @default false
   */
  readonly publishNotReadyAddresses?: boolean;

  /**
   * Whether pods start and stop one after the other, each waiting for the one before, or all at once. It cannot be changed later.
   *
   * Pods that become ready only together, such as the members of a quorum, must be `PARALLEL`: the first would wait for ever for the second.
   *
   * @default kplus.PodManagementPolicy.ORDERED_READY
   */
  readonly podManagementPolicy?: kplus.PodManagementPolicy;

  /**
   * Which pods a change of the template reaches, and when.
   *
   * @default - all of them, one after the other, from the highest ordinal down.
   */
  readonly rollout?: Rollout;

  /**
   * Short for `rollout: Rollout.partition(n)`: only pods with this ordinal or a higher one are updated.
   *
   * @default - no partition.
   */
  readonly partition?: number;

  /**
   * The claims that each pod gets, each with a disk of its own. They cannot be changed later, not even in a label.
   *
   * @default - none: what pods write is lost when they stop.
   */
  readonly volumeClaimTemplates?: VolumeClaimTemplateProps[];

  /**
   * What happens to claims whose pod is no longer wanted.
   *
   * @default - they are retained.
   */
  readonly claimRetention?: ClaimRetention;

  /**
   * The ordinal of the first pod.
   *
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#start-ordinal
   * @default 0
   */
  readonly startOrdinal?: number;

  /**
   * How long a pod must be ready, without a crash, before it counts as available.
   *
   * @default Duration.seconds(0)
   */
  readonly minReady?: Duration;

  /**
   * How many old revisions of the template are kept, to go back to. Kubernetes 1.27 lets it be set only when the StatefulSet is made.
   *
   * @default 10
   */
  readonly revisionHistoryLimit?: number;

  /**
   * The labels by which the StatefulSet finds its pods. They cannot be changed later, and must not find the pods of another app of the namespace.
   *
   * @default - `app.kubernetes.io/name` and `app.kubernetes.io/instance`, both with the app's name.
   */
  readonly selectorLabels?: { [key: string]: string };

  /**
   * What the pods may do on their node.
   *
   * @default PodSecurity.restricted()
   */
  readonly podSecurity?: PodSecurity;

  /**
   * How many pods may be evicted at a time.
   *
   * @default - `DisruptionBudget.maxUnavailable(1)` from two replicas on, none for one.
   */
  readonly disruptionBudget?: DisruptionBudget;

  /**
   * How evenly the pods are spread over nodes and zones.
   *
   * @default - as the scheduler of the cluster is set.
   */
  readonly topologySpread?: TopologySpread[];

  /**
   * The priority class of the pods: which of them wait, and which are evicted, when a node is full.
   *
   * @default - the cluster's default.
   */
  readonly priorityClassName?: string;

  /**
   * Whether every service of the namespace is put into the environment of the pods, as `<SERVICE>_PORT` and the like.
   *
   * Programs that read their settings from the environment take some of those for settings: a service called `etcd` gives etcd an `ETCD_PORT`.
   *
   * @default false
   */
  readonly enableServiceLinks?: boolean;

  /**
   * Environment variables with the stable addresses of all pods, in every container.
   *
   * The lists are kept in a ConfigMap, so that scaling changes no pod template and restarts no pod. A container sees the list of the time when it started.
   * The variables come in the order of their names. Needs `replicas`.
   *
   * @default - none.
   */
  readonly peerEnv?: { [name: string]: PeerListOptions };

  /**
   * The name of an environment variable with the number of replicas, in every container, kept in the same ConfigMap as `peerEnv`. Needs `replicas`.
   *
   * @default - none.
   */
  readonly replicasEnv?: string;

  /**
   * The DNS domain of the cluster, for the long form of host names.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

/**
 * Options of `StatefulApp.exposeEachPod()`.
 */
export interface ExposeEachPodOptions {
  /**
   * How the services are reached.
   *
   * @default kplus.ServiceType.CLUSTER_IP
   */
  readonly type?: kplus.ServiceType;

  /**
   * The ports of each service.
   *
   * @default - those of the containers that the app has by then.
   */
  readonly ports?: kplus.ServicePort[];

  /**
   * What the names of the services begin with; the ordinal follows.
   *
   * @default - the app's name and a hyphen: each service has the name of its pod.
   */
  readonly namePrefix?: string;

  /**
   * Annotations of each service, e.g. for a cloud's load balancer.
   *
   * @default - none.
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Labels of each service besides those of the app.
   *
   * @default - none.
   */
  readonly labels?: { [key: string]: string };
}
