import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isBackup } from './backup-names';
import { sync, syncTree } from './durable';
import { EMPTY_SNAPSHOT } from './empty-snapshot';
import { Environment, variable } from './environment';
import { KubernetesApi } from './kubernetes';
import { log } from './log';
import { Program } from './main';
import { askPeer, PeerFiles } from './peers';
import { decideRestore } from './restore-decision';
import { hasContent, isRestoring, restoreLayoutOf } from './restore-layout';
import { checkSnapshot } from './snapshot-file';

/** What a member writes before it has anything to write: two segments of its log. */
const LOG_BYTES = 128 * 1024 * 1024;

/** Decides whether this member is restored, and lays the links for the steps after it. What a try before this has left is gone then. */
export const restorePrepare: Program = async env => {
  const layout = restoreLayoutOf(env);
  const name = variable(env, 'SNAPSHOT');
  const hasData = hasContent(layout.data);
  const { peerUrl, others } = peersOf(env);
  const answers = hasData ? [] : await Promise.all(others.map(url => askPeer(url, filesOf(env))));
  // where members can join, there is one who knows what was there before.
  const state = hasData || env.STATE_CONFIG_MAP === undefined ? undefined : await KubernetesApi.inPod(env).state();
  const decision = decideRestore({ hasData, peerUrl, snapshot: name, token: variable(env, 'TOKEN'), answers, state });
  if (decision.do === 'refuse') {
    throw new Error(`${decision.reason}; to replace this member, take 'restoreFrom' out first; to restore the whole cluster, delete the claims of all members`);
  }

  const isRestored = decision.do === 'restore';
  rmSync(layout.staging, { recursive: true, force: true });
  for (const entry of readdirSync(layout.work)) {
    rmSync(join(layout.work, entry), { recursive: true });
  }
  for (const folder of isRestored ? [layout.staging, layout.download] : [layout.unused, join(layout.unused, 'download')]) {
    mkdirSync(folder);
  }
  const nothing = join(layout.unused, 'snapshot.db');
  if (!isRestored) {
    writeFileSync(nothing, gunzipSync(Buffer.from(EMPTY_SNAPSHOT, 'base64')));
  }
  writeFileSync(layout.wanted, isRestored ? `${name}\n` : '');
  symlinkSync(isRestored ? join(env.SOURCE_DIR ?? layout.download, name) : nothing, layout.snapshot);
  symlinkSync(isRestored ? layout.staging : layout.unused, layout.to);
  log(isRestored ? 'restore' : 'leave alone', { snapshot: name, reason: decision.reason });
};

/** Reads the snapshot before etcd's own tool does, which leaves half a member when it finds something wrong. */
export const restoreVerify: Program = async env => {
  const layout = restoreLayoutOf(env);
  if (!isRestoring(layout)) {
    return;
  }
  const name = variable(env, 'SNAPSHOT');
  const folder = env.SOURCE_DIR ?? layout.download;
  const path = join(folder, name);
  if (!existsSync(path)) {
    const newest = readdirSync(folder).filter(isBackup).sort().slice(-5);
    throw new Error(`there is no snapshot ${name} at ${variable(env, 'SOURCE')}${newest.length > 0 ? `; the newest are ${newest.join(', ')}` : ''}`);
  }
  const { bavail, bsize } = statfsSync(layout.staging);
  const [free, needed] = [bavail * bsize, statSync(path).size + LOG_BYTES];
  if (free < needed) {
    throw new Error(`the disk of the member has ${mebibytes(free)} free, and ${name} needs ${mebibytes(needed)} with the log: make 'storage' larger`);
  }
  const { revision, bytes } = await checkSnapshot(path);
  log('verified', { snapshot: name, revision: String(revision), bytes });
};

/** Makes what etcd's own tool has restored the data of the member, in one step, and throws away the rest. */
export const restoreFinish: Program = async env => {
  const layout = restoreLayoutOf(env);
  if (!isRestoring(layout)) {
    rmSync(layout.unused, { recursive: true, force: true });
    return;
  }
  // there is data already, if this was killed between its steps.
  if (!hasContent(layout.data)) {
    syncTree(layout.restored);
    writeFileSync(layout.origin, `${variable(env, 'SNAPSHOT')}\n`);
    sync(layout.origin);
    renameSync(layout.restored, layout.data);
    sync(dirname(layout.data));
  }
  rmSync(layout.staging, { recursive: true, force: true });
  log('restored', { snapshot: variable(env, 'SNAPSHOT') });
};

/** This member and the others, by the list that etcd forms a cluster by. */
function peersOf(env: Environment): { peerUrl: string; others: string[] } {
  const name = variable(env, 'POD_NAME');
  const list = variable(env, 'ETCD_INITIAL_CLUSTER').split(',').map(entry => entry.split('=', 2));
  const mine = list.find(([member]) => member === name);
  if (mine === undefined) {
    throw new Error(`${name} is none of the members that the chart makes, ${list.map(([member]) => member).join(', ')}: while 'restoreFrom' is there, `
      + 'change \'replicas\' in the chart and not by kubectl; or take \'restoreFrom\' out');
  }
  return { peerUrl: mine[1], others: list.filter(entry => entry !== mine).map(([, url]) => url) };
}

function filesOf({ PEER_TLS_DIR }: Environment): PeerFiles | undefined {
  return PEER_TLS_DIR === undefined ? undefined
    : { ca: join(PEER_TLS_DIR, 'ca.crt'), cert: join(PEER_TLS_DIR, 'tls.crt'), key: join(PEER_TLS_DIR, 'tls.key') };
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 / 1024)} MiB`;
}
