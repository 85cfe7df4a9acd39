import { Chart } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { PlainContainer, resourceRequirements } from './private/container';
import { formOf } from './private/form';
import { STRANGE_KEYS } from './private/manifest-text';
import { checkMetadata, selectorOf } from './private/manifests';
import {
  dnsLabelProblem, environmentVariableProblem, labelValueProblem, podAddress, qualifiedNameProblem, STATEFUL_SET_NAME_MAX, subdomainProblem,
} from './private/names';
import {
  childOf, entryProblem, listProblem, mapProblem, objectProblem, Place, refuse, refuseIf, shown, structProblem, wholeNumberProblem,
} from './private/refuse';
import { matchProblem } from './private/selectors';
import { overlappingApp } from './private/unique-selectors';
import { secondsProblem } from './private/units';
import { StatefulApp } from './stateful-app';
import { StatefulAppProps } from './stateful-app-props';
import { VolumeClaimTemplate } from './volume-claim-template';

/** The longest host name that Linux knows. */
const FULL_NAME_MAX = 64;

const structs = (value: unknown) => listProblem(value, entryProblem);
const wholeNumber = (value: unknown) => wholeNumberProblem(value);
const madeBy = (method: string, example: string) => (value: unknown) => objectProblem(value, method, example);

/** @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config */
const atMost = (max: number) => (value: unknown) => listProblem(value)
  ?? ((value as unknown[]).length > max ? `must have at most ${max} entries, got ${(value as unknown[]).length}` : undefined);

const setByStatefulSet = (value: unknown) => `is set by the StatefulSet, to the name of each pod or of its service, got ${shown(value)}: leave it out`;

const formProblem = formOf<StatefulAppProps>({
  'containers': structs,
  'initContainers': structs,
  'volumes': structs,
  'volumeClaimTemplates': structs,
  'hostAliases': structs,
  'selectorLabels': structProblem,
  'dns': structProblem,
  'dns.options': structs,
  'dns.nameservers': atMost(3),
  'dns.searches': atMost(6),
  'dns.hostname': setByStatefulSet,
  'dns.subdomain': setByStatefulSet,
  'securityContext': structProblem,
  'securityContext.sysctls': structs,
  'serviceAccount': structProblem,
  'dockerRegistryAuth': structProblem,
  'peerEnv': value => mapProblem(value, entryProblem),
  'topologySpread': value => listProblem(value, entry => objectProblem(entry ?? null, '_toKube', 'TopologySpread')),
  'podSecurity': madeBy('_toPod', 'PodSecurity'),
  'service': madeBy('select', 'new HeadlessService()'),
  'rollout': madeBy('_toKube', 'Rollout'),
  'claimRetention': madeBy('_toKube', 'ClaimRetention'),
  'disruptionBudget': madeBy('_toKube', 'DisruptionBudget'),
  'replicas': wholeNumber,
  'partition': wholeNumber,
  'startOrdinal': wholeNumber,
  'revisionHistoryLimit': wholeNumber,
  'minReady': secondsProblem,
  'terminationGracePeriod': secondsProblem,
  'priorityClassName': subdomainProblem,
  'clusterDomain': subdomainProblem,
});

/** Refuses props that contradict each other, that no StatefulSet can have, or that have not the form that their types say. */
export function checkProps(scope: Construct, id: string, name: string, props: StatefulAppProps): void {
  const app = childOf(scope, id);
  refuseIf(app, 'the properties', structProblem(props));
  refuseIf(app, '\'metadata.name\', or else the id, of a StatefulApp', dnsLabelProblem(name, STATEFUL_SET_NAME_MAX));
  const found = formProblem(props);
  if (found !== undefined) {
    refuse(app, `'${found.field}' ${found.problem}`);
  }
  checkMetadata(app, props.metadata ?? {});
  checkMetadata(app, props.podMetadata ?? {}, 'podMetadata');
  if (props.partition !== undefined && props.rollout !== undefined) {
    refuse(app, `'partition: ${props.partition}' is short for 'rollout: Rollout.partition(${props.partition})': give one of the two`);
  }
  if (props.select === false) {
    refuse(app, 'a StatefulSet without a selector is refused by Kubernetes, got \'select: false\': give \'selectorLabels\' to choose the labels');
  }
  if (props.restartPolicy !== undefined && props.restartPolicy !== kplus.RestartPolicy.ALWAYS) {
    refuse(app, `the pods of a StatefulSet are always restarted, got 'restartPolicy' ${shown(props.restartPolicy)}: leave it out`);
  }
  checkVariables(app, props);
  checkSelectorLabels(app, props);
  checkGoverningService(app, Chart.of(scope), props);
}

/** Refuses at once what contradicts the number of pods, or needs one that the chart does not know. */
export function checkNumbers(app: StatefulApp, { replicas, claimRetention }: StatefulAppProps): void {
  claimRetention?._toKube(app, replicas);
  app.rollout?._toKube(app, replicas);
}

/** Refuses a second container of one name; init containers count too. */
export function checkNewContainer(app: StatefulApp, name: string): void {
  if ([...app.containers, ...app.initContainers].some(other => other.name === name)) {
    refuse(app, `a container named '${name}' is there already: give one of them another 'name'`);
  }
}

/** Refuses a container that cdk8s-plus made with a limit below its request. */
export function checkResources(app: StatefulApp, { name, resources }: kplus.Container): void {
  if (resources !== undefined) {
    resourceRequirements(app, name, resources);
  }
}

/** Refuses what only containers that stay can have. */
export function checkInitContainer(app: StatefulApp, { name, stated }: PlainContainer): void {
  for (const key of ['readiness', 'liveness', 'startup', 'lifecycle'] as const) {
    if (stated[key] !== undefined) {
      refuse(app, `init container '${name}' cannot have '${key}', it ends before the others start: leave it out, or use addContainer()`);
    }
  }
}

/** Refuses a second volume of one name; claims count too. */
export function checkNewVolume(app: StatefulApp, name: string): void {
  if ([...app.volumes, ...app.volumeClaimTemplates].some(other => other.name === name)) {
    refuse(app, `a volume or claim named '${name}' is there already: give one of them another name`);
  }
}

/** Refuses a port of the nodes that several services would claim. */
export function checkNodePorts(app: StatefulApp, ports: kplus.ServicePort[]): void {
  const fixed = ports.find(port => port.nodePort !== undefined);
  if (fixed !== undefined && app.peers.ordinals.length > 1) {
    refuse(app, `'nodePort' ${shown(fixed.nodePort)} can be had by one service, and each pod gets one of its own: leave it out, and Kubernetes chooses`);
  }
}

/** Refuses what is known only when everything was added. */
export function checkContents(app: StatefulApp, { clusterDomain }: StatefulAppProps): void {
  if (app.containers.length === 0) {
    refuse(app, 'a pod needs at least one container: give \'containers\', or use addContainer()');
  }
  checkFullName(app, clusterDomain);
  for (const { name, container } of app.volumeClaimTemplates.filter(claim => claim._isWaiting)) {
    refuse(app, `claim '${name}' is to be mounted into container ${shown(container)}, which the app does not have: it has `
      + app.containers.map(other => `'${other.name}'`).join(', '));
  }
  for (const container of [...app.containers, ...app.initContainers]) {
    const foreign = container.mounts.find(({ volume }) => isForeignClaim(app, volume));
    if (foreign !== undefined) {
      refuse(app, `container '${container.name}' mounts the claim '${foreign.volume.name}', which is not one of this app:`
        + ' make it with addVolumeClaimTemplate() of this app');
    }
  }
}

/** Refuses full names that no node can give to a pod. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-sethostnameasfqdn-field */
function checkFullName(app: StatefulApp, clusterDomain?: string): void {
  if (!app.dns.hostnameAsFQDN) {
    return;
  }
  const { name, startOrdinal, replicas = 1, service, metadata } = app;
  const last = podAddress(`${name}-${startOrdinal + Math.max(replicas - 1, 0)}`, service.name, metadata.namespace, clusterDomain);
  if (last.length > FULL_NAME_MAX) {
    refuse(app, `'hostnameAsFQDN' gives a pod the name '${last}', which has ${last.length} characters, and no host name has more than ${FULL_NAME_MAX}:`
      + ' leave it out, or choose shorter names');
  }
}

/** Refuses selectors that do not find pods with these labels, or find the pods of another app. */
export function checkSelectors(app: StatefulApp, labels: Record<string, string>, namespace: string | undefined): void {
  refuseIf(app, 'the selector', matchProblem(labels, app.matchLabels, app.matchExpressions));
  refuseIf(app, `the governing service '${app.service.name}' selects other pods: it`, matchProblem(labels, selectorOf(app.service)));
  const other = overlappingApp(app, namespace);
  if (other !== undefined) {
    refuse(app, `the selector finds the pods of '${other.node.path}', too, whose budget and service are then those of both: give one of them other 'selectorLabels'`);
  }
}

/** Their values are kept in a ConfigMap, and a pod whose variable is not in there never starts. */
function variableProblem(name: string): string | undefined {
  return environmentVariableProblem(name)
    ?? (STRANGE_KEYS.includes(name) ? `must be a name that cdk8s can write as a key of a map, got ${shown(name)}` : undefined);
}

function checkVariables(app: Place, { peerEnv, replicasEnv }: StatefulAppProps): void {
  const what = 'a variable of \'peerEnv\' or \'replicasEnv\'';
  if (peerEnv !== undefined) {
    Object.keys(peerEnv).forEach(variable => refuseIf(app, what, variableProblem(variable)));
  }
  if (replicasEnv !== undefined) {
    refuseIf(app, what, variableProblem(replicasEnv));
    if (Object.hasOwn(peerEnv ?? {}, replicasEnv)) {
      refuse(app, `'peerEnv' and 'replicasEnv' both set ${replicasEnv}: rename one`);
    }
  }
}

function checkSelectorLabels(app: Place, { selectorLabels }: StatefulAppProps): void {
  if (selectorLabels === undefined) {
    return;
  }
  if (Object.keys(selectorLabels).length === 0) {
    refuse(app, '\'selectorLabels\' must have at least one label, since a StatefulSet without a selector is refused by Kubernetes: leave it out');
  }
  for (const [key, value] of Object.entries(selectorLabels)) {
    refuseIf(app, 'a key of \'selectorLabels\'', qualifiedNameProblem(key));
    refuseIf(app, `'selectorLabels' ${key}`, labelValueProblem(value));
    if (value === '') {
      refuse(app, `'selectorLabels' ${key} must have a value, got "": selectors of cdk8s-plus leave out labels without one`);
    }
  }
}

function checkGoverningService(app: Place, chart: Chart, { service, publishNotReadyAddresses, metadata }: StatefulAppProps): void {
  if (service === undefined) {
    return;
  }
  if (service.clusterIP !== 'None') {
    refuse(app, `the governing service '${service.name}' must be headless, got clusterIP ${shown(service.clusterIP)}: use a HeadlessService`);
  }
  if (service.type !== kplus.ServiceType.CLUSTER_IP) {
    refuse(app, `the governing service '${service.name}' must be of type ClusterIP, got ${shown(service.type)}: use a HeadlessService`);
  }
  if (publishNotReadyAddresses !== undefined) {
    refuse(app, `'publishNotReadyAddresses' is for the service that the app makes, and '${service.name}' was given: say it there`);
  }
  const namespace = metadata?.namespace ?? chart.namespace;
  if (service.metadata.namespace !== namespace) {
    refuse(app, `the governing service '${service.name}' must live in the namespace of the app, ${shown(namespace)},`
      + ` got ${shown(service.metadata.namespace)}: move one of them`);
  }
}

function isForeignClaim(app: StatefulApp, volume: kplus.Volume): boolean {
  const claim = volume.node.scope;
  return VolumeClaimTemplate.isVolumeClaimTemplate(claim) && !app.volumeClaimTemplates.includes(claim);
}
