import { Difference } from '../../model/differences';
import { isTree, mapsOf } from '../../model/pod-defaults';
import { Movement } from '../../movements/movement';
import { Tree } from '../../read/yaml-document';
import { EffectRule, forStatefulSets, Hit, World } from '../rule';

/** What rules want to know of a StatefulSet of members of etcd. */
export interface Etcd {
  readonly container: string;
  /** Major, minor and patch; nothing where the tag does not say. */
  readonly version?: readonly [number, number, number];
  /** Whether a program beside the members adds and removes them as their number changes. */
  readonly managed: boolean;
  /** What etcd is told: a flag, or else the variable that stands for it. */
  readonly setting: (flag: string) => string | undefined;
  readonly hasReadiness: boolean;
}

/** A StatefulSet that ran etcd, and does. */
export interface EtcdChange {
  readonly movement: Movement;
  readonly world: World;
  readonly before: Etcd;
  readonly after: Etcd;
  /** How many members there were. */
  readonly members: number;
  /** How many there are to be. */
  readonly wanted: number;
}

/** The members that must agree. */
export function quorumOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

const known = new WeakMap<Tree, Etcd | undefined>();

/** The etcd of a StatefulSet, or nothing if it runs something else. */
export function etcdOf(set: Tree | undefined): Etcd | undefined {
  if (set !== undefined && !known.has(set)) {
    known.set(set, read(set));
  }
  return set && known.get(set);
}

function read(set: Tree): Etcd | undefined {
  const { spec } = set.spec.template;
  const containers = mapsOf(spec.containers);
  const container = containers.find(isMember);
  if (container === undefined) {
    return undefined;
  }
  // where a program writes the configuration of the member, it is the one that is told.
  const agents = [...mapsOf(spec.initContainers), ...containers].filter(isAgent);
  const env = new Map([...agents, container].flatMap(one => mapsOf(one.env)).map(({ name, value }) => [name, typeof value === 'string' ? value : undefined]));
  const words = [container.command, container.args].flatMap(list => Array.isArray(list) ? list.map(String) : []);
  return {
    container: String(container.name),
    version: versionOf(container.image),
    managed: agents.length > 0,
    setting: flag => flagIn(words, flag) ?? env.get(`ETCD_${flag.toUpperCase().replaceAll('-', '_')}`),
    hasReadiness: isTree(container.readinessProbe),
  };
}

/** A rule for StatefulSets that ran etcd and do so after the change, with members on both sides. */
export function forEtcd(check: (change: EtcdChange) => Hit[]): EffectRule['check'] {
  return forStatefulSets((movement, world) => {
    const [before, after] = [etcdOf(movement.pair.before), etcdOf(movement.pair.after)];
    return before && after ? check({ movement, world, before, after, members: movement.before!.replicas, wanted: movement.after!.replicas }) : [];
  });
}

/** By its image, or by the program that it starts; `etcdctl` and backups are no members. */
function isMember({ image, command, env }: Tree): boolean {
  const isEtcd = /(?:^|\/)etcd(?:[:@]|$)/.test(String(image)) || /(?:^|\/)etcd$/.test(String(Array.isArray(command) ? command[0] : ''));
  const starts = Array.isArray(command) ? /(?:^|\/)etcd$|^etcd\b/.test(String(command[0])) : mapsOf(env).some(({ name }) => /^ETCD_(?:NAME|DATA_DIR|LISTEN|INITIAL)/.test(name));
  return isEtcd && starts;
}

function isAgent({ name, command, args }: Tree): boolean {
  return /etcd-agent/.test(JSON.stringify([name, command, args]));
}

function versionOf(image: unknown): Etcd['version'] {
  const found = /:v?(\d+)\.(\d+)\.(\d+)(?:[-@][^/]*)?$/.exec(String(image));
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
}

function flagIn(words: readonly string[], flag: string): string | undefined {
  const i = words.findIndex(word => word === `--${flag}` || word.startsWith(`--${flag}=`));
  return i < 0 ? undefined : words[i].includes('=') ? words[i].slice(words[i].indexOf('=') + 1) : words[i + 1];
}

/** A setting of etcd that differs. */
export interface SettingChange extends Difference {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A setting that changes, as a difference. */
export function settingChange({ before, after }: EtcdChange, flag: string): SettingChange | undefined {
  const [old, now] = [before.setting(flag), after.setting(flag)];
  return old === now ? undefined : { path: `${flag} of etcd`, way: [], before: old, after: now };
}

