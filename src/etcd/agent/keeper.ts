import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Apis, apiAt, askCluster, ClusterView, reachableOf, viewOf } from './cluster-view';
import { DataDir } from './data-dir';
import { EtcdApi, Status } from './etcd-api';
import { Credentials } from './gateway';
import { ConflictError, KubernetesApi } from './kubernetes';
import { changeLog, messageOf } from './log';
import { Place } from './place';
import { decideServe, How, isMemberBeyond, nameOf, ServeAction, ServeFacts, unreadiness } from './serve-decision';

/** What the agent beside a running member works with. */
export interface Site {
  readonly place: Place;
  readonly credentials: Credentials;
  readonly apis: Apis;
  readonly kubernetes: KubernetesApi;
  /** What the init container has left to etcd and to this. */
  readonly sharedDir: string;
  /** The member's disk. */
  readonly storageDir: string;
}

export const HOW_FILE = 'how.json';
export const CONFIG_FILE = 'etcd.json';
const SET_ASIDE = /^removed-(\d+|never-used)$/;

const ANSWER_MS = 2000;

/** How long nothing is asked of anybody but this member after there was nothing to do. */
const REST_MS = 5000;

/** Looks after a running member and, beside the leader, after the list of members: one look and one action at a time. */
export class Keeper {
  private readonly say = changeLog();
  private readonly local: EtcdApi;
  private readonly data: DataDir;
  private how: How;
  /** Undefined until it is known. */
  private isVoter: boolean | undefined;
  private isRecorded = false;
  /** Zero while there is, or may be, something to do. */
  private restUntil = 0;

  public constructor(private readonly site: Site) {
    const { place, credentials, apis, sharedDir, storageDir } = site;
    this.local = apiAt(place.clientUrl(place.ordinal), credentials, apis);
    this.data = new DataDir(storageDir);
    this.how = howIn(sharedDir);
  }

  /** etcd starts in another way the next time. */
  public startsAnew(): void {
    this.how = howIn(this.site.sharedDir);
    this.isVoter = undefined;
    this.isRecorded = false;
  }

  /** Why clients must not come yet, if so. */
  public get unreadiness(): string | undefined {
    return unreadiness(this.how, this.isVoter, this.isRecorded);
  }

  /** Looks, and does what is to be done; what fails is tried again by the next round. */
  public async round(): Promise<void> {
    try {
      const local = await this.local.status(ANSWER_MS).catch(this.noAnswer) ?? undefined;
      if (local !== undefined && this.isAtRest(local)) {
        return;
      }
      const { view, ...facts } = await this.look(local);
      const action = decideServe({ ...facts, view });
      this.say(action.do, { ...'member' in action && { member: nameOf(this.site.place, action.member) }, reason: action.reason });
      await this.take(action, facts, view);
      this.restUntil = action.do === 'nothing' && this.unreadiness === undefined ? Date.now() + REST_MS : 0;
    } catch (error) {
      this.restUntil = 0;
      this.say('failed', { reason: messageOf(error) });
    }
  }

  /** Why something is not known; it may be all that tells why nothing is done. */
  private readonly noAnswer = (error: unknown) => this.say('no answer', { reason: messageOf(error) });

  /** A member that follows has nothing to do once all is written down; the one beside the leader looks around from time to time. */
  private isAtRest({ isLearner, leader, memberId }: Status): boolean {
    return !isLearner && this.restUntil > 0 && (Date.now() < this.restUntil || (this.isRecorded && leader !== undefined && leader !== memberId));
  }

  private async look(local: Status | undefined): Promise<Omit<ServeFacts, 'view'> & { view?: ClusterView }> {
    const { place, credentials, apis, kubernetes, storageDir } = this.site;
    const hasVote = local !== undefined && !local.isLearner;
    const readKubernetes = () => Promise.all([kubernetes.state().catch(this.noAnswer), kubernetes.statefulSet().catch(this.noAnswer)]);
    // the state comes first: whoever stands in it was added before, and is in the list that is read after it, unless removed.
    const before = hasVote ? await readKubernetes() : undefined;
    const view = (hasVote
      ? await viewOf(this.local).catch(this.noAnswer)
      : await askCluster(place, credentials, { except: place.ordinal, apis })) ?? undefined;
    // etcd answers nothing from its start until it has found a majority; what is known may tell why there is none.
    const [state, statefulSet] = before ?? (view === undefined ? await readKubernetes() : []);
    const mayRemove = view !== undefined && statefulSet && local?.leader === local?.memberId
      && view.members.some(member => isMemberBeyond(place, statefulSet, member));
    this.isVoter = local === undefined ? this.isVoter : hasVote;
    const restoredFrom = await this.data.restoredFrom();
    this.isRecorded ||= view !== undefined && state?.clusterId === view.clusterId && restoredFrom === undefined && this.how !== 'force';
    this.settle();
    return {
      place,
      how: this.how,
      restoredFrom,
      hasOldData: readdirSync(storageDir).some(name => SET_ASIDE.test(name)),
      local,
      view,
      state: state ?? undefined,
      statefulSet: statefulSet ?? undefined,
      reachable: mayRemove ? await reachableOf(place, view.members, credentials, apis) : new Set(),
    };
  }

  private async take(action: ServeAction, { state }: Pick<ServeFacts, 'state'>, view: ClusterView | undefined): Promise<void> {
    switch (action.do) {
      case 'promote':
        await view!.api.promote(action.member.id);
        break;
      case 'remove':
        await view!.api.remove(action.member.id);
        break;
      case 'delete old data':
        await this.data.deleteSetAside();
        break;
      case 'record':
      case 'adopt':
        try {
          await this.site.kubernetes.patchState(action.changes, state!.resourceVersion);
        } catch (error) {
          if (error instanceof ConflictError) {
            return;
          }
          throw error;
        }
        if (action.do === 'adopt') {
          await this.data.forgetRestored();
          this.forceNoMore();
        }
        this.isRecorded = true;
        this.settle();
    }
  }

  /** From when on this member is like one that was started, also for an agent that is started again while the API server does not answer. */
  private settle(): void {
    if (this.how === 'start' || this.isVoter !== true || !this.isRecorded) {
      return;
    }
    this.how = 'start';
    write(join(this.site.sharedDir, HOW_FILE), { how: this.how });
  }

  /** Another start of etcd in this pod must not make it go on alone again. */
  private forceNoMore(): void {
    const file = join(this.site.sharedDir, CONFIG_FILE);
    if (this.how === 'force') {
      const { 'force-new-cluster': _, ...config } = JSON.parse(readFileSync(file, 'utf8'));
      write(file, config);
    }
  }
}

function howIn(sharedDir: string): How {
  const file = join(sharedDir, HOW_FILE);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).how : 'start';
}

/** A file is there as a whole or not at all. */
export function write(file: string, content: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(content));
  renameSync(`${file}.new`, file);
}
