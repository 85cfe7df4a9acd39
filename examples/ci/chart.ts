import { Chart, Size } from 'cdk8s';
import { StatefulApp } from 'cdk8s-stateful';
import { Construct } from 'constructs';

export interface LedgerProps {
  /** The version of the program. */
  readonly version: string;

  /** The size of each pod's disk. */
  readonly storage: Size;
}

/** Three servers with a disk for each. */
export class Ledger extends Chart {
  public constructor(scope: Construct, id: string, { version, storage }: LedgerProps) {
    super(scope, id);
    new StatefulApp(this, 'ledger', {
      replicas: 3,
      containers: [{ image: `registry.example.com/ledger:${version}`, ports: [{ number: 8080, name: 'http' }] }],
      volumeClaimTemplates: [{ name: 'data', storage, mountPath: '/var/lib/ledger' }],
    });
  }
}
