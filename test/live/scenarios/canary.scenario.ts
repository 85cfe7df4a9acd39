import { setTimeout as sleep } from 'node:timers/promises';
import { Testing } from 'cdk8s';
import { Rollout } from 'cdk8s-stateful';
import { WebServers } from '../../../examples/canary/chart';
import { hasCondition, KubeObject } from '../control-plane/objects';
import { story } from '../story';

const OLD = 'nginxinc/nginx-unprivileged:1.28.2-alpine';
const NEW = 'nginxinc/nginx-unprivileged:1.29.1-alpine';

story('examples/canary', {}, ({ cluster, step }) => {
  const release = (image: string, rollout: Rollout) => cluster.apply(new WebServers(Testing.app(), 'canary', { image, rollout }));
  const imageOf = ({ spec }: KubeObject) => spec.containers[0].image;
  const images = async () => (await cluster.pods('web')).map(imageOf);
  const identities = async () => (await cluster.pods('web')).map(({ metadata }) => metadata.uid);

  step('three servers become ready', async () => {
    await release(OLD, Rollout.rolling());
    await cluster.ready('web');
    expect(await images()).toEqual([OLD, OLD, OLD]);
  });

  step('staged replaces no pod', async () => {
    const before = await identities();
    await release(NEW, Rollout.staged());
    await cluster.rolledOut('web');
    expect(await identities()).toEqual(before);
    const { status } = await cluster.get('StatefulSet', 'web');
    expect(status.updateRevision).not.toBe(status.currentRevision);
  });

  step('a pod that dies while staged comes back with the old image', async () => {
    await cluster.deletePod('web-2');
    await cluster.ready('web');
    expect(await images()).toEqual([OLD, OLD, OLD]);
  });

  step('canary replaces exactly the pod with the highest ordinal', async () => {
    const [first, second, third] = await identities();
    await release(NEW, Rollout.canary());
    await cluster.rolledOut('web');
    expect(await images()).toEqual([OLD, OLD, NEW]);
    const after = await identities();
    expect(after.slice(0, 2)).toEqual([first, second]);
    expect(after[2]).not.toBe(third);
  });

  step('going back from the canary replaces that pod alone', async () => {
    const [first, second, third] = await identities();
    await cluster.rollBack('web');
    await cluster.rolledOut('web');
    await cluster.ready('web');
    expect(await images()).toEqual([OLD, OLD, OLD]);
    const after = await identities();
    expect(after.slice(0, 2)).toEqual([first, second]);
    expect(after[2]).not.toBe(third);
  });

  step('rolling replaces the rest from the highest ordinal down, each after the one before is ready', async () => {
    await release(NEW, Rollout.canary());
    await cluster.rolledOut('web');
    const replaced = await replacedDuring(async () => {
      await release(NEW, Rollout.rolling());
      await cluster.rolledOut('web');
    });
    expect(replaced).toEqual(['web-1', 'web-0']);
    expect(await images()).toEqual([NEW, NEW, NEW]);
  });

  step('going back as a whole works the same way', async () => {
    const replaced = await replacedDuring(async () => {
      await release(OLD, Rollout.rolling());
      await cluster.rolledOut('web');
    });
    expect(replaced).toEqual(['web-2', 'web-1', 'web-0']);
    expect(await images()).toEqual([OLD, OLD, OLD]);
  });

  step('a canary that never becomes ready leaves the others alone, and goes when the image is mended', async () => {
    const [first, second] = await identities();
    await release('nginxinc/nginx-unprivileged:no-such-tag', Rollout.canary());
    await cluster.eventually('the canary cannot pull its image', async () => {
      const { status } = await cluster.get('Pod', 'web-2');
      expect(status.containerStatuses[0].state.waiting.reason).toMatch(/ErrImagePull|ImagePullBackOff/);
    });
    await release(OLD, Rollout.canary());
    await cluster.ready('web');
    expect(await images()).toEqual([OLD, OLD, OLD]);
    expect((await identities()).slice(0, 2)).toEqual([first, second]);
  });

  /** The pods that became others while something was done, in the order in which they did; never two of them unready at once. */
  async function replacedDuring(change: () => Promise<void>): Promise<string[]> {
    const before = await identities();
    const replaced = new Set<string>();
    let done = false;
    const watch = async () => {
      while (!done) {
        const pods = await cluster.pods('web');
        pods.filter(({ metadata }) => !before.includes(metadata.uid)).forEach(({ metadata }) => replaced.add(metadata.name));
        expect(pods.filter(pod => hasCondition(pod, 'Ready')).length).toBeGreaterThanOrEqual(2);
        await sleep(10);
      }
    };
    await Promise.all([change().finally(() => { done = true; }), watch()]);
    return [...replaced];
  }
});
