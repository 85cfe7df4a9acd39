/**
 * What is built: N apps, each one headless Service and one StatefulSet.
 *
 * Loads nothing, so that a child process which imports it stays as small as its peer.
 */

/** All apps in one chart, or every app in a chart of its own. */
export type Shape = 'one-chart' | 'many-charts';

/** Everybody who builds the workload, in the order in which tables list them. */
export const PEERS = ['stateful', 'fleet', 'kplus', 'l1', 'api-object', 'plain-yaml', 'plain-json', 'kustomize', 'jsonnet', 'jsonnet-json'] as const;

export type PeerName = typeof PEERS[number];

/** Peers that are programs of their own; of these only the time of the whole process is known. */
export type Tool = Extract<PeerName, 'kustomize' | 'jsonnet' | 'jsonnet-json'>;

const TOOLS: readonly PeerName[] = ['kustomize', 'jsonnet', 'jsonnet-json'];

export function isTool(peer: PeerName): peer is Tool {
  return TOOLS.includes(peer);
}

/** Peers that give the very same objects. `kplus` cannot: it adds fields of its own that nobody asked for. */
export const SAME_OBJECTS: readonly PeerName[] = PEERS.filter((peer) => peer !== 'kplus');

export interface ChartOfApps {
  readonly name: string;
  readonly apps: string[];
}

/** Writes the manifests of `charts` into `outdir`, one file for each chart: the interface of all peers. */
export type Synth = (charts: ChartOfApps[], outdir: string) => void;

export const APP = {
  replicas: 3,
  image: 'registry.example/app:1.2.3',
  ports: [{ name: 'web', number: 80 }, { name: 'admin', number: 81 }],
  env: { LOG_LEVEL: 'info', DATA_DIR: '/data', TZ: 'Etc/UTC' },
  claim: { name: 'data', gibibytes: 10, storageClass: 'fast', mountPath: '/data' },
} as const;

/** The user, group and volume group of the pods. */
export const NONROOT = 65532;

export function charts(shape: Shape, n: number): ChartOfApps[] {
  const apps = Array.from({ length: n }, (_, i) => `app-${i}`);
  return shape === 'one-chart'
    ? [{ name: 'bench', apps }]
    : apps.map((app, i) => ({ name: `chart-${i}`, apps: [app] }));
}
