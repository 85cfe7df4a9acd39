import { setTimeout as sleep } from 'node:timers/promises';
import { Found, mebibytes, nextStep, NO_SPACE, Scene, Step, troubleOf } from './defragment-steps';
import { credentialsOf, endpointsOf, Environment, variable } from './environment';
import { EtcdApi, Member, Membership } from './etcd-api';
import { log, messageOf } from './log';
import { Program } from './main';

/** How long to wait, in milliseconds. */
export interface Pace {
  /** For the members to be healthy and in sync after a step. */
  readonly recovery: number;
  readonly pause: number;
  /** For a member to write its database anew. */
  readonly defragmentation: number;
}

/** The largest database, of 8 GiB, takes half an hour on a disk that writes 5 MB/s. */
const PACE: Pace = { recovery: 5 * 60_000, pause: 500, defragmentation: 30 * 60_000 };

type Act = Exclude<Step, { readonly do: 'stop' | 'finish' }>;

/** Writes the databases of all members anew, one after the other. */
export const defragment: Program = env => defragmentAt(PACE, env);

export async function defragmentAt(pace: Pace, env: Environment): Promise<void> {
  const members = new Members(env);
  let scene = await members.look({
    clusterId: '', members: [], revision: 0n, settled: new Set(), handOvers: 0, minimumFree: Number(variable(env, 'MINIMUM_FREE_BYTES')),
  });
  log('looked', { members: scene.members.map(summaryOf) });
  if (troubleOf(scene) === undefined) {
    scene = await members.lookUntilWell(scene, pace);
  }
  for (let step = nextStep(scene); step.do !== 'finish'; step = nextStep(scene)) {
    if (step.do === 'stop') {
      throw new Error(`${step.reason}; nothing more is done`);
    }
    const started = Date.now();
    await members.take(step, pace);
    scene = await members.lookUntilWell(after(step, scene), pace);
    if (step.do === 'defragment') {
      log('defragmented', { ...summaryOf(scene.members.find(({ id }) => id === step.member.id)!), seconds: (Date.now() - started) / 1000 });
    }
  }
  const hasAlarm = scene.members.some(({ status }) => typeof status === 'object' && status.errors.some(error => NO_SPACE.test(error)));
  log('done', hasAlarm ? { reason: 'the alarm NOSPACE stays, and writes are refused, until `etcdctl alarm disarm`' } : {});
}

function after(step: Act, scene: Scene): Scene {
  return step.do === 'hand over'
    ? { ...scene, handOvers: scene.handOvers + 1 }
    : { ...scene, settled: new Set([...scene.settled, step.member.id]) };
}

function summaryOf({ name, isLearner, status }: Found): object {
  const member = { member: name, ...isLearner && { isLearner } };
  return typeof status === 'string' ? { ...member, status } : {
    ...member,
    ...status.leader === status.memberId && { leads: true },
    size: mebibytes(status.dbSize),
    inUse: mebibytes(status.dbSizeInUse),
    ...status.errors.length > 0 && { errors: status.errors },
  };
}

/** The members of a cluster, as the cluster itself knows them. */
class Members {
  /** By their URLs; each keeps who it is to the member. */
  private readonly apis = new Map<string, EtcdApi>();
  private readonly urls = new Map<string, string>();

  public constructor(private readonly env: Environment) {}

  /** The same scene as it is now. */
  public async look(scene: Scene): Promise<Scene> {
    const { clusterId, members } = await this.membership();
    const found = await Promise.all(members.map(member => this.find(member)));
    return { ...scene, clusterId, members: found };
  }

  /** The scene once all members have what one of them had before; or as it is when the patience ends. */
  public async lookUntilWell(before: Scene, { recovery, pause }: Pace): Promise<Scene> {
    const deadline = Date.now() + recovery;
    const revision = before.members.reduce((highest, { status }) => typeof status === 'string' || status.revision < highest ? highest : status.revision,
      before.revision);
    for (;;) {
      const last = Date.now() > deadline;
      try {
        const scene = await this.look({ ...before, revision });
        if (last || troubleOf(scene) === undefined) {
          return scene;
        }
      } catch (error) {
        if (last) {
          throw error;
        }
      }
      await sleep(pause);
    }
  }

  public async take(step: Act, { defragmentation }: Pace): Promise<void> {
    const { do: event, member, reason } = step;
    log(event, { member: member.name, ...step.do === 'hand over' && { to: step.to.name }, reason });
    const api = this.api(this.urls.get(member.id)!);
    try {
      if (step.do === 'hand over') {
        await api.transferLeadership(step.to.id);
      } else if (step.do === 'defragment') {
        await api.defragment(defragmentation);
      }
    } catch (error) {
      throw new Error(`${member.name} could not ${event}: ${messageOf(error)}; nothing more is done`, { cause: error });
    }
  }

  /** What the first that answers says of all. */
  private async membership(): Promise<Membership> {
    const reasons: string[] = [];
    for (const endpoint of endpointsOf(this.env)) {
      try {
        return await this.api(endpoint).membership();
      } catch (error) {
        reasons.push(messageOf(error));
      }
    }
    throw new Error(`no member says who the members are: ${reasons.join('; ')}`);
  }

  private async find({ id, name, isLearner, clientUrls: [url] }: Member): Promise<Found> {
    const found = { id, name: name || `member ${id}`, isLearner };
    if (url === undefined) {
      return { ...found, status: 'it was added and has not started' };
    }
    this.urls.set(id, url);
    return { ...found, status: await this.api(url).status().catch(messageOf) };
  }

  private api(url: string): EtcdApi {
    const api = this.apis.get(url) ?? new EtcdApi(url, credentialsOf(this.env));
    this.apis.set(url, api);
    return api;
  }
}
