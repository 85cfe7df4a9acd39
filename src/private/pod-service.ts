import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { checkMetadata } from './manifests';
import { serviceNameProblem } from './names';
import { refuse, refuseIf, shown } from './refuse';
import { checkServiceSpec } from './service-spec';

/** The label that Kubernetes gives to each pod of a StatefulSet. */
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

const TYPES: unknown[] = [undefined, kplus.ServiceType.CLUSTER_IP, kplus.ServiceType.NODE_PORT, kplus.ServiceType.LOAD_BALANCER];

interface PodServiceProps extends kplus.ServiceProps {
  readonly podName: string;
}

/** A service in front of one pod, without the empty fields that cdk8s-plus adds. */
export class PodService extends kplus.Service {
  public constructor(scope: Construct, id: string, { podName, ...props }: PodServiceProps) {
    refuseIf(scope, 'the name of a service for one pod', serviceNameProblem(props.metadata?.name));
    if (!TYPES.includes(props.type)) {
      refuse(scope, `'type' of a service for one pod must be CLUSTER_IP, NODE_PORT or LOAD_BALANCER, got ${shown(props.type)}`);
    }
    if (scope.node.tryFindChild(id) !== undefined) {
      refuse(scope, `a service named '${id}' exposes a pod already: give another 'namePrefix'`);
    }
    super(scope, id, props);
    this.selectLabel(POD_NAME_LABEL, podName);
  }

  public _toKube(): kplus.k8s.ServiceSpec {
    const { externalIPs, type, ...spec } = super._toKube();
    const tidy = { ...spec, type: type === kplus.ServiceType.CLUSTER_IP ? undefined : type };
    checkMetadata(this, this.metadata.toJson());
    checkServiceSpec(this, tidy);
    return tidy;
  }
}
