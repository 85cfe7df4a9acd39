import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { PodSecurity, Rollout, StatefulApp } from 'cdk8s-stateful';
import { Construct } from 'constructs';

export interface WebServersProps {
  /** The image that all pods are to have in the end. */
  readonly image: string;

  /** Which of them have it already. */
  readonly rollout: Rollout;
}

/** Three web servers. */
export class WebServers extends Chart {
  public constructor(scope: Construct, id: string, props: WebServersProps) {
    super(scope, id);
    const app = new StatefulApp(this, 'web', {
      replicas: 3,
      rollout: props.rollout,
      // with OrderedReady, a canary that never gets ready is not even replaced by the old image: somebody has to delete it.
      podManagementPolicy: kplus.PodManagementPolicy.PARALLEL,
      // the user of the image.
      podSecurity: PodSecurity.restricted({ user: 101 }),
    });
    const nginx = app.addContainer({
      name: 'nginx',
      image: props.image,
      ports: [{ number: 8080, name: 'http' }],
      readiness: kplus.Probe.fromHttpGet('/', { port: 8080 }),
    });
    nginx.mount('/tmp', kplus.Volume.fromEmptyDir(this, 'tmp', 'tmp'));
  }
}
