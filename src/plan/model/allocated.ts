import { mapsOf } from './pod-defaults';
import { Tree } from '../read/yaml-document';

/**
 * Gives a Service what the server has allocated for it, where it is left out now: also an address that was stated before, as the `None` of a headless one,
 * stays when it is taken out of the manifest.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/registry/core/service/storage/storage.go patchAllocatedValues
 */
export function keepAllocated({ spec: old }: Tree, { spec }: Tree): void {
  if (old.type === 'ExternalName' || spec.type === 'ExternalName') {
    return;
  }
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort']) {
    if (old[field] !== undefined) {
      spec[field] ??= old[field];
    }
  }
  const allocated = new Map(mapsOf(old.ports).filter(({ nodePort }) => nodePort !== undefined).map(port => [keyOf(port), port.nodePort]));
  if (hasNodePorts(old) && hasNodePorts(spec)) {
    for (const port of mapsOf(spec.ports)) {
      const nodePort = allocated.get(keyOf(port));
      if (nodePort !== undefined) {
        port.nodePort ??= nodePort;
      }
    }
  }
}

function keyOf({ port, protocol }: Tree): string {
  return `${port}/${protocol}`;
}

function hasNodePorts({ type }: Tree): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}
