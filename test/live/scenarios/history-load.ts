import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyOf, HistorySummary, problemsOf, summaryOf } from './history';
import { ended, podOf } from './pods';
import { Cluster } from '../cluster';

const PROGRAM = readFileSync(join(__dirname, 'programs', 'history.mjs'), 'utf8');

/** Which ordinals are asked whether they are there: a cluster has seven members at most. */
const ORDINALS = [0, 1, 2, 3, 4, 5, 6];

export interface HistoryLoadOptions {
  /** How long each client rests between two requests. @default 50 */
  readonly pauseMilliseconds?: number;
}

/** Several clients that read and write, through the service and through every member, while a story goes on. */
export class HistoryLoad {
  /** Starts the clients, and returns when they have begun. Pods of clients have the label `app: history`. */
  static async start(cluster: Cluster, name: string, { pauseMilliseconds = 50 }: HistoryLoadOptions = {}): Promise<HistoryLoad> {
    const env = {
      ETCD_ENDPOINTS: `http://${name}-client:2379`,
      MEMBERS: ORDINALS.map(ordinal => `http://${name}-${ordinal}.${name}:2379`).join(','),
      PAUSE: `${pauseMilliseconds}`,
    };
    await cluster.apply([podOf('history', {
      name: 'main',
      image: 'node:20-bookworm-slim',
      command: ['node', '--input-type=module', '--eval', PROGRAM.replaceAll('$', '$$$$')],
      env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
    })]);
    await cluster.eventually('the clients have begun', async () => expect(await cluster.logs('history')).toContain('["ready"'));
    return new HistoryLoad(cluster);
  }

  private constructor(private readonly cluster: Cluster) {}

  /** Ends the clients. It is an error if their history is none that one cluster which loses nothing can have. */
  async end(): Promise<HistorySummary> {
    await this.cluster.exec('history', ['touch', '/tmp/stop']);
    await ended(this.cluster, 'history');
    const history = historyOf(await this.cluster.logs('history'));
    const problems = problemsOf(history);
    if (problems.length > 0) {
      throw new Error(`the history has ${problems.length} problems:\n${problems.slice(0, 20).join('\n')}`);
    }
    expect(history.clusters.size).toBe(1);
    await this.cluster.deletePod('history', { gracePeriodSeconds: 0 });
    return summaryOf(history);
  }
}
