/** What the agents of a cluster write down together, since it must outlive them all: the ConfigMap `<name>-state`. */
export interface ClusterState {
  /** Of the ConfigMap: a change that names it is refused if there was another one since. */
  readonly resourceVersion: string;
  /** Set as soon as the cluster was formed; from then on nobody forms one. */
  readonly clusterId?: string;
  /** The members by which the cluster is formed, as etcd's `initial-cluster`: the first of them to write it down has decided it for all. */
  readonly firstMembers?: string;
  /** By id, the names of all members: an id is here before its etcd starts, and until it was removed, so that one that is not here was removed. */
  readonly members: ReadonlyMap<string, string>;
  /** The names of those of the first members that have begun to form the cluster: they never do so again. */
  readonly tried: ReadonlySet<string>;
  /** The snapshot that the cluster was made of; from then on nobody is restored from it. */
  readonly restoredFrom?: string;
  /** The name of the pod that goes on alone when a majority is lost for good. Only people write this. */
  readonly forceNewCluster?: string;
}

/** What of a ConfigMap is read. */
export interface StateConfigMap {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Changes to the data of the ConfigMap, as a JSON merge patch has them: null deletes. */
export type StateChanges = Readonly<Record<string, string | null>>;

const MEMBER = 'member.';
const TRIED = 'tried.';

export function stateOf({ metadata: { resourceVersion }, data = {} }: StateConfigMap): ClusterState {
  const { clusterId, firstMembers, forceNewCluster, restoredFrom } = data;
  const below = (prefix: string) => Object.entries(data)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value] as const);
  return {
    resourceVersion,
    // what people empty instead of deleting it is not there either.
    clusterId: clusterId || undefined,
    firstMembers: firstMembers || undefined,
    forceNewCluster: forceNewCluster || undefined,
    restoredFrom: restoredFrom || undefined,
    members: new Map(below(MEMBER)),
    tried: new Set(below(TRIED).map(([name]) => name)),
  };
}

export function firstMembersAgreed(firstMembers: string): StateChanges {
  return { firstMembers };
}

/** The first member of this name begins to form the cluster. */
export function hasTried(name: string): StateChanges {
  return { [`${TRIED}${name}`]: 'true' };
}

/** A member was added, and may start now. */
export function memberAdded(id: string, name: string): StateChanges {
  return { [`${MEMBER}${id}`]: name };
}

/** A member was removed. */
export function memberRemoved(id: string): StateChanges {
  return { [`${MEMBER}${id}`]: null };
}

/** The cluster is this one. */
export function clusterIs(clusterId: string): StateChanges {
  return { clusterId };
}

/** The cluster was made of this snapshot. */
export function clusterRestoredFrom(snapshot: string): StateChanges {
  return { restoredFrom: snapshot };
}

/** Nobody is to go on alone any more. */
export function forceDone(): StateChanges {
  return { forceNewCluster: null };
}

/** What makes the members that are written down these ones, and nothing if they are. */
export function membersBecome({ members }: ClusterState, actual: ReadonlyMap<string, string>): StateChanges {
  const gone = [...members.keys()].filter(id => !actual.has(id)).map(memberRemoved);
  const missing = [...actual].filter(([id]) => !members.has(id)).map(([id, name]) => memberAdded(id, name));
  return Object.assign({}, ...gone, ...missing);
}
