import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostNameOf, hostsFile, resolverFile, writePodFiles } from './pod-files';

const podWith = (spec: object, name = 'etcd-0') => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { dnsPolicy: 'ClusterFirst', ...spec },
});
const factsOf = (spec: object) => ({ pod: podWith(spec), podIP: '10.244.0.7', hostIP: '10.244.0.1', nodeName: 'node' });

// https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/
describe('hostsFile', () => {
  const linesOf = (spec: object) => hostsFile(factsOf(spec)).split('\n');

  test('has the names of loopback, and of the pod by its address', () => {
    expect(linesOf({})).toEqual([
      '# Kubernetes-managed hosts file.',
      '127.0.0.1\tlocalhost',
      '::1\tlocalhost ip6-localhost ip6-loopback',
      'fe00::0\tip6-localnet',
      'fe00::0\tip6-mcastprefix',
      'fe00::1\tip6-allnodes',
      'fe00::2\tip6-allrouters',
      '10.244.0.7\tetcd-0',
      '',
    ]);
  });

  test('has the full name first if the pod has a subdomain', () => {
    expect(linesOf({ hostname: 'etcd-0', subdomain: 'etcd' })).toContain('10.244.0.7\tetcd-0.etcd.default.svc.cluster.local\tetcd-0');
  });

  test('has the aliases of the pod at its end, a line for each address', () => {
    const hostAliases = [{ ip: '127.0.0.1', hostnames: ['foo.local', 'bar.local'] }, { ip: '10.1.2.3', hostnames: ['foo.remote'] }];
    expect(linesOf({ hostAliases }).slice(8)).toEqual([
      '', '# Entries added by HostAliases.', '127.0.0.1\tfoo.local\tbar.local', '10.1.2.3\tfoo.remote', '',
    ]);
  });
});

// https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-hostname-and-subdomain-fields
describe('hostNameOf', () => {
  const nameOf = (spec: object, name?: string) => hostNameOf(podWith(spec, name));

  test('is the name of the pod, or the one it is given', () => {
    expect(nameOf({})).toBe('etcd-0');
    expect(nameOf({ hostname: 'other', subdomain: 'etcd' })).toBe('other');
  });

  // https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go truncatePodHostnameIfNeeded
  test('is cut to 63 characters, and does not end with a dash', () => {
    expect(nameOf({}, 'a'.repeat(80))).toBe('a'.repeat(63));
    expect(nameOf({}, `${'a'.repeat(62)}-bc`)).toBe('a'.repeat(62));
  });

  // https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-sethostnameasfqdn-field
  test('is the full name with setHostnameAsFQDN, where there is one', () => {
    expect(nameOf({ setHostnameAsFQDN: true, subdomain: 'etcd' })).toBe('etcd-0.etcd.default.svc.cluster.local');
    expect(nameOf({ setHostnameAsFQDN: true })).toBe('etcd-0');
  });

  test('fails if the full name has more than 64 characters', () => {
    const subdomain = 'a'.repeat(32);
    expect(() => nameOf({ setHostnameAsFQDN: true, subdomain }))
      .toThrow(/^failed to construct FQDN from pod hostname and cluster domain, FQDN .* is too long \(64 characters is the max, 65 characters requested\)$/);
  });
});

// https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/network/dns/dns_test.go
describe('resolverFile', () => {
  const CLUSTER = 'default.svc.cluster.local svc.cluster.local cluster.local';
  test.each([
    ['asks the cluster\'s DNS', {}, `search ${CLUSTER}\nnameserver 10.96.0.10\noptions ndots:5\n`],
    ['asks it for a pod of the node\'s network too, with ClusterFirstWithHostNet', { dnsPolicy: 'ClusterFirstWithHostNet' },
      `search ${CLUSTER}\nnameserver 10.96.0.10\noptions ndots:5\n`],
    ['asks nobody with the policy Default, since the node has nobody to ask', { dnsPolicy: 'Default' }, 'search .\nnameserver 127.0.0.1\n'],
    ['has nothing but dnsConfig with the policy None', { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.1'], searches: ['my.dns'] } },
      'search my.dns\nnameserver 192.0.2.1\n'],
    ['adds dnsConfig to the policy, and takes its options over those of the policy',
      {
        dnsConfig: {
          nameservers: ['10.96.0.10', '192.0.2.1'],
          searches: ['cluster.local', 'my.dns'],
          options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
        },
      },
      `search ${CLUSTER} my.dns\nnameserver 10.96.0.10\nnameserver 192.0.2.1\noptions ndots:2 edns0\n`],
    ['has three nameservers at most', { dnsConfig: { nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } },
      `search ${CLUSTER}\nnameserver 10.96.0.10\nnameserver 192.0.2.1\nnameserver 192.0.2.2\noptions ndots:5\n`],
  ])('%s', (_, spec, content) => {
    expect(resolverFile(podWith(spec))).toBe(content);
  });
});

describe('writePodFiles', () => {
  test('writes files that everybody can read, and says where they are mounted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pod-files-'));
    const mounts = await writePodFiles(join(folder, 'etc'), factsOf({}));
    expect(mounts).toEqual(['hosts', 'hostname', 'resolv.conf'].map(name =>
      ({ source: join(folder, 'etc', name), target: `/etc/${name}`, readOnly: false })));
    expect(await readFile(join(folder, 'etc', 'hostname'), 'utf8')).toBe('etcd-0\n');
    expect((await stat(join(folder, 'etc', 'resolv.conf'))).mode % 0o1000).toBe(0o644);
    await rm(folder, { recursive: true });
  });
});
