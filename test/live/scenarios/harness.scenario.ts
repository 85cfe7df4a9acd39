import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { linesOf, podOf, shell } from './pods';
import { story } from '../story';

/** Told from any other process of the machine by how long it means to sleep. */
const MARK = `sleep ${1_000_000 + process.pid}`;

function markedProcesses(): string[] {
  return readdirSync('/proc').filter(entry => /^\d+$/.test(entry)).filter(pid => commandOf(pid) === MARK);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // it has ended meanwhile.
    return '';
  }
}

/** What mounts and network namespaces are visible outside of every cluster. */
function visible(): string {
  return ['/proc/self/mountinfo', '/proc/net/dev'].map(file => readFileSync(file, 'utf8').replace(/[\d\s]+/g, ' ')).join() + execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
}

story('the cluster itself', {}, ({ cluster, faults, processStep }) => {
  const before = visible();
  const claim = {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'disk' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '16Mi' } } },
  };
  const sleeper = podOf('sleeper', shell(`exec ${MARK}`, { volumeMounts: [{ name: 'disk', mountPath: '/disk' }] }), {
    volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }],
  });

  processStep('shows nothing of its network and its mounts to the machine', async () => {
    await cluster.apply([claim, sleeper]);
    await cluster.eventually('the pod runs', async () => expect(markedProcesses()).toHaveLength(1));
    expect(visible()).toBe(before);
  });

  processStep('takes everything with it when it is killed', async () => {
    await faults.crash();
    expect(markedProcesses()).toEqual([]);
    expect(visible()).toBe(before);
  });

  processStep('starts anew under the same name, and empty', async () => {
    expect(await cluster.list('Pod')).toEqual([]);
    expect(await linesOf(cluster, podOf('new', shell('echo works')))).toEqual(['works']);
  });
});
