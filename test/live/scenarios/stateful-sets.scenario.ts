import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { ClaimRetention, Rollout } from 'cdk8s-stateful';
import { changesDuring, smallApp, SmallAppProps } from './stateful-sets';
import { stateOf } from '../rollout-status';
import { story } from '../story';

const NEXT = 'busybox:1.37.0';
const BROKEN = 'busybox:no-such-tag';

story('a StatefulSet in order', {}, ({ cluster, step }) => {
  const app = (props: SmallAppProps = {}) => smallApp({ replicas: 3, podManagementPolicy: kplus.PodManagementPolicy.ORDERED_READY, ...props });
  const names = async () => (await cluster.pods('web')).map(({ metadata }) => metadata.name);

  step('makes each pod when the one before it is ready', async () => {
    const changes = await changesDuring(cluster, 'web', async () => {
      await cluster.apply(app());
      await cluster.ready('web');
    });
    expect(changes).toEqual(['+web-0', '=web-0', '+web-1', '=web-1', '+web-2', '=web-2']);
  });

  step('updates from the highest ordinal down, one at a time', async () => {
    const changes = await changesDuring(cluster, 'web', async () => {
      await cluster.apply(app({ image: NEXT }));
      await cluster.rolledOut('web');
    });
    expect(changes).toEqual(['web-2', 'web-1', 'web-0'].flatMap(pod => [`~${pod}`, `-${pod}`, `+${pod}`, `=${pod}`]));
  });

  step('makes a lost pod again under its name', async () => {
    const changes = await changesDuring(cluster, 'web', async () => {
      await cluster.deletePod('web-1');
      await cluster.ready('web');
    });
    expect(changes).toEqual(['~web-1', '-web-1', '+web-1', '=web-1']);
  });

  step('ends pods from the highest ordinal down, each after the one before is gone', async () => {
    const changes = await changesDuring(cluster, 'web', async () => {
      await cluster.scale('web', 1);
      await cluster.eventually('one pod is left', async () => expect(await names()).toEqual(['web-0']));
    });
    expect(changes).toEqual(['~web-2', '-web-2', '~web-1', '-web-1']);
  });

  // https://github.com/kubernetes/kubernetes/issues/67250
  step('is stuck after a broken update, even when the image is mended, until somebody deletes the pod', async () => {
    await cluster.apply(app({ replicas: 1, image: BROKEN }));
    const state = async () => stateOf((await cluster.pods('web'))[0]);
    await cluster.eventually('the image cannot be pulled', async () => expect(await state()).toMatch(/ErrImagePull|ImagePullBackOff/));
    await cluster.apply(app({ replicas: 1 }));
    await expect(cluster.ready('web', { timeout: 3 })).rejects.toThrow(/ErrImagePull|ImagePullBackOff/);
    await cluster.deletePod('web-0');
    await cluster.ready('web');
  });
});

story('a StatefulSet in parallel', {}, ({ cluster, step }) => {
  const app = (props: SmallAppProps = {}) => smallApp({ replicas: 3, podManagementPolicy: kplus.PodManagementPolicy.PARALLEL, ...props });
  const images = async () => (await cluster.pods('web')).map(({ spec }) => spec.containers[0].image);

  step('makes all pods at once', async () => {
    const changes = await changesDuring(cluster, 'web', async () => {
      await cluster.apply(app());
      await cluster.ready('web');
    });
    expect(changes.slice(0, 3).sort()).toEqual(['+web-0', '+web-1', '+web-2']);
  });

  step('still updates one pod at a time', async () => {
    const changes = await changesDuring(cluster, 'web', async () => {
      await cluster.apply(app({ image: NEXT }));
      await cluster.rolledOut('web');
    });
    expect(changes.filter(change => /^[=~]/.test(change))).toEqual(['~web-2', '=web-2', '~web-1', '=web-1', '~web-0', '=web-0']);
  });

  step('replaces a broken pod as soon as the image is mended', async () => {
    await cluster.apply(app({ image: BROKEN }));
    await cluster.eventually('the highest pod cannot pull', async () => {
      expect(stateOf((await cluster.pods('web'))[2])).toMatch(/ErrImagePull|ImagePullBackOff/);
    });
    await cluster.apply(app({ image: NEXT }));
    await cluster.ready('web');
    expect(await images()).toEqual([NEXT, NEXT, NEXT]);
  });

  // Kubernetes has put `rollingUpdate` into what was applied without it, and apply takes back only what it has put there itself.
  step('refuses OnDelete as long as its rollout was never stated', async () => {
    await expect(cluster.apply(app({ rollout: Rollout.onDelete() }))).rejects.toThrow(/only allowed for updateStrategy 'RollingUpdate'/);
    await cluster.apply(app({ image: NEXT, rollout: Rollout.rolling() }));
  });

  step('with OnDelete updates a pod when somebody deletes it', async () => {
    await cluster.apply(app({ rollout: Rollout.onDelete() }));
    await cluster.deletePod('web-1');
    await cluster.ready('web');
    expect(await images()).toEqual([NEXT, 'busybox:1.36.1', NEXT]);
  });

  step('goes on to count revisions when it goes back', async () => {
    await cluster.apply(app({ image: NEXT, rollout: Rollout.rolling() }));
    await cluster.rolledOut('web');
    await cluster.rollBack('web');
    await cluster.rolledOut('web');
    expect(await images()).toEqual(['busybox:1.36.1', 'busybox:1.36.1', 'busybox:1.36.1']);
  });
});

story('the claims of a StatefulSet', {}, ({ cluster, step }) => {
  const app = (props: SmallAppProps = {}) => smallApp({
    startOrdinal: 1,
    podManagementPolicy: kplus.PodManagementPolicy.PARALLEL,
    volumeClaimTemplates: [{ name: 'data', storage: Size.mebibytes(16), mountPath: '/data' }],
    ...props,
  });
  const claims = async () => (await cluster.list('PersistentVolumeClaim')).map(({ metadata }) => metadata.name);

  step('are named by the ordinals, which begin where they are told to', async () => {
    await cluster.apply(app({ replicas: 2 }));
    await cluster.ready('web');
    expect((await cluster.pods('web')).map(({ metadata }) => metadata.name)).toEqual(['web-1', 'web-2']);
    expect(await claims()).toEqual(['data-web-1', 'data-web-2']);
  });

  step('outlive a scale-in, and are found again', async () => {
    await cluster.exec('web-2', ['/bin/sh', '-c', 'echo kept > /data/file']);
    await cluster.scale('web', 1);
    await cluster.eventually('the pod is gone', async () => expect(await cluster.pods('web')).toHaveLength(1));
    expect(await claims()).toEqual(['data-web-1', 'data-web-2']);
    await cluster.scale('web', 2);
    await cluster.ready('web');
    expect((await cluster.exec('web-2', ['cat', '/data/file'])).stdout).toBe('kept\n');
  });

  step('that are deleted are gone only after their pod, and are made anew with the next', async () => {
    await cluster.delete('PersistentVolumeClaim', 'data-web-2');
    expect((await cluster.get('PersistentVolumeClaim', 'data-web-2')).metadata.deletionTimestamp).toBeDefined();
    expect((await cluster.exec('web-2', ['cat', '/data/file'])).stdout).toBe('kept\n');
    await cluster.deletePod('web-2');
    await cluster.ready('web');
    expect((await cluster.exec('web-2', ['cat', '/data/file'])).stderr).toMatch(/No such file/);
  });

  step('go with a scale-in if they are told to', async () => {
    await cluster.apply(app({ replicas: 2, claimRetention: ClaimRetention.delete({ whenScaled: true }) }));
    await cluster.scale('web', 1);
    await cluster.eventually('the claim is gone', async () => expect(await claims()).toEqual(['data-web-1']));
  });

  step('outlive the StatefulSet', async () => {
    await cluster.delete('StatefulSet', 'web');
    await cluster.eventually('the pods are gone', async () => expect(await cluster.list('Pod')).toEqual([]));
    expect(await claims()).toEqual(['data-web-1']);
  });

  step('are adopted with their pods after the StatefulSet was deleted as an orphan', async () => {
    await cluster.apply(app({ replicas: 1 }));
    await cluster.ready('web');
    const [{ metadata: { uid } }] = await cluster.pods('web');
    await cluster.delete('StatefulSet', 'web', { cascade: 'orphan' });
    await cluster.apply(app({ replicas: 1 }));
    await cluster.ready('web');
    expect((await cluster.pods('web')).map(({ metadata }) => metadata.uid)).toEqual([uid]);
  });
});
