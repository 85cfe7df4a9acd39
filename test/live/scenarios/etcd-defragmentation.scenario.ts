import { App, Chart, Cron, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdAuth, EtcdCluster, EtcdDefragmentation, EtcdVersion } from 'cdk8s-stateful';
import { activateAlarm, healthy, leaderAmong } from './etcd';
import { ended } from './jobs';
import { secret } from './pods';
import { writesDuring } from './write-load';
import { hasCondition } from '../control-plane/objects';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];
const MIB = 1024 * 1024;
const PASSWORD = 'correct-horse-battery-staple';

/** A cluster that is defragmented where that gives back 20 MiB. */
function etcd(release: string, withUsers = false): Chart {
  const chart = new Chart(new App(), 'chart');
  new EtcdCluster(chart, 'etcd', {
    version: EtcdVersion.of(release),
    storage: Size.gibibytes(1),
    defragmentation: EtcdDefragmentation.scheduled(Cron.daily(), { minimumFree: Size.mebibytes(20) }),
    auth: withUsers ? EtcdAuth.rootPassword(kplus.Secret.fromSecretName(chart, 'Root', 'root')) : undefined,
  });
  return chart;
}

/** The lines that the program has logged. */
function linesIn(log: string): any[] {
  return log.trimEnd().split('\n').map(line => JSON.parse(line));
}

/** What was done, and to whom. */
function stepsIn(log: string): string[] {
  return linesIn(log).filter(({ event }) => ['leave alone', 'defragment', 'hand over'].includes(event))
    .map(({ event, member, to }) => to === undefined ? `${event} ${member}` : `${event} ${member} to ${to}`);
}

for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  story('the defragmentation of an EtcdCluster', { etcd: [release] }, ({ cluster, faults, step, processStep }) => {
    let user: string[] = [];
    const etcdctl = async (pod: string, ...args: string[]) => {
      const { exitCode, stdout, stderr } = await cluster.exec(pod, ['/usr/local/bin/etcdctl', '--command-timeout=30s', ...user, ...args]);
      expect([exitCode, stderr]).toEqual([0, expect.anything()]);
      return stdout;
    };
    const statusOf = async (pod: string) => JSON.parse(await etcdctl(pod, 'endpoint', 'status', '--write-out', 'json'))[0].Status;
    const sizes = async () => Promise.all(MEMBERS.map(async pod => (await statusOf(pod)).dbSize as number));

    /** Makes databases with 40 MiB in them that are at least 30 MiB larger. */
    const fill = async () => {
      for (const key of Array.from({ length: 40 }, (_, round) => [`kept/${round}`, 'overwritten']).flat()) {
        // a busy disk answers later than etcdctl waits.
        await cluster.eventually(`${key} is written`, async () => {
          const { exitCode, stderr } = await cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', ...user, 'put', key], { input: 'x'.repeat(MIB) });
          expect([exitCode, stderr]).toEqual([0, expect.anything()]);
        });
      }
      await etcdctl('etcd-0', 'compact', '--physical', String((await statusOf('etcd-0')).header.revision));
      await cluster.eventually('every member has compacted its database', async () => {
        // pages are free only once there is another write.
        await etcdctl('etcd-0', 'del', 'nothing');
        await etcdctl('etcd-0', 'put', 'small', 'x');
        for (const pod of MEMBERS) {
          const { dbSize, dbSizeInUse } = await statusOf(pod);
          expect(dbSize - dbSizeInUse).toBeGreaterThan(30 * MIB);
        }
      });
    };

    step('leaves members alone that have nothing to give back', async () => {
      await cluster.apply(etcd(release));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      const { exitCode, stdout } = await cluster.runCronJob('etcd-defragment');
      expect(exitCode).toBe(0);
      expect(stepsIn(stdout).sort()).toEqual(MEMBERS.map(member => `leave alone ${member}`));
    });

    processStep('does nothing, and says why, while a member does not answer', async () => {
      await fill();
      await faults.cutLink('etcd-1');
      const { exitCode, stdout } = await cluster.runCronJob('etcd-defragment');
      await faults.mendLink('etcd-1');
      expect(exitCode).not.toBe(0);
      expect(stepsIn(stdout)).toEqual([]);
      expect(linesIn(stdout).at(-1)).toMatchObject({ event: 'failed', reason: expect.stringMatching(/^etcd-1 is not healthy: .* does not answer/) });
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
    });

    step('takes the followers first, has the lead handed over, and loses no write meanwhile', async () => {
      await fill();
      const leader = await leaderAmong(cluster, MEMBERS);
      const before = await sizes();
      let log = '';
      const load = await writesDuring(cluster, 'http://etcd-client:2379', async () => {
        const { exitCode, stdout } = await cluster.runCronJob('etcd-defragment');
        log = stdout;
        expect(exitCode).toBe(0);
      });
      console.log(`etcd ${release}, defragmentation: ${JSON.stringify(load)}\n${log}`);
      expect(load).toMatchObject({ lost: 0, acknowledged: expect.any(Number) });
      expect(load.acknowledged).toBeGreaterThan(0);
      const [first, second, ...rest] = stepsIn(log);
      expect([first, second].sort()).toEqual(MEMBERS.filter(member => member !== leader).map(member => `defragment ${member}`));
      expect(rest).toEqual([expect.stringMatching(`^hand over ${leader} to etcd-.$`), `defragment ${leader}`]);
      for (const [member, size] of (await sizes()).entries()) {
        expect(size).toBeLessThan(before[member] - 20 * MIB);
      }
      expect(await leaderAmong(cluster, MEMBERS)).not.toBe(leader);
    });

    step('works where etcd is out of space, and says that the alarm stays', async () => {
      await fill();
      await activateAlarm(cluster);
      const { exitCode, stdout } = await cluster.runCronJob('etcd-defragment');
      expect([exitCode, stepsIn(stdout)]).toEqual([0, expect.arrayContaining(MEMBERS.map(member => `defragment ${member}`))]);
      expect(linesIn(stdout).at(-1).reason).toContain('etcdctl alarm disarm');
      await etcdctl('etcd-0', 'alarm', 'disarm');
      await cluster.ready('etcd');
    });

    step('works with users and roles, as root', async () => {
      await cluster.apply([secret('root', { password: PASSWORD })]);
      await cluster.apply(etcd(release, true));
      const [{ metadata: { name } }] = (await cluster.list('Job')).filter(({ metadata }) => metadata.name.startsWith('etcd-auth-'));
      expect(hasCondition(await ended(cluster, name), 'Complete')).toBe(true);
      // the members' agents learn of root by a rolling restart.
      await cluster.rolledOut('etcd');
      user = [`--user=root:${PASSWORD}`];
      await fill();
      const { exitCode, stdout } = await cluster.runCronJob('etcd-defragment');
      expect([exitCode, stepsIn(stdout)]).toEqual([0, expect.arrayContaining(MEMBERS.map(member => `defragment ${member}`))]);
      expect(stdout).not.toContain(PASSWORD);
    });
  });
}
