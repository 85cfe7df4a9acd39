import { k8s } from 'cdk8s-plus-27';
import { constructs } from './constructs';
import { APP, NONROOT } from '../workload';

/** The generated classes of cdk8s-plus, written out by hand: what a careful author types without a library. */
export const synth = constructs((chart, name) => {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };

  new k8s.KubeService(chart, `${name}-service`, {
    metadata: { name, labels },
    spec: {
      clusterIp: 'None',
      selector: labels,
      ports: APP.ports.map((port) => ({ name: port.name, port: port.number })),
    },
  });

  new k8s.KubeStatefulSet(chart, name, {
    metadata: { name, labels },
    spec: {
      replicas: APP.replicas,
      serviceName: name,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec() },
      volumeClaimTemplates: [{
        metadata: { name: APP.claim.name },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: APP.claim.storageClass,
          resources: { requests: { storage: k8s.Quantity.fromString(`${APP.claim.gibibytes}Gi`) } },
        },
      }],
    },
  });
});

function podSpec(): k8s.PodSpec {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NONROOT,
      runAsGroup: NONROOT,
      fsGroup: NONROOT,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [{
      name: 'main',
      image: APP.image,
      env: Object.entries(APP.env).map(([key, value]) => ({ name: key, value })),
      ports: APP.ports.map((port) => ({ containerPort: port.number, name: port.name })),
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
      volumeMounts: [{ name: APP.claim.name, mountPath: APP.claim.mountPath }],
    }],
  };
}
