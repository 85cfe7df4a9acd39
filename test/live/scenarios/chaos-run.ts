import { setTimeout as sleep } from 'node:timers/promises';
import { Disruption, Fault } from './chaos';
import { namesTo, settled, wipe } from './membership';
import { Cluster, Faults } from '../cluster';

/** What another fault has just taken cannot be struck. */
const STRUCK_ALREADY = /not found|does not run|has no network|does not answer already/;

/**
 * How long a cluster of so many members may take until all is well again after the last fault, in seconds: a restart takes one after the other, on a
 * machine that may have other things to do.
 */
export function patienceFor(members: number): number {
  return 100 + 50 * members;
}

/** Carries out faults on the cluster `etcd`, and remembers what it did and when. */
export class Chaos {
  private readonly started = performance.now();
  private readonly diary: string[] = [];
  /** What ends later: links and the API server are mended. */
  private readonly pending = new Set<Promise<void>>();
  private isApiCut = false;

  constructor(private readonly cluster: Cluster, private readonly faults: Faults, private size = 3) {}

  /** Carries out these faults. What it did so far is part of the message of whatever goes wrong. */
  async carryOut(faults: readonly Fault[]): Promise<void> {
    try {
      for (const { then, ...disruption } of faults) {
        await this.disrupt(disruption);
        await (then === 'ready' ? this.settle() : sleep(then * 1000));
      }
    } catch (error) {
      (error as Error).message += `\n\nuntil then:\n${this.diary.join('\n')}`;
      throw error;
    }
  }

  private async disrupt(disruption: Disruption): Promise<void> {
    this.note(Object.entries(disruption).map(([key, value]) => (key === 'kind' ? value : `${key} ${value}`)).join(', '));
    try {
      await this.strike(disruption);
    } catch (error) {
      if (!STRUCK_ALREADY.test((error as Error).message)) {
        throw error;
      }
      this.note(`  came to nothing: ${(error as Error).message}`);
    }
  }

  private async strike(disruption: Disruption): Promise<void> {
    const { cluster, faults } = this;
    switch (disruption.kind) {
      case 'kill':
        return faults.kill(`etcd-${disruption.ordinal}`, disruption.container);
      case 'delete':
        return cluster.delete('Pod', `etcd-${disruption.ordinal}`, { gracePeriodSeconds: disruption.gracePeriodSeconds });
      case 'wipe':
        return wipe(cluster, `etcd-${disruption.ordinal}`);
      case 'cutLink':
        return this.cutLink(`etcd-${disruption.ordinal}`, disruption.seconds);
      case 'cutApi':
        return this.cutApi(disruption.seconds);
      case 'scale':
        this.size = disruption.replicas;
        return cluster.scale('etcd', disruption.replicas);
      case 'restart':
        await cluster.patch('StatefulSet', 'etcd', { spec: { template: { metadata: { annotations: { restarted: `${this.seconds()}` } } } } });
        return;
      case 'deleteAll':
        await Promise.allSettled(namesTo(this.size).map(pod => cluster.delete('Pod', pod, { gracePeriodSeconds: 0 })));
    }
  }

  private async cutLink(pod: string, seconds: number): Promise<void> {
    await this.faults.cutLink(pod);
    this.later(seconds, async () => {
      // a pod that was replaced meanwhile has a new link, which nobody cut.
      await this.faults.mendLink(pod).catch(() => undefined);
      this.note(`  link of ${pod} mended`);
    });
  }

  private async cutApi(seconds: number): Promise<void> {
    if (this.isApiCut) {
      throw new Error('it does not answer already');
    }
    this.isApiCut = true;
    await this.faults.cutApi();
    this.later(seconds, async () => {
      await this.faults.mendApi();
      this.isApiCut = false;
      this.note('  API mended');
    });
  }

  private later(seconds: number, act: () => Promise<void>): void {
    const pending = sleep(seconds * 1000).then(act).finally(() => this.pending.delete(pending));
    this.pending.add(pending);
  }

  private async settle(): Promise<void> {
    await Promise.all(this.pending);
    const start = performance.now();
    await settled(this.cluster, this.size, { timeout: patienceFor(this.size) });
    this.note(`  all is well after ${((performance.now() - start) / 1000).toFixed(1)} s: ${this.size} members`);
  }

  private note(line: string): void {
    this.diary.push(`${this.seconds().toFixed(1).padStart(7)} ${line}`);
  }

  private seconds(): number {
    return (performance.now() - this.started) / 1000;
  }
}
