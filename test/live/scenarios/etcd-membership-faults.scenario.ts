import { setTimeout as sleep } from 'node:timers/promises';
import { EtcdVersion } from 'cdk8s-stateful';
import { etcdctl } from './etcd';
import { dataOf, decisionsOf, idsOf, managedEtcd, namesTo, settled, wipe, writeData } from './membership';
import { containerOf } from './pods';
import { stateOf } from '../rollout-status';
import { story } from '../story';

const RELEASE = '3.6.14';

story('EtcdCluster whose agents are disturbed', { etcd: [RELEASE] }, ({ cluster, faults, step, processStep }) => {
  const chart = (replicas: number) => managedEtcd({ version: EtcdVersion.of(RELEASE), replicas });
  const gone = (count: number) => cluster.eventually(`there are ${count} pods`, async () => expect(await cluster.pods('etcd')).toHaveLength(count));
  const sameMembers = async (act: () => Promise<unknown>) => {
    const before = await idsOf(cluster);
    await act();
    await settled(cluster, Object.keys(before).length);
    expect(await idsOf(cluster)).toEqual(before);
  };
  const restartsOf = async (pod: string, container: string) => containerOf(await cluster.get('Pod', pod), container).restartCount;

  step('forms a cluster', async () => {
    await cluster.apply(chart(5));
    await settled(cluster, 5);
    await writeData(cluster, 'all');
  });

  step('keeps a member whose pod is evicted, as when a node is drained', async () => {
    await sameMembers(async () => {
      expect(await cluster.evict('etcd-1')).toBe(true);
      await sleep(1000);
    });
  });

  processStep('goes on when the agent of a pod is killed, then etcd, and then both the other way round', async () => {
    await sameMembers(async () => {
      for (const container of ['agent', 'etcd', 'etcd', 'agent']) {
        await cluster.eventually(`${container} runs`, async () => faults.kill('etcd-2', container));
        await sleep(300);
      }
    });
    expect([await restartsOf('etcd-2', 'etcd'), await restartsOf('etcd-2', 'agent')]).toEqual([2, 2]);
  });

  processStep('leaves when the API server answers again soon', async () => {
    await faults.cutApi();
    await cluster.scale('etcd', 4);
    await sleep(2000);
    expect(Object.keys(await idsOf(cluster)).sort()).toEqual(namesTo(5));
    await faults.mendApi();
    await gone(4);
    expect(Object.keys(await idsOf(cluster)).sort()).toEqual(namesTo(4));
    await cluster.scale('etcd', 5);
    await settled(cluster, 5);
  });

  processStep('removes no member while the API server cannot be reached, and does so afterwards', async () => {
    await faults.cutApi();
    await cluster.scale('etcd', 3);
    await Promise.all(['etcd-3', 'etcd-4'].map(pod => cluster.delete('Pod', pod, { gracePeriodSeconds: 0 })));
    await gone(3);
    await sleep(2000);
    expect(Object.keys(await idsOf(cluster)).sort()).toEqual(namesTo(5));
    await etcdctl(cluster, 'etcd-0', 'put', 'without', 'the API server');
    await faults.mendApi();
    await settled(cluster, 3);
  });

  processStep('starts members that are known while the API server cannot be reached', async () => {
    await sameMembers(async () => {
      await faults.cutApi();
      await cluster.deletePod('etcd-0', { gracePeriodSeconds: 0 });
      await cluster.ready('etcd');
      await faults.mendApi();
    });
  });

  processStep('joins after its join was killed', async () => {
    await faults.cutApi();
    await wipe(cluster, 'etcd-2');
    await cluster.eventually('it waits for the API server', async () => {
      expect(containerOf(await cluster.get('Pod', 'etcd-2'), 'join').state.running).toBeDefined();
      expect(await decisionsOf(cluster, 'etcd-2')).toMatch(/API/);
    });
    await faults.kill('etcd-2', 'join');
    await faults.mendApi();
    await settled(cluster, 3);
    expect(await restartsOf('etcd-2', 'join')).toBeGreaterThan(0);
  });

  step('removes a member that was killed while it left', async () => {
    await cluster.scale('etcd', 5);
    await settled(cluster, 5);
    await cluster.scale('etcd', 3);
    await Promise.all(['etcd-3', 'etcd-4'].map(pod => cluster.delete('Pod', pod, { gracePeriodSeconds: 0 })));
    await settled(cluster, 3);
  });

  step('keeps its members when the StatefulSet is deleted and comes back', async () => {
    await sameMembers(async () => {
      await cluster.delete('StatefulSet', 'etcd');
      await cluster.eventually('all pods are gone', async () => expect((await cluster.list('Pod')).map(stateOf)).toEqual([]));
      await cluster.apply(chart(3));
    });
  });

  step('keeps its members when it is scaled to none and back', async () => {
    await sameMembers(async () => {
      await cluster.scale('etcd', 0);
      await gone(0);
      await cluster.scale('etcd', 3);
      await cluster.ready('etcd');
    });
  });

  processStep('takes those that were removed in again, also when nobody could tell them in time', async () => {
    await cluster.scale('etcd', 0);
    await gone(0);
    await faults.cutApi();
    // two of these have the data of members that left before; nobody answers, so all of them start.
    await cluster.scale('etcd', 5);
    await cluster.eventually('three are ready', async () => expect((await cluster.get('StatefulSet', 'etcd')).status.readyReplicas).toBe(3));
    await faults.mendApi();
    await settled(cluster, 5);
    await cluster.scale('etcd', 3);
    await settled(cluster, 3);
  });

  processStep('halts when it was scaled to one and nobody could leave, and goes on when it is scaled back', async () => {
    await sameMembers(async () => {
      await faults.cutApi();
      await cluster.scale('etcd', 1);
      await Promise.all(['etcd-1', 'etcd-2'].map(pod => cluster.delete('Pod', pod, { gracePeriodSeconds: 0 })));
      await gone(1);
      await faults.mendApi();
      await cluster.eventually('it says why', async () => {
        expect(await decisionsOf(cluster, 'etcd-0', 'agent')).toMatch(/no member can speak for a majority; members have no pod, etcd-1, etcd-2: scale out again"}$/m);
      });
      await cluster.scale('etcd', 3);
      await cluster.ready('etcd');
    });
  });

  step('changes its mind as often as people do', async () => {
    for (const replicas of [7, 2, 5, 1, 4]) {
      await cluster.scale('etcd', replicas);
      await sleep(700);
    }
    await settled(cluster, 4);
    await cluster.scale('etcd', 3);
    await settled(cluster, 3);
    expect(await dataOf(cluster, namesTo(3))).toEqual([100, 100, 100]);
  });

  step('has agents that take little', async () => {
    const read = async (file: string) => (await cluster.exec('etcd-0', ['cat', file], { container: 'agent' })).stdout;
    const ticks = async () => (await read('/proc/1/stat')).split(' ').slice(13, 15).reduce((sum, text) => sum + Number(text), 0);
    await sleep(2000);
    const before = await ticks();
    await sleep(10_000);
    const percent = (await ticks() - before) / 10;
    const [, kilobytes] = /VmRSS:\s*(\d+) kB/.exec(await read('/proc/1/status'))!;
    const { data } = await cluster.get('ConfigMap', 'etcd-agent');
    const bundle = data['join.mjs'].length + data['serve.mjs'].length;
    const { startedAt, finishedAt } = containerOf(await cluster.get('Pod', 'etcd-0'), 'join').state.terminated;
    console.log([
      `the agent of a member: ${(Number(kilobytes) / 1024).toFixed(0)} MiB of memory, ${percent.toFixed(1)} % of a processor at rest`,
      `${(bundle / 1024).toFixed(1)} KB, decided in ${(Date.parse(finishedAt) - Date.parse(startedAt)) / 1000} s`,
    ].join(', '));
    expect(Number(kilobytes)).toBeLessThan(100 * 1024);
    expect(percent).toBeLessThan(5);
  });
});
