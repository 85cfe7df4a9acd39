import { EtcdVersion } from 'cdk8s-stateful';
import { Fault, faultsOf } from './chaos';
import { Chaos, patienceFor } from './chaos-run';
import { HistoryLoad } from './history-load';
import { managedEtcd, settled } from './membership';
import { story } from '../story';

/** How many faults there are, and in which order: `CHAOS_SEED=7 npm run test:chaos`. */
const { CHAOS_SEED, CHAOS_FAULTS = '40', CHAOS_ETCD = '3.6.14' } = process.env;
const COUNT = Number(CHAOS_FAULTS);

/**
 * Seeds that found something once, with as many faults as it took:
 * a learner that never started, since who it was to join had changed before it did.
 */
const FOUND: readonly (readonly [seed: number, count: number])[] = [[2, 28]];

/** So many faults of a known seed take a moment; more are for those who have asked for a long run. */
const SHORT = 10;
const isLong = COUNT > 40;

/** So many faults are one step, and each of them may be one after which all must be well again. */
const FAULTS_OF_STEP = 5;
const STEP = { seconds: FAULTS_OF_STEP * (patienceFor(7) + 20) };

const SEEDS = CHAOS_SEED === undefined
  ? [...FOUND.filter(([, count]) => isLong || count <= SHORT), [Date.now() % 1_000_000, COUNT] as const]
  : [[Number(CHAOS_SEED), COUNT] as const];

for (const [seed, count] of SEEDS) {
  story(`EtcdCluster in chaos, seed ${seed}`, { etcd: [CHAOS_ETCD] }, ({ cluster, faults, step, processStep }) => {
    const all = faultsOf(seed, count);
    let load: HistoryLoad;
    let chaos: Chaos;

    step('forms a cluster that several clients use', async () => {
      await cluster.apply(managedEtcd({ version: EtcdVersion.of(CHAOS_ETCD) }));
      await settled(cluster, 3);
      load = await HistoryLoad.start(cluster, 'etcd');
      chaos = new Chaos(cluster, faults);
    });

    for (let first = 0; first < all.length; first += FAULTS_OF_STEP) {
      const part: Fault[] = all.slice(first, first + FAULTS_OF_STEP);
      processStep(`mends itself after faults ${first + 1} to ${first + part.length}`, () => chaos.carryOut(part), STEP);
    }

    step('has lost nothing, and was one cluster all the time', async () => {
      const summary = await load.end();
      console.log(`seed ${seed}, ${count} faults: ${JSON.stringify(summary)}`);
      expect(summary.acknowledged).toBeGreaterThan(0);
    });
  });
}
