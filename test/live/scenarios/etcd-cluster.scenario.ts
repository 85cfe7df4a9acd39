import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart, Size } from 'cdk8s';
import { EtcdCluster, EtcdClusterProps, EtcdVersion, Rollout } from 'cdk8s-stateful';
import { healthy, leaderAmong, membersOf } from './etcd';
import { writesDuring } from './write-load';
import { KubeObject } from '../control-plane/objects';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];

/** An EtcdCluster as a chart, with disks that a test machine has many of. */
function etcd(props: EtcdClusterProps): Chart {
  const chart = new Chart(new App(), 'chart');
  new EtcdCluster(chart, 'etcd', { storage: Size.gibibytes(1), ...props });
  return chart;
}

for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  story('EtcdCluster', { etcd: [release] }, ({ cluster, faults, step, processStep }) => {
    const version = EtcdVersion.of(release);
    const url = 'http://etcd-client:2379';
    const replaced = async () => (await cluster.pods('etcd')).map(({ metadata }: KubeObject) => metadata.uid);
    const during = async (what: string, act: () => Promise<unknown>) => {
      const result = await writesDuring(cluster, url, act);
      console.log(`etcd ${release}, ${what}: ${JSON.stringify(result)}`);
      expect(result.lost).toBe(0);
      expect(result.acknowledged).toBeGreaterThan(0);
      return result;
    };

    step('forms a cluster within five seconds of the start of its pods', async () => {
      await cluster.apply(etcd({ version }));
      await cluster.eventually('all containers run', async () => {
        const running = (await cluster.pods('etcd')).filter(({ status }) => status.containerStatuses?.[0].state.running);
        expect(running.map(({ metadata }) => metadata.name)).toEqual(MEMBERS);
      });
      await healthy(cluster, MEMBERS, 5);
      expect(await membersOf(cluster, 'etcd-1')).toEqual(MEMBERS);
      await cluster.ready('etcd');
    });

    // upstream's images have had none only since 3.4.24 and 3.5.7.
    processStep('needs no shell: its image has none', async () => {
      const { exitCode, stdout, stderr } = await cluster.exec('etcd-0', ['/bin/sh', '-c', 'true']);
      expect(exitCode).not.toBe(0);
      expect(stdout + stderr).toMatch(/no such file or directory/);
    });

    step('takes at least a hundred writes a second', async () => {
      const { failed, perSecond } = await during('undisturbed', () => sleep(3000));
      expect(failed).toBe(0);
      expect(perSecond).toBeGreaterThanOrEqual(100);
    });

    step('loses nothing that was acknowledged while it is restarted one partition at a time', async () => {
      const before = await replaced();
      await during('rolling restart', async () => {
        for (const partition of [2, 1, 0]) {
          await cluster.apply(etcd({ version, rollout: Rollout.partition(partition), snapshotCount: 5000 }));
          await cluster.rolledOut('etcd');
        }
      });
      expect((await replaced()).filter(uid => before.includes(uid))).toEqual([]);
    });

    step('loses nothing when each member is deleted in turn', async () => {
      await during('each pod deleted', async () => {
        for (const member of MEMBERS) {
          await cluster.deletePod(member);
          await cluster.ready('etcd');
        }
      });
    });

    processStep('loses nothing when each member is killed in turn', async () => {
      await during('each member killed', async () => {
        for (const member of MEMBERS) {
          await faults.kill(member);
          await sleep(300);
          await cluster.ready('etcd');
        }
      });
    });

    processStep('loses nothing when the leader is cut off for five seconds', async () => {
      await during('the leader cut off', async () => {
        const leader = await leaderAmong(cluster, MEMBERS);
        await faults.cutLink(leader);
        await sleep(5000);
        await faults.mendLink(leader);
        await cluster.ready('etcd');
      });
    });

    step('loses nothing when all members stop and start at once', async () => {
      await during('all pods deleted', async () => {
        await Promise.all(MEMBERS.map(member => cluster.deletePod(member, { gracePeriodSeconds: 0 })));
        await cluster.ready('etcd');
      });
    });
  });
}
