import { APP, NONROOT } from '../workload';

/** The objects of one app, as everybody but `kplus` must give them. */
export function documents(name: string): object[] {
  return [service(name), statefulSet(name)];
}

export function service(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { labels: labels(name), name },
    spec: {
      clusterIP: 'None',
      ports: APP.ports.map((port) => ({ name: port.name, port: port.number })),
      selector: labels(name),
    },
  };
}

export function statefulSet(name: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { labels: labels(name), name },
    spec: {
      replicas: APP.replicas,
      selector: { matchLabels: labels(name) },
      serviceName: name,
      template: {
        metadata: { labels: labels(name) },
        spec: podSpec(),
      },
      volumeClaimTemplates: [{
        metadata: { name: APP.claim.name },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: `${APP.claim.gibibytes}Gi` } },
          storageClassName: APP.claim.storageClass,
        },
      }],
    },
  };
}

function podSpec() {
  return {
    automountServiceAccountToken: false,
    containers: [{
      env: Object.entries(APP.env).map(([key, value]) => ({ name: key, value })),
      image: APP.image,
      name: 'main',
      ports: APP.ports.map((port) => ({ containerPort: port.number, name: port.name })),
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [{ mountPath: APP.claim.mountPath, name: APP.claim.name }],
    }],
    enableServiceLinks: false,
    securityContext: {
      fsGroup: NONROOT,
      fsGroupChangePolicy: 'OnRootMismatch',
      runAsGroup: NONROOT,
      runAsNonRoot: true,
      runAsUser: NONROOT,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

function labels(name: string) {
  return { 'app.kubernetes.io/instance': name, 'app.kubernetes.io/name': name };
}
