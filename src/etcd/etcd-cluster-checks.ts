import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { configFileProblem } from './config-file-flags';
import { EtcdClusterProps } from './etcd-cluster-props';
import { EtcdMembership } from './etcd-membership';
import { EtcdVersion } from './etcd-version';
import { flagProblem } from './flags';
import { checkRestore } from './restore-steps';
import { membersProblem, quotaProblem, storageProblem } from './sizing';
import { dnsLabelProblem, STATEFUL_SET_NAME_MAX } from '../private/names';
import { childOf, mapProblem, objectProblem, Place, refuse, refuseIf, shown, structProblem, textProblem, wholeNumberProblem } from '../private/refuse';

/** What every part of a cluster needs to know of its properties, defaults filled in. */
export interface CheckedProps {
  readonly name: string;
  readonly replicas: number;
  readonly version: EtcdVersion;
  readonly storage: Size;
  readonly isManaged: boolean;
}

const DEFAULT_STORAGE = Size.gibibytes(8);

/** @see https://etcd.io/docs/v3.6/tuning/#time-parameters */
const DEFAULT_HEARTBEAT = 100;
const DEFAULT_ELECTION = 1000;
const ELECTION_MAX = 50_000;

/** Refuses what no cluster of etcd can be made of. */
export function checkClusterProps(scope: Construct, id: string, props: EtcdClusterProps): CheckedProps {
  const at = childOf(scope, id);
  refuseIf(at, 'the properties', structProblem(props));
  const name = props.metadata?.name ?? id;
  refuseIf(at, '\'metadata.name\', or else the id, of an EtcdCluster', dnsLabelProblem(name, STATEFUL_SET_NAME_MAX));
  const { replicas = 3, version = EtcdVersion.V3_6, storage = DEFAULT_STORAGE, membership = EtcdMembership.managed() } = props;
  refuseIf(at, '\'membership\'', objectProblem(membership, '_isManaged', 'EtcdMembership.managed() or EtcdMembership.fixed()'));
  refuseIf(at, '\'replicas\' of an EtcdCluster', membersProblem(replicas, membership._isManaged()));
  refuseIf(at, '\'version\'', objectProblem(version, 'isAtLeast', 'EtcdVersion.V3_6 or EtcdVersion.of()'));
  refuseIf(at, '\'storage\' of an EtcdCluster', storageProblem(storage));
  refuseIf(at, '\'autoCompaction\'', objectProblem(props.autoCompaction, '_settings', 'EtcdAutoCompaction.periodic() and the like'));
  refuseIf(at, '\'defragmentation\'', objectProblem(props.defragmentation, '_bind', 'EtcdDefragmentation.scheduled() or EtcdDefragmentation.off()'));
  refuseIf(at, '\'quota\'', props.quota === undefined ? undefined : quotaProblem(props.quota, storage, props.defragmentation?._isOff !== true));
  refuseIf(at, '\'auth\'', objectProblem(props.auth, '_password', 'EtcdAuth.rootPassword()'));
  refuseIf(at, '\'tls\'', objectProblem(props.tls, '_bind', 'EtcdTls.certManager() or EtcdTls.fromSecrets()'));
  refuseIf(at, '\'monitoring\'', objectProblem(props.monitoring, '_bind', 'EtcdMonitoring.prometheusOperator()'));
  refuseIf(at, '\'snapshotCount\'', props.snapshotCount === undefined ? undefined : wholeNumberProblem(props.snapshotCount, 1));
  refuseIf(at, '\'clusterToken\'', props.clusterToken === undefined ? undefined : tokenProblem(props.clusterToken));
  checkRollout(at, props);
  refuseIf(at, '\'image\'', props.image === undefined ? undefined : imageProblem(props.image));
  if (props.restoreFrom !== undefined) {
    checkRestore(at, props.restoreFrom, version);
  }
  checkTimes(at, props);
  checkExtraArgs(at, props, version, membership._isManaged());
  return { name, replicas, version, storage, isManaged: membership._isManaged() };
}

/** Kubernetes puts variables into the variables of a pod, so that each would have another token. */
function tokenProblem(token: unknown): string | undefined {
  return textProblem(token) ?? ((token as string).includes('$(') ? `must be the same for all members, got ${shown(token)}: leave out '$('` : undefined);
}

/** More at a time could take the majority away, in clusters whose Kubernetes heeds it. */
function checkRollout(at: Place, { rollout, replicas = 3 }: EtcdClusterProps): void {
  refuseIf(at, '\'rollout\'', objectProblem(rollout, '_toKube', 'Rollout'));
  const many = rollout?._toKube(at, replicas).rollingUpdate?.maxUnavailable;
  if (many !== undefined && many.value !== 1) {
    refuse(at, `'maxUnavailable' of the rollout of an EtcdCluster must be 1, got ${shown(many.value)}: members are replaced one at a time, so leave it out`);
  }
}

function imageProblem(image: unknown): string | undefined {
  return textProblem(image) ?? (/^[^\s:@]+(:\d+\/[^\s:@]+)?$/.test(image as string) ? undefined
    : `must be a repository without a tag or a digest, which 'version' gives, got ${shown(image)}`);
}

/** etcd refuses to start with times that do not fit each other. */
function checkTimes(at: Place, { heartbeatInterval, electionTimeout }: EtcdClusterProps): void {
  refuseIf(at, '\'heartbeatInterval\'', millisecondsProblem(heartbeatInterval));
  refuseIf(at, '\'electionTimeout\'', millisecondsProblem(electionTimeout));
  const heartbeat = heartbeatInterval?.toMilliseconds() ?? DEFAULT_HEARTBEAT;
  const election = electionTimeout?.toMilliseconds() ?? DEFAULT_ELECTION;
  if (election < 5 * heartbeat) {
    refuse(at, `'electionTimeout' must be at least five times 'heartbeatInterval', got ${election} ms and ${heartbeat} ms: give at least ${5 * heartbeat} ms`);
  }
  if (election > ELECTION_MAX) {
    refuse(at, `'electionTimeout' must be at most ${ELECTION_MAX} ms, got ${election} ms: give a shorter one`);
  }
}

function millisecondsProblem(value: Duration | undefined): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (typeof value?.toMilliseconds !== 'function') {
    return `must be a Duration such as Duration.millis(100), got ${shown(value)}`;
  }
  const problem = wholeNumberProblem(value.toMilliseconds({ integral: false }), 1);
  return problem && `in milliseconds ${problem}`;
}

function checkExtraArgs(at: Place, { extraArgs }: EtcdClusterProps, version: EtcdVersion, isManaged: boolean): void {
  refuseIf(at, '\'extraArgs\'', mapProblem(extraArgs, value => typeof value === 'string' ? undefined : `must be text, got ${shown(value)}`));
  for (const [flag, value] of Object.entries(extraArgs ?? {})) {
    refuseIf(at, `'${flag}' of 'extraArgs'`, flagProblem(flag, version) ?? (isManaged ? configFileProblem(flag, value, version) : undefined));
  }
}
