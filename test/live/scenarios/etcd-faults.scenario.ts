import { etcdByHand, etcdctl, healthy, leaderAmong, read } from './etcd';
import { hasCondition } from '../control-plane/objects';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];

story('etcd under faults', { etcd: ['3.6.14'] }, ({ cluster, faults, step, processStep }) => {
  step('forms a cluster', async () => {
    await cluster.apply(etcdByHand());
    await cluster.ready('etcd');
    await healthy(cluster, MEMBERS);
  });

  processStep('a member whose process was killed comes back in the same pod', async () => {
    const { metadata: { uid } } = await cluster.get('Pod', 'etcd-1');
    await faults.kill('etcd-1');
    await cluster.eventually('it was restarted', async () => {
      const { metadata, status } = await cluster.get('Pod', 'etcd-1');
      expect([metadata.uid, status.containerStatuses[0].restartCount]).toEqual([uid, 1]);
    });
    await cluster.ready('etcd');
  });

  processStep('the others choose a new leader while the link of the old one is cut, and lose nothing', async () => {
    const leader = await leaderAmong(cluster, MEMBERS);
    const others = MEMBERS.filter(member => member !== leader);
    await etcdctl(cluster, leader, 'put', 'before', 'the cut');
    await faults.cutLink(leader);
    await cluster.eventually('the others have a leader', async () => expect(others).toContain(await leaderAmong(cluster, others)));
    await etcdctl(cluster, others[0], 'put', 'during', 'the cut');
    await expect(etcdctl(cluster, leader, 'get', 'before', '--command-timeout', '1s')).rejects.toThrow(/deadline exceeded/);
    await faults.mendLink(leader);
    await healthy(cluster, MEMBERS);
    expect(await read(cluster, leader, 'during')).toBe('the cut');
    expect(await read(cluster, leader, 'before')).toBe('the cut');
  });

  processStep('a member that cannot see the others is not ready, and is not killed for it', async () => {
    await faults.cutLink('etcd-2');
    await cluster.eventually('it is not ready', async () => expect(hasCondition(await cluster.get('Pod', 'etcd-2'), 'Ready')).toBe(false));
    const restarts = async () => (await cluster.get('Pod', 'etcd-2')).status.containerStatuses[0].restartCount;
    const before = await restarts();
    await faults.mendLink('etcd-2');
    await cluster.ready('etcd');
    expect(await restarts()).toBe(before);
  });

  processStep('a member whose disk is full stops, and goes on when there is room again', async () => {
    await faults.fillDisk('data-etcd-0');
    await cluster.eventually('it cannot write', async () => {
      await etcdctl(cluster, 'etcd-1', 'put', 'filler', 'x'.repeat(100_000));
      expect(hasCondition(await cluster.get('Pod', 'etcd-0'), 'Ready')).toBe(false);
    });
    await etcdctl(cluster, 'etcd-1', 'put', 'without', 'the third');
    await faults.freeDisk('data-etcd-0');
    await cluster.ready('etcd');
    expect(await read(cluster, 'etcd-0', 'without')).toBe('the third');
  });
});
