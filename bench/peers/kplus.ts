import { ApiObject, JsonPatch } from 'cdk8s';
import { EnvValue, StatefulSet } from 'cdk8s-plus-27';
import { constructs } from './constructs';
import { APP } from '../workload';

/** cdk8s-plus as its users write it: its StatefulSet makes the headless Service; claim templates, which it cannot say, are patched in. */
export const synth = constructs((chart, name) => {
  const statefulSet = new StatefulSet(chart, name, {
    metadata: { name },
    replicas: APP.replicas,
    containers: [{
      name: 'main',
      image: APP.image,
      ports: APP.ports.map((port) => ({ number: port.number, name: port.name })),
      envVariables: Object.fromEntries(Object.entries(APP.env).map(([key, value]) => [key, EnvValue.fromValue(value)])),
    }],
  });

  ApiObject.of(statefulSet).addJsonPatch(
    JsonPatch.add('/spec/template/spec/containers/0/volumeMounts', [{ name: APP.claim.name, mountPath: APP.claim.mountPath }]),
    JsonPatch.add('/spec/volumeClaimTemplates', [{
      metadata: { name: APP.claim.name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: APP.claim.storageClass,
        // a patch runs before the generated class makes its JSON, which takes `value` off a quantity and turns a bare string into null.
        resources: { requests: { storage: { value: `${APP.claim.gibibytes}Gi` } } },
      },
    }]),
  );
});
