import { ApiObject, App, Chart, JsonPatch, Size } from 'cdk8s';
import { EtcdCluster, EtcdClusterProps, EtcdVersion, Rollout } from 'cdk8s-stateful';
import { etcdctl, healthy, read } from './etcd';
import { BUSYBOX } from './pods';
import { writesDuring } from './write-load';
import { Cluster } from '../cluster';
import { story } from '../story';

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];
const SURVIVORS = MEMBERS.slice(0, 2);
const CLIENT_URL = 'http://etcd-client:2379';

const OLD = '3.4.23';
const MIDDLE = '3.5.35';
const NEW = '3.6.14';

/** What 3.6 says to requests of the second API in its log, as those of `/health` of 3.4. */
const REFUSAL = 'panic: detected disallowed v2 WAL for stage --v2-deprecation=write-only';

/** Only the last member. */
const LAST = Rollout.partition(2);

/** An EtcdCluster as a chart, with disks that a test machine has many of. */
function etcd(release: string, props: EtcdClusterProps = {}): Chart {
  const chart = new Chart(new App(), 'chart');
  new EtcdCluster(chart, 'etcd', { version: EtcdVersion.of(release), storage: Size.gibibytes(1), ...props });
  return chart;
}

/** The same with a readiness probe that writes nothing to the log, as that of later releases of 3.4. */
function probedInSilence(release: string): Chart {
  const chart = etcd(release);
  const { app } = chart.node.findChild('etcd') as EtcdCluster;
  ApiObject.of(app).addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/readinessProbe', { tcpSocket: { port: 2381 } }));
  return chart;
}

/** The release that each of some members runs, as it says itself. */
async function releasesOf(cluster: Cluster, pods: readonly string[] = MEMBERS): Promise<string[]> {
  return Promise.all(pods.map(async (pod) => {
    const [{ Status: { version } }] = JSON.parse(await etcdctl(cluster, pod, 'endpoint', 'status', '--write-out', 'json'));
    return version;
  }));
}

/** Waits until the members have agreed on a minor version, which the leader looks after every four seconds. */
async function agreedOn(cluster: Cluster, minor: string): Promise<void> {
  await cluster.eventually(`the version of the cluster is ${minor}`, async () => {
    const { stdout } = await cluster.run({ image: BUSYBOX, command: ['wget', '-qO-', `${CLIENT_URL}/version`] });
    expect(JSON.parse(stdout).etcdcluster).toBe(`${minor}.0`);
  });
}

async function forms(cluster: Cluster, chart: Chart, minor: string): Promise<void> {
  await cluster.apply(chart);
  await cluster.ready('etcd');
  await healthy(cluster, MEMBERS);
  expect(await etcdctl(cluster, 'etcd-0', 'alarm', 'list')).toBe('');
  await agreedOn(cluster, minor);
}

/** Waits until all members run a release: on the way back, `kubectl rollout status` is done before it began, since the others never left. */
async function allRun(cluster: Cluster, release: string): Promise<void> {
  await cluster.eventually(`all members run ${release}`, async () => expect(await releasesOf(cluster)).toEqual(MEMBERS.map(() => release)));
  await cluster.ready('etcd');
  await healthy(cluster, MEMBERS);
}

/** How many keys of the load a member has itself, now or at a revision. */
async function keysAt(cluster: Cluster, pod: string, revision = 0): Promise<{ count: number; revision: number }> {
  const { header, count = 0 } = JSON.parse(await etcdctl(cluster, pod, 'get', 'load/', '--prefix', '--keys-only', '--limit', '1', '--consistency', 's',
    '--rev', String(revision), '--write-out', 'json'));
  return { count, revision: header.revision };
}

/** What `etcdutl check v2store` says of each member. */
async function checked(cluster: Cluster): Promise<string[]> {
  return Promise.all(MEMBERS.map(async (pod) => {
    const { stdout, stderr } = await cluster.exec(pod, ['/usr/local/bin/etcdutl', 'check', 'v2store', '--data-dir', '/var/lib/etcd/data']);
    return (stdout + stderr).trim();
  }));
}

/** Waits until a member was started again after it had ended with some last words, which are shown. */
async function endsWith(cluster: Cluster, pod: string, words: string): Promise<void> {
  const line = await cluster.eventually(`${pod} says '${words}'`, async () => {
    const { metadata, status } = await cluster.get('Pod', pod);
    expect([metadata.deletionTimestamp, status.containerStatuses[0].restartCount > 0]).toEqual([undefined, true]);
    return theLine(await cluster.logs(pod, { previous: true }), words);
  });
  console.log(`${pod}: ${line.slice(0, 300)}`);
}

function theLine(log: string, words: string): string {
  const line = log.split('\n').find(candidate => candidate.includes(words));
  if (line === undefined) {
    throw new Error(`no line of its log has it: ${log.slice(-500)}`);
  }
  return line;
}

/** Writes while something is done, as often as a story asks, and knows in the end what must be there. */
function loadOn(cluster: Cluster) {
  const phases: { readonly count: number; readonly revision: number }[] = [];
  return {
    async during(what: string, act: () => Promise<unknown>) {
      // the writer begins with the same keys each time: those of an earlier phase must not stand for what is lost now. They stay in the history.
      await etcdctl(cluster, 'etcd-0', 'del', 'load/', '--prefix');
      const result = await writesDuring(cluster, CLIENT_URL, act);
      console.log(`etcd, ${what}: ${JSON.stringify(result)}`);
      expect(result.lost).toBe(0);
      expect(result.acknowledged).toBeGreaterThan(0);
      await etcdctl(cluster, 'etcd-0', 'put', 'phase', what);
      const phase = await keysAt(cluster, 'etcd-0');
      expect(phase.count).toBeGreaterThanOrEqual(result.acknowledged);
      phases.push(phase);
    },

    /** Every member has every key of every phase, and the same history. */
    async isEverywhere() {
      await etcdctl(cluster, 'etcd-0', 'put', 'phase', 'end');
      for (const pod of MEMBERS) {
        expect(await read(cluster, pod, 'phase')).toBe('end');
        for (const { count, revision } of phases) {
          expect((await keysAt(cluster, pod, revision)).count).toBe(count);
        }
      }
      const hashes = JSON.parse(await etcdctl(cluster, 'etcd-0', 'endpoint', 'hashkv', '--cluster', '--write-out', 'json'));
      expect(hashes).toHaveLength(MEMBERS.length);
      expect(new Set(hashes.map(({ HashKV: { hash } }: any) => hash)).size).toBe(1);
    },
  };
}

story('EtcdCluster, upgraded', { etcd: [OLD, MIDDLE, NEW] }, ({ cluster, step }) => {
  const { during, isEverywhere } = loadOn(cluster);

  /** One step as docs/etcd/upgrade.md tells it. */
  const reaches = async (partition: number, from: string, to: string) => {
    await cluster.apply(etcd(to, { rollout: Rollout.partition(partition) }));
    await cluster.rolledOut('etcd');
    await healthy(cluster, MEMBERS);
    expect(await releasesOf(cluster)).toEqual(MEMBERS.map((_, ordinal) => ordinal < partition ? from : to));
  };

  step(`${OLD} forms a cluster`, async () => forms(cluster, etcd(OLD), '3.4'));

  step(`a member that has ${MIDDLE} goes back`, async () => {
    await during(`${OLD} to ${MIDDLE} and back at partition 2`, async () => {
      await reaches(2, OLD, MIDDLE);
      await cluster.apply(etcd(OLD, { rollout: LAST }));
      await allRun(cluster, OLD);
    });
  });

  step(`goes from ${OLD} to ${MIDDLE}, one partition at a time, and loses nothing`, async () => {
    await during(`${OLD} to ${MIDDLE}`, async () => {
      for (const partition of [2, 1, 0]) {
        await reaches(partition, OLD, MIDDLE);
      }
    });
    await agreedOn(cluster, '3.5');
  });

  step(`still has in its log what ${NEW} refuses`, async () => {
    expect(await checked(cluster)).toEqual(MEMBERS.map(() => expect.stringContaining('Error: detected custom v2 content in WAL records')));
  });

  step(`a member that is given ${NEW} now does not start, and the others go on`, async () => {
    await during(`${MIDDLE} to ${NEW} at partition 2 before the mend`, async () => {
      await cluster.apply(etcd(NEW, { rollout: LAST }));
      await endsWith(cluster, 'etcd-2', REFUSAL);
      await healthy(cluster, SURVIVORS);
    });
  });

  step('is mended by a snapshot of each member', async () => {
    await cluster.apply(etcd(MIDDLE, { snapshotCount: 10 }));
    await allRun(cluster, MIDDLE);
    await cluster.rolledOut('etcd');
    for (let i = 0; i < 12; i++) {
      await etcdctl(cluster, 'etcd-0', 'put', 'upgrade', String(i));
    }
    await cluster.eventually('the log of each member is clean', async () =>
      expect(await checked(cluster)).toEqual(MEMBERS.map(() => 'No custom content found in both v2store and WAL records.')));
  });

  step(`two members that have ${NEW} go back`, async () => {
    await during(`${MIDDLE} to ${NEW} and back at partition 1`, async () => {
      await reaches(1, MIDDLE, NEW);
      await cluster.apply(etcd(MIDDLE));
      await allRun(cluster, MIDDLE);
    });
  });

  step(`goes from ${MIDDLE} to ${NEW}, one partition at a time, and loses nothing`, async () => {
    await during(`${MIDDLE} to ${NEW}`, async () => {
      for (const partition of [2, 1, 0]) {
        await reaches(partition, MIDDLE, NEW);
      }
    });
  });

  step('is of 3.6 in the end, and every member has all that was written on the way', async () => {
    await agreedOn(cluster, '3.6');
    await isEverywhere();
  });
});

story('EtcdCluster, a minor version skipped', { etcd: [OLD, NEW] }, ({ cluster, step }) => {
  const { during, isEverywhere } = loadOn(cluster);

  step(`${OLD} forms a cluster`, async () => forms(cluster, etcd(OLD), '3.4'));

  step(`the member that is given ${NEW} does not start, and the others go on`, async () => {
    await during(`${OLD} to ${NEW} at partition 2`, async () => {
      await cluster.apply(etcd(NEW, { rollout: LAST }));
      await endsWith(cluster, 'etcd-2', REFUSAL);
      await healthy(cluster, SURVIVORS);
      expect(await releasesOf(cluster, SURVIVORS)).toEqual([OLD, OLD]);
    });
  });

  step(`${OLD} heals it, and nothing is lost`, async () => {
    await during(`back to ${OLD}`, async () => {
      await cluster.apply(etcd(OLD));
      await allRun(cluster, OLD);
    });
    await isEverywhere();
  });
});

story('EtcdCluster, a fatal skip', { etcd: [OLD, MIDDLE, NEW] }, ({ cluster, step }) => {
  const { during, isEverywhere } = loadOn(cluster);

  step(`${OLD} forms a cluster, and has nothing in its log that ${NEW} refuses`, async () => forms(cluster, probedInSilence(OLD), '3.4'));

  const lastIs = (release: string) => cluster.eventually(`etcd-2 is of ${release}`, async () => {
    const { spec, metadata } = await cluster.get('Pod', 'etcd-2');
    expect([spec.containers[0].image, metadata.deletionTimestamp]).toEqual([expect.stringContaining(release), undefined]);
  });

  const restartsOf = (pods: readonly string[]) => Promise.all(pods.map(async pod => (await cluster.get('Pod', pod)).status.containerStatuses[0].restartCount));

  step(`the member that is given ${NEW} ends the others, ${OLD} does not heal it, ${MIDDLE} does, and nothing is lost`, async () => {
    await during(`${OLD} to ${NEW} at partition 2, with a clean log`, async () => {
      await cluster.apply(etcd(NEW, { rollout: LAST }));
      await Promise.all(SURVIVORS.map(pod => endsWith(cluster, pod, 'panic: not implemented')));

      await cluster.apply(probedInSilence(OLD));
      await lastIs(OLD);
      const [first, second] = await restartsOf(SURVIVORS);
      await cluster.eventually('the others have ended again', async () => {
        const [restarts, others] = await restartsOf(SURVIVORS);
        expect([restarts > first, others > second]).toEqual([true, true]);
      });
      await Promise.all(SURVIVORS.map(pod => endsWith(cluster, pod, 'panic: not implemented')));

      await cluster.apply(etcd(MIDDLE));
      // the rollout waits for the last member, which waits for the others.
      await lastIs(MIDDLE);
      await Promise.all(SURVIVORS.map(pod => cluster.deletePod(pod)));
      await allRun(cluster, MIDDLE);
    });
    await agreedOn(cluster, '3.5');
    await isEverywhere();
  });
});

story('EtcdCluster, a downgrade', { etcd: [OLD, MIDDLE] }, ({ cluster, step }) => {
  const { during, isEverywhere } = loadOn(cluster);

  step(`${MIDDLE} forms a cluster`, async () => forms(cluster, etcd(MIDDLE), '3.5'));

  step(`the member that is given ${OLD} does not start, and the others go on`, async () => {
    await during(`${MIDDLE} to ${OLD} at partition 2`, async () => {
      await cluster.apply(etcd(OLD, { rollout: LAST }));
      await endsWith(cluster, 'etcd-2', 'invalid downgrade; server version is lower than determined cluster version');
      await healthy(cluster, SURVIVORS);
      expect(await releasesOf(cluster, SURVIVORS)).toEqual([MIDDLE, MIDDLE]);
    });
  });

  step(`${MIDDLE} heals it, and nothing is lost`, async () => {
    await during(`back to ${MIDDLE}`, async () => {
      await cluster.apply(etcd(MIDDLE));
      await allRun(cluster, MIDDLE);
    });
    await isEverywhere();
  });
});
