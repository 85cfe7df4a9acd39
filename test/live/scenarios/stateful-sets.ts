import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { StatefulApp, StatefulAppProps } from 'cdk8s-stateful';
import { BUSYBOX } from './pods';
import { Cluster } from '../cluster';
import { hasCondition } from '../control-plane/objects';

export interface SmallAppProps extends StatefulAppProps {
  /** Decides what runs: two images are two revisions. */
  readonly image?: string;
  /** What is ready: a pod in which this file exists. @default - every pod that runs */
  readonly readyFile?: string;
}

/** A StatefulSet `web` of programs that do nothing, and stop when they are told to. */
export function smallApp({ image = BUSYBOX, readyFile, ...props }: SmallAppProps): Chart {
  const chart = new Chart(new App(), 'chart');
  const app = new StatefulApp(chart, 'web', props);
  app.addContainer({
    name: 'main',
    image,
    command: ['/bin/sh', '-c', 'trap exit TERM; while true; do sleep 1 & wait; done'],
    readiness: kplus.Probe.fromCommand(['test', '-e', readyFile ?? '/']),
  });
  return chart;
}

/**
 * Watches the pods of a StatefulSet while something is done, and tells what happened to each, in order: `+web-0` it is made, `=web-0` it is ready,
 * `~web-0` it is stopping, `-web-0` it is gone.
 */
export async function changesDuring(cluster: Cluster, statefulSet: string, act: () => Promise<unknown>): Promise<string[]> {
  const changes: string[] = [];
  let known = await statesOf(cluster, statefulSet);
  let done = false;
  const look = async () => {
    const now = await statesOf(cluster, statefulSet);
    const seen = [...now].map(([uid, state]) => ({ ...state, before: known.get(uid) }));
    // in one look, what may be the reason for the other comes first.
    changes.push(
      ...seen.filter(({ ready, before }) => ready && !before?.ready && before).map(({ name }) => `=${name}`),
      // a pod that is gone was stopping, even if nobody looked then.
      ...[...known].filter(([uid]) => !now.has(uid)).flatMap(([, { name, stopping }]) => stopping ? [`-${name}`] : [`~${name}`, `-${name}`]),
      ...seen.filter(({ before }) => !before).flatMap(({ name, ready }) => ready ? [`+${name}`, `=${name}`] : [`+${name}`]),
      ...seen.filter(({ stopping, before }) => stopping && !before?.stopping).map(({ name }) => `~${name}`),
    );
    known = now;
  };
  const watch = async () => {
    while (!done) {
      await look();
      await sleep(10);
    }
    await look();
  };
  await Promise.all([act().finally(() => { done = true; }), watch()]);
  return changes;
}

interface PodState {
  readonly name: string;
  readonly ready: boolean;
  readonly stopping: boolean;
}

async function statesOf(cluster: Cluster, statefulSet: string): Promise<Map<string, PodState>> {
  const pods = await cluster.list('Pod');
  return new Map(pods.filter(({ metadata }) => metadata.name.startsWith(`${statefulSet}-`)).map(pod => {
    const stopping = pod.metadata.deletionTimestamp !== undefined;
    return [pod.metadata.uid!, { name: pod.metadata.name, ready: hasCondition(pod, 'Ready') && !stopping, stopping }];
  }));
}
