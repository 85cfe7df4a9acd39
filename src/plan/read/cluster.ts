import { Manifest, manifestsOfText } from './manifests';
import { output } from './sources';

/** Which cluster `kubectl` asks. */
export interface ClusterOptions {
  readonly context?: string;
  readonly namespace?: string;
}

/**
 * The objects of a cluster that manifests name, as they are now, and the pods, claims and revisions of their StatefulSets. Reads only.
 */
export function manifestsOfCluster(wanted: readonly Manifest[], { context, namespace }: ClusterOptions): Manifest[] {
  const global = [...context === undefined ? [] : ['--context', context], '--output', 'json'];
  const get = (args: readonly string[], input?: string) => {
    const text = output('kubectl', ['get', ...args, ...global], { input }).toString();
    return manifestsOfText(text, `kubectl get ${args[0]}`);
  };
  const inNamespace = (name: string | undefined) => name === undefined ? [] : ['--namespace', name];
  // a namespace that is given would have to be that of every object.
  const named = namespace === undefined ? wanted : wanted.filter(({ metadata }) => metadata.namespace !== undefined);
  const nameless = wanted.filter(manifest => !named.includes(manifest));
  const getAll = (items: readonly Manifest[], at?: string) => items.length === 0 ? []
    : get(['--filename', '-', '--ignore-not-found', '--show-managed-fields', ...inNamespace(at)], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const objects = [...getAll(nameless, namespace), ...getAll(named)];
  const found = objects.filter(({ kind }) => kind === 'StatefulSet').flatMap(set => {
    const labels = Object.entries<unknown>(set.spec?.selector?.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
    // an empty selector would be one for everything.
    return labels.length === 0 ? [] : get(['pods,persistentvolumeclaims,controllerrevisions', '--selector', labels.join(','), ...inNamespace(set.metadata.namespace)]);
  });
  // two sets may select the same labels, and a claim may be among the objects.
  const seen = new Set<string>();
  return [...objects, ...found].filter(({ kind, metadata }) => {
    const key = `${kind}/${metadata.namespace}/${metadata.name}`;
    return !seen.has(key) && seen.add(key);
  });
}
