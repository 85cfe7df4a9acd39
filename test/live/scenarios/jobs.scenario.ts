import { BUSYBOX, shell } from './pods';
import { hasCondition, KubeObject } from '../control-plane/objects';
import { story } from '../story';

function job(name: string, script: string, spec: object = {}): KubeObject {
  const template = { spec: { restartPolicy: 'Never', containers: [shell(script)] } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template, ...spec } };
}

story('jobs', {}, ({ cluster, step }) => {
  const end = (name: string) => cluster.eventually(`job ${name} has ended`, async () => {
    const object = await cluster.get('Job', name);
    if (!hasCondition(object, 'Complete') && !hasCondition(object, 'Failed')) {
      throw new Error(JSON.stringify(object.status));
    }
    return object;
  });

  step('run to their end', async () => {
    await cluster.apply([job('once', 'echo done')]);
    const object = await end('once');
    expect(hasCondition(object, 'Complete')).toBe(true);
    expect(object.status.succeeded).toBe(1);
    const [pod] = await cluster.list('Pod', { 'job-name': 'once' });
    expect(await cluster.logs(pod.metadata.name)).toBe('done\n');
  });

  step('are tried again as often as they allow, and then fail', async () => {
    await cluster.apply([job('hopeless', 'exit 4', { backoffLimit: 1 })]);
    const object = await end('hopeless');
    expect(object.status.conditions).toContainEqual(expect.objectContaining({ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }));
    expect(await cluster.list('Pod', { 'job-name': 'hopeless' })).toHaveLength(2);
  });

  step('that take too long are ended', async () => {
    await cluster.apply([job('endless', 'exec sleep 1000', { activeDeadlineSeconds: 2 })]);
    expect((await end('endless')).status.conditions).toContainEqual(expect.objectContaining({ type: 'Failed', reason: 'DeadlineExceeded' }));
  });

  step('of a schedule can be run now', async () => {
    const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: BUSYBOX, command: ['echo', 'backed up'] }] } } } };
    await cluster.apply([{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' }, spec: { schedule: '0 3 * * *', jobTemplate } }]);
    expect(await cluster.runCronJob('nightly')).toMatchObject({ exitCode: 0, stdout: 'backed up\n' });
  });
});
