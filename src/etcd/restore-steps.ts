import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { backupFolder, destinationProblem, RESTORE_PATH } from './backup-storage';
import { EtcdRestoreOptions } from './etcd-restore';
import { EtcdVersion } from './etcd-version';
import { EtcdPrograms } from './programs';
import { PEER_TLS_PATH, STORAGE_PATH } from './settings';
import { Place, refuse, refuseIf, shown, structProblem, textProblem, wholeNumberProblem } from '../private/refuse';
import { StatefulApp } from '../stateful-app';

/** Knows `--bump-revision`. @see https://github.com/etcd-io/etcd/pull/16165 */
const BUMPS_REVISION = ['3.5.10'];

/** What is restored into. */
export interface RestoreSite {
  readonly programs: EtcdPrograms;
  /** What etcd is told, flag by flag. */
  readonly settings: Record<string, string>;
  readonly resources?: kplus.ContainerResources;
  /** Where members that can join write down what there was before them. */
  readonly stateMap?: string;
  /** The certificate by which members know each other. */
  readonly peerSecret?: kplus.ISecret;
}

/** Refuses what no cluster can begin with. */
export function checkRestore(at: Place, options: EtcdRestoreOptions, version: EtcdVersion): void {
  refuseIf(at, '\'restoreFrom\'', structProblem(options));
  const { destination, snapshot, bumpRevision } = options;
  refuseIf(at, '\'destination\' of \'restoreFrom\'', destinationProblem(destination));
  destination._storage.check(at);
  refuseIf(at, '\'snapshot\' of \'restoreFrom\'', textProblem(snapshot) ?? (/^[\w.][\w.-]*$/.test(snapshot) ? undefined
    : `must be the name of a file such as '20261123T100000Z-rev4711.db', got ${shown(snapshot)}`));
  refuseIf(at, '\'bumpRevision\' of \'restoreFrom\'', bumpRevision === undefined ? undefined : wholeNumberProblem(bumpRevision, 1, Number.MAX_SAFE_INTEGER));
  if (bumpRevision !== undefined && !version._has(BUMPS_REVISION)) {
    refuse(at, `'bumpRevision' of 'restoreFrom' needs etcd 3.5.10 or later, got ${version.version}: leave it out, and restart all clients that watch`);
  }
}

/**
 * What keeps a cluster that was restored apart from members of the one before: their disks may still be there, and nothing may come of the two together.
 */
export function restoredToken(token: string, options: EtcdRestoreOptions | undefined): string {
  return options === undefined ? token : `${token}@${options.snapshot}`;
}

/**
 * The steps that put a snapshot under a member before etcd starts. They do nothing where there is data, and need nobody then.
 *
 * etcd's own tool cannot be told to do nothing: it restores an empty snapshot into a folder that is thrown away.
 */
export function addRestore(app: StatefulApp, options: EtcdRestoreOptions, site: RestoreSite): void {
  const { programs, settings, resources, stateMap, peerSecret } = site;
  const scope = new Construct(app, 'Restore');
  const storage = options.destination._storage;
  const claim = app.volumeClaimTemplates[0];
  const mounts = [
    { path: STORAGE_PATH, volume: claim.asVolume() },
    { path: RESTORE_PATH, volume: kplus.Volume.fromEmptyDir(scope, 'WorkVolume', 'restore') },
  ];
  const { described, mount, fetch } = storage.fetch(scope, backupFolder(app, programs), mounts);
  const volumeMounts = [...mounts, ...mount ? [mount] : []];
  const envVariables = {
    POD_NAME: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME),
    ...texts({ STORAGE_DIR: STORAGE_PATH, RESTORE_DIR: RESTORE_PATH, SNAPSHOT: options.snapshot, SOURCE: described }),
    ...mount && texts({ SOURCE_DIR: mount.path }),
  };
  const peerTls = peerSecret && kplus.Volume.fromSecret(scope, 'PeerTlsVolume', peerSecret, { name: 'restore-tls' });

  app.addInitContainer(programs.agentStep('restore-prepare', 'restore-prepare', {
    envVariables: {
      ...envVariables,
      ...texts({ TOKEN: settings['initial-cluster-token'], ...peerTls && { PEER_TLS_DIR: PEER_TLS_PATH } }),
      ...stateMap !== undefined && {
        POD_NAMESPACE: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAMESPACE),
        ...texts({ STATEFUL_SET: programs.site.name, STATE_CONFIG_MAP: stateMap }),
      },
    },
    volumeMounts: [...mounts, ...peerTls ? [{ path: PEER_TLS_PATH, volume: peerTls, readOnly: true }] : []],
  }));
  if (fetch !== undefined) {
    app.addInitContainer(fetch);
  }
  app.addInitContainer(programs.agentStep('restore-verify', 'restore-verify', { envVariables, volumeMounts }));
  app.addInitContainer({
    ...programs.etcdStep('restore-snapshot', restoreCommand(programs.site.version, options, settings), {
      envVariables: { POD_NAME: envVariables.POD_NAME }, volumeMounts, resources,
    }),
  });
  app.addInitContainer(programs.agentStep('restore-finish', 'restore-finish', { envVariables, volumeMounts: mounts }));
}

function restoreCommand(version: EtcdVersion, { bumpRevision }: EtcdRestoreOptions, settings: Record<string, string>): string[] {
  return [
    version._features.hasEtcdutl ? 'etcdutl' : 'etcdctl', 'snapshot', 'restore', `${RESTORE_PATH}/snapshot.db`,
    `--data-dir=${RESTORE_PATH}/to/data`,
    ...['name', 'initial-advertise-peer-urls', 'initial-cluster-token'].map(flag => `--${flag}=${settings[flag]}`),
    '--initial-cluster=$(ETCD_INITIAL_CLUSTER)',
    ...bumpRevision === undefined ? [] : [`--bump-revision=${bumpRevision}`, '--mark-compacted'],
  ];
}

function texts(values: Record<string, string>): Record<string, kplus.EnvValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, kplus.EnvValue.fromValue(value)]));
}
