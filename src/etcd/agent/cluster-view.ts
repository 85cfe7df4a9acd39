import { EtcdApi, Member } from './etcd-api';
import { Credentials } from './gateway';
import { Place } from './place';

/** The cluster, as the majority of its voters has it. */
export interface ClusterView {
  readonly clusterId: string;
  readonly members: readonly Member[];
  /** The member that answered. */
  readonly api: EtcdApi;
}

/** The members as they are spoken to, by their URLs: who asks again need not say again who it is. */
export type Apis = Map<string, EtcdApi>;

export interface AskOptions {
  /** Whom not to ask. */
  readonly except?: number;
  readonly apis?: Apis;
}

/** The most members that a cluster has, and thereby the ordinals among which there is one to ask. */
export const MAXIMUM_MEMBERS = 7;
export const CANDIDATES: readonly number[] = Array.from({ length: MAXIMUM_MEMBERS }, (_, ordinal) => ordinal);

/** How long a member may take to answer, in milliseconds. */
const ANSWER_MS = 2000;

/**
 * What the first member says that can speak for the majority; undefined if there is none.
 *
 * A reading of a key makes sure of that: learners, and members that reach no majority, refuse it. It need not find anything.
 */
export async function askCluster(place: Place, credentials: Credentials, { except, apis }: AskOptions = {}): Promise<ClusterView | undefined> {
  const asked = CANDIDATES.filter(ordinal => ordinal !== except).map(ordinal => viewOf(apiAt(place.clientUrl(ordinal), credentials, apis)));
  return Promise.any(asked).catch(() => undefined);
}

/** The cluster as this member has it, with the consent of the majority. */
export async function viewOf(api: EtcdApi): Promise<ClusterView> {
  // the list itself is that of the member alone on 3.4, and fresh after this.
  await api.call('/v3/kv/range', { key: 'AA==', limit: 1, keys_only: true }, ANSWER_MS);
  return { ...await api.membership({ timeout: ANSWER_MS }), api };
}

/** Those of the members that answer, by their ids: each at the URL of its pod, and by its own id. */
export async function reachableOf(place: Place, members: readonly Member[], credentials: Credentials, apis?: Apis): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(members.map(async ({ id, peerUrls }) => {
    const ordinal = place.ordinalOf(peerUrls);
    const status = ordinal === undefined ? undefined
      : await apiAt(place.clientUrl(ordinal), credentials, apis).status(ANSWER_MS).catch(() => undefined);
    return status?.memberId === id ? [id] : [];
  }));
  return new Set(answers.flat());
}

export function apiAt(url: string, credentials: Credentials, apis: Apis = new Map()): EtcdApi {
  const api = apis.get(url) ?? new EtcdApi(url, credentials);
  apis.set(url, api);
  return api;
}
