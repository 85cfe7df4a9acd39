import { Change, FULL_METADATA, FULL_SERVICE, fullSpec, labels } from './full-spec';
import { OBJECT_META, SERVICE_SPEC, STATEFUL_SET_SPEC } from '../../src/private/manifest-shapes';
import { problemsOf, Shape } from '../../src/private/shape';
import { schemaErrors } from '../kubernetes-schema';

const problems = (change?: Change) => problemsOf(STATEFUL_SET_SPEC, fullSpec(change), 'spec');
const inPod = (problem: string) => `spec.template.spec.${problem}`;
const nodeTerms = (pod: any) => pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
const inNodes = (problem: string) => inPod(`affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms${problem}`);
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
    ['two volumes have a name', (_, pod) => { pod.volumes.push({ name: 'a' }); }, [inPod('volumes must differ in name, got a twice')]],
    ['two mounts have a path', (_, _pod, c) => { c.volumeMounts.push({ name: 'b', mountPath: '/a' }); },
      [inMain('volumeMounts must differ in mountPath, got /a twice')]],
    ['a device is there twice', (_, _pod, c) => { c.volumeDevices.push(c.volumeDevices[0]); },
      [inMain('volumeDevices must differ in devicePath, got /dev/xvda twice'), inMain('volumeDevices must differ in name, got raw twice')]],
    ['an argument is a number', (_, _pod, c) => { c.args = ['a', 5]; }, [inMain('args[1] must be text, got 5')]],
    ['a variable is called strangely', (_, _pod, c) => { c.env = [{ name: '5' }]; },
      [inMain('env[5].name must be the name of an environment variable: letters, digits, underscores, hyphens and dots; got "5"')]],
    ['a probe has a text for a port number', (_, _pod, c) => { c.readinessProbe.tcpSocket.port = '80'; },
      [inMain('readinessProbe.tcpSocket.port must have a letter and no double hyphen, got "80"')]],
    ['a mount path is relative', (_, _pod, c) => { c.volumeMounts = [{ name: 'a', mountPath: 'data' }]; },
      [inMain('volumeMounts[a].mountPath must be absolute, got "data"')]],
    ['a probe has no port', (_, _pod, c) => { delete c.readinessProbe.tcpSocket.port; }, [inMain('readinessProbe.tcpSocket.port is missing')]],
    ['a hook has no command', (_, _pod, c) => { c.lifecycle.preStop.exec.command = []; },
      [inMain('lifecycle.preStop.exec.command must have at least 1 entry')]],
    ['a user is negative', (_, _pod, c) => { c.securityContext.runAsUser = -1; },
      [inMain('securityContext.runAsUser must be a whole number from 0 to 2147483647, got -1')]],
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
    ['a tag of an image was read with its line break', (_, _pod, c) => { c.image = 'db:1\n'; }, [inMain('image must have no space or line break, got "db:1\\n"')]],
    ['a mount leaves its volume', (_, _pod, c) => { c.volumeMounts[0].subPath = 'a/../..'; },
      [inMain('volumeMounts[a].subPath must be a path within the volume, got "a/../.."')]],
    ['a mount is to spread from a container that may not', (_, _pod, c) => { c.volumeMounts[0].mountPropagation = 'Bidirectional'; },
      [inPod('containers[main] must be privileged to mount \'a\' with the propagation Bidirectional')]],
    ['two containers want one port of the node', (_, pod, c) => { pod.containers.push({ name: 'b', image: 'b', ports: [{ ...c.ports[0], name: 'x' }] }); },
      ['spec.template.spec must have each port of a node once, got 80/UDP in containers \'main\' and \'b\'']],
    ['a port of the node is another one', (_, _pod, c) => { c.ports[0].hostPort = 81; }, ['spec.template.spec must have the ports of its containers as'
      + ' those of its node, since it uses its network; got port 80 with \'hostPort\' 81 in container \'main\': leave out \'hostPort\'']],
    ['a host is no address', (_, pod) => { pod.hostAliases[0].ip = 'db'; }, [inPod('hostAliases[0].ip must be an IP address, got "db"')]],
    ['a name server is a name', (_, pod) => { pod.dnsConfig.nameservers = ['dns.example']; },
      [inPod('dnsConfig.nameservers[0] must be an IP address, got "dns.example"')]],
    ['a search domain has a space', (_, pod) => { pod.dnsConfig.searches = ['a b']; },
      [inPod('dnsConfig.searches[0] must be a DNS name: labels of lower-case letters, digits and hyphens, joined by dots; got "a b"')]],
    ['a kernel parameter is there twice', (_, pod) => { pod.securityContext.sysctls.push(pod.securityContext.sysctls[0]); },
      [inPod('securityContext.sysctls must differ in name, got a twice')]],
    ['a kernel parameter has a space', (_, pod) => { pod.securityContext.sysctls[0].name = 'a b'; },
      [inPod('securityContext.sysctls[a b].name must be the name of a kernel parameter, e.g. net.core.somaxconn; got "a b"')]],
    ['a key of a ConfigMap lands elsewhere', (_, pod) => { pod.volumes[0].configMap.items[0].path = '../p'; },
      [inPod('volumes[a].configMap.items[0].path must be a path within the volume, got "../p"')]],
    ['a folder of the node leads up', (_, pod) => { pod.volumes[4].hostPath.path = '/a/../b'; },
      [inPod('volumes[e].hostPath.path must not lead up by \'..\', got "/a/../b"')]],
    ['a share is relative', (_, pod) => { pod.volumes[5].nfs.path = 'a'; }, [inPod('volumes[f].nfs.path must be absolute, got "a"')]],
    ['a selector has no values', s => { s.selector = { matchExpressions: [{ key: 'a', operator: 'NotIn', values: [] }] }; },
      ['spec.selector.matchExpressions[0] must have \'values\' for NotIn, got none']],
    ['a selector has values that mean nothing', s => { s.selector = { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }; },
      ['spec.selector.matchExpressions[0] must have no \'values\' for Exists, got "b"']],
    ['a node is to have more than two numbers', (_, pod) => { nodeTerms(pod)[0].matchExpressions[0].values = ['1', '2']; },
      [inNodes('[0].matchExpressions[0] must have one whole number for Gt, got "1", "2"')]],
    ['a node is to have more than no number', (_, pod) => { delete nodeTerms(pod)[0].matchExpressions[0].values; },
      [inNodes('[0].matchExpressions[0] must have one whole number for Gt, got none')]],
    ['a node is to have none of some values', (_, pod) => { nodeTerms(pod)[0].matchExpressions[0] = { key: 'a', operator: 'In' }; },
      [inNodes('[0].matchExpressions[0] must have \'values\' for In, got none')]],
    ['a node is to have null numbers', (_, pod) => { nodeTerms(pod)[0].matchExpressions[0].values = null; },
      [inNodes('[0].matchExpressions[0] must have one whole number for Gt, got none')]],
    ['any node will do by null', (_, pod) => { nodeTerms(pod)[0].matchExpressions = null; }, [inNodes('[0] must have an expression, or no node will do')]],
    ['no node will do', (_, pod) => { nodeTerms(pod)[0].matchExpressions = []; }, [inNodes('[0] must have an expression, or no node will do')]],
    ['a claim is of one pod and of several', s => { s.volumeClaimTemplates[0].spec.accessModes = ['ReadWriteOncePod', 'ReadWriteOnce']; },
      ['spec.volumeClaimTemplates[0].spec.accessModes must have ReadWriteOncePod alone, got ReadWriteOncePod, ReadWriteOnce']],
  ])('fails when %s', (_, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });

  test.each<[string, Change]>([
    ['one port of several addresses or protocols of the node', (_, pod, { ports: [port] }) => {
      const ports = [{ ...port, name: 'x', protocol: 'TCP' }, { ...port, name: 'y', hostIP: '1.2.3.5' }];
      pod.containers.push({ name: 'b', image: 'b', ports });
    }],
    ['ports of a node that are others than those of the pod', (_, pod, c) => { delete pod.hostNetwork; c.ports[0].hostPort = 81; }],
    ['a mount that spreads from a privileged container', (_, _pod, c) => {
      c.volumeMounts[0].mountPropagation = 'Bidirectional';
      c.securityContext = { privileged: true };
    }],
    ['null for what is not stated', (_, pod, c) => {
      c.ports = [{ containerPort: 80, hostPort: null }, { containerPort: 81, hostPort: 81, hostIP: null, protocol: null }];
      c.volumeMounts = null;
      c.securityContext = null;
      pod.containers.push({ name: 'b', image: 'b', ports: null });
      pod.topologySpreadConstraints[0].labelSelector = { matchExpressions: [{ key: 'a', operator: 'Exists', values: null }] };
      nodeTerms(pod)[0].matchExpressions[0] = { key: 'a', operator: 'DoesNotExist', values: null };
    }],
    ['search domains with underscores or a dot at the end, and the root', (_, pod) => { pod.dnsConfig.searches = ['_a.b_c.example.', '.']; }],
    ['addresses of both kinds', (_, pod) => { pod.dnsConfig.nameservers = ['10.0.0.10', 'fd00::10']; }],
    ['a wish for nodes that says nothing', (_, pod) => {
      pod.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference = { matchExpressions: [] };
    }],
  ])('accepts %s', (_, change) => {
    expect(problems(change)).toEqual([]);
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

describe.each<[string, Shape, any]>([
  ['a StatefulSet', STATEFUL_SET_SPEC, fullSpec()], ['a service', SERVICE_SPEC, FULL_SERVICE], ['metadata', OBJECT_META, FULL_METADATA],
])('each field of %s', (_, shape, full) => {
  test('is refused when it is of another type, and called by its place', () => {
    expect(problemsOf(shape, full, 'it')).toEqual([]);
    for (const path of pathsIn(full)) {
      const last = path[path.length - 1];
      const found = problemsOf(shape, withChange(full, path, (parent, key) => { parent[key] = Array.isArray(parent[key]) ? {} : []; }), 'it');
      const place = new RegExp(`^it[^ ]*${/^\d+$/.test(last) ? '\\[[^ ]+\\]' : `\\.${last.replace(/[.]/g, '\\.')}`} must `);
      expect([path, found.filter(problem => place.test(problem)).length]).toEqual([path, 1]);
    }
  });
});

describe('each field of a StatefulSet', () => {
  const paths = pathsIn(fullSpec());
  const remove = (parent: any, key: string) => Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key];
  const changed = (path: string[], change: (parent: any, key: string) => void) =>
    problemsOf(STATEFUL_SET_SPEC, withChange(fullSpec(), path, change), 'spec');

  test('is missed where the schema of Kubernetes misses it', () => {
    expect(paths.length).toBeGreaterThan(250);
    for (const path of paths) {
      const manifest = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: withChange(fullSpec(), path, remove) };
      if (schemaErrors(manifest).length > 0) {
        expect([path, changed(path, remove).filter(problem => problem.endsWith(' is missing')).length]).toEqual([path, 1]);
      }
    }
  });

  test('is optional unless Kubernetes requires it', () => {
    const required = paths.filter(path => changed(path, remove).some(problem => problem.endsWith(' is missing')));
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
      // what is wrong with a word beside others is another rule.
      expect(changed(path.split('.'), (parent, key) => { parent[key] = word; }).filter(problem => problem.includes(' must be one of '))).toEqual([]);
    }
    const [problem] = changed(path.split('.'), (parent, key) => { parent[key] = 'another'; });
    expect(problem.slice(problem.indexOf(' must'))).toEqual(` must be one of ${words.join(', ')}; got "another"`);
  });

  test.each<[string, number, number]>([
    ['replicas', 0, 2147483647],
    ['minReadySeconds', 0, 2147483647],
    ['ordinals.start', 0, 2147483647],
    ['template.spec.terminationGracePeriodSeconds', 0, 2147483647],
    ['template.spec.containers.0.ports.0.containerPort', 1, 65535],
    ['template.spec.containers.0.readinessProbe.initialDelaySeconds', 0, 2147483647],
    ['template.spec.containers.0.readinessProbe.periodSeconds', 1, 2147483647],
    ['template.spec.containers.0.readinessProbe.timeoutSeconds', 1, 2147483647],
    ['template.spec.containers.0.readinessProbe.failureThreshold', 1, 2147483647],
    ['template.spec.containers.0.readinessProbe.successThreshold', 1, 2147483647],
    ['template.spec.containers.0.livenessProbe.successThreshold', 1, 1],
    ['template.spec.containers.0.startupProbe.successThreshold', 1, 1],
    ['template.spec.volumes.0.configMap.defaultMode', 0, 0o777],
    ['template.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.weight', 1, 100],
    ['template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.weight', 1, 100],
    ['template.spec.topologySpreadConstraints.0.maxSkew', 1, 2147483647],
    ['template.spec.topologySpreadConstraints.0.minDomains', 1, 2147483647],
    ['template.spec.securityContext.fsGroup', 0, 2147483647],
  ])('%s is a number from %d to %d', (path, min, max) => {
    // a port that is no more that of the node is another rule.
    const problemsWith = (number: number) => changed(path.split('.'), (parent, key) => { parent[key] = number; })
      .filter(problem => !problem.includes('since it uses its network'));
    expect([...problemsWith(min), ...problemsWith(max)]).toEqual([]);
    for (const number of [min - 1, max + 1, min + 0.5]) {
      const [problem, ...others] = problemsWith(number);
      expect(others).toEqual([]);
      expect(problem.slice(problem.indexOf(' must'))).toEqual(` must be ${min === max ? min : `a whole number from ${min} to ${max}`}, got ${number}`);
    }
  });

  test.each(['initContainers', 'containers'])('fails when two of %s have one name, or when there is no term to choose nodes by', list => {
    expect(problems((_, pod) => { pod[list].push(pod[list][0]); })).toEqual([
      inPod(`${list} must differ in name, got ${list === 'containers' ? 'main' : 'init'} twice`),
    ]);
    expect(problems((_, pod) => { pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms = []; })).toEqual([
      inPod('affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms must have at least 1 entry'),
    ]);
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

/** A copy of an object in which the value at the end of a way is changed. */
function withChange(object: any, path: string[], change: (parent: any, key: string) => void): any {
  const copy = JSON.parse(JSON.stringify(object));
  change(path.slice(0, -1).reduce((value, key) => value[key], copy), path[path.length - 1]);
  return copy;
}
