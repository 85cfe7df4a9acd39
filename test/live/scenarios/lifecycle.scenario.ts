import { setTimeout as sleep } from 'node:timers/promises';
import { containerOf, ended, linesOf, podOf, shell } from './pods';
import { hasCondition } from '../control-plane/objects';
import { story } from '../story';

/** A program that runs until it is asked to stop, and says that it was. */
const PATIENT = 'trap "echo asked to stop; exit 0" TERM; echo started; while true; do sleep 0.1 & wait $!; done';

story('the life of a pod', {}, ({ cluster, faults, step, processStep }) => {
  const isReady = async (pod: string) => hasCondition(await cluster.get('Pod', pod), 'Ready');
  const restartsOf = async (pod: string) => containerOf(await cluster.get('Pod', pod)).restartCount;
  const runs = async (pod: string) => cluster.eventually(`${pod} runs`, async () => {
    expect(containerOf(await cluster.get('Pod', pod)).state.running).toBeDefined();
  });
  /** A log outlives its container, and not its pod: what a pod does at its end is written to a claim, and read by another. */
  const disk = {
    volumes: [{ name: 'diary', persistentVolumeClaim: { claimName: 'diary' } }],
    mounts: { volumeMounts: [{ name: 'diary', mountPath: '/diary' }] },
  };

  step('init containers run one after the other, before the rest', async () => {
    const first = { ...shell('sleep 0.3; echo first >> /shared/order', { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }), name: 'first' };
    const second = { ...shell('echo second >> /shared/order', { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }), name: 'second' };
    const main = shell('cat /shared/order', { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] });
    expect(await linesOf(cluster, podOf('ordered', main, { initContainers: [first, second], volumes: [{ name: 'shared', emptyDir: {} }] }))).toEqual(['first', 'second']);
  });

  step('a pod whose init container fails never runs', async () => {
    await cluster.apply([podOf('failed-init', shell('echo never'), { initContainers: [{ ...shell('exit 3'), name: 'init' }] })]);
    const pod = await ended(cluster, 'failed-init');
    expect(pod.status.phase).toBe('Failed');
    expect(containerOf(pod, 'init').state.terminated.exitCode).toBe(3);
    expect(containerOf(pod).state.waiting.reason).toBe('PodInitializing');
  });

  step('a container that fails is started again, later each time', async () => {
    await cluster.apply([podOf('crashing', shell('echo try; exit 1'), { restartPolicy: 'Always' })]);
    await cluster.eventually('it was restarted twice, and is held back', async () => {
      const { restartCount, state, lastState } = containerOf(await cluster.get('Pod', 'crashing'));
      expect(restartCount).toBeGreaterThanOrEqual(2);
      expect(state.waiting.reason).toBe('CrashLoopBackOff');
      expect(lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    });
    expect(await cluster.logs('crashing', { previous: true })).toBe('try\n');
  });

  step('a container that was killed is started again in the same pod', async () => {
    await cluster.apply([podOf('steady', shell('sleep 1000'), { restartPolicy: 'Always' })]);
    await runs('steady');
  });

  processStep('a container that was killed keeps its address', async () => {
    const { status: { podIP } } = await cluster.get('Pod', 'steady');
    await faults.kill('steady');
    await cluster.eventually('it was restarted', async () => expect(await restartsOf('steady')).toBe(1));
    await runs('steady');
    const pod = await cluster.get('Pod', 'steady');
    expect(pod.status.podIP).toBe(podIP);
    expect(containerOf(pod).lastState.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
  });

  const probes: [string, object][] = [
    ['exec', { exec: { command: ['test', '-e', '/tmp/www/ok'] } }],
    ['httpGet', { httpGet: { path: '/ok', port: 8080 } }],
    ['tcpSocket', { tcpSocket: { port: 8080 } }],
  ];
  for (const [kind, probe] of probes) {
    step(`a pod is ready when its ${kind} probe says so, and not before`, async () => {
      const serve = 'mkdir -p /tmp/www; until [ -e /tmp/go ]; do sleep 0.1; done; touch /tmp/www/ok; httpd -f -p 8080 -h /tmp/www & while true; do sleep 1; done';
      const name = `ready-by-${kind.toLowerCase()}`;
      await cluster.apply([podOf(name, shell(serve, { readinessProbe: { ...probe, periodSeconds: 1 } }))]);
      await runs(name);
      await sleep(500);
      expect(await isReady(name)).toBe(false);
      await cluster.exec(name, ['touch', '/tmp/go']);
      await cluster.eventually('it is ready', async () => expect(await isReady(name)).toBe(true));
      await cluster.exec(name, ['/bin/sh', '-c', 'rm /tmp/www/ok; killall httpd']);
      await cluster.eventually('it is not ready any more', async () => expect(await isReady(name)).toBe(false));
      expect(await restartsOf(name)).toBe(0);
      await cluster.delete('Pod', name);
    });
  }

  step('a container is restarted when its liveness probe fails, but not before its startup probe has succeeded', async () => {
    const probe = (file: string, failureThreshold: number) => ({ exec: { command: ['test', '-e', file] }, periodSeconds: 1, failureThreshold });
    const fields = { startupProbe: probe('/tmp/started', 60), livenessProbe: probe('/tmp/alive', 1) };
    await cluster.apply([podOf('living', shell('sleep 1000', fields), { restartPolicy: 'Always' })]);
    await runs('living');
    await sleep(1500);
    expect(await restartsOf('living')).toBe(0);
    await cluster.exec('living', ['touch', '/tmp/started']);
    await cluster.eventually('it was restarted', async () => expect(await restartsOf('living')).toBeGreaterThan(0));
    await cluster.delete('Pod', 'living');
  });

  step('a pod is asked to stop after its hook has run', async () => {
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '16Mi' } } };
    const diary = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'diary' }, spec: claim };
    const lifecycle = { preStop: { exec: { command: ['/bin/sh', '-c', 'echo hook >> /diary/end'] } } };
    const script = 'trap "echo term >> /diary/end; exit 0" TERM; while true; do sleep 0.1 & wait $!; done';
    await cluster.apply([diary, podOf('hooked', shell(script, { ...disk.mounts, lifecycle }), { volumes: disk.volumes, terminationGracePeriodSeconds: 10 })]);
    await runs('hooked');
    await cluster.deletePod('hooked');
    expect(await linesOf(cluster, podOf('reader', shell('cat /diary/end', disk.mounts), { volumes: disk.volumes }))).toEqual(['hook', 'term']);
  });

  step('a hook may be a request to the pod', async () => {
    const fields = { lifecycle: { preStop: { httpGet: { path: '/cgi-bin/stopping', port: 8080 } } }, readinessProbe: { tcpSocket: { port: 8080 } } };
    // it has written when it answers, and is not asked to stop before.
    const answer = '#!/bin/sh\necho "$REQUEST_METHOD $REQUEST_URI" >> /diary/end\nprintf "Content-Type: text/plain\\n\\nwritten"';
    const serve = `trap "exit 0" TERM; mkdir -p /tmp/www/cgi-bin; printf '%s' '${answer}' > /tmp/www/cgi-bin/stopping; chmod +x /tmp/www/cgi-bin/stopping;
      httpd -p 8080 -h /tmp/www; while true; do sleep 0.1 & wait $!; done`;
    await cluster.apply([podOf('requested', shell(serve, { ...disk.mounts, ...fields }), { volumes: disk.volumes, terminationGracePeriodSeconds: 10 })]);
    await cluster.eventually('it listens', async () => expect(await isReady('requested')).toBe(true));
    await cluster.deletePod('requested');
    const lines = await linesOf(cluster, podOf('second-reader', shell('cat /diary/end', disk.mounts), { volumes: disk.volumes }));
    expect(lines.at(-1)).toBe('GET /cgi-bin/stopping');
  });

  step('a program that does not stop is killed when its grace period is over', async () => {
    await cluster.apply([podOf('deaf', shell('trap "" TERM; while true; do sleep 0.1; done'), { terminationGracePeriodSeconds: 2 })]);
    await runs('deaf');
    const start = performance.now();
    await cluster.deletePod('deaf');
    const seconds = (performance.now() - start) / 1000;
    expect(seconds).toBeGreaterThan(1.5);
    expect(seconds).toBeLessThan(30);
  });

  step('a program that stops when it is asked is not waited for', async () => {
    await cluster.apply([podOf('polite', shell(PATIENT), { terminationGracePeriodSeconds: 60 })]);
    await runs('polite');
    await cluster.eventually('it listens', async () => expect(await cluster.logs('polite')).toBe('started\n'));
    const start = performance.now();
    await cluster.deletePod('polite');
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
