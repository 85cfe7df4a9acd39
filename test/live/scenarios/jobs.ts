import { Cluster, WaitOptions } from '../cluster';
import { hasCondition, KubeObject } from '../control-plane/objects';

/** Waits until a Job has come to its end, well or not, and returns it. */
export async function ended(cluster: Cluster, job: string, options?: WaitOptions): Promise<KubeObject> {
  return cluster.eventually(`job ${job} has ended`, async () => {
    const object = await cluster.get('Job', job);
    if (!hasCondition(object, 'Complete') && !hasCondition(object, 'Failed')) {
      throw new Error(JSON.stringify(object.status));
    }
    return object;
  }, options);
}
