import { randomBytes } from 'node:crypto';
import { ended as jobEnded } from './jobs';
import { BUSYBOX, containerOf, ended, podOf } from './pods';
import { Cluster } from '../cluster';
import { jobFromCronJob } from '../control-plane/cron-jobs';
import { hasCondition } from '../control-plane/objects';

/** What a pod with the volume of backups does, and what it printed. */
export async function withBackups(cluster: Cluster, script: string, claim = 'backups'): Promise<string> {
  return printed(cluster, { name: 'main', image: BUSYBOX, command: ['/bin/sh', '-ec', script] }, claim);
}

/** The names of the files in a folder of backups. */
export async function filesIn(cluster: Cluster, folder: string): Promise<string[]> {
  return (await withBackups(cluster, `ls -1A ${folder}`)).split('\n').filter(line => line !== '').sort();
}

/** The revision of a backup, as etcd's own tool reads it. */
export async function revisionOf(cluster: Cluster, release: string, file: string): Promise<number> {
  const tool = release.startsWith('3.4.') ? 'etcdctl' : 'etcdutl';
  const image = `gcr.io/etcd-development/etcd:v${release}`;
  const command = [`/usr/local/bin/${tool}`, 'snapshot', 'status', `/backups/${file}`, '--write-out', 'json'];
  return JSON.parse(await printed(cluster, { name: 'main', image, command }, 'backups')).revision;
}

/** The steps of a Job of a CronJob that was run now: each that ended, with its exit code, and the log of the last of them. */
export async function runSteps(cluster: Cluster, cronJob: string): Promise<{ succeeded: boolean; steps: Record<string, number>; log: string }> {
  const job = jobFromCronJob(await cluster.get('CronJob', cronJob), `${cronJob}-${randomBytes(3).toString('hex')}`);
  await cluster.apply([job]);
  const object = await jobEnded(cluster, job.metadata.name, { timeout: 100 });
  const pods = await cluster.list('Pod', { 'job-name': job.metadata.name });
  const pod = pods.find(({ status }) => status.phase === 'Succeeded') ?? pods[0];
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  const over = [...initContainerStatuses, ...containerStatuses].filter(({ state }: any) => state.terminated);
  const last = over[over.length - 1].name;
  return {
    succeeded: hasCondition(object, 'Complete'),
    steps: Object.fromEntries(over.map(({ name, state }: any) => [name, state.terminated.exitCode])),
    log: await cluster.logs(pod.metadata.name, { container: last }),
  };
}

/** Waits until an init container of a pod has failed, and returns what it said. */
export async function failureOf(cluster: Cluster, pod: string, container: string): Promise<string> {
  await cluster.eventually(`${container} of ${pod} has failed`, async () => {
    const { restartCount } = containerOf(await cluster.get('Pod', pod), container);
    expect(restartCount).toBeGreaterThan(0);
  });
  return cluster.logs(pod, { container, previous: true });
}

async function printed(cluster: Cluster, container: object, claim: string): Promise<string> {
  const name = `files-${randomBytes(3).toString('hex')}`;
  const volumeMounts = [{ name: 'backups', mountPath: '/backups' }];
  await cluster.apply([podOf(name, { ...container, workingDir: '/backups', volumeMounts }, {
    volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: claim } }],
  })]);
  const pod = await ended(cluster, name);
  const log = await cluster.logs(name);
  await cluster.deletePod(name, { gracePeriodSeconds: 0 });
  expect({ log, phase: pod.status.phase }).toEqual({ log, phase: 'Succeeded' });
  return log;
}
