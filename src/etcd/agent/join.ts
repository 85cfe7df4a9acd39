import { rename, writeFile } from 'node:fs/promises';
import { dirname, join as joinPath } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askCluster, ClusterView } from './cluster-view';
import { DataDir } from './data-dir';
import { credentialsOf, Environment, variable } from './environment';
import { configFile, FirstStart, initialClusterOf } from './etcd-config';
import { decideJoin, JoinAction, JoinFacts } from './join-decision';
import { ConflictError, KubernetesApi } from './kubernetes';
import { changeLog, messageOf } from './log';
import { Program } from './main';
import { Place, placeOf } from './place';
import { How } from './serve-decision';
import { ClusterState, firstMembersAgreed, hasTried, memberAdded, StateChanges } from './state';

export interface JoinOptions {
  /** How long to wait between two looks, in milliseconds. */
  readonly pace: number;
  /** Where the service account is, if not where Kubernetes puts it. */
  readonly accountPath?: string;
}

/** What a look finds. */
type Scene = JoinFacts & { readonly cluster?: ClusterView };

/** What comes after an action: etcd, another decision, or another look at once or later. */
type Next = 'start' | 'decide' | 'look' | 'wait';

/** Returns as soon as etcd can start. */
export const join: Program = env => {
  // the first process of a container must end by itself, and etcd would be started after one that ends with 0.
  process.once('SIGTERM', () => process.exit(143));
  return joinWith({ pace: 1000 }, env);
};

export async function joinWith({ pace, accountPath }: JoinOptions, env: Environment): Promise<void> {
  const joining = new Joining(env, accountPath);
  for (;;) {
    const next = await joining.round();
    if (next === 'start') {
      return;
    }
    await sleep(next === 'look' ? pace / 10 : pace);
  }
}

/** Looks, and does the one thing that is to be done: what was not written down has not happened, and is decided again. */
class Joining {
  private readonly say = changeLog();
  private readonly place: Place;
  private readonly data: DataDir;
  private readonly kubernetes: KubernetesApi;
  private readonly apis = new Map();

  public constructor(private readonly env: Environment, accountPath?: string) {
    this.place = placeOf(env);
    this.data = new DataDir(dirname(variable(env, 'ETCD_DATA_DIR')));
    this.kubernetes = KubernetesApi.inPod(env, accountPath);
  }

  public async round(): Promise<Exclude<Next, 'decide'>> {
    try {
      let scene = await this.look();
      for (;;) {
        const action = decideJoin(scene);
        this.say(action.do, { ...'member' in action && { member: action.member.id }, reason: action.reason });
        const next = await this.take(action, scene);
        if (next !== 'decide') {
          return next;
        }
        // only the state is another one: the others need not be asked again, which takes its time while they start.
        scene = { ...scene, state: await this.kubernetes.state() };
      }
    } catch (error) {
      this.say('failed', { reason: messageOf(error) });
      return 'wait';
    }
  }

  private async look(): Promise<Scene> {
    const noAnswer = (error: unknown) => void this.say('no answer', { reason: messageOf(error) });
    const { ordinal } = this.place;
    // the state comes first: whoever it says was added is in the list that is read after it, unless removed.
    const [state, statefulSet] = await Promise.all([this.kubernetes.state().catch(noAnswer), this.kubernetes.statefulSet().catch(noAnswer)]);
    return {
      me: this.place,
      data: await this.data.identity(),
      isRestored: await this.data.restoredFrom() !== undefined,
      cluster: await askCluster(this.place, credentialsOf(this.env), { except: ordinal, apis: this.apis }),
      state: state ?? undefined,
      statefulSet: statefulSet ?? undefined,
      firstMembers: variable(this.env, 'ETCD_INITIAL_CLUSTER'),
    };
  }

  private async take(action: JoinAction, { state, cluster }: Scene): Promise<Next> {
    const { podName, ordinal } = this.place;
    switch (action.do) {
      case 'wait':
        return 'wait';
      case 'agree':
        await this.patch(firstMembersAgreed(action.firstMembers), state!);
        return 'decide';
      case 'remove':
        await cluster!.api.remove(action.member.id);
        return 'look';
      case 'set aside':
        await this.data.setAside(action.data);
        return 'look';
      case 'bootstrap':
        if (!await this.patch(hasTried(podName), state!)) {
          return 'decide';
        }
        await this.data.clear();
        await this.write('bootstrap', { initialCluster: action.firstMembers, initialClusterState: 'new' });
        return 'start';
      case 'add': {
        const { id } = await cluster!.api.addLearner(this.place.peerUrl(ordinal));
        await this.kubernetes.patchState(memberAdded(id, podName));
        await this.data.clear();
        const { members } = await cluster!.api.membership();
        await this.write('join', { initialCluster: initialClusterOf(members, id, podName), initialClusterState: 'existing' });
        return 'start';
      }
      case 'start':
      case 'force':
        // with data, etcd does not read who the others are; if it did, it would not form a cluster.
        await this.write(action.do, {
          initialCluster: `${podName}=${this.place.peerUrl(ordinal)}`,
          initialClusterState: 'existing',
          forceNewCluster: action.do === 'force',
        });
        return 'start';
    }
  }

  /** Writes down what was decided by the state that was read; returns whether it still is that one. */
  private async patch(changes: StateChanges, { resourceVersion }: ClusterState): Promise<boolean> {
    try {
      await this.kubernetes.patchState(changes, resourceVersion);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) {
        return false;
      }
      throw error;
    }
  }

  /** The configuration comes last, since etcd starts with it. */
  private async write(how: How, start: FirstStart): Promise<void> {
    await write(joinPath(variable(this.env, 'SHARED_DIR'), 'how.json'), JSON.stringify({ how }));
    await write(variable(this.env, 'ETCD_CONFIG_FILE'), configFile(this.env, start));
  }
}

/** A file is there as a whole or not at all. */
async function write(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}
