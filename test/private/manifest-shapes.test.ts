import { Change, fullSpec, labels } from './full-spec';
import { OBJECT_META, SERVICE_SPEC, STATEFUL_SET_SPEC } from '../../src/private/manifest-shapes';
import { problemsOf } from '../../src/private/shape';
import { schemaErrors } from '../kubernetes-schema';

const problems = (change?: Change) => problemsOf(STATEFUL_SET_SPEC, fullSpec(change), 'spec');
const inPod = (problem: string) => `spec.template.spec.${problem}`;
const inMain = (problem: string) => inPod(`containers[main].${problem}`);

describe('the shape of a StatefulSet', () => {
  test('accepts a spec with every field, as the schema of Kubernetes does', () => {
    expect(problems()).toEqual([]);
    expect(schemaErrors({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: fullSpec() })).toEqual([]);
  });

  test('accepts a spec with the least', () => {
    const spec = { serviceName: 'db', selector: { matchLabels: labels }, template: { spec: { containers: [{ name: 'a', image: 'b' }] } } };
    expect(problemsOf(STATEFUL_SET_SPEC, spec, 'spec')).toEqual([]);
  });

  test.each<[string, Change, string[]]>([
    ['parts are missing', s => { delete s.serviceName; delete s.selector; delete s.template; },
      ['spec.serviceName is missing', 'spec.selector is missing', 'spec.template is missing']],
    ['replicas are none', s => { s.replicas = -1; }, ['spec.replicas must be a whole number from 0 to 2147483647, got -1']],
    ['the policy is unknown', s => { s.podManagementPolicy = 'parallel'; },
      ['spec.podManagementPolicy must be one of OrderedReady, Parallel; got "parallel"']],
    ['there is no container', (_, pod) => { pod.containers = []; }, [inPod('containers must have at least 1 entry')]],
    ['two containers have a name', (_, pod) => { pod.containers.push({ name: 'main', image: 'a' }); },
      [inPod('containers must differ in name, got main twice')]],
    ['two volumes have a name', (_, pod) => { pod.volumes.push({ name: 'a' }); }, [inPod('volumes must differ in name, got a twice')]],
    ['two mounts have a path', (_, _pod, c) => { c.volumeMounts.push({ name: 'b', mountPath: '/a' }); },
      [inMain('volumeMounts must differ in mountPath, got /a twice')]],
    ['a device is there twice', (_, _pod, c) => { c.volumeDevices.push(c.volumeDevices[0]); },
      [inMain('volumeDevices must differ in devicePath, got /dev/xvda twice'), inMain('volumeDevices must differ in name, got raw twice')]],
    ['an argument is a number', (_, _pod, c) => { c.args = ['a', 5]; }, [inMain('args[1] must be text, got 5')]],
    ['a variable is called strangely', (_, _pod, c) => { c.env = [{ name: '5' }]; },
      [inMain('env[5].name must be the name of an environment variable: letters, digits, underscores, hyphens and dots; got "5"')]],
    ['liveness must succeed twice', (_, _pod, c) => { c.livenessProbe.successThreshold = 2; },
      [inMain('livenessProbe.successThreshold must be 1, got 2')]],
    ['a probe has a text for a port number', (_, _pod, c) => { c.readinessProbe.tcpSocket.port = '80'; },
      [inMain('readinessProbe.tcpSocket.port must have a letter and no double hyphen, got "80"')]],
    ['a mount path is relative', (_, _pod, c) => { c.volumeMounts = [{ name: 'a', mountPath: 'data' }]; },
      [inMain('volumeMounts[a].mountPath must be absolute, got "data"')]],
    ['a probe has no port', (_, _pod, c) => { delete c.readinessProbe.tcpSocket.port; }, [inMain('readinessProbe.tcpSocket.port is missing')]],
    ['a hook has no command', (_, _pod, c) => { c.lifecycle.preStop.exec.command = []; },
      [inMain('lifecycle.preStop.exec.command must have at least 1 entry')]],
    ['a user is negative', (_, _pod, c) => { c.securityContext.runAsUser = -1; },
      [inMain('securityContext.runAsUser must be a whole number from 0 to 2147483647, got -1')]],
    ['a file mode is decimal', (_, pod) => { pod.volumes[0].configMap.defaultMode = 644; },
      [inPod('volumes[a].configMap.defaultMode must be a whole number from 0 to 511, got 644')]],
    ['the weight is too high', (_, pod) => { pod.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight = 101; },
      [inPod('affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight must be a whole number from 1 to 100, got 101')]],
    ['a spread knows no topology', (_, pod) => { pod.topologySpreadConstraints = [{ maxSkew: 0 }]; }, [
      inPod('topologySpreadConstraints[0].maxSkew must be a whole number from 1 to 2147483647, got 0'),
      inPod('topologySpreadConstraints[0].topologyKey is missing'),
      inPod('topologySpreadConstraints[0].whenUnsatisfiable is missing'),
    ]],
    ['a spread is there twice', (_, pod) => { pod.topologySpreadConstraints.push({ topologyKey: 'zone', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' }); },
      [inPod('topologySpreadConstraints must differ in topologyKey and whenUnsatisfiable, got zone DoNotSchedule twice')]],
    ['a profile has no type', (_, pod) => { pod.securityContext.seccompProfile = {}; }, [inPod('securityContext.seccompProfile.type is missing')]],
    ['a flag is a text', (_, pod) => { pod.hostNetwork = 'yes'; }, [inPod('hostNetwork must be true or false, got "yes"')]],
    ['a claim has no access mode', s => { s.volumeClaimTemplates[0].spec.accessModes = []; },
      ['spec.volumeClaimTemplates[0].spec.accessModes must have at least 1 entry']],
    ['a claim has a class that is none', s => { s.volumeClaimTemplates[0].spec.storageClassName = 'A'; },
      ['spec.volumeClaimTemplates[0].spec.storageClassName must be a DNS name: labels of lower-case letters, digits and hyphens, joined by dots; got "A"']],
    ['a source of a claim has no kind', s => { delete s.volumeClaimTemplates[0].spec.dataSource.kind; },
      ['spec.volumeClaimTemplates[0].spec.dataSource.kind is missing']],
  ])('fails when %s', (_, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });

  test.each([
    '1', '0', '1.5', '1.', '.5', '+1', '-1', '100m', '5u', '7n', '1k', '2M', '3G', '4T', '5P', '6E', '1Ki', '2Mi', '3Gi', '4Ti', '5Pi', '6Ei', '1e3', '1E-3', 5, 1.5,
  ])('accepts the quantity %p', amount => {
    expect(problems((_, _pod, container) => { container.resources = { limits: { cpu: amount } }; })).toEqual([]);
  });

  test.each<[unknown, string]>([
    ['', '""'], ['1 Gi', '"1 Gi"'], ['1gi', '"1gi"'], ['NaNKi', '"NaNKi"'], ['1KiB', '"1KiB"'], ['Gi', '"Gi"'], ['1.2.3', '"1.2.3"'], ['0x10', '"0x10"'], ['1e', '"1e"'],
    [NaN, 'NaN'], [{}, 'an object'], [[], 'a list'], [['5'], 'a list'], [true, 'true'], [{ toString: null }, 'an object'], [Object.create(null), 'an object'],
  ])('fails when a quantity is %p', (amount, got) => {
    expect(problems((_, _pod, container) => { container.resources = { limits: { cpu: amount } }; }))
      .toEqual([inMain(`resources.limits.cpu must be a quantity such as 500m or 2Gi, got ${got}`)]);
  });
});

describe('each field of a StatefulSet', () => {
  // where a field is, as the keys on the way to it; `updateStrategy` is made by Rollout, which checks it.
  const paths = pathsIn(fullSpec()).filter(([first]) => first !== 'updateStrategy');
  const changed = (path: string[], change: (parent: any, key: string) => void) => {
    const spec = fullSpec();
    change(path.slice(0, -1).reduce((value, key) => value[key], spec), path[path.length - 1]);
    return problemsOf(STATEFUL_SET_SPEC, spec, 'spec');
  };
  const valueAt = (path: string[]) => path.reduce((value, key) => value[key], fullSpec());

  test('is refused when it is of another type, and called by its place', () => {
    expect(paths.length).toBeGreaterThan(250);
    for (const path of paths) {
      const wrong = Array.isArray(valueAt(path)) ? {} : [];
      const found = changed(path, (parent, key) => { parent[key] = wrong; });
      const place = new RegExp(`^spec[^ ]*${/^\d+$/.test(path[path.length - 1]) ? '\\[[^ ]+\\]' : `\\.${path[path.length - 1].replace(/[.]/g, '\\.')}`} must `);
      expect([path, found.filter(problem => place.test(problem)).length]).toEqual([path, 1]);
    }
  });

  test('is missed where the schema of Kubernetes misses it', () => {
    for (const path of paths) {
      const spec = fullSpec();
      const remove = (parent: any, key: string) => Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key];
      remove(path.slice(0, -1).reduce((value, key) => value[key], spec), path[path.length - 1]);
      if (schemaErrors({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec }).length > 0) {
        expect([path, changed(path, remove).filter(problem => problem.endsWith(' is missing')).length]).toEqual([path, 1]);
      }
    }
  });

  test('is optional unless Kubernetes requires it', () => {
    const required = paths.filter(path => changed(path, (parent, key) => { delete parent[key]; }).some(problem => problem.endsWith(' is missing')));
    const names = required.map(path => path.filter(key => !/^\d+$/.test(key)).slice(-2).join('.'));
    expect([...new Set(names)].sort()).toEqual([
      'awsElasticBlockStore.volumeID', 'azureDisk.diskName', 'azureDisk.diskURI', 'configMapKeyRef.key', 'configMapKeyRef.name',
      'configMapRef.name', 'containers.image', 'containers.name', 'csi.driver', 'dataSource.kind', 'dataSource.name', 'env.name', 'exec.command',
      'fieldRef.fieldPath', 'gcePersistentDisk.pdName', 'hostAliases.ip', 'hostPath.path', 'httpGet.port', 'imagePullSecrets.name',
      'initContainers.image', 'initContainers.name', 'items.key', 'items.path', 'matchExpressions.key', 'matchExpressions.operator', 'nfs.path',
      'nfs.server', 'options.name', 'persistentVolumeClaim.claimName', 'podAffinityTerm.topologyKey', 'ports.containerPort',
      'preferredDuringSchedulingIgnoredDuringExecution.podAffinityTerm', 'preferredDuringSchedulingIgnoredDuringExecution.preference',
      'preferredDuringSchedulingIgnoredDuringExecution.weight', 'requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms',
      'requiredDuringSchedulingIgnoredDuringExecution.topologyKey', 'resourceFieldRef.resource', 'seccompProfile.type', 'secretKeyRef.key',
      'secretKeyRef.name', 'secretRef.name', 'selector', 'serviceName', 'spec.accessModes', 'spec.containers', 'spec.resources', 'sysctls.name',
      'sysctls.value', 'tcpSocket.port', 'template', 'template.spec', 'topologySpreadConstraints.maxSkew', 'topologySpreadConstraints.topologyKey',
      'topologySpreadConstraints.whenUnsatisfiable', 'volumeClaimTemplates.metadata', 'volumeClaimTemplates.spec', 'volumeDevices.devicePath',
      'volumeDevices.name', 'volumeMounts.mountPath', 'volumeMounts.name', 'volumes.name',
    ]);
  });

  test.each<[string, string[]]>([
    ['podManagementPolicy', ['OrderedReady', 'Parallel']],
    ['selector.matchExpressions.0.operator', ['In', 'NotIn', 'Exists', 'DoesNotExist']],
    ['volumeClaimTemplates.0.spec.accessModes.0', ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']],
    ['volumeClaimTemplates.0.spec.volumeMode', ['Filesystem', 'Block']],
    ['template.spec.containers.0.imagePullPolicy', ['Always', 'IfNotPresent', 'Never']],
    ['template.spec.containers.0.ports.0.protocol', ['TCP', 'UDP', 'SCTP']],
    ['template.spec.containers.0.volumeMounts.0.mountPropagation', ['None', 'HostToContainer', 'Bidirectional']],
    ['template.spec.containers.0.lifecycle.postStart.httpGet.scheme', ['HTTP', 'HTTPS']],
    ['template.spec.volumes.2.emptyDir.medium', ['', 'Memory']],
    ['template.spec.volumes.4.hostPath.type',
      ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice']],
    ['template.spec.volumes.9.azureDisk.cachingMode', ['None', 'ReadOnly', 'ReadWrite']],
    ['template.spec.volumes.9.azureDisk.kind', ['Shared', 'Dedicated', 'Managed']],
    ['template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0.operator',
      ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']],
    ['template.spec.tolerations.0.operator', ['Exists', 'Equal']],
    ['template.spec.tolerations.0.effect', ['NoSchedule', 'PreferNoSchedule', 'NoExecute']],
    ['template.spec.topologySpreadConstraints.0.whenUnsatisfiable', ['DoNotSchedule', 'ScheduleAnyway']],
    ['template.spec.securityContext.fsGroupChangePolicy', ['OnRootMismatch', 'Always']],
    ['template.spec.securityContext.seccompProfile.type', ['RuntimeDefault', 'Localhost', 'Unconfined']],
    ['template.spec.dnsPolicy', ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']],
  ])('%s is one of the words of Kubernetes', (path, words) => {
    for (const word of words) {
      expect(changed(path.split('.'), (parent, key) => { parent[key] = word; })).toEqual([]);
    }
    const [problem] = changed(path.split('.'), (parent, key) => { parent[key] = 'another'; });
    expect(problem.slice(problem.indexOf(' must'))).toEqual(` must be one of ${words.join(', ')}; got "another"`);
  });
});

describe('a spread over one topology', () => {
  test('may be wanted and required', () => {
    expect(problems((_, pod) => {
      pod.topologySpreadConstraints.push({ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' });
    })).toEqual([]);
  });
});

describe('the shape of a service', () => {
  const port = { name: 'web', port: 80, targetPort: 'http', nodePort: 30080, protocol: 'SCTP' };

  test('accepts a spec with every field', () => {
    const spec = { type: 'LoadBalancer', selector: labels, publishNotReadyAddresses: true, ports: [port, { port: 81, targetPort: 8081 }] };
    expect(problemsOf(SERVICE_SPEC, spec, 'spec')).toEqual([]);
    expect(problemsOf(SERVICE_SPEC, {}, 'spec')).toEqual([]);
  });

  test.each<[string, any, string[]]>([
    ['a port has no number', { ports: [{ name: 'web' }] }, ['spec.ports[web].port is missing']],
    ['a port is out of range', { ports: [{ ...port, port: 65536 }] }, ['spec.ports[web].port must be a whole number from 1 to 65535, got 65536']],
    ['two ports have a name', { ports: [port, port] }, ['spec.ports must differ in name, got web twice']],
    ['a target is out of range', { ports: [{ port: 80, targetPort: 0 }] }, ['spec.ports[0].targetPort must be a whole number from 1 to 65535, got 0']],
    ['the protocol is unknown', { ports: [{ port: 80, protocol: 'http' }] }, ['spec.ports[0].protocol must be one of TCP, UDP, SCTP; got "http"']],
    ['the type is unknown', { type: 'Headless' }, ['spec.type must be one of ClusterIP, NodePort, LoadBalancer; got "Headless"']],
    ['a selector is wrong', { selector: { app: 5 } },
      ['spec.selector.app must be a label value: letters, digits, hyphens, underscores and dots; got 5']],
  ])('fails when %s', (_, spec, expected) => {
    expect(problemsOf(SERVICE_SPEC, spec, 'spec')).toEqual(expected);
  });
});

describe('the shape of metadata', () => {
  test('accepts names and maps that Kubernetes accepts', () => {
    expect(problemsOf(OBJECT_META, { name: 'a.b', namespace: 'c', labels: { 'a/b': '' }, annotations: { 'A/b': 'any\nthing' } }, 'metadata')).toEqual([]);
  });

  test('fails when an owner or a finalizer is wrong', () => {
    expect(problemsOf(OBJECT_META, { finalizers: ['a b'], ownerReferences: [{ name: 'o', controller: 'yes' }] }, 'metadata')).toEqual([
      'metadata.finalizers[0] must be a label key: letters, digits, hyphens, underscores and dots after an optional prefix/; got "a b"',
      'metadata.ownerReferences[o].controller must be true or false, got "yes"',
      'metadata.ownerReferences[o].apiVersion is missing',
      'metadata.ownerReferences[o].kind is missing',
      'metadata.ownerReferences[o].uid is missing',
    ]);
  });
});

/** The keys on the way to every value within an object, to the object in a list and so on. */
function pathsIn(value: unknown): string[][] {
  return typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(
    ([key, within]) => [[key], ...pathsIn(within).map(path => [key, ...path])]);
}
