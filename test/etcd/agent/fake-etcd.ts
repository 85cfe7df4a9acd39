import { Answer, Asked, FakeGateway, no } from './fake-gateway';
import { Place, placeOf } from '../../../src/etcd/agent/place';

interface FakeMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs: string[];
  readonly clientURLs?: string[];
  isLearner?: boolean;
}

export const CLUSTER_ID = '4711';

/** The id of the member that a pod has at first. */
export function idOf(ordinal: number): string {
  return String(100 + ordinal);
}

/** A place whose members are found at `{pod}`'s own gateway. */
export function placeAt(ordinal: number, clientUrl: (ordinal: number) => string = of => `http://127.0.0.1:1/etcd-${of}`): Place {
  const place = placeOf({
    POD_NAME: `etcd-${ordinal}`, STATEFUL_SET: 'etcd', PEER_URL: 'http://{pod}.etcd:2380', CLIENT_URL: 'http://{pod}.etcd:2379',
  });
  return { ...place, clientUrl };
}

/** The members of a cluster that agree about everything, each at its own gateway, in as much as the agent can tell. */
export class FakeEtcd {
  public static async start(size: number): Promise<FakeEtcd> {
    const etcd = new FakeEtcd(size);
    for (let ordinal = 0; ordinal < size; ordinal++) {
      etcd.gateways.push(await FakeGateway.start(asked => etcd.answer(ordinal, asked)));
    }
    return etcd;
  }

  public readonly gateways: FakeGateway[] = [];
  public members: FakeMember[];
  public leader = idOf(0);
  public hasQuorum = true;
  /** The pods whose member does not answer. */
  public readonly down = new Set<number>();
  /** What is answered, once each, before anything else: by path. */
  public readonly refusals = new Map<string, Answer[]>();
  /** What was changed, in order, and through whom. */
  public readonly changes: string[] = [];

  private constructor(size: number) {
    this.members = Array.from({ length: size }, (_, ordinal) => ({
      ID: idOf(ordinal), name: `etcd-${ordinal}`, peerURLs: [`http://etcd-${ordinal}.etcd:2380`], clientURLs: [`http://etcd-${ordinal}.etcd:2379`],
    }));
  }

  /** Where the pod of this ordinal stands among these. Those that there are none of answer nothing. */
  public placeAt(ordinal: number): Place {
    return placeAt(ordinal, of => this.gateways[of]?.url ?? 'http://127.0.0.1:1');
  }

  public async stop(): Promise<void> {
    await Promise.all(this.gateways.map(gateway => gateway.stop()));
  }

  /** What the member of a pod answers. */
  public answer(ordinal: number, { path, body }: Asked): Answer {
    const member = this.members.find(({ peerURLs }) => peerURLs[0].includes(`etcd-${ordinal}.`));
    const header = { cluster_id: CLUSTER_ID, member_id: member?.ID ?? idOf(ordinal), revision: '7' };
    if (this.down.has(ordinal)) {
      return 'the end';
    }
    const refusal = this.refusals.get(path)?.shift();
    if (refusal !== undefined) {
      return refusal;
    }
    if (path === '/v3/maintenance/status') {
      return { header, leader: this.leader, version: '3.6.14', isLearner: member?.isLearner };
    }
    if (!this.hasQuorum || member === undefined || member.isLearner) {
      return no(14, 'etcdserver: no leader', 503);
    }
    switch (path) {
      case '/v3/kv/range':
        return { header };
      case '/v3/cluster/member/list':
        return { header, members: this.members };
    }
    this.changes.push(`etcd-${ordinal}: ${path.split('/').at(-1)} ${body.ID ?? body.targetID}`);
    const target = this.members.find(({ ID }) => ID === body.ID);
    switch (path) {
      case '/v3/cluster/member/promote':
        target!.isLearner = false;
        break;
      case '/v3/cluster/member/remove':
        this.members = this.members.filter(({ ID }) => ID !== body.ID);
        break;
      default:
        this.leader = body.targetID;
    }
    return { header };
  }
}
