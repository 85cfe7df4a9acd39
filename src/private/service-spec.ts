import * as kplus from 'cdk8s-plus-27';
import { SERVICE_SPEC } from './manifest-shapes';
import { checkManifest } from './manifests';
import { Place, refuse } from './refuse';

const WITH_NODE_PORTS: unknown[] = [kplus.ServiceType.NODE_PORT, kplus.ServiceType.LOAD_BALANCER];

/** Refuses a service that Kubernetes would refuse. */
export function checkServiceSpec(at: Place, spec: kplus.k8s.ServiceSpec): void {
  checkManifest(at, SERVICE_SPEC, kplus.k8s.toJson_ServiceSpec(spec), 'spec');
  const ports = spec.ports ?? [];
  const unnamed = ports.find(port => port.name === undefined);
  if (ports.length > 1 && unnamed !== undefined) {
    refuse(at, `each port of a service with several needs a 'name', got none for ${unnamed.port}: give it one`);
  }
  const places = ports.map(port => `${port.port}/${port.protocol ?? kplus.Protocol.TCP}`);
  const twice = places.find((place, i) => places.indexOf(place) < i);
  if (twice !== undefined) {
    refuse(at, `port ${twice} is there twice: a service has each port once`);
  }
  const onNodes = ports.find(port => port.nodePort !== undefined);
  if (onNodes !== undefined && !WITH_NODE_PORTS.includes(spec.type)) {
    refuse(at, `'nodePort' ${onNodes.nodePort} needs a service of type NODE_PORT or LOAD_BALANCER: give that type, or leave it out`);
  }
}
