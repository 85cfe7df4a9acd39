import { healthy, memberOf, spread, without, write } from './promtool/members';
import { checked, firing, hasPromtool, Series, texts } from './promtool/promtool';
import { alertsOf, WatchedCluster } from '../../src/etcd/alerts';
import { dashboardOf } from '../../src/etcd/dashboard';

const MIB = 1024 * 1024;
const SUCCESS = /SUCCESS\s+exit 0$/;

const etcd: WatchedCluster = {
  name: 'etcd',
  namespace: 'db',
  replicas: 3,
  podLabels: { 'app.kubernetes.io/name': 'etcd', 'app.kubernetes.io/instance': 'etcd' },
  quotaBytes: 2048 * MIB,
};
const anywhere = { ...etcd, namespace: undefined };
const of = memberOf();
const PODS = ['etcd-0', 'etcd-1', 'etcd-2'];

/** An alert of one member, or of the cluster. */
const about = (alert: string, severity: string, ...labels: string[]) =>
  `${alert}{${['etcd_cluster="etcd"', 'namespace="db"', `severity="${severity}"`, ...labels].join(',')}}`;
const ofPod = (alert: string, severity: string, pod = 'etcd-0', ...labels: string[]) => about(alert, severity, `pod="${pod}"`, ...labels);

const MEMBERS_DOWN = about('etcdMembersDown', 'critical');
const NO_QUORUM = about('etcdInsufficientMembers', 'critical');

/** Asserts which alerts are firing, and no others, after so many minutes of what the series tell. */
function expectOverTime(series: Series, expected: Record<number, string[]>, cluster = etcd): void {
  expect(firing({ rules: alertsOf(cluster), series }, expected)).toMatch(SUCCESS);
}

/** Asserts which alerts are firing, and no others, after half an hour. */
function expectFiring(series: Series, alerts: string[], cluster = etcd): void {
  expectOverTime(series, { 30: alerts }, cluster);
}

/** Nothing, at none of these minutes. */
const silent = (...minutes: number[]) => Object.fromEntries(minutes.map(at => [at, []]));

const required = process.env.LIVE_TESTS === 'required';
if (!hasPromtool && !required) {
  process.stderr.write('promtool is not on the PATH, so no alert is tried out: install the package prometheus\n');
}

(hasPromtool || required ? describe : describe.skip)('alerts in Prometheus', () => {
  test.each([['known', etcd], ['not known', anywhere]])('are rules that it takes, where the namespace is %s', (_, cluster) => {
    expect(checked(alertsOf(cluster))).toMatch(/SUCCESS: 15 rules found\s+exit 0$/);
  });

  test.each([['known', etcd], ['not known', anywhere]])('come with a dashboard whose queries it takes, where the namespace is %s', (_, cluster) => {
    const { panels } = JSON.parse(Object.values(dashboardOf(cluster))[0]);
    const queries = panels.flatMap(({ targets }: any) => targets.map(({ expr }: any) => expr.replaceAll('$__rate_interval', '5m')));
    const rules = queries.map((expr: string, i: number) => ({ record: `query_${i}`, expr }));
    expect(rules).toHaveLength(20);
    expect(checked(rules)).toMatch(/SUCCESS: 20 rules found\s+exit 0$/);
  });

  describe('keep silent', () => {
    test.each([1, 3, 5, 7])('about %p members that are well', (replicas) => {
      expectOverTime(healthy({ replicas }), silent(1, 30, 60), { ...etcd, replicas });
    });

    test('where the namespace is not known', () => {
      expectOverTime(healthy(), silent(1, 30, 60), anywhere);
    });

    test('about clusters of another name, and about one of this name in another namespace', () => {
      const others = [{ name: 'other' }, { namespace: 'staging' }].map(other => without(healthy(other), 'other-0', 'other-1'));
      const lost = without(others[1], 'etcd-0', 'etcd-1');
      expectFiring({ ...healthy(), ...others[0], ...lost }, []);
    });

    test('during a rolling restart, in which each member is away for two minutes', () => {
      const up = Object.fromEntries(PODS.map((pod, i) => [of('up', pod), `1+0x${10 + 3 * i} 0 0 1+0x40`]));
      const changes = Object.fromEntries(PODS.map(pod => [of('etcd_server_leader_changes_seen_total', pod), '1+0x12 2+0x5 3+0x40']));
      expectOverTime({ ...healthy(), ...up, ...changes }, silent(12, 13, 15, 17, 18, 20, 25, 30, 40));
    });
  });

  describe('tell of members that are away', () => {
    const gone = without(healthy(), 'etcd-2');

    test('one whose scrapes fail, after ten minutes', () => {
      const series = { ...gone, [of('up', 'etcd-2')]: '1 1 1 1 1 0+0x60' };
      expectOverTime(series, { 14: [], 16: [MEMBERS_DOWN] });
    });

    test('one that was never scraped', () => {
      expectFiring(gone, [MEMBERS_DOWN]);
      expectFiring(gone, [MEMBERS_DOWN], anywhere);
    });

    test('one that answers to Prometheus, and not to the other members', () => {
      const failures = Object.fromEntries(['etcd-0', 'etcd-1'].map(pod => [of('etcd_network_peer_sent_failures_total', pod, 'To="id-of-etcd-2"'), '7+30x60']));
      expectFiring({ ...healthy(), ...failures }, [MEMBERS_DOWN]);
    });

    test('a majority, after three minutes; the rest has no leader', () => {
      const down = Object.fromEntries(['etcd-1', 'etcd-2'].map(pod => [of('up', pod), '1 1 1 1 1 0+0x60']));
      const series = { ...without(healthy(), 'etcd-1', 'etcd-2'), ...down, [of('etcd_server_has_leader', 'etcd-0')]: '1 1 1 1 1 0+0x60' };
      const leaderless = ofPod('etcdNoLeader', 'critical');
      expectOverTime(series, { 5: [], 7: [leaderless], 9: [leaderless, NO_QUORUM], 16: [leaderless, NO_QUORUM, MEMBERS_DOWN] });
    });

    test('a majority that was never scraped', () => {
      expectFiring(without(gone, 'etcd-1'), [MEMBERS_DOWN, NO_QUORUM]);
    });

    test('all of them, where there is not one series', () => {
      expectFiring({}, [MEMBERS_DOWN, NO_QUORUM]);
      expectFiring({}, [MEMBERS_DOWN, NO_QUORUM].map(alert => alert.replace('namespace="db",', '')), anywhere);
    });

    test('of five: two are no majority, three are', () => {
      const cluster = { ...etcd, replicas: 5 };
      const five = healthy({ replicas: 5 });
      expectFiring(without(five, 'etcd-3', 'etcd-4'), [MEMBERS_DOWN], cluster);
      expectFiring(without(five, 'etcd-2', 'etcd-3', 'etcd-4'), [MEMBERS_DOWN, NO_QUORUM], cluster);
    });

    test('though another scrape sees those that are left a second time', () => {
      const left = without(gone, 'etcd-1');
      const again = Object.fromEntries(Object.entries(left).map(([name, values]) => [name.replace('}', ',prometheus="b"}'), values]));
      expectFiring({ ...left, ...again }, [MEMBERS_DOWN, NO_QUORUM]);
    });

    test('in one namespace while another has all, where the namespace is not known', () => {
      expectFiring({ ...healthy({ namespace: 'staging' }), ...without(gone, 'etcd-1') }, [MEMBERS_DOWN, NO_QUORUM], anywhere);
    });

    test('in one cluster of Kubernetes while another has all, where one Prometheus sees both', () => {
      const within = (kubernetes: string, series: Series) =>
        Object.fromEntries(Object.entries(series).map(([name, values]) => [name.replace('}', `,cluster="${kubernetes}"}`), values]));
      const alerts = [MEMBERS_DOWN, NO_QUORUM].map(alert => alert.replace('}', ',cluster="east"}'));
      expectFiring({ ...within('west', healthy()), ...within('east', without(gone, 'etcd-1')) }, alerts);
    });
  });

  describe('tell of members that disagree', () => {
    test('one without a leader', () => {
      expectFiring({ ...healthy(), [of('etcd_server_has_leader', 'etcd-1')]: '1 1 1 1 1 0+0x60' }, [ofPod('etcdNoLeader', 'critical', 'etcd-1')]);
    });

    test('a leader that changes often, also where members restart', () => {
      const changes = of('etcd_server_leader_changes_seen_total', 'etcd-0');
      expectFiring({ ...healthy(), [changes]: '1+0x9 2+0x4 3+0x40' }, []);
      const often = { 25: [about('etcdHighNumberOfLeaderChanges', 'warning')] };
      expectOverTime({ ...healthy(), [changes]: '1+0x9 2 2 3 3 4 4 5 5 6 6 7+0x40' }, often);
      expectOverTime({ ...healthy(), [changes]: '9+0x9 1 1 2 2 3 3 4 4 5 5 6+0x40' }, often);
    });

    test('slow traffic between two', () => {
      const to = ['To="id-of-etcd-1"'];
      const slow = spread(of, 'etcd_network_peer_round_trip_time_seconds', 'etcd-0', 0.9, [0.1024, 0.4096], to);
      expectFiring({ ...healthy(), ...slow }, [ofPod('etcdMemberCommunicationSlow', 'warning', 'etcd-0', ...to)]);
    });

    test('writes that keep failing, and not those of one election', () => {
      const failed = of('etcd_server_proposals_failed_total', 'etcd-0');
      const alert = ofPod('etcdHighNumberOfFailedProposals', 'warning');
      expectFiring({ ...healthy(), [failed]: '0+1x60' }, [alert]);
      expectOverTime({ ...healthy(), [failed]: '0+0x9 400 900+0x40' }, silent(16, 20, 25, 30));
    });
  });

  describe('tell of requests', () => {
    const failing = (perMinute: number) => ({ ...healthy(), [of('grpc_server_handled_total', 'etcd-0', ...write, 'grpc_code="Unavailable"')]: `0+${perMinute}x60` });
    const alert = (severity: string) => ofPod('etcdHighNumberOfFailedGRPCRequests', severity, 'etcd-0', ...write.slice(1));

    test('that fail: one of a hundred is a warning, one of twenty is critical', () => {
      expectFiring(failing(30), [alert('warning')]);
      expectFiring(failing(150), [alert('warning'), alert('critical')]);
    });

    test('that are slow, but not of those that may be', () => {
      const slow = (labels: string[]) => spread(of, 'grpc_server_handling_seconds', 'etcd-0', 0.9, [0.1, 0.5], labels);
      const defragment = ['grpc_type="unary"', 'grpc_service="etcdserverpb.Maintenance"', 'grpc_method="Defragment"'];
      const watch = ['grpc_type="bidi_stream"', 'grpc_service="etcdserverpb.Watch"', 'grpc_method="Watch"'];
      expectFiring({ ...healthy(), ...slow(defragment), ...slow(watch) }, []);
      expectFiring({ ...healthy(), ...slow(write) }, [ofPod('etcdGRPCRequestsSlow', 'critical', 'etcd-0', ...write.slice(1))]);
    });
  });

  describe('tell of disks', () => {
    const fsync = (...buckets: number[]) => ({ ...healthy(), ...spread(of, 'etcd_disk_wal_fsync_duration_seconds', 'etcd-0', 0.5, buckets) });

    test('that are slow for the log: half a second is a warning, a second is critical', () => {
      expectFiring(fsync(0.256, 0.48), []);
      expectFiring(fsync(0.512, 0.9), [ofPod('etcdHighFsyncDurations', 'warning')]);
      expectFiring(fsync(1.024, 2.048), ['warning', 'critical'].map(severity => ofPod('etcdHighFsyncDurations', severity)));
    });

    test('that are slow for the database', () => {
      const slow = spread(of, 'etcd_disk_backend_commit_duration_seconds', 'etcd-0', 0.5, [0.256, 0.512]);
      expectFiring({ ...healthy(), ...slow }, [ofPod('etcdHighCommitDurations', 'warning')]);
    });
  });

  describe('tell of space', () => {
    const sized = (values: string, inUse = values) => ({
      ...healthy({ replicas: 1, minutes: 400 }),
      [of('etcd_mvcc_db_total_size_in_bytes', 'etcd-0')]: values,
      [of('etcd_mvcc_db_total_size_in_use_in_bytes', 'etcd-0')]: inUse,
    });
    const alone = { ...etcd, replicas: 1 };
    const lowSpace = ofPod('etcdDatabaseQuotaLowSpace', 'critical');
    const growth = ofPod('etcdExcessiveDatabaseGrowth', 'warning');
    const fragmented = ofPod('etcdDatabaseHighFragmentationRatio', 'warning');
    const full = 1950 * MIB;

    test('that is nearly used up: more than 95 % of the quota', () => {
      expectFiring(sized(`${0.95 * 2048 * MIB}+0x60`), [], alone);
      expectFiring(sized(`${full}+0x60`), [lowSpace], alone);
    });

    test('that is nearly used up, though every other scrape fails', () => {
      expectFiring(sized(`${full} ${'_ '.repeat(2)}`.repeat(20)), [lowSpace], alone);
    });

    test('that is nearly used up, though the pod is another one by now', () => {
      const another = (series: Series, values: string) => Object.fromEntries(Object.entries(series).map(([name]) => [name.replace('etcd-0:2381', '10.0.0.9:2381'), values]));
      const size = { [of('etcd_mvcc_db_total_size_in_bytes', 'etcd-0')]: `${full}+0x20 stale` };
      const quota = { [of('etcd_server_quota_backend_bytes', 'etcd-0')]: `${2048 * MIB}+0x20 stale` };
      const series = { ...sized(''), ...size, ...quota, ...another(size, `_x20 ${full}+0x20`), ...another(quota, `_x20 ${2048 * MIB}+0x20`) };
      expectOverTime(series, { 25: [lowSpace] }, alone);
    });

    test('that will be used up within four hours, once there are two hours to judge by, and only for as long as it grows', () => {
      expectOverTime(sized(`${800 * MIB}+${5 * MIB}x180 ${1700 * MIB}+0x200`), { 119: [], 140: [growth], 180: [growth], 250: [] }, alone);
      expectOverTime(sized(`${1000 * MIB}+${2 * MIB}x300`), silent(120, 240), alone);
    });

    test('that a new database fills quickly, and then no more, is no such growth', () => {
      expectOverTime(sized(`0+${50 * MIB}x20 ${1000 * MIB}+0x300`), silent(15, 30, 45, 60, 90, 120, 130, 140, 160, 180, 240), alone);
    });

    test('that is mostly empty, unless the file is small', () => {
      expectFiring(sized(`${1000 * MIB}+0x60`, `${400 * MIB}+0x60`), [fragmented], alone);
      expectFiring(sized(`${1000 * MIB}+0x60`, `${600 * MIB}+0x60`), [], alone);
      expectFiring(sized(`${150 * MIB}+0x60`, `${10 * MIB}+0x60`), [], alone);
    });
  });

  describe('have texts', () => {
    const labels = { severity: 'critical', etcd_cluster: 'etcd' };
    const gone = without(healthy(), 'etcd-1', 'etcd-2');
    const lost = (from: string, command: string) => ({
      summary: `etcd ${from} has lost its quorum.`,
      description: `1 of 3 members are up and 2 are needed: writes fail. Bring back the pods that are missing, on the disks that they have: ${command}`
        + ' describe pods -l app.kubernetes.io/name=etcd,app.kubernetes.io/instance=etcd. Delete no claim. Only if the disks of most members are lost,'
        + ' restore a backup.',
    });

    test('that name the namespace, whether it is known at synth or not', () => {
      for (const cluster of [etcd, anywhere]) {
        const world = { rules: alertsOf(cluster), series: gone };
        expect(texts(world, 'etcdInsufficientMembers', { ...labels, namespace: 'db' }, lost('db/etcd', 'kubectl -n db'))).toMatch(SUCCESS);
      }
    });

    test('that read well where no namespace is known at all', () => {
      const { summary, description } = lost('etcd', 'kubectl');
      const none = { summary, description: description.replace(/^1/, '0') };
      expect(texts({ rules: alertsOf(anywhere), series: {} }, 'etcdInsufficientMembers', labels, none)).toMatch(SUCCESS);
    });

    test('with numbers that people can read', () => {
      const series = { ...healthy(), [of('etcd_mvcc_db_total_size_in_bytes', 'etcd-2')]: `${1966.08 * MIB}+0x60` };
      expect(texts({ rules: alertsOf(etcd), series }, 'etcdDatabaseQuotaLowSpace', { ...labels, namespace: 'db', pod: 'etcd-2' }, {
        summary: 'etcd db/etcd is about to refuse writes for want of space.',
        description: 'The database of etcd-2 fills 96% of its quota of 2048 MiB; when it is full, only reads and deletes are left. Delete what is not'
          + ' needed, compact, and defragment the members one at a time, the leader last (etcdctl defrag); or raise the quota, if the disk holds it twice.'
          + ' After a NOSPACE alarm also run: etcdctl alarm disarm.',
      })).toMatch(SUCCESS);
    });
  });
});
