import { changesDuring, smallApp } from './stateful-sets';
import { story } from '../story';

story('a drain', {}, ({ cluster, step }) => {
  step('takes one pod at a time, as the budget of the app allows', async () => {
    await cluster.apply(smallApp({ replicas: 3 }));
    await cluster.ready('web');
    await cluster.eventually('the budget knows its pods', async () => {
      expect((await cluster.get('PodDisruptionBudget', 'web')).status.disruptionsAllowed).toBe(1);
    });
    const changes = await changesDuring(cluster, 'web', async () => {
      expect(await cluster.evict('web-0')).toBe(true);
      expect(await cluster.evict('web-1')).toBe(false);
      await cluster.ready('web');
    });
    expect(changes).toEqual(['~web-0', '-web-0', '+web-0', '=web-0']);
  });

  step('goes on when the pod is back', async () => {
    await cluster.eventually('the budget has room', async () => expect(await cluster.evict('web-1')).toBe(true));
    await cluster.ready('web');
  });
});
