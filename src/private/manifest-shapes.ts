import { k8s } from 'cdk8s-plus-27';
import { accessModesProblem, containerProblem, expressionProblem, nodeExpressionProblem, podProblem } from './manifest-rules';
import {
  dnsLabelProblem, environmentVariableProblem, imageProblem, ipAddressProblem, labelValueProblem, pathWithinProblem, portNameProblem,
  qualifiedNameProblem, searchDomainProblem, serviceNameProblem, subdomainProblem, sysctlProblem,
} from './names';
import { INT32_MAX, shown, textProblem, wholeNumberProblem } from './refuse';
import { also, flag, later, listOf, mapOf, oneOf, rule, Shape, struct, text, wrapped } from './shape';

// what the API server of Kubernetes 1.27 checks in the fields that this library and cdk8s-plus can write, field by field, by
// the names of the manifest. @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/

const QUANTITY = /^[+-]?(\d+|\d+\.\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

const filled = rule(textProblem);
const dnsLabel = rule(value => dnsLabelProblem(value));
const subdomain = rule(subdomainProblem);
const quantity = wrapped((value): value is k8s.Quantity => value instanceof k8s.Quantity, rule(value => (typeof value === 'string' || typeof value === 'number') && QUANTITY.test(String(value))
  ? undefined
  : `must be a quantity such as 500m or 2Gi, got ${shown(value)}`));
const protocol = oneOf('TCP', 'UDP', 'SCTP');
const port = whole(1, 65535);
const portOrName = wrapped((value): value is k8s.IntOrString => value instanceof k8s.IntOrString, rule(value => typeof value === 'string' ? portNameProblem(value) : wholeNumberProblem(value, 1, 65535)));
const absolute = rule(value => typeof value === 'string' && value.startsWith('/') ? undefined : `must be absolute, got ${shown(value)}`);
const fileMode = whole(0, 0o777);
const userId = whole();
const labels = mapOf(rule(qualifiedNameProblem), rule(labelValueProblem));
const annotations = mapOf(rule(key => qualifiedNameProblem((key as string).toLowerCase())), text);
const withinVolume = rule(value => pathWithinProblem(value, 'the volume'));
const ipAddress = rule(ipAddressProblem);
const nameOf = struct({ name: subdomain }, ['name']);

const labelSelector = later(() => struct({
  matchLabels: labels,
  matchExpressions: listOf(also(struct({
    key: rule(qualifiedNameProblem),
    operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
    values: listOf(rule(labelValueProblem)),
  }, ['key', 'operator']), expressionProblem)),
}));

export const OBJECT_META = later(() => struct({
  name: subdomain,
  namespace: dnsLabel,
  labels,
  annotations,
  finalizers: listOf(rule(qualifiedNameProblem)),
  ownerReferences: listOf(struct({
    apiVersion: filled, kind: filled, name: filled, uid: filled, controller: flag, blockOwnerDeletion: flag,
  }, ['apiVersion', 'kind', 'name', 'uid'])),
}));

const endpoint = { host: text, port: portOrName };
const actions = {
  exec: struct({ command: listOf(text, { min: 1 }) }, ['command']),
  httpGet: struct({ ...endpoint, path: text, scheme: oneOf('HTTP', 'HTTPS') }, ['port']),
  tcpSocket: struct(endpoint, ['port']),
};

function probe(successThreshold: Shape): Shape {
  return struct({
    ...actions,
    initialDelaySeconds: whole(),
    periodSeconds: whole(1),
    timeoutSeconds: whole(1),
    failureThreshold: whole(1),
    successThreshold,
  });
}

const keyOf = (name: Shape) => struct({ name, key: filled, optional: flag }, ['name', 'key']);
const sourceOf = struct({ name: subdomain, optional: flag }, ['name']);

const container = later(() => also(struct({
  name: dnsLabel,
  image: rule(imageProblem),
  imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
  command: listOf(text),
  args: listOf(text),
  workingDir: text,
  ports: listOf(struct({ name: rule(portNameProblem), containerPort: port, hostPort: port, hostIP: text, protocol }, ['containerPort'])),
  env: listOf(struct({
    name: rule(environmentVariableProblem),
    value: text,
    valueFrom: struct({
      configMapKeyRef: keyOf(subdomain),
      secretKeyRef: keyOf(subdomain),
      fieldRef: struct({ fieldPath: filled, apiVersion: text }, ['fieldPath']),
      resourceFieldRef: struct({ resource: filled, containerName: text, divisor: quantity }, ['resource']),
    }),
  }, ['name'])),
  envFrom: listOf(struct({ prefix: rule(environmentVariableProblem), configMapRef: sourceOf, secretRef: sourceOf })),
  volumeMounts: listOf(struct({
    name: dnsLabel,
    mountPath: absolute,
    subPath: withinVolume,
    subPathExpr: withinVolume,
    readOnly: flag,
    mountPropagation: oneOf('None', 'HostToContainer', 'Bidirectional'),
  }, ['name', 'mountPath']), { uniqueBy: [['mountPath']] }),
  volumeDevices: listOf(struct({ name: dnsLabel, devicePath: filled }, ['name', 'devicePath']), { uniqueBy: [['devicePath'], ['name']] }),
  readinessProbe: probe(whole(1)),
  livenessProbe: probe(whole(1, 1)),
  startupProbe: probe(whole(1, 1)),
  lifecycle: struct({ postStart: struct(actions), preStop: struct(actions) }),
  resources: struct({ limits: mapOf(text, quantity), requests: mapOf(text, quantity) }),
  securityContext: struct({
    runAsUser: userId,
    runAsGroup: userId,
    runAsNonRoot: flag,
    privileged: flag,
    readOnlyRootFilesystem: flag,
    allowPrivilegeEscalation: flag,
    capabilities: struct({ add: listOf(filled), drop: listOf(filled) }),
  }),
}, ['name', 'image']), containerProblem));

const items = listOf(struct({ key: filled, path: withinVolume, mode: fileMode }, ['key', 'path']));
const disk = { fsType: text, readOnly: flag };

const volume = later(() => struct({
  name: dnsLabel,
  configMap: struct({ name: subdomain, defaultMode: fileMode, optional: flag, items }),
  secret: struct({ secretName: subdomain, defaultMode: fileMode, optional: flag, items }),
  emptyDir: struct({ medium: oneOf('', 'Memory'), sizeLimit: quantity }),
  persistentVolumeClaim: struct({ claimName: subdomain, readOnly: flag }, ['claimName']),
  hostPath: struct({
    path: rule(value => textProblem(value) ?? (String(value).split('/').includes('..') ? `must not lead up by '..', got ${shown(value)}` : undefined)),
    type: oneOf('', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'),
  }, ['path']),
  nfs: struct({ server: filled, path: absolute, readOnly: flag }, ['server', 'path']),
  csi: struct({ ...disk, driver: filled, volumeAttributes: mapOf(text, text) }, ['driver']),
  awsElasticBlockStore: struct({ ...disk, volumeID: filled, partition: whole() }, ['volumeID']),
  gcePersistentDisk: struct({ ...disk, pdName: filled, partition: whole() }, ['pdName']),
  azureDisk: struct({
    ...disk, diskName: filled, diskURI: filled, cachingMode: oneOf('None', 'ReadOnly', 'ReadWrite'), kind: oneOf('Shared', 'Dedicated', 'Managed'),
  }, ['diskName', 'diskURI']),
}, ['name']));

const nodeSelectorTerm = later(() => struct({
  matchExpressions: listOf(also(struct({
    key: rule(qualifiedNameProblem),
    operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'),
    values: listOf(text),
  }, ['key', 'operator']), nodeExpressionProblem)),
}));
// a term without anything is no wish where it is preferred, but no node at all where it is required.
const requiredTerm = also<{ matchExpressions?: unknown[] | null }>(
  nodeSelectorTerm, ({ matchExpressions }) => matchExpressions?.length ? undefined : 'must have an expression, or no node will do');
const podAffinityTerm = later(() => struct({
  labelSelector,
  namespaceSelector: labelSelector,
  namespaces: listOf(dnsLabel),
  topologyKey: rule(qualifiedNameProblem),
}, ['topologyKey']));
const podAffinity = later(() => struct({
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(struct({ weight: whole(1, 100), podAffinityTerm }, ['weight', 'podAffinityTerm'])),
}));

const podSpec = later(() => also(struct({
  containers: listOf(container, { min: 1, uniqueBy: [['name']] }),
  initContainers: listOf(container, { uniqueBy: [['name']] }),
  volumes: listOf(volume, { uniqueBy: [['name']] }),
  affinity: struct({
    nodeAffinity: struct({
      requiredDuringSchedulingIgnoredDuringExecution: struct({ nodeSelectorTerms: listOf(requiredTerm, { min: 1 }) }, ['nodeSelectorTerms']),
      preferredDuringSchedulingIgnoredDuringExecution: listOf(struct({ weight: whole(1, 100), preference: nodeSelectorTerm }, ['weight', 'preference'])),
    }),
    podAffinity,
    podAntiAffinity: podAffinity,
  }),
  nodeName: subdomain,
  tolerations: listOf(struct({
    key: rule(qualifiedNameProblem),
    operator: oneOf('Exists', 'Equal'),
    value: rule(labelValueProblem),
    effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    tolerationSeconds: whole(-INT32_MAX),
  })),
  topologySpreadConstraints: listOf(struct({
    topologyKey: rule(qualifiedNameProblem),
    maxSkew: whole(1),
    minDomains: whole(1),
    whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
    labelSelector,
  }, ['topologyKey', 'maxSkew', 'whenUnsatisfiable']), { uniqueBy: [['topologyKey', 'whenUnsatisfiable']] }),
  securityContext: struct({
    runAsUser: userId,
    runAsGroup: userId,
    runAsNonRoot: flag,
    fsGroup: userId,
    fsGroupChangePolicy: oneOf('OnRootMismatch', 'Always'),
    sysctls: listOf(struct({ name: rule(sysctlProblem), value: text }, ['name', 'value']), { uniqueBy: [['name']] }),
    seccompProfile: struct({ type: oneOf('RuntimeDefault', 'Localhost', 'Unconfined'), localhostProfile: filled }, ['type']),
  }),
  serviceAccountName: subdomain,
  automountServiceAccountToken: flag,
  enableServiceLinks: flag,
  hostAliases: listOf(struct({ ip: ipAddress, hostnames: listOf(subdomain) }, ['ip'])),
  hostNetwork: flag,
  dnsPolicy: oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  dnsConfig: struct({
    nameservers: listOf(ipAddress), searches: listOf(rule(searchDomainProblem)), options: listOf(struct({ name: filled, value: text }, ['name'])),
  }),
  setHostnameAsFQDN: flag,
  imagePullSecrets: listOf(nameOf),
  terminationGracePeriodSeconds: whole(),
  priorityClassName: subdomain,
}, ['containers']), podProblem));

export const STATEFUL_SET_SPEC = later(() => struct({
  replicas: whole(),
  serviceName: rule(serviceNameProblem),
  selector: labelSelector,
  podManagementPolicy: oneOf('OrderedReady', 'Parallel'),
  minReadySeconds: whole(),
  revisionHistoryLimit: whole(),
  updateStrategy: struct({ type: oneOf('RollingUpdate', 'OnDelete'), rollingUpdate: struct({ partition: whole() }) }),
  persistentVolumeClaimRetentionPolicy: struct({ whenDeleted: oneOf('Delete', 'Retain'), whenScaled: oneOf('Delete', 'Retain') }),
  ordinals: struct({ start: whole() }),
  template: struct({ metadata: OBJECT_META, spec: podSpec }, ['spec']),
  volumeClaimTemplates: listOf(struct({
    metadata: OBJECT_META,
    spec: struct({
      accessModes: also(listOf(oneOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'), { min: 1 }), accessModesProblem),
      volumeMode: oneOf('Filesystem', 'Block'),
      storageClassName: rule(value => value === '' ? undefined : subdomainProblem(value)),
      resources: struct({ requests: mapOf(text, quantity) }),
      selector: labelSelector,
      dataSource: struct({ apiGroup: subdomain, kind: filled, name: subdomain }, ['kind', 'name']),
    }, ['accessModes', 'resources']),
  }, ['metadata', 'spec'])),
}, ['serviceName', 'selector', 'template']));

export const SERVICE_SPEC = later(() => struct({
  type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer'),
  clusterIP: text,
  selector: labels,
  publishNotReadyAddresses: flag,
  ports: listOf(struct({
    name: dnsLabel,
    port,
    targetPort: portOrName,
    nodePort: port,
    protocol,
  }, ['port']), { uniqueBy: [['name']] }),
}));

function whole(min = 0, max = INT32_MAX): Shape {
  return rule(value => wholeNumberProblem(value, min, max));
}
