import { ApiObjectMetadata, Duration } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { EtcdTlsBinding } from './etcd-tls';
import { EtcdVersion } from './etcd-version';
import { probesOf } from './probes';
import { EtcdPrograms } from './programs';
import { CLIENT_PORT, METRICS_PORT, PEER_PORT, PEER_TLS_PATH, schemeOf, SERVER_TLS_PATH, STORAGE_PATH, variableOf } from './settings';
import { unlessEmpty } from '../private/manifests';
import { StatefulApp } from '../stateful-app';

const PROGRAM = '/usr/local/bin/etcd';

/** Where the agent of a member answers: probes of the kubelet, and its question whether the member leaves. */
const AGENT_PORT = 2382;

/** What the two containers of the agent and etcd share: the configuration that the first of them writes. */
const SHARED_PATH = '/etc/etcd/config';
const CONFIG_FILE = `${SHARED_PATH}/etcd.json`;

/** How long a member may take to leave. */
export const LEAVE_GRACE = Duration.seconds(60);

/** What the containers of a member are made of. */
export interface MemberSite {
  readonly image: string;
  readonly version: EtcdVersion;
  /** What etcd is told, flag by flag. */
  readonly settings: Record<string, string>;
  readonly extraArgs: Record<string, string>;
  readonly resources?: kplus.ContainerResources;
  readonly tls?: EtcdTlsBinding;
}

/**
 * The account by which the agents of a cluster may read their StatefulSet, and read and patch the one ConfigMap in which they write down what
 * must outlive them all; returns the account's name.
 */
export function membershipAccount(scope: Construct, metadata: ApiObjectMetadata): kplus.IServiceAccount {
  const name = metadata.name!;
  const { KubeConfigMap, KubeRole, KubeRoleBinding, KubeServiceAccount } = kplus.k8s;
  const own = { metadata };
  new KubeConfigMap(scope, 'State', { metadata: { ...metadata, name: stateMapOf(name) } });
  new KubeServiceAccount(scope, 'Account', own);
  new KubeRole(scope, 'Role', {
    ...own,
    rules: [
      { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: [name], verbs: ['get'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: [stateMapOf(name)], verbs: ['get', 'patch'] },
    ],
  });
  new KubeRoleBinding(scope, 'RoleBinding', {
    ...own,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name }],
  });
  return kplus.ServiceAccount.fromServiceAccountName(scope, 'AccountName', name);
}

/** A member whose list of peers is that of the day the cluster is formed: etcd and nothing else. */
export function addFixedMember(app: StatefulApp, site: MemberSite): void {
  app.addContainer({
    ...etcd(app, site),
    args: unlessEmpty(Object.entries(site.extraArgs).map(([flag, value]) => `--${flag}=${value}`)),
    envVariables: { POD_NAME: podName(), ...variables(site.settings) },
  });
}

/**
 * A member that joins and leaves: the agent decides how etcd starts, and looks after it while it runs.
 *
 * Nothing in the pod depends on how many there are, so that members that stay are not restarted.
 */
export function addManagedMember(app: StatefulApp, site: MemberSite, programs: EtcdPrograms): void {
  const { name } = programs.site;
  const shared = kplus.Volume.fromEmptyDir(app, 'ConfigVolume', 'config');
  const data = { path: STORAGE_PATH, volume: app.volumeClaimTemplates[0].asVolume() };
  const place = {
    POD_NAME: podName(),
    POD_NAMESPACE: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAMESPACE),
    STATEFUL_SET: kplus.EnvValue.fromValue(name),
    STATE_CONFIG_MAP: kplus.EnvValue.fromValue(stateMapOf(name)),
    PEER_URL: kplus.EnvValue.fromValue(`${schemeOf(site.tls?.peer)}://${app.peers.hostOf('{pod}')}:${PEER_PORT}`),
    CLIENT_URL: kplus.EnvValue.fromValue(`${schemeOf(site.tls?.server)}://${app.peers.hostOf('{pod}')}:${CLIENT_PORT}`),
    SHARED_DIR: kplus.EnvValue.fromValue(SHARED_PATH),
  };
  const volumeMounts = [data, { path: SHARED_PATH, volume: shared }];
  app.addInitContainer(programs.asClient(programs.agentStep('join', 'join', {
    envVariables: {
      ...place,
      ETCD_CONFIG_FILE: kplus.EnvValue.fromValue(CONFIG_FILE),
      ...variables({ ...site.settings, ...site.extraArgs }),
    },
    volumeMounts,
  })));
  const { args: _, ...container } = etcd(app, site);
  app.addContainer({
    ...container,
    command: [PROGRAM, `--config-file=${CONFIG_FILE}`],
    volumeMounts: [...container.volumeMounts ?? [], { path: SHARED_PATH, volume: shared, readOnly: true }],
    lifecycle: { preStop: kplus.Handler.fromHttpGet('/leave', { port: AGENT_PORT }) },
  });
  app.addContainer({
    ...programs.asClient(programs.agentStep('agent', 'serve', { envVariables: { ...place, AGENT_PORT: kplus.EnvValue.fromValue(`${AGENT_PORT}`) }, volumeMounts })),
    ports: [{ name: 'agent', number: AGENT_PORT }],
    liveness: kplus.Probe.fromHttpGet('/livez', { port: AGENT_PORT, failureThreshold: 6 }),
    readiness: kplus.Probe.fromHttpGet('/ready', { port: AGENT_PORT, periodSeconds: Duration.seconds(2) }),
  });
}

function etcd(app: StatefulApp, { image, version, resources, tls }: MemberSite): kplus.ContainerProps {
  const secrets = [['server-tls', SERVER_TLS_PATH, tls?.server], ['peer-tls', PEER_TLS_PATH, tls?.peer]] as const;
  return {
    name: 'etcd',
    image: image,
    command: [PROGRAM],
    ports: [{ name: 'client', number: CLIENT_PORT }, { name: 'peer', number: PEER_PORT }, { name: 'metrics', number: METRICS_PORT }],
    resources,
    volumeMounts: unlessEmpty(secrets.flatMap(([name, path, secret]) => secret === undefined ? []
      : [{ path, volume: kplus.Volume.fromSecret(app, `${name}-volume`, secret, { name }), readOnly: true }])),
    ...probesOf(version),
  };
}

/** The ConfigMap that outlives all members. */
export function stateMapOf(name: string): string {
  return `${name}-state`;
}

function podName(): kplus.EnvValue {
  return kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME);
}

function variables(settings: Record<string, string>): Record<string, kplus.EnvValue> {
  return Object.fromEntries(Object.entries(settings).map(([flag, value]) => [variableOf(flag), kplus.EnvValue.fromValue(value)]));
}
