/** Changes a spec, the spec of its pods or their container. */
export type Change = (spec: any, pod: any, container: any) => void;

/** Labels that all objects of the spec have. */
export const labels = { 'app.kubernetes.io/name': 'db' };
const selector = { matchLabels: labels, matchExpressions: [{ key: 'tier', operator: 'In', values: ['data', ''] }, { key: 'old', operator: 'DoesNotExist' }] };
const term = { labelSelector: selector, namespaces: ['prod'], namespaceSelector: selector, topologyKey: 'kubernetes.io/hostname' };
const nodeTerm = { matchExpressions: [{ key: 'disk', operator: 'Gt', values: ['5'] }] };
const user = { runAsUser: 1, runAsGroup: 0, runAsNonRoot: true };
const locked = { privileged: false, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false };
const action = { httpGet: { path: '/', port: 'web', scheme: 'HTTPS', host: 'a' } };

/** The spec of a StatefulSet with every field that a manifest of this library can have, changed by `change`. */
export function fullSpec(change: Change = () => {}): any {
  const probe = { tcpSocket: { port: 80 }, initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 1 };
  const spec: any = {
    replicas: 3,
    serviceName: 'db',
    selector,
    podManagementPolicy: 'Parallel',
    minReadySeconds: 0,
    revisionHistoryLimit: 5,
    ordinals: { start: 1 },
    template: {
      metadata: { labels, annotations: { 'A.b/C': 'x' } },
      spec: {
        containers: [{
          name: 'main',
          image: 'db:1',
          imagePullPolicy: 'IfNotPresent',
          command: ['db'],
          args: [''],
          workingDir: '/',
          ports: [{ name: 'web', containerPort: 80, hostPort: 80, hostIP: '1.2.3.4', protocol: 'UDP' }],
          env: [
            { name: 'A', value: '' },
            { name: 'B', valueFrom: { configMapKeyRef: { name: 'a.b', key: 'k', optional: true } } },
            { name: 'C', valueFrom: { secretKeyRef: { name: 'a', key: 'k' } } },
            { name: 'D', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } },
            { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', containerName: 'main', divisor: '1m' } } },
          ],
          envFrom: [{ prefix: 'P_', configMapRef: { name: 'a', optional: true } }, { secretRef: { name: 'a' } }],
          volumeMounts: [{ name: 'a', mountPath: '/a', subPath: 'b', readOnly: true, mountPropagation: 'None' }, { name: 'a', mountPath: '/b', subPathExpr: '$(A)' }],
          volumeDevices: [{ name: 'raw', devicePath: '/dev/xvda' }],
          readinessProbe: { ...probe, successThreshold: 2 },
          livenessProbe: probe,
          startupProbe: { exec: { command: ['a'] }, successThreshold: 1 },
          lifecycle: { postStart: action, preStop: { exec: { command: ['a'] } } },
          resources: { limits: { cpu: '1.5', memory: '1Gi' }, requests: { 'ephemeral-storage': 5 } },
          securityContext: { ...user, ...locked, capabilities: { add: ['NET_RAW'], drop: ['ALL'] } },
        }],
        initContainers: [{ name: 'init', image: 'db:1' }],
        volumes: [
          { name: 'a', configMap: { name: 'a', defaultMode: 0o644, optional: true, items: [{ key: 'k', path: 'p', mode: 0 }] } },
          { name: 'b', secret: { secretName: 'a', defaultMode: 0o777, optional: true, items: [{ key: 'k', path: 'p' }] } },
          { name: 'c', emptyDir: { medium: 'Memory', sizeLimit: '5Mi' } },
          { name: 'd', persistentVolumeClaim: { claimName: 'a', readOnly: true } },
          { name: 'e', hostPath: { path: '/a', type: 'Directory' } },
          { name: 'f', nfs: { server: 'a', path: '/', readOnly: false } },
          { name: 'g', csi: { driver: 'a', fsType: 'ext4', readOnly: true, volumeAttributes: { a: '' } } },
          { name: 'h', awsElasticBlockStore: { volumeID: 'a', partition: 0, fsType: 'ext4', readOnly: true } },
          { name: 'i', gcePersistentDisk: { pdName: 'a', partition: 1, fsType: 'ext4', readOnly: true } },
          { name: 'j', azureDisk: { diskName: 'a', diskURI: 'a', cachingMode: 'ReadOnly', kind: 'Managed', fsType: 'ext4', readOnly: true } },
        ],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [nodeTerm] },
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: nodeTerm }],
          },
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
          podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
        },
        nodeName: 'node-1.example',
        tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute', tolerationSeconds: -5 }],
        topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, minDomains: 2, whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector }],
        securityContext: {
          ...user,
          fsGroup: 1,
          fsGroupChangePolicy: 'OnRootMismatch',
          sysctls: [{ name: 'a', value: '' }],
          seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' },
        },
        serviceAccountName: 'db',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        hostAliases: [{ ip: '1.2.3.4', hostnames: ['a.b'] }],
        hostNetwork: true,
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['1.2.3.4'], searches: ['a.b'], options: [{ name: 'ndots', value: '2' }] },
        setHostnameAsFQDN: true,
        imagePullSecrets: [{ name: 'a' }],
        terminationGracePeriodSeconds: 0,
        priorityClassName: 'high',
      },
    },
    volumeClaimTemplates: [{
      metadata: { name: 'data', labels },
      spec: {
        accessModes: ['ReadWriteOncePod'],
        volumeMode: 'Block',
        storageClassName: '',
        resources: { requests: { storage: '10Gi' } },
        selector,
        dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'a' },
      },
    }],
  };
  const copy = JSON.parse(JSON.stringify(spec));
  change(copy, copy.template.spec, copy.template.spec.containers[0]);
  return copy;
}

/** The spec of a service with every field that a manifest of this library can have. */
export const FULL_SERVICE = {
  type: 'LoadBalancer',
  selector: labels,
  publishNotReadyAddresses: true,
  ports: [{ name: 'web', port: 80, targetPort: 'http', nodePort: 30080, protocol: 'SCTP' }, { name: 'b', port: 81, targetPort: 8081 }],
};

/** Metadata with every field that a manifest of this library can have. */
export const FULL_METADATA = {
  name: 'a.b',
  namespace: 'c',
  labels: { 'a/b': '' },
  annotations: { 'A/b': 'any\nthing' },
  finalizers: ['a.b/c'],
  ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '1', controller: true, blockOwnerDeletion: true }],
};
