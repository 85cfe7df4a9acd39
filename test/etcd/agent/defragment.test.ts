import { Answer, Asked, FakeGateway, no, printed } from './fake-gateway';
import { defragment, defragmentAt } from '../../../src/etcd/agent/defragment';

const MIB = 1024 * 1024;
// a machine that is busy with other things needs its time.
jest.setTimeout(30_000);

const PACE = { recovery: 10_000, pause: 1, defragmentation: 10_000 };
const MINIMUM = { MINIMUM_FREE_BYTES: String(100 * MIB) };

/** A member with its database; what is asked of it comes to the cluster. */
interface FakeMember {
  readonly id: string;
  readonly gateway: FakeGateway;
  size: number;
  revision: number;
  errors: string[];
  answer?: Answer;
}

/** Members of one cluster that behave as etcd does. */
class FakeCluster {
  public static async of(count: number): Promise<FakeCluster> {
    const cluster = new FakeCluster();
    for (let i = 0; i < count; i++) {
      const gateway = await FakeGateway.start(asked => cluster.answer(cluster.members[i], asked));
      cluster.members.push({ id: String(i + 1), gateway, size: 300 * MIB, revision: 10, errors: [] });
    }
    return cluster;
  }

  public readonly members: FakeMember[] = [];
  public readonly done: string[] = [];
  public readonly extra: object[] = [];
  public leader = '1';
  /** What is answered with an error. */
  public refused?: string;
  /** What happens after a defragmentation or a change of the leader. */
  public afterwards: (member: FakeMember) => void = () => undefined;

  public get env() {
    return { ETCDCTL_ENDPOINTS: this.members.map(({ gateway }) => gateway.url).join(','), ...MINIMUM };
  }

  public async stop(): Promise<void> {
    await Promise.all(this.members.map(({ gateway }) => gateway.stop()));
  }

  private answer(member: FakeMember, { path, body }: Asked): Answer {
    if (member.answer !== undefined) {
      return member.answer;
    }
    if (path === this.refused) {
      return no(14, 'etcdserver: not now', 503);
    }
    switch (path) {
      case '/v3/cluster/member/list': return {
        header: { cluster_id: '7' },
        members: [...this.members.map(({ id, gateway }, i) => ({ ID: id, name: `etcd-${i}`, clientURLs: [gateway.url] })), ...this.extra],
      };
      case '/v3/maintenance/status': return {
        header: { cluster_id: '7', member_id: member.id, revision: String(member.revision) },
        version: '3.6.14',
        leader: this.leader,
        dbSize: String(member.size),
        dbSizeInUse: String(100 * MIB),
        errors: member.errors,
      };
      case '/v3/maintenance/defragment':
        this.done.push(`defragment ${member.id}`);
        member.size = 100 * MIB;
        break;
      case '/v3/maintenance/transfer-leadership':
        this.done.push(`${member.id} hands over to ${body.targetID}`);
        this.leader = body.targetID;
    }
    this.afterwards(member);
    return {};
  }
}

let cluster: FakeCluster;
let lines: any[];

beforeEach(async () => {
  cluster = await FakeCluster.of(3);
  lines = printed();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await cluster.stop();
});

test('followers are rewritten first, and the leader once it leads no more', async () => {
  cluster.leader = '2';
  await defragmentAt(PACE, cluster.env);
  expect(cluster.done).toEqual(['defragment 1', 'defragment 3', '2 hands over to 1', 'defragment 2']);
});

test('each decision is a line, with its reason', async () => {
  cluster.members[2].size = 150 * MIB;
  await defragmentAt(PACE, cluster.env);
  expect(lines).toMatchObject([
    {
      event: 'looked',
      members: [
        { member: 'etcd-0', leads: true, size: '300.0 MiB', inUse: '100.0 MiB' }, { member: 'etcd-1', size: '300.0 MiB' }, { member: 'etcd-2', size: '150.0 MiB' },
      ],
    },
    { event: 'leave alone', member: 'etcd-2', reason: 'it would give back 50.0 MiB, and answers nothing while it is rewritten' },
    { event: 'defragment', member: 'etcd-1', reason: 'it follows' },
    { event: 'defragmented', member: 'etcd-1', size: '100.0 MiB', seconds: expect.any(Number) },
    { event: 'hand over', member: 'etcd-0', to: 'etcd-1', reason: 'it leads, and writes would wait for it' },
    { event: 'defragment', member: 'etcd-0', reason: 'it follows' },
    { event: 'defragmented', member: 'etcd-0' },
    { event: 'done' },
  ]);
});

test('members are those that the cluster knows, not those that are named', async () => {
  await defragmentAt(PACE, { ...cluster.env, ETCDCTL_ENDPOINTS: `http://127.0.0.1:1,${cluster.members[1].gateway.url}` });
  expect(cluster.done).toHaveLength(4);
});

test('learners are passed over', async () => {
  cluster.extra.push({ ID: '9', isLearner: true });
  await defragmentAt(PACE, cluster.env);
  expect(cluster.done).toHaveLength(4);
  expect(lines[0].members[3]).toEqual({ member: 'member 9', isLearner: true, status: 'it was added and has not started' });
});

test('an alarm for want of space stays, and is said', async () => {
  cluster.members.forEach(({ errors }) => errors.push('memberID:1 alarm:NOSPACE '));
  await defragmentAt(PACE, cluster.env);
  expect(cluster.done).toHaveLength(4);
  expect(lines[0].members[0].errors).toEqual(['memberID:1 alarm:NOSPACE ']);
  expect(lines.at(-1)).toMatchObject({ event: 'done', reason: expect.stringContaining('etcdctl alarm disarm') });
});

describe('nothing is done', () => {
  test('while one member does not answer', async () => {
    cluster.members[2].answer = 'the end';
    await expect(defragmentAt(PACE, cluster.env)).rejects.toThrow(/^etcd-2 is not healthy: 127.0.0.1:\d+ does not answer: socket hang up; nothing more is done$/);
    expect(cluster.done).toEqual([]);
  });

  test('while one that was added has not started', async () => {
    cluster.extra.push({ ID: '9' });
    await expect(defragmentAt(PACE, cluster.env)).rejects.toThrow(/^member 9 is not healthy: it was added and has not started; nothing more is done$/);
  });

  test('where nobody says who the members are', async () => {
    cluster.members.forEach(member => { member.answer = no(14, 'etcdserver: no leader', 503); });
    await expect(defragmentAt(PACE, cluster.env)).rejects.toThrow(/^no member says who the members are: etcdserver: no leader; etcdserver: no leader; etcdserver: no leader$/);
  });

  test('where it is not told what is worth it', async () => {
    await expect(defragment({ ...cluster.env, MINIMUM_FREE_BYTES: undefined })).rejects.toThrow(/^MINIMUM_FREE_BYTES is not set/);
  });
});

describe('after a step', () => {
  test('a member has time to get well and to catch up', async () => {
    cluster.afterwards = member => {
      cluster.members.forEach(other => { other.revision++; });
      member.revision -= 5;
      member.answer = no(14, 'etcdserver: not now', 503);
      setTimeout(() => { member.answer = undefined; }, 20);
      setTimeout(() => { member.revision += 5; }, 40);
    };
    await defragmentAt(PACE, cluster.env);
    expect(cluster.done).toHaveLength(4);
  });

  test('all members may be away for a moment', async () => {
    cluster.afterwards = () => {
      cluster.members.forEach(other => { other.answer = 'the end'; });
      setTimeout(() => cluster.members.forEach(other => { other.answer = undefined; }), 20);
    };
    await defragmentAt(PACE, cluster.env);
    expect(cluster.done).toHaveLength(4);
  });

  test('nothing more is done where one stays ill', async () => {
    cluster.afterwards = member => { member.answer = 'the end'; };
    await expect(defragmentAt({ ...PACE, recovery: 30 }, cluster.env)).rejects.toThrow(/^etcd-1 is not healthy: .*; nothing more is done$/);
    expect(cluster.done).toEqual(['defragment 2']);
  });

  test('nothing more is done where all stay away', async () => {
    cluster.afterwards = () => cluster.members.forEach(other => { other.answer = 'the end'; });
    await expect(defragmentAt({ ...PACE, recovery: 30 }, cluster.env)).rejects.toThrow(/^no member says who the members are/);
    expect(cluster.done).toEqual(['defragment 2']);
  });

  test('nothing more is done where one was not rewritten', async () => {
    cluster.refused = '/v3/maintenance/defragment';
    await expect(defragmentAt(PACE, cluster.env)).rejects.toThrow(/^etcd-1 could not defragment: etcdserver: not now; nothing more is done$/);
    expect(cluster.done).toEqual([]);
  });
});
