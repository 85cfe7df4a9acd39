import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askCluster, ClusterView } from './cluster-view';
import { DataDir } from './data-dir';
import { Member } from './etcd-api';
import { decideJoin, JoinAction, JoinFacts } from './join-decision';
import { CONFIG_FILE, HOW_FILE, Site, write } from './keeper';
import { isBeyond } from './kubernetes';
import { changeLog, messageOf } from './log';
import { memberAt, nameOf } from './serve-decision';
import { memberAdded } from './state';

export type RejoinAction =
  | Extract<JoinAction, { do: 'add' | 'remove' | 'set aside' }>
  /** It was added, and is told once more whom it joins. */
  | { readonly do: 'tell'; readonly member: Member; readonly reason: string }
  | { readonly do: 'nothing' };

/** After how many rounds without etcd it is taken for one that does not start: it is restarted faster than that unless it fails again and again. */
const ROUNDS = 5;

/**
 * What would keep etcd from ever starting, though an init container has seen to its start: others came or went between that and its first start, or
 * it was removed, and when it asked there was nobody to tell it.
 */
export function decideRejoin(facts: JoinFacts): RejoinAction {
  const { me, cluster, data, statefulSet } = facts;
  if (cluster === undefined || statefulSet === undefined || isBeyond(statefulSet, me.ordinal)) {
    return { do: 'nothing' };
  }
  const mine = memberAt(me, cluster.members, me.ordinal);
  if (data === undefined && mine?.name === '') {
    return { do: 'tell', member: mine, reason: 'it was added, and has not started' };
  }
  const action = decideJoin(facts);
  return action.do === 'add' || action.do === 'remove' || action.do === 'set aside' ? action : { do: 'nothing' };
}

/** Sees to the start of etcd again while it does not run. The kubelet starts it, as ever. */
export class Rejoin {
  private readonly say = changeLog();
  private readonly data: DataDir;
  private roundsDown = 0;

  public constructor(private readonly site: Site) {
    this.data = new DataDir(site.storageDir);
  }

  /** Returns whether etcd starts in another way from now on. */
  public async round(isUp: boolean): Promise<boolean> {
    this.roundsDown = isUp ? 0 : this.roundsDown + 1;
    if (this.roundsDown < ROUNDS) {
      return false;
    }
    try {
      const facts = await this.look();
      return await this.take(decideRejoin(facts), facts.cluster);
    } catch (error) {
      this.say('failed', { reason: messageOf(error) });
      return false;
    }
  }

  private async look(): Promise<JoinFacts & { readonly cluster?: ClusterView }> {
    const { place, credentials, apis, kubernetes } = this.site;
    const [state, statefulSet] = await Promise.all([kubernetes.state(), kubernetes.statefulSet()]);
    return {
      me: place,
      data: await this.data.identity(),
      isRestored: await this.data.restoredFrom() !== undefined,
      cluster: await askCluster(place, credentials, { except: place.ordinal, apis }),
      state,
      statefulSet,
      firstMembers: state.firstMembers ?? '',
    };
  }

  private async take(action: RejoinAction, cluster?: ClusterView): Promise<boolean> {
    const { place, kubernetes } = this.site;
    if (action.do !== 'nothing') {
      this.say(action.do, { ...'member' in action && { member: action.member.id }, reason: action.reason });
    }
    switch (action.do) {
      case 'nothing':
        return false;
      case 'remove':
        await cluster!.api.remove(action.member.id);
        return false;
      case 'set aside':
        await this.data.setAside(action.data);
        return false;
      case 'add': {
        const { id } = await cluster!.api.addLearner(place.peerUrl(place.ordinal));
        await kubernetes.patchState(memberAdded(id, place.podName));
        return this.tell(cluster!, id);
      }
      case 'tell':
        return this.tell(cluster!, action.member.id);
    }
  }

  /** Writes who the members are to the configuration, if it has others. */
  private async tell({ api }: ClusterView, myId: string): Promise<boolean> {
    const { place, sharedDir } = this.site;
    const { members } = await api.membership();
    const named = members.map(member => ({ ...member, name: member.id === myId ? place.podName : nameOf(place, member) || member.id }));
    const file = join(sharedDir, CONFIG_FILE);
    const { 'force-new-cluster': _, ...config } = JSON.parse(readFileSync(file, 'utf8'));
    const told = {
      ...config,
      'initial-cluster': named.flatMap(({ name, peerUrls }) => peerUrls.map(url => `${name}=${url}`)).join(','),
      'initial-cluster-state': 'existing',
    };
    if (JSON.stringify(told) === JSON.stringify(config)) {
      return false;
    }
    await this.data.clear();
    write(join(sharedDir, HOW_FILE), { how: 'join' });
    write(file, told);
    return true;
  }
}
