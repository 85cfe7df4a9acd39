import { Chart, Size } from 'cdk8s';
import { EtcdCluster } from 'cdk8s-stateful';
import { Construct } from 'constructs';

/** Three members of etcd. */
export class Etcd extends Chart {
  public readonly cluster: EtcdCluster;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    this.cluster = new EtcdCluster(this, 'etcd', { replicas: 3, storage: Size.gibibytes(2) });
  }
}
