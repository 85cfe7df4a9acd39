import { Chart, Size } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-27';
import { DisruptionBudget, StatefulApp } from 'cdk8s-stateful';
import { constructs } from './constructs';
import { APP } from '../workload';

// asked for now, since the package loads its parts when something of them is, and modules are no part of a sample.
void [DisruptionBudget, StatefulApp];

/** This library. Without a budget, because the other peers make two objects as well. */
export function build(chart: Chart, name: string): StatefulApp {
  return new StatefulApp(chart, name, {
    replicas: APP.replicas,
    disruptionBudget: DisruptionBudget.none(),
    containers: [{
      name: 'main',
      image: APP.image,
      ports: APP.ports.map((port) => ({ number: port.number, name: port.name })),
      envVariables: Object.fromEntries(Object.entries(APP.env).map(([key, value]) => [key, EnvValue.fromValue(value)])),
    }],
    volumeClaimTemplates: [{
      name: APP.claim.name,
      storage: Size.gibibytes(APP.claim.gibibytes),
      storageClass: APP.claim.storageClass,
      mountPath: APP.claim.mountPath,
    }],
  });
}

export const synth = constructs(build);
