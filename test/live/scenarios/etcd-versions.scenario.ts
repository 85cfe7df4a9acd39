import { etcdByHand, etcdctl, healthy, read, theOnly } from './etcd';
import { KubeObject } from '../control-plane/objects';
import { ETCD_RELEASES } from '../prepare';
import { story } from '../story';

type Release = typeof ETCD_RELEASES[number];

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2'];

/** What each release answers while it has no quorum: `/livez` is younger than two of these. */
const LIVENESS: Record<Release, object> = {
  '3.4.23': { tcpSocket: { port: 2381 } },
  '3.5.1': { tcpSocket: { port: 2381 } },
  '3.5.35': { httpGet: { path: '/livez', port: 2381 } },
  '3.6.14': { httpGet: { path: '/livez', port: 2381 } },
};

/** examples/etcd-by-hand with another release of etcd. */
function etcdOf(version: Release): KubeObject[] {
  const objects = etcdByHand();
  const [container] = theOnly('StatefulSet', objects).spec.template.spec.containers;
  container.image = `gcr.io/etcd-development/etcd:v${version}`;
  container.livenessProbe = { ...LIVENESS[version], failureThreshold: 6, timeoutSeconds: 5 };
  return objects;
}

for (const version of ETCD_RELEASES) {
  story('etcd, three members', { etcd: [version] }, ({ cluster, step }) => {
    step('form one cluster, and are of the release that is asked for', async () => {
      await cluster.apply(etcdOf(version));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      expect((await cluster.exec('etcd-0', ['/usr/local/bin/etcd', '--version'])).stdout).toMatch(new RegExp(`^etcd Version: ${version.replaceAll('.', '\\.')}$`, 'm'));
    });

    step('replicate what is written', async () => {
      await etcdctl(cluster, 'etcd-0', 'put', 'greeting', 'hello');
      expect(await read(cluster, 'etcd-2', 'greeting')).toBe('hello');
    });

    step('lose nothing when they are restarted one by one', async () => {
      for (const member of MEMBERS) {
        await cluster.deletePod(member);
        await cluster.ready('etcd');
      }
      expect(await read(cluster, 'etcd-1', 'greeting')).toBe('hello');
    });
  });
}

for (const [from, to] of [['3.4.23', '3.5.35'], ['3.5.35', '3.6.14']] as const) {
  story('etcd, an upgrade by a minor version', { etcd: [from, to] }, ({ cluster, step }) => {
    step('replaces one member after the other, and loses nothing', async () => {
      await cluster.apply(etcdOf(from));
      await cluster.ready('etcd');
      await healthy(cluster, MEMBERS);
      await etcdctl(cluster, 'etcd-0', 'put', 'written-by', from);
      await cluster.apply(etcdOf(to));
      await cluster.rolledOut('etcd');
      await healthy(cluster, MEMBERS);
      expect((await cluster.exec('etcd-0', ['/usr/local/bin/etcd', '--version'])).stdout).toContain(`etcd Version: ${to}\n`);
      expect(await read(cluster, 'etcd-1', 'written-by')).toBe(from);
    });
  });
}
