import { KUBERNETES_SERVICE } from '../../control-plane/kubernetes-service';
import { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';

/**
 * The services that a pod is told of by variables: the API server's always, all of its own namespace that have an address unless `enableServiceLinks` is false.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go getServiceEnvVarMap
 */
export function linkedServices({ metadata, spec }: KubeObject, store: ObjectStore): Pick<KubeObject, 'metadata' | 'spec'>[] {
  const ofCluster = store.find('Service', 'default', 'kubernetes') ?? KUBERNETES_SERVICE;
  const linked = spec.enableServiceLinks === false ? [] : store.list('Service', metadata.namespace).filter(hasAddress);
  return [ofCluster, ...linked.filter(({ metadata: { name } }) => name !== 'kubernetes')];
}

/**
 * The variables of a service: two of Kubernetes' own, one more for each named port, and those that Docker's links had.
 *
 * A Service called `etcd` so puts `ETCD_PORT=tcp://...` into a container, where etcd takes it for a flag.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/envvars/envvars.go
 */
export function serviceVariables({ metadata, spec }: Pick<KubeObject, 'metadata' | 'spec'>): Record<string, string> {
  const name = variableName(metadata.name);
  const [first] = spec.ports;
  const variables: Record<string, string> = {
    [`${name}_SERVICE_HOST`]: spec.clusterIP,
    [`${name}_SERVICE_PORT`]: String(first.port),
    [`${name}_PORT`]: urlOf(spec.clusterIP, first),
  };
  for (const port of spec.ports) {
    if (port.name) {
      variables[`${name}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
    }
    const link = `${name}_PORT_${port.port}_${port.protocol}`;
    Object.assign(variables, {
      [link]: urlOf(spec.clusterIP, port),
      [`${link}_PROTO`]: port.protocol.toLowerCase(),
      [`${link}_PORT`]: String(port.port),
      [`${link}_ADDR`]: spec.clusterIP,
    });
  }
  return variables;
}

function hasAddress({ spec }: KubeObject): boolean {
  return spec.type !== 'ExternalName' && Boolean(spec.clusterIP) && spec.clusterIP !== 'None';
}

function urlOf(ip: string, { protocol, port }: any): string {
  return `${protocol.toLowerCase()}://${ip}:${port}`;
}

function variableName(name: string): string {
  return name.replace(/[.-]/g, '_').toUpperCase().replace(/^(?=\d)/, '_');
}
