import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLUSTER_DOMAIN, DNS_ADDRESS } from '../../addresses';
import { KubeObject } from '../../control-plane/objects';
import type { Mount } from '../containers/oci-spec';
import { PodFacts } from '../environment/downward-api';

const MAX_NAMESERVERS = 3;
const MAX_HOST_NAME = 63;
const MAX_KERNEL_NAME = 64;

interface DnsConfig {
  readonly nameservers: string[];
  readonly searches: string[];
  readonly options: { readonly name: string; readonly value?: string }[];
}

/** Writes the three files of `/etc` that a pod does not have from its images. A container that mounts something else in the place of one goes without it. */
export async function writePodFiles(directory: string, facts: PodFacts): Promise<Mount[]> {
  const files = {
    'hosts': hostsFile(facts),
    'hostname': `${hostNameOf(facts.pod)}\n`,
    'resolv.conf': resolverFile(facts.pod),
  };
  await mkdir(directory, { recursive: true });
  return Promise.all(Object.entries(files).map(async ([name, content]) => {
    const source = join(directory, name);
    await writeFile(source, content);
    await chmod(source, 0o644);
    return { source, target: `/etc/${name}`, readOnly: false };
  }));
}

/**
 * The host name of a pod's processes: the name it is given, or that of the pod, and all of its domain name with `setHostnameAsFQDN`.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-hostname-and-subdomain-fields
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-sethostnameasfqdn-field
 */
export function hostNameOf(pod: KubeObject): string {
  const name = shortNameOf(pod);
  const domain = domainOf(pod);
  if (!pod.spec.setHostnameAsFQDN || !domain) {
    return name;
  }
  const fullName = `${name}.${domain}`;
  if (fullName.length > MAX_KERNEL_NAME) {
    throw new Error(`failed to construct FQDN from pod hostname and cluster domain, FQDN ${fullName} is too long ` +
      `(${MAX_KERNEL_NAME} characters is the max, ${fullName.length} characters requested)`);
  }
  return fullName;
}

/**
 * @see https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go managedHostsFileContent
 */
export function hostsFile({ pod, podIP }: PodFacts): string {
  const name = shortNameOf(pod);
  const domain = domainOf(pod);
  const aliases: { ip: string; hostnames: string[] }[] = pod.spec.hostAliases ?? [];
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    [podIP, ...domain ? [`${name}.${domain}`] : [], name].join('\t'),
    ...aliases.length > 0 ? ['', '# Entries added by HostAliases.'] : [],
    ...aliases.map(({ ip, hostnames }) => [ip, ...hostnames].join('\t')),
  ].join('\n') + '\n';
}

/**
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-config
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/network/dns/dns.go GetPodDNS
 */
export function resolverFile({ metadata, spec }: KubeObject): string {
  const base = dnsOf(spec.dnsPolicy, metadata.namespace!);
  const own: Partial<DnsConfig> = spec.dnsConfig ?? {};
  const nameservers = [...new Set([...base.nameservers, ...own.nameservers ?? []])].slice(0, MAX_NAMESERVERS);
  const searches = [...new Set([...base.searches, ...own.searches ?? []])];
  const options = new Map([...base.options, ...own.options ?? []].map(({ name, value }) => [name, value ? `${name}:${value}` : name]));
  return [
    ...searches.length > 0 ? [`search ${searches.join(' ')}`] : [],
    ...nameservers.map(nameserver => `nameserver ${nameserver}`),
    ...options.size > 0 ? [`options ${[...options.values()].join(' ')}`] : [],
  ].map(line => `${line}\n`).join('');
}

function dnsOf(policy: string, namespace: string): DnsConfig {
  switch (policy) {
    case 'None': return { nameservers: [], searches: [], options: [] };
    // as of a node that has no resolv.conf: nothing outside of the cluster can be looked up.
    case 'Default': return { nameservers: ['127.0.0.1'], searches: ['.'], options: [] };
    default: return {
      nameservers: [DNS_ADDRESS],
      searches: [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN],
      options: [{ name: 'ndots', value: '5' }],
    };
  }
}

/** A name of a pod can be longer than a host name may be. */
function shortNameOf({ metadata, spec }: KubeObject): string {
  return (spec.hostname || metadata.name).slice(0, MAX_HOST_NAME).replace(/[-.]+$/, '');
}

function domainOf({ metadata, spec }: KubeObject): string | undefined {
  return spec.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${CLUSTER_DOMAIN}` : undefined;
}
