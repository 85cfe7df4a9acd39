import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct, IConstruct } from 'constructs';
import { ManifestObject } from './manifest-object';
import { SERVICE_SPEC } from './manifest-shapes';
import { checkMetadata, writtenPart } from './manifests';
import { serviceNameProblem } from './names';
import { Place, refuse, refuseIf, shown } from './refuse';

/** The label that Kubernetes gives to each pod of a StatefulSet. */
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

const WITH_NODE_PORTS: unknown[] = [kplus.ServiceType.NODE_PORT, kplus.ServiceType.LOAD_BALANCER];
const OF_ONE_POD: unknown[] = [undefined, kplus.ServiceType.CLUSTER_IP, kplus.ServiceType.NODE_PORT, kplus.ServiceType.LOAD_BALANCER];

/**
 * The ports of a service in front of these containers, under the names that the containers give them.
 *
 * Kubernetes wants a name for each port of a service that has several, so those without one are called `tcp-8080` and the like.
 */
export function servicePorts(at: IConstruct, containers: kplus.Container[]): kplus.ServicePort[] {
  const all = containers.flatMap(container => container.ports.map(port => ({ container, port })));
  const names = new Map<string, string>();
  const places = new Map<string, string>();
  return all.map(({ container, port: { number, name, protocol } }) => {
    const place = `${number}/${protocol ?? kplus.Protocol.TCP}`;
    const sharer = places.get(place);
    if (sharer !== undefined) {
      refuse(at, `containers '${sharer}' and '${container.name}' both listen on ${place}, in a pod only one can: give one another port`);
    }
    places.set(place, container.name);
    const named = name ?? (all.length > 1 ? `${(protocol ?? kplus.Protocol.TCP).toLowerCase()}-${number}` : undefined);
    if (named !== undefined) {
      const other = names.get(named);
      if (other !== undefined) {
        refuse(at, `two ports are named '${named}', in containers '${other}' and '${container.name}': give one another name`);
      }
      names.set(named, container.name);
    }
    return { port: number, name: named, protocol };
  });
}

/**
 * The object of a service, in place of cdk8s-plus's typed one, which takes from JSON patches only what Kubernetes 1.27 knows.
 */
export function objectOf(service: kplus.Service, metadata: ApiObjectMetadata | undefined): ApiObject {
  service.node.tryRemoveChild('Resource');
  return new ManifestObject(service, 'Resource', {
    metadata,
    key: 'spec',
    content: (ownMetadata) => {
      checkMetadata(service, ownMetadata);
      return writtenServiceSpec(service, service._toKube());
    },
    ...kplus.k8s.KubeService.GVK,
  });
}

/** The spec of a service as it is written; or refused, if Kubernetes would refuse it. */
export function writtenServiceSpec(at: Place, spec: kplus.k8s.ServiceSpec): unknown {
  const written = writtenPart(at, SERVICE_SPEC, spec, 'spec', kplus.k8s.toJson_ServiceSpec);
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
  const nodePorts = ports.filter(port => port.nodePort !== undefined).map(port => `${port.nodePort}/${port.protocol ?? kplus.Protocol.TCP}`);
  const onNodesTwice = nodePorts.find((place, i) => nodePorts.indexOf(place) < i);
  if (onNodesTwice !== undefined) {
    refuse(at, `'nodePort' ${onNodesTwice} is there twice: a node has each port once, so give one another, or leave it out`);
  }
  const onNodes = ports.find(port => port.nodePort !== undefined);
  if (onNodes !== undefined && !WITH_NODE_PORTS.includes(spec.type)) {
    refuse(at, `'nodePort' ${onNodes.nodePort} needs a service of type NODE_PORT or LOAD_BALANCER: give that type, or leave it out`);
  }
  return written;
}

interface PodServiceProps extends kplus.ServiceProps {
  readonly podName: string;
}

/** A service without the empty fields that cdk8s-plus adds. */
export class PlainService extends kplus.Service {
  protected readonly apiObject: ApiObject;

  public constructor(scope: Construct, id: string, props: kplus.ServiceProps) {
    super(scope, id, props);
    this.apiObject = objectOf(this, props.metadata);
  }

  /**
   * @internal
   */
  public _toKube(): kplus.k8s.ServiceSpec {
    const { externalIPs, type, ...spec } = super._toKube();
    return { ...spec, type: type === kplus.ServiceType.CLUSTER_IP ? undefined : type };
  }
}

/** A service in front of one pod. */
export class PodService extends PlainService {
  public constructor(scope: Construct, id: string, { podName, ...props }: PodServiceProps) {
    refuseIf(scope, 'the name of a service for one pod', serviceNameProblem(props.metadata?.name));
    if (!OF_ONE_POD.includes(props.type)) {
      refuse(scope, `'type' of a service for one pod must be CLUSTER_IP, NODE_PORT or LOAD_BALANCER, got ${shown(props.type)}`);
    }
    if (scope.node.tryFindChild(id) !== undefined) {
      refuse(scope, `a service named '${id}' exposes a pod already: give another 'namePrefix'`);
    }
    super(scope, id, props);
    this.selectLabel(POD_NAME_LABEL, podName);
  }
}
