import kplus = require('cdk8s-plus-27');
import { unlessEmpty } from './manifests';
import { refuse } from './refuse';

/** What cdk8s-plus's pods cannot say, and what an app adds to each container. */
export interface PodExtras {
  readonly securityContext: kplus.k8s.PodSecurityContext;
  readonly containerSecurityContext: (container: kplus.Container) => kplus.k8s.SecurityContext | undefined;
  /** Variables that stand before a container's own, so that those can refer to them. */
  readonly env: kplus.k8s.EnvVar[];
  /** The volumes that the StatefulSet controller puts into each pod, and whether they are block devices. */
  readonly claims: Map<kplus.Volume, { readonly block: boolean }>;
  readonly topologySpreadConstraints: kplus.k8s.TopologySpreadConstraint[];
  readonly priorityClassName?: string;
  readonly enableServiceLinks: boolean;
}

const DEFAULT_GRACE_SECONDS = 30;

/** What a mount says of a folder, and a device has no field for. */
const OF_FOLDERS = ['readOnly', 'subPath', 'subPathExpr', 'propagation'] as const;

/** The spec of a pod, in which fields that would only repeat a default of Kubernetes are left out. */
export function podSpec(pod: kplus.Workload, extras: PodExtras): kplus.k8s.PodSpec {
  const { affinity, nodeName, tolerations } = pod.scheduling._toKube();
  const dns = pod.dns._toKube();
  const graceSeconds = pod.terminationGracePeriod?.toSeconds();
  const containers = (list: kplus.Container[]) => unlessEmpty(list.map(container => containerSpec(pod, container, extras)));
  return {
    containers: containers(pod.containers)!,
    initContainers: containers(pod.initContainers),
    volumes: unlessEmpty(volumes(pod, extras).map(volume => volume._toKube())),
    securityContext: extras.securityContext,
    serviceAccountName: pod.serviceAccount?.name,
    automountServiceAccountToken: pod.automountServiceAccountToken,
    enableServiceLinks: extras.enableServiceLinks,
    affinity,
    nodeName,
    tolerations,
    topologySpreadConstraints: unlessEmpty(extras.topologySpreadConstraints),
    priorityClassName: extras.priorityClassName,
    terminationGracePeriodSeconds: graceSeconds === DEFAULT_GRACE_SECONDS ? undefined : graceSeconds,
    hostAliases: unlessEmpty(pod.hostAliases),
    hostNetwork: pod.hostNetwork || undefined,
    dnsPolicy: dnsPolicy(pod, dns.policy),
    dnsConfig: Object.values(dns.config).some(value => value !== undefined) ? dns.config : undefined,
    setHostnameAsFqdn: dns.hostnameAsFQDN || undefined,
    imagePullSecrets: pod.dockerRegistryAuth && [{ name: pod.dockerRegistryAuth.name }],
  };
}

/** On the network of its node a pod would look for the names of the cluster where its node does, were it not told otherwise. */
function dnsPolicy({ hostNetwork }: kplus.Workload, stated: string): string | undefined {
  if (stated !== kplus.DnsPolicy.CLUSTER_FIRST) {
    return stated;
  }
  return hostNetwork ? kplus.DnsPolicy.CLUSTER_FIRST_WITH_HOST_NET : undefined;
}

function containerSpec(pod: kplus.Workload, container: kplus.Container, { env, claims, containerSecurityContext }: PodExtras): kplus.k8s.Container {
  const spec = container._toKube();
  const own = spec.env ?? [];
  const taken = env.find(variable => own.some(({ name }) => name === variable.name));
  if (taken !== undefined) {
    refuse(pod, `container '${container.name}' sets ${taken.name} itself, which 'peerEnv' or 'replicasEnv' sets for every container: rename one`);
  }
  const devices = container.mounts.filter(mount => claims.get(mount.volume)?.block);
  for (const mount of devices) {
    const dropped = OF_FOLDERS.filter(option => mount[option]);
    if (dropped.length > 0) {
      refuse(pod, `container '${container.name}' mounts the block device '${mount.volume.name}' with ${dropped.map(option => `'${option}'`).join(', ')},`
        + ' which only a folder can have: leave it out');
    }
  }
  return Object.assign(spec, {
    env: unlessEmpty([...env, ...own]),
    volumeMounts: unlessEmpty((spec.volumeMounts ?? []).filter((_, i) => !claims.get(container.mounts[i].volume)?.block)),
    volumeDevices: unlessEmpty(devices.map(({ volume, path }) => ({ name: volume.name, devicePath: path }))),
    securityContext: containerSecurityContext(container),
  });
}

/** The volumes of the pod itself: those that were added and those that a container mounts, less the claims. */
function volumes(pod: kplus.Workload, { claims }: PodExtras): kplus.Volume[] {
  const byName = new Map<string, kplus.Volume>([...claims.keys()].map(volume => [volume.name, volume]));
  const mounted = [...pod.containers, ...pod.initContainers].flatMap(container => container.mounts.map(mount => mount.volume));
  for (const volume of [...mounted, ...pod.volumes]) {
    const earlier = byName.get(volume.name);
    if (earlier !== undefined && earlier !== volume) {
      refuse(pod, `two volumes are named '${volume.name}', ${described(earlier, claims)} and ${described(volume, claims)}: give one another name`);
    }
    byName.set(volume.name, volume);
  }
  return [...byName.values()].filter(volume => !claims.has(volume));
}

function described(volume: kplus.Volume, claims: PodExtras['claims']): string {
  return claims.has(volume) ? 'the claim template' : `'${volume.node.path}'`;
}
