import { Cron, Size } from 'cdk8s';
import { manifestsOf, newCluster } from './etcd';
import { EtcdCluster, EtcdDefragmentation } from '../../src';
import { find, newChart } from '../util';

const cronJobOf = (cluster: EtcdCluster) => find(manifestsOf(cluster), 'CronJob');
const containerOf = (cluster: EtcdCluster) => cronJobOf(cluster).spec.jobTemplate.spec.template.spec.containers[0];
const scheduled = (options?: any, schedule: any = Cron.daily()) => EtcdDefragmentation.scheduled(schedule, options);

describe('a cluster', () => {
  test('is defragmented every night at three, by one run at a time', () => {
    const { metadata, spec } = cronJobOf(newCluster());
    expect(metadata).toMatchObject({ name: 'etcd-defragment', labels: { 'app.kubernetes.io/instance': 'etcd' } });
    expect(spec).toEqual({
      schedule: '0 3 * * *',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: 14400, template: expect.anything() } },
    });
  });

  test('is asked by the names of all members, and left alone for less than 100 MiB', () => {
    expect(containerOf(newCluster())).toMatchObject({
      name: 'defragment',
      image: 'node:24.21.0-bookworm-slim',
      command: ['node', '/opt/etcd-agent/defragment.mjs'],
      env: [
        { name: 'ETCDCTL_ENDPOINTS', value: 'http://etcd-0.etcd:2379,http://etcd-1.etcd:2379,http://etcd-2.etcd:2379' },
        { name: 'MINIMUM_FREE_BYTES', value: '104857600' },
      ],
    });
  });

  test('lets its programs in', () => {
    const [, , { from, ports }] = find(manifestsOf(newCluster()), 'NetworkPolicy').spec.ingress;
    const labels = cronJobOf(newCluster()).spec.jobTemplate.spec.template.metadata.labels;
    expect([from[0].podSelector.matchLabels, ports[0].port]).toEqual([labels, 2379]);
  });

  test('is defragmented when it is told to be, and for what is worth it', () => {
    const cluster = newCluster({ defragmentation: EtcdDefragmentation.scheduled(Cron.weekly(), { minimumFree: Size.gibibytes(1) }) });
    expect(cronJobOf(cluster).spec.schedule).toBe('0 0 * * 0');
    expect(containerOf(cluster).env).toContainEqual({ name: 'MINIMUM_FREE_BYTES', value: '1073741824' });
  });

  test('may be left to others, and then has no programs', () => {
    const kinds = manifestsOf(newCluster({ defragmentation: EtcdDefragmentation.off() })).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds).not.toContain('CronJob etcd-defragment');
    expect(kinds).not.toContain('ConfigMap etcd-agent');
  });
});

describe('fails', () => {
  test.each<[any, RegExp]>([
    [EtcdDefragmentation, /^\[test\/etcd\] 'defragmentation' must be made by EtcdDefragmentation.scheduled\(\) or EtcdDefragmentation.off\(\), got a function$/],
    [scheduled({}, '0 3 * * *'), /^\[test\/etcd\] 'schedule' of EtcdDefragmentation.scheduled\(\) must be a Cron such as .*, got "0 3 \* \* \*"$/],
    [scheduled(5), /the options of EtcdDefragmentation.scheduled\(\) must be an object, got 5$/],
    [scheduled({ minimumFree: 100 }), /'minimumFree' of EtcdDefragmentation.scheduled\(\) must be a Size such as Size.gibibytes\(10\), got 100$/],
  ])('with %p', (defragmentation, message) => {
    expect(() => newCluster({ defragmentation })).toThrow(message);
  });

  test('where the name is too long for a CronJob, and says what can be done', () => {
    const cluster = (length: number, defragmentation?: EtcdDefragmentation) => manifestsOf(new EtcdCluster(newChart(), 'etcd', {
      metadata: { name: 'e'.repeat(length) }, defragmentation,
    }));
    expect(cluster(41).filter(({ kind }) => kind === 'CronJob')).toHaveLength(1);
    expect(() => cluster(42)).toThrow(new RegExp('^\\[test/etcd\\] the name of a cluster that is defragmented by schedule must have at most 41 characters, '
      + 'since its CronJob is named after it, got 42: "e+"; give a shorter one, or \'defragmentation: EtcdDefragmentation.off\\(\\)\'$'));
    expect(cluster(52, EtcdDefragmentation.off()).map(({ kind }) => kind)).toContain('StatefulSet');
  });
});
