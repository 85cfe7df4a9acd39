import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { containerOf, ended, podOf } from './pods';
import { Cluster } from '../cluster';

const PROGRAM = readFileSync(join(__dirname, 'programs', 'writer.mjs'), 'utf8');

/** What became of writes that went on while something was done to the cluster. */
export interface LoadResult {
  readonly acknowledged: number;
  /** Those that were answered with an error, or not within two seconds. */
  readonly failed: number;
  /** Those that were acknowledged and are not there: there must be none. */
  readonly lost: number;
  /** The longest time in milliseconds without a write that was acknowledged. */
  readonly longestGap: number;
  readonly perSecond: number;
}

/** Writes through the service for clients while something is done, and then compares what is there with what was acknowledged. */
export async function writesDuring(cluster: Cluster, url: string, act: () => Promise<unknown>): Promise<LoadResult> {
  const pod = podOf('writer', {
    name: 'main',
    image: 'node:20-bookworm-slim',
    command: ['node', '--input-type=module', '--eval', PROGRAM.replaceAll('$', '$$$$')],
    env: [{ name: 'ETCD_ENDPOINTS', value: url }],
  });
  await cluster.apply([pod]);
  await cluster.eventually('the writer runs', async () => expect(containerOf(await cluster.get('Pod', 'writer')).state.running).toBeDefined());
  await sleep(500);
  await act();
  await sleep(500);
  await cluster.exec('writer', ['touch', '/tmp/stop']);
  await ended(cluster, 'writer');
  const result: LoadResult = JSON.parse(await cluster.logs('writer'));
  await cluster.deletePod('writer', { gracePeriodSeconds: 0 });
  return result;
}
