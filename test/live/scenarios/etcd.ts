import { join } from 'node:path';
import { Cluster } from '../cluster';
import { KubeObject } from '../control-plane/objects';
import { objectsIn } from '../manifests';

const GOLDEN = join(__dirname, '..', '..', '..', 'examples', 'etcd-by-hand', 'dist', 'etcd-by-hand.k8s.yaml');

/** The manifest of examples/etcd-by-hand, as it is committed. */
export function etcdByHand(): KubeObject[] {
  return objectsIn(GOLDEN);
}

/** The object of a kind in manifests that have one of it. */
export function theOnly(kind: string, objects: readonly KubeObject[]): KubeObject {
  const [object, ...others] = objects.filter(candidate => candidate.kind === kind);
  if (!object || others.length > 0) {
    throw new Error(`wanted one ${kind}, got ${objects.map(candidate => candidate.kind).join(', ')}`);
  }
  return object;
}

/** Runs etcdctl in a member's container and returns what it printed. */
export async function etcdctl(cluster: Cluster, pod: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cluster.exec(pod, ['/usr/local/bin/etcdctl', ...args]);
  if (exitCode !== 0) {
    throw new Error(`etcdctl ${args.join(' ')} in ${pod}: ${stderr || stdout}`);
  }
  return stdout.trim();
}

/** As a member does whose database has reached its quota; etcd does not ask which. */
export async function activateAlarm(cluster: Cluster): Promise<void> {
  const { exitCode } = await cluster.run({
    image: 'node:20-bookworm-slim',
    command: ['node', '--eval', `fetch('http://etcd-client:2379/v3/maintenance/alarm', { method: 'POST', body: '${JSON.stringify({
      action: 'ACTIVATE', memberID: '1', alarm: 'NOSPACE',
    })}' }).then(({ ok }) => process.exit(ok ? 0 : 1))`],
  });
  expect(exitCode).toBe(0);
}

/** The value of a key as one member reads it, with the consent of the others. */
export async function read(cluster: Cluster, pod: string, key: string): Promise<string> {
  return etcdctl(cluster, pod, 'get', key, '--print-value-only');
}

/** The names of the members that a member knows, and that have started. */
export async function membersOf(cluster: Cluster, pod: string): Promise<string[]> {
  const { members } = JSON.parse(await etcdctl(cluster, pod, 'member', 'list', '--write-out', 'json'));
  return members.map(({ name }: { name: string }) => name).sort();
}

/** Waits until every member answers with the consent of a quorum. */
export async function healthy(cluster: Cluster, pods: readonly string[], timeout = 30): Promise<void> {
  await cluster.eventually('every member is healthy', async () => {
    await Promise.all(pods.map(pod => etcdctl(cluster, pod, 'endpoint', 'health')));
  }, { timeout });
}

/** Which of some members leads, as they themselves say. */
export async function leaderAmong(cluster: Cluster, pods: readonly string[]): Promise<string> {
  for (const pod of pods) {
    const [{ Status: { header, leader } }] = JSON.parse(await etcdctl(cluster, pod, 'endpoint', 'status', '--write-out', 'json'));
    if (header.member_id === leader) {
      return pod;
    }
  }
  throw new Error(`none of ${pods.join(', ')} leads`);
}
