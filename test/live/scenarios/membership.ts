import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { EtcdCluster, EtcdClusterProps, EtcdMembership } from 'cdk8s-stateful';
import { etcdctl } from './etcd';
import { Cluster, WaitOptions } from '../cluster';
import { KubeObject } from '../control-plane/objects';

/** A cluster whose members follow the number of pods, on disks that a test machine has many of. Clients of histories are let in. */
export function managedEtcd(props: EtcdClusterProps): Chart {
  const chart = new Chart(new App(), 'chart');
  const cluster = new EtcdCluster(chart, 'etcd', { membership: EtcdMembership.managed(), storage: Size.gibibytes(1), ...props });
  cluster.allowClient(kplus.Pods.select(chart, 'Clients', { labels: { app: 'history' } }));
  return chart;
}

export function namesTo(replicas: number): string[] {
  return Array.from({ length: replicas }, (_, ordinal) => `etcd-${ordinal}`);
}

interface MemberEntry {
  readonly ID: string;
  readonly name?: string;
  readonly isLearner?: boolean;
}

export interface SettledOptions extends WaitOptions {
  /** How etcdctl gets in. @default - no TLS, and no user */
  readonly flags?: readonly string[];
}

/** Waits until there are so many pods and members, all of them ready, voting, and of one mind about it. */
export async function settled(cluster: Cluster, replicas: number, { flags = [], ...options }: SettledOptions = {}): Promise<void> {
  await cluster.ready('etcd', options);
  expect((await cluster.get('StatefulSet', 'etcd')).spec.replicas).toBe(replicas);
  await cluster.eventually(`the cluster has ${replicas} members`, async () => {
    // each look starts two programs in every pod, on a machine that has other things to do.
    await sleep(250);
    const clusters = new Set<string>();
    for (const pod of namesTo(replicas)) {
      // the list of 3.4 is what the one member knows: what is read before is read with the consent of the others.
      await etcdctl(cluster, pod, ...flags, 'get', 'no-such-key');
      const { header, members } = listOf(await etcdctl(cluster, pod, ...flags, 'member', 'list', '--write-out', 'json'));
      expect(members.map(({ name = 'not started', isLearner = false }) => `${name}${isLearner ? ' (learner)' : ''}`).sort()).toEqual(namesTo(replicas));
      clusters.add(header.cluster_id);
    }
    expect(clusters.size).toBe(1);
  }, options);
}

/** Ids are numbers of 64 bits, which JSON.parse() would round. */
function listOf(json: string): { header: { cluster_id: string }; members: MemberEntry[] } {
  return JSON.parse(json.replaceAll(/"(cluster_id|member_id|ID)":(\d+)/g, '"$1":"$2"'));
}

/** Loses the disk of a pod: the claim is deleted, which lasts until its pod is gone, and both are made anew. */
export async function wipe(cluster: Cluster, pod: string): Promise<void> {
  await cluster.delete('PersistentVolumeClaim', `data-${pod}`);
  await cluster.delete('Pod', pod, { gracePeriodSeconds: 0 });
}

/** Loses the disks of several pods while none runs: what is killed may go on for a moment, and speak for a majority with one that stays. */
export async function wipeAll(cluster: Cluster, pods: readonly string[]): Promise<void> {
  const { spec: { replicas } } = await cluster.get('StatefulSet', 'etcd');
  await cluster.scale('etcd', 0);
  await cluster.eventually('no pod is there', async () => expect(await cluster.pods('etcd')).toEqual([]));
  await Promise.all(pods.map(pod => cluster.delete('PersistentVolumeClaim', `data-${pod}`)));
  await cluster.scale('etcd', replicas);
}

/** What becomes another when a pod is replaced, or one of its containers starts again; by the name of the pod. */
export async function livesOf(cluster: Cluster): Promise<Record<string, string>> {
  const restarts = ({ status }: KubeObject) => status.containerStatuses.map(({ name, restartCount }: any) => `${name} ${restartCount}`).sort();
  return Object.fromEntries((await cluster.pods('etcd')).map(pod => [pod.metadata.name, [pod.metadata.uid, ...restarts(pod)].join(', ')]));
}

/** Does something, and fails if a pod that was there before and after is not the same, or was restarted. */
export async function withoutRestarts(cluster: Cluster, act: () => Promise<unknown>): Promise<void> {
  const before = await livesOf(cluster);
  await act();
  const after = await livesOf(cluster);
  const stayed = Object.keys(before).filter(pod => pod in after);
  expect(Object.fromEntries(stayed.map(pod => [pod, after[pod]]))).toEqual(Object.fromEntries(stayed.map(pod => [pod, before[pod]])));
}

/** What the agent of a pod decided, one line each; of its init container unless told otherwise. */
export async function decisionsOf(cluster: Cluster, pod: string, container = 'join'): Promise<string> {
  return cluster.logs(pod, { container });
}

/** How many seconds something took. */
export async function secondsFor(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1000;
}

/** The ids of the members, by name, as text: they stay the same unless a member left or lost its disk. */
export async function idsOf(cluster: Cluster, pod = 'etcd-0'): Promise<Record<string, string>> {
  const { members } = listOf(await etcdctl(cluster, pod, 'member', 'list', '--write-out', 'json'));
  return Object.fromEntries(members.map(({ ID, name = 'not started' }) => [name, ID]));
}

/** Writes a hundred keys at once below `data/`. */
export async function writeData(cluster: Cluster, group: string): Promise<void> {
  const puts = Array.from({ length: 100 }, (_, number) => `put data/${group}/${number} ${number}`);
  const { exitCode, stderr } = await cluster.exec('etcd-0', ['/usr/local/bin/etcdctl', 'txn'], { input: `\n${puts.join('\n')}\n\n\n` });
  expect([exitCode, stderr]).toEqual([0, '']);
}

/** How many keys there are below `data/`, as each of the members reads them with the consent of the others. */
export async function dataOf(cluster: Cluster, pods: readonly string[]): Promise<number[]> {
  return Promise.all(pods.map(async pod => (await etcdctl(cluster, pod, 'get', 'data/', '--prefix', '--keys-only')).split('\n').filter(Boolean).length));
}
