/**
 * Who looks after the list of members when the number of pods changes.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/runtime-configuration/
 */
export class EtcdMembership {
  /**
   * The cluster follows its StatefulSet: `kubectl scale`, or another `replicas`, makes members join and leave, one at a time, and a member that
   * lost its disk is replaced.
   *
   * Two small containers beside each member do this. They may read the StatefulSet, and read and patch one ConfigMap, and nothing else; while the
   * API server cannot be reached nobody leaves, and members that are known come back as ever.
   */
  public static managed(): EtcdMembership {
    return new EtcdMembership(true);
  }

  /**
   * The members are those of the day the cluster is formed: no program runs beside them, and nothing speaks to the API server.
   *
   * Another number of pods does not make another number of members; some numbers make a second cluster.
   */
  public static fixed(): EtcdMembership {
    return new EtcdMembership(false);
  }

  private constructor(private readonly isManaged: boolean) {}

  /**
   * Whether the agent runs beside the members.
   *
   * @internal
   */
  public _isManaged(): boolean {
    return this.isManaged;
  }
}
