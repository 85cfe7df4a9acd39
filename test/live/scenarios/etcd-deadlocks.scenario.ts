import { setTimeout as sleep } from 'node:timers/promises';
import { etcdByHand, healthy, theOnly } from './etcd';
import { stateOf } from '../rollout-status';
import { story } from '../story';

/** Much longer than the two seconds that the same members take where nothing holds them up. */
const LONG_ENOUGH = 8000;

story('etcd, OrderedReady with readiness by quorum', { etcd: ['3.6.14'] }, ({ cluster, step }) => {
  step('never makes the second member, since the first alone is never ready', async () => {
    const objects = etcdByHand();
    theOnly('StatefulSet', objects).spec.podManagementPolicy = 'OrderedReady';
    await cluster.apply(objects);
    await sleep(LONG_ENOUGH);
    expect((await cluster.pods('etcd')).map(pod => `${pod.metadata.name} ${stateOf(pod)}`)).toEqual(['etcd-0 Running']);
  });

  step('stays so with publishNotReadyAddresses', async () => {
    expect((await cluster.get('Service', 'etcd')).spec.publishNotReadyAddresses).toBe(true);
  });
});

story('etcd, a service without the addresses of unready pods', { etcd: ['3.6.14'] }, ({ cluster, step }) => {
  step('keeps all members from finding each other, so that none becomes ready', async () => {
    const objects = etcdByHand();
    delete theOnly('Service', objects).spec.publishNotReadyAddresses;
    await cluster.apply(objects);
    await sleep(LONG_ENOUGH);
    const states = (await cluster.pods('etcd')).map(stateOf);
    expect(states).toHaveLength(3);
    expect(states).not.toContain('Ready');
  });

  step('ends as soon as the service publishes them', async () => {
    await cluster.apply(etcdByHand());
    await cluster.ready('etcd');
    await healthy(cluster, ['etcd-0', 'etcd-1', 'etcd-2']);
  });
});
