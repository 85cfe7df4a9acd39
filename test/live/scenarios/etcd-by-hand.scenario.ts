import { etcdByHand, etcdctl, healthy, membersOf, read } from './etcd';
import { linesOf, podOf, shell } from './pods';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];

story('examples/etcd-by-hand', { etcd: ['3.6.14'] }, ({ cluster, faults, step, processStep }) => {
  const addressesOf = async () => (await cluster.pods('etcd')).map(({ status }) => status.podIP);

  step('three members form one cluster within five seconds of the start of their pods', async () => {
    await cluster.apply(etcdByHand());
    await cluster.eventually('all containers run', async () => {
      const running = (await cluster.pods('etcd')).filter(({ status }) => status.containerStatuses?.[0].state.running);
      expect(running.map(({ metadata }) => metadata.name)).toEqual(MEMBERS);
    });
    await healthy(cluster, MEMBERS, 5);
    for (const member of MEMBERS) {
      expect(await membersOf(cluster, member)).toEqual(MEMBERS);
    }
    await cluster.ready('etcd');
  });

  step('a value written through one is read through another', async () => {
    await etcdctl(cluster, 'etcd-0', 'put', 'greeting', 'hello');
    expect(await read(cluster, 'etcd-2', 'greeting')).toBe('hello');
  });

  step('the image has no shell', async () => {
    const { exitCode, stdout, stderr } = await cluster.exec('etcd-0', ['/bin/sh', '-c', 'true']);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(/no such file or directory/);
  });

  step('the root file system is read-only', async () => {
    await expect(etcdctl(cluster, 'etcd-0', 'snapshot', 'save', '/snapshot.db')).rejects.toThrow(/read-only file system/);
  });

  step('members run as user and group 65532, to whom their data belongs', async () => {
    const data = { name: 'data', mountPath: '/data', readOnly: true };
    const inspector = podOf('inspector', shell('stat -c %u:%g /data/default.etcd/member', { volumeMounts: [data] }), {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-etcd-0' } }],
    });
    expect(await linesOf(cluster, inspector)).toEqual(['65532:65532']);
    await cluster.deletePod('inspector');
  });

  for (const member of MEMBERS) {
    step(`${member} comes back with a new address and its data after it was deleted`, async () => {
      const { status: { podIP } } = await cluster.get('Pod', member);
      await cluster.deletePod(member);
      await cluster.ready('etcd');
      expect((await cluster.get('Pod', member)).status.podIP).not.toBe(podIP);
      expect(await etcdctl(cluster, member, 'get', 'greeting', '--print-value-only', '--consistency', 's')).toBe('hello');
    });
  }

  step('all data is there after every pod was deleted at once', async () => {
    await Promise.all(MEMBERS.map(member => cluster.deletePod(member, { gracePeriodSeconds: 0 })));
    await cluster.ready('etcd');
    expect(await read(cluster, 'etcd-1', 'greeting')).toBe('hello');
  });

  processStep('all data is there after the power failed', async () => {
    const before = await addressesOf();
    await faults.powerOff();
    await faults.powerOn();
    await healthy(cluster, MEMBERS);
    expect(await read(cluster, 'etcd-1', 'greeting')).toBe('hello');
    expect((await addressesOf()).filter(address => before.includes(address))).toEqual([]);
  });
});
