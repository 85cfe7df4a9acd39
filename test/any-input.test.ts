import { Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { attempt, put, strange } from './strange';
import { ClaimRetention, DisruptionBudget, HeadlessService, PodSecurity, Rollout, StatefulApp, TopologySpread } from '../src';

const RUNS = 1500;

const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/);
const whole = fc.nat({ max: 9 });
const labels = fc.dictionary(name, name, { maxKeys: 3 });
const size = fc.integer({ min: 1, max: 4096 }).map(Size.mebibytes);
const seconds = fc.nat({ max: 600 }).map(Duration.seconds);

const port = fc.record({
  name,
  number: fc.integer({ min: 1, max: 65535 }),
  protocol: fc.constantFrom(...Object.values(kplus.Protocol)),
}, { requiredKeys: ['number'] });

const container = fc.record({
  name,
  image: name,
  ports: fc.uniqueArray(port, { maxLength: 2, selector: ({ number }) => number }),
  args: fc.array(fc.string()),
  envVariables: fc.dictionary(name, fc.string().map(kplus.EnvValue.fromValue), { maxKeys: 3 }),
  readiness: fc.constantFrom(kplus.Probe.fromTcpSocket({ port: 80 }), kplus.Probe.fromHttpGet('/', { port: 80 }), kplus.Probe.fromCommand(['true'])),
  imagePullPolicy: fc.constantFrom(...Object.values(kplus.ImagePullPolicy)),
  resources: fc.record({ memory: fc.record({ request: size }), cpu: fc.record({ limit: fc.constant(kplus.Cpu.millis(100)) }) }),
  securityContext: fc.record({ user: fc.integer({ min: 1, max: 70000 }), privileged: fc.boolean(), ensureNonRoot: fc.boolean() }),
  workingDir: fc.string(),
}, { requiredKeys: ['name', 'image'] });

const SHARED_MODES = Object.values(kplus.PersistentVolumeAccessMode).filter(mode => mode !== kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE_POD);

const claim = fc.record({
  name,
  storage: size,
  storageClass: name,
  labels,
  mountPath: name.map(path => `/${path}`),
  volumeMode: fc.constantFrom(...Object.values(kplus.PersistentVolumeMode)),
  accessModes: fc.subarray(SHARED_MODES, { minLength: 1 }),
}, { requiredKeys: ['name', 'storage'] });

const peerList = fc.record({ scheme: name, port: fc.integer({ min: 1, max: 65535 }), named: fc.boolean() }, { requiredKeys: [] });

/** Properties as their types allow them; some still contradict each other. */
const properties = fc.record({
  metadata: fc.record({ labels, annotations: labels }, { requiredKeys: [] }),
  podMetadata: fc.record({ labels, annotations: labels }, { requiredKeys: [] }),
  containers: fc.uniqueArray(container, { minLength: 1, maxLength: 2, selector: one => one.name }),
  initContainers: fc.array(container, { maxLength: 1 }),
  volumeClaimTemplates: fc.array(claim, { maxLength: 2 }),
  // what counts pods is refused without them.
  replicas: fc.oneof({ weight: 15, arbitrary: whole }, { weight: 1, arbitrary: fc.constant(undefined) }),
  startOrdinal: whole,
  revisionHistoryLimit: whole,
  minReady: seconds,
  terminationGracePeriod: seconds,
  podManagementPolicy: fc.constantFrom(...Object.values(kplus.PodManagementPolicy)),
  rollout: fc.constantFrom(Rollout.rolling(), Rollout.staged(), Rollout.canary(1), Rollout.partition(2), Rollout.onDelete()),
  claimRetention: fc.constantFrom(ClaimRetention.retain(), ClaimRetention.delete({ whenScaled: true })),
  disruptionBudget: fc.constantFrom(DisruptionBudget.quorum(), DisruptionBudget.none(), DisruptionBudget.maxUnavailable(0)),
  podSecurity: fc.constantFrom(PodSecurity.baseline(), PodSecurity.restricted({ user: 5 })),
  topologySpread: fc.subarray([
    TopologySpread.preferred(kplus.Topology.ZONE),
    TopologySpread.required(kplus.Topology.HOSTNAME, { minDomains: 2 }),
  ]),
  selectorLabels: fc.dictionary(name, name, { minKeys: 1, maxKeys: 3 }),
  priorityClassName: name,
  enableServiceLinks: fc.boolean(),
  peerEnv: fc.dictionary(name, peerList, { maxKeys: 2 }),
  replicasEnv: name,
  clusterDomain: name,
  publishNotReadyAddresses: fc.boolean(),
  spread: fc.boolean(),
  isolate: fc.boolean(),
  hostNetwork: fc.boolean(),
  dns: fc.record({ nameservers: fc.array(fc.ipV4(), { maxLength: 3 }), hostnameAsFQDN: fc.boolean() }, { requiredKeys: [] }),
  hostAliases: fc.array(fc.record({ ip: fc.ipV4(), hostnames: fc.array(name) }), { maxLength: 1 }),
  securityContext: fc.record({ user: fc.integer({ min: 1, max: 70000 }), fsGroup: whole, ensureNonRoot: fc.boolean() }, { requiredKeys: [] }),
}, { requiredKeys: ['containers', 'replicas'] });

const STRANGE_PLACES = [
  'automountServiceAccountToken', 'claimRetention', 'clusterDomain', 'containers', 'disruptionBudget', 'dns', 'dockerRegistryAuth', 'enableServiceLinks',
  'hostAliases', 'hostNetwork', 'initContainers', 'isolate', 'metadata', 'minReady', 'partition', 'peerEnv', 'podManagementPolicy', 'podMetadata',
  'podSecurity', 'priorityClassName', 'publishNotReadyAddresses', 'replicas', 'replicasEnv', 'restartPolicy', 'revisionHistoryLimit', 'rollout',
  'securityContext', 'select', 'selectorLabels', 'service', 'serviceAccount', 'spread', 'startOrdinal', 'terminationGracePeriod', 'topologySpread',
  'volumeClaimTemplates', 'volumes',
  'metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.finalizers', 'metadata.ownerReferences', 'metadata.other',
  'podMetadata.labels', 'podMetadata.annotations', 'podMetadata.name', 'selectorLabels.app', 'peerEnv.PEERS', 'peerEnv.PEERS.port', 'peerEnv.PEERS.separator',
  'dns.nameservers', 'dns.policy', 'dns.searches', 'dns.options', 'dns.hostname', 'securityContext.user', 'securityContext.sysctls',
  'containers.0.name', 'containers.0.image', 'containers.0.ports', 'containers.0.ports.0', 'containers.0.ports.0.name', 'containers.0.ports.0.number',
  'containers.0.ports.0.protocol', 'containers.0.portNumber', 'containers.0.command', 'containers.0.args', 'containers.0.args.0',
  'containers.0.envVariables', 'containers.0.envVariables.A', 'containers.0.envFrom', 'containers.0.volumeMounts', 'containers.0.readiness',
  'containers.0.liveness', 'containers.0.startup', 'containers.0.lifecycle', 'containers.0.lifecycle.preStop', 'containers.0.resources',
  'containers.0.resources.cpu', 'containers.0.resources.memory', 'containers.0.resources.memory.request', 'containers.0.securityContext',
  'containers.0.securityContext.user', 'containers.0.securityContext.privileged', 'containers.0.securityContext.capabilities',
  'containers.0.imagePullPolicy', 'containers.0.workingDir',
  'volumeClaimTemplates.0', 'volumeClaimTemplates.0.name', 'volumeClaimTemplates.0.storage', 'volumeClaimTemplates.0.storageClass',
  'volumeClaimTemplates.0.accessModes', 'volumeClaimTemplates.0.volumeMode', 'volumeClaimTemplates.0.selector', 'volumeClaimTemplates.0.dataSource',
  'volumeClaimTemplates.0.labels', 'volumeClaimTemplates.0.annotations', 'volumeClaimTemplates.0.mountPath', 'volumeClaimTemplates.0.subPath',
  'volumeClaimTemplates.0.readOnly', 'volumeClaimTemplates.0.container',
];

describe('whatever an app is made of', () => {
  test('its manifests have the form that Kubernetes 1.27 wants, or it is refused in words', () => {
    const outcomes = { accepted: 0, refused: 0 };
    fc.assert(fc.property(properties, props => outcome(props, outcomes)), { numRuns: RUNS });
    expect(outcomes.accepted).toBeGreaterThan(RUNS / 4);
  }, 120_000);

  test('a strange value anywhere makes no manifest that Kubernetes refuses, and an error that says where and what', () => {
    const outcomes = { accepted: 0, refused: 0 };
    const places = fc.constantFrom(...STRANGE_PLACES);
    fc.assert(fc.property(places, strange, (place, value) => outcome(withValue(place, value), outcomes)), { numRuns: 2 * RUNS });
    expect(outcomes.refused).toBeGreaterThan(RUNS / 10);
    expect(outcomes.accepted).toBeGreaterThan(RUNS / 20);
  }, 120_000);

  test('a strange value anywhere in a headless service makes no manifest that Kubernetes refuses', () => {
    const places = fc.constantFrom(
      'metadata', 'metadata.name', 'metadata.labels', 'publishNotReadyAddresses', 'ports', 'ports.0', 'ports.0.port', 'ports.0.name', 'ports.0.targetPort',
      'ports.0.targetPortName', 'ports.0.protocol', 'ports.0.nodePort', 'selector');
    fc.assert(fc.property(places, strange, (place, value) => {
      const props = put({ metadata: {}, ports: [{ port: 80, name: 'web' }] }, place.split('.'), value);
      attempt(chart => new HeadlessService(chart, 'web', props));
    }), { numRuns: RUNS });
  }, 120_000);
});

function withValue(place: string, value: unknown): any {
  return put({
    metadata: {},
    podMetadata: {},
    selectorLabels: { app: 'web' },
    peerEnv: { PEERS: {} },
    dns: {},
    securityContext: {},
    replicas: 2,
    containers: [{
      image: 'web:1', ports: [{ number: 80 }], args: [], envVariables: {}, lifecycle: {}, resources: { memory: {} }, securityContext: {},
    }],
    volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(1), mountPath: '/data' }],
  }, place.split('.'), value);
}

function outcome(props: any, outcomes: { accepted: number; refused: number }): void {
  outcomes[attempt(chart => new StatefulApp(chart, 'web', props)) ? 'accepted' : 'refused']++;
}
