import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { secondsProblem } from './private/durations';
import { selectorOf } from './private/manifests';
import {
  dnsLabelProblem, environmentVariableProblem, labelValueProblem, qualifiedNameProblem, STATEFUL_SET_NAME_MAX, subdomainProblem,
} from './private/names';
import { isStruct, refuse, refuseIf, shown, wholeNumberProblem } from './private/refuse';
import { matchProblem } from './private/selectors';
import { StatefulApp } from './stateful-app';
import { StatefulAppProps } from './stateful-app-props';
import { VolumeClaimTemplate } from './volume-claim-template';

const LISTS = ['containers', 'initContainers', 'volumes', 'volumeClaimTemplates', 'topologySpread'] as const;
const MAPS = ['selectorLabels', 'peerEnv', 'dns'] as const;

/** Refuses props that contradict each other or that no StatefulSet can have. */
export function checkProps(app: StatefulApp, name: string, props: StatefulAppProps): void {
  refuseIf(app, '\'metadata.name\', or else the id, of a StatefulApp', dnsLabelProblem(name, STATEFUL_SET_NAME_MAX));
  for (const key of LISTS) {
    if (props[key] !== undefined && !Array.isArray(props[key])) {
      refuse(app, `'${key}' must be a list, got ${shown(props[key])}`);
    }
  }
  for (const key of MAPS) {
    if (props[key] !== undefined && !isStruct(props[key])) {
      refuse(app, `'${key}' must be an object, got ${shown(props[key])}`);
    }
  }
  for (const key of ['replicas', 'partition', 'startOrdinal', 'revisionHistoryLimit'] as const) {
    refuseIf(app, `'${key}'`, props[key] === undefined ? undefined : wholeNumberProblem(props[key]));
  }
  for (const key of ['minReady', 'terminationGracePeriod'] as const) {
    refuseIf(app, `'${key}'`, props[key] === undefined ? undefined : secondsProblem(props[key]));
  }
  if (props.partition !== undefined && props.rollout !== undefined) {
    refuse(app, `'partition: ${props.partition}' is short for 'rollout: Rollout.partition(${props.partition})': give one of the two`);
  }
  if (props.select === false) {
    refuse(app, 'a StatefulSet without a selector is refused by Kubernetes, got \'select: false\': give \'selectorLabels\' to choose the labels');
  }
  if (props.restartPolicy !== undefined && props.restartPolicy !== kplus.RestartPolicy.ALWAYS) {
    refuse(app, `the pods of a StatefulSet are always restarted, got 'restartPolicy' ${shown(props.restartPolicy)}: leave it out`);
  }
  for (const key of ['hostname', 'subdomain'] as const) {
    if (props.dns?.[key] !== undefined) {
      refuse(app, `'dns.${key}' is set by the StatefulSet, to the name of each pod or of its service, got ${shown(props.dns[key])}: leave it out`);
    }
  }
  if (props.priorityClassName !== undefined) {
    refuseIf(app, '\'priorityClassName\'', subdomainProblem(props.priorityClassName));
  }
  for (const variable of [...Object.keys(props.peerEnv ?? {}), ...(props.replicasEnv === undefined ? [] : [props.replicasEnv])]) {
    refuseIf(app, 'a variable of \'peerEnv\' or \'replicasEnv\'', environmentVariableProblem(variable));
  }
  if (props.replicasEnv !== undefined && props.peerEnv?.[props.replicasEnv] !== undefined) {
    refuse(app, `'peerEnv' and 'replicasEnv' both set ${props.replicasEnv}: rename one`);
  }
  checkSelectorLabels(app, props);
  checkGoverningService(app, props);
}

/** Refuses a second container of one name; init containers count too. */
export function checkNewContainer(app: StatefulApp, name: string): void {
  if ([...app.containers, ...app.initContainers].some(other => other.name === name)) {
    refuse(app, `a container named '${name}' is there already: give one of them another 'name'`);
  }
}

/** Refuses a second volume of one name; claims count too. */
export function checkNewVolume(app: StatefulApp, name: string): void {
  if ([...app.volumes, ...app.volumeClaimTemplates].some(other => other.name === name)) {
    refuse(app, `a volume or claim named '${name}' is there already: give one of them another name`);
  }
}

/** Refuses what is known only when everything was added. */
export function checkAtSynth(app: StatefulApp, unmounted: VolumeClaimTemplate[]): void {
  if (app.containers.length === 0) {
    refuse(app, 'a pod needs at least one container: give \'containers\', or use addContainer()');
  }
  for (const { name, container } of unmounted) {
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
  const labels = { ...app.matchLabels, ...app.podMetadata.toJson().labels };
  refuseIf(app, 'the selector', matchProblem(labels, app.matchLabels, app.matchExpressions));
  refuseIf(app, `the governing service '${app.service.name}' selects other pods: it`, matchProblem(labels, selectorOf(app.service)));
}

function checkSelectorLabels(app: StatefulApp, { selectorLabels }: StatefulAppProps): void {
  if (selectorLabels === undefined) {
    return;
  }
  if (Object.keys(selectorLabels).length === 0) {
    refuse(app, '\'selectorLabels\' must have at least one label, since a StatefulSet without a selector is refused by Kubernetes: leave it out');
  }
  for (const [key, value] of Object.entries(selectorLabels)) {
    refuseIf(app, 'a key of \'selectorLabels\'', qualifiedNameProblem(key));
    refuseIf(app, `'selectorLabels' ${key}`, labelValueProblem(value));
  }
}

function checkGoverningService(app: StatefulApp, { service, publishNotReadyAddresses, metadata }: StatefulAppProps): void {
  if (service === undefined) {
    return;
  }
  if (service.clusterIP !== 'None') {
    refuse(app, `the governing service '${service.name}' must be headless, got clusterIP ${shown(service.clusterIP)}: use a HeadlessService`);
  }
  if (publishNotReadyAddresses !== undefined) {
    refuse(app, `'publishNotReadyAddresses' is for the service that the app makes, and '${service.name}' was given: say it there`);
  }
  const namespace = metadata?.namespace ?? Chart.of(app).namespace;
  if (service.metadata.namespace !== namespace) {
    refuse(app, `the governing service '${service.name}' must live in the namespace of the app, ${shown(namespace)},`
      + ` got ${shown(service.metadata.namespace)}: move one of them`);
  }
}

function isForeignClaim(app: StatefulApp, volume: kplus.Volume): boolean {
  const claim = volume.node.scope;
  return claim instanceof VolumeClaimTemplate && !app.volumeClaimTemplates.includes(claim);
}
