import { Credentials, Gateway } from './gateway';

/** A member, as the cluster knows it. One that was added and has not started yet has no name and no URLs for clients. */
export interface Member {
  /** A number of 64 bits, in decimal. */
  readonly id: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** The members, and the cluster that they are of. */
export interface Membership {
  readonly clusterId: string;
  readonly members: readonly Member[];
}

/** How a member sees itself. */
export interface Status {
  readonly clusterId: string;
  readonly memberId: string;
  /** The member that leads; undefined while there is none. */
  readonly leader: string | undefined;
  readonly isLearner: boolean;
  readonly version: string;
  readonly revision: bigint;
  readonly raftIndex: bigint;
  /** The size of the file of the database, and what of it is in use. */
  readonly dbSize: number;
  readonly dbSizeInUse: number;
  /** What is wrong with it in its own words. */
  readonly errors: readonly string[];
}

interface WireMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs?: string[];
  readonly clientURLs?: string[];
  readonly isLearner?: boolean;
}

interface WireHeader {
  readonly cluster_id: string;
  readonly member_id: string;
  readonly revision?: string;
}

interface WireStatus {
  readonly header: WireHeader;
  readonly leader?: string;
  readonly isLearner?: boolean;
  readonly version: string;
  readonly raftIndex?: string;
  readonly dbSize?: string;
  readonly dbSizeInUse?: string;
  readonly errors?: string[];
}

/**
 * What is asked of one member, in types. The gateway leaves out whatever is zero, false or empty, and writes numbers of 64 bits as text.
 */
export class EtcdApi {
  private readonly gateway: Gateway;

  public constructor(public readonly endpoint: string, credentials?: Credentials) {
    this.gateway = new Gateway(endpoint, credentials);
  }

  /** The members as this one knows them; with `agreed`, as the majority does, which 3.4 cannot be asked. */
  public async membership({ agreed = true, timeout }: { agreed?: boolean; timeout?: number } = {}): Promise<Membership> {
    const { header, members = [] } = await this.gateway.call<{ header: WireHeader; members?: WireMember[] }>(
      '/v3/cluster/member/list', { linearizable: agreed }, timeout);
    return { clusterId: header.cluster_id, members: members.map(memberOf) };
  }

  public async status(timeout?: number): Promise<Status> {
    const answer = await this.gateway.call<WireStatus>('/v3/maintenance/status', {}, timeout);
    return {
      clusterId: answer.header.cluster_id,
      memberId: answer.header.member_id,
      leader: answer.leader === '0' ? undefined : answer.leader,
      isLearner: answer.isLearner ?? false,
      version: answer.version,
      revision: BigInt(answer.header.revision ?? 0),
      raftIndex: BigInt(answer.raftIndex ?? 0),
      dbSize: Number(answer.dbSize ?? 0),
      dbSizeInUse: Number(answer.dbSizeInUse ?? 0),
      errors: answer.errors ?? [],
    };
  }

  /** Adds a member that takes no part in decisions until it is promoted. */
  public async addLearner(peerUrl: string): Promise<Member> {
    const { member } = await this.gateway.call<{ member: WireMember }>('/v3/cluster/member/add', { peerURLs: [peerUrl], isLearner: true });
    return memberOf(member);
  }

  public async promote(id: string): Promise<void> {
    await this.gateway.call('/v3/cluster/member/promote', { ID: id });
  }

  public async remove(id: string): Promise<void> {
    await this.gateway.call('/v3/cluster/member/remove', { ID: id });
  }

  /** Hands the lead over; only the leader can. */
  public async transferLeadership(to: string): Promise<void> {
    await this.gateway.call('/v3/maintenance/transfer-leadership', { targetID: to });
  }

  /** Writes this member's database anew, without its holes; it answers nothing else meanwhile. */
  public async defragment(timeout: number): Promise<void> {
    await this.gateway.call('/v3/maintenance/defragment', {}, timeout);
  }

  /** Any other call. */
  public async call<T>(path: string, body?: object, timeout?: number): Promise<T> {
    return this.gateway.call<T>(path, body, timeout);
  }
}

function memberOf({ ID, name = '', peerURLs = [], clientURLs = [], isLearner = false }: WireMember): Member {
  return { id: ID, name, peerUrls: peerURLs, clientUrls: clientURLs, isLearner };
}
