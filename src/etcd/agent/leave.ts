import { setTimeout as sleep } from 'node:timers/promises';
import { apiAt, askCluster, ClusterView, reachableOf } from './cluster-view';
import { Site } from './keeper';
import { StatefulSetView } from './kubernetes';
import { decideLeave } from './leave-decision';
import { changeLog, messageOf } from './log';
import { memberRemoved } from './state';

const ANSWER_MS = 2000;

/**
 * For how many pauses it is asked whether this is about leaving, if the API server does not answer. Every stop waits for that; but who is stopped
 * knows that the API server was there just now, and a member that stops without leaving counts for the quorum until others remove it.
 */
const QUESTIONS = 20;

/** What a member does before it stops, asked by the kubelet. */
export class Leave {
  private readonly say = changeLog();
  private running: Promise<string> | undefined;

  public constructor(private readonly site: Site, private readonly pause: number) {}

  public get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Returns why the container may stop, when it may. Who asks again while it goes on gets the same answer. */
  public async run(): Promise<string> {
    this.running ??= this.leave().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async leave(): Promise<string> {
    const { place } = this.site;
    const started = Date.now();
    let handOvers = 0;
    let statefulSet = await this.statefulSet();
    for (;;) {
      const known = { place, statefulSet, handOvers, elapsed: Date.now() - started };
      // a stop that is no leave does not wait for anybody.
      const isLeaving = decideLeave({ ...known, reachable: new Set() }).do === 'wait';
      const { view, ...found } = isLeaving ? await this.look() : { reachable: new Set<string>() };
      const action = decideLeave({ ...known, ...found, view });
      const { do: event, reason } = action;
      this.say(event, { ...'to' in action && { to: action.to.name }, reason });
      if (action.do === 'stop') {
        return reason;
      }
      try {
        if (action.do === 'hand over') {
          handOvers += 1;
          await apiAt(place.clientUrl(place.ordinal), this.site.credentials, this.site.apis).transferLeadership(action.to.id);
        } else if (action.do === 'remove') {
          await view!.api.remove(action.member.id);
          await this.forget(action.member.id);
          return reason;
        }
      } catch (error) {
        this.say('failed', { reason: messageOf(error) });
      }
      await sleep(this.pause);
      statefulSet = await this.statefulSet(statefulSet);
    }
  }

  /** What the StatefulSet says now; `before` if the API server does not answer. */
  private async statefulSet(before?: StatefulSetView): Promise<StatefulSetView | undefined> {
    const until = Date.now() + QUESTIONS * this.pause;
    for (;;) {
      try {
        return await this.site.kubernetes.statefulSet();
      } catch (error) {
        this.say('no answer', { reason: messageOf(error) });
      }
      if (before !== undefined || Date.now() > until) {
        return before;
      }
      await sleep(this.pause);
    }
  }

  private async look(): Promise<{ view?: ClusterView; leader?: string; reachable: ReadonlySet<string> }> {
    const { place, credentials, apis } = this.site;
    const [local, view] = await Promise.all([
      apiAt(place.clientUrl(place.ordinal), credentials, apis).status(ANSWER_MS).catch(() => undefined),
      askCluster(place, credentials, { except: place.ordinal, apis }),
    ]);
    return { view, leader: local?.leader, reachable: view === undefined ? new Set() : await reachableOf(place, view.members, credentials, apis) };
  }

  /** Where this fails, the agent beside the leader does it. */
  private async forget(id: string): Promise<void> {
    await this.site.kubernetes.patchState(memberRemoved(id)).catch(error => this.say('no answer', { reason: messageOf(error) }));
  }
}
