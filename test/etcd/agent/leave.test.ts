import { FakeEtcd } from './fake-etcd';
import { no, printed } from './fake-gateway';
import { FakeKubernetes } from './fake-kubernetes';
import { KubernetesApi } from '../../../src/etcd/agent/kubernetes';
import { Leave } from '../../../src/etcd/agent/leave';

let etcd: FakeEtcd;
let kubernetes: FakeKubernetes;
let lines: any[];

beforeEach(async () => {
  [etcd, kubernetes] = await Promise.all([FakeEtcd.start(5), FakeKubernetes.start()]);
  kubernetes.writeState({ 'member.103': 'etcd-3', 'member.104': 'etcd-4' });
  lines = printed();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all([etcd.stop(), kubernetes.stop()]);
});

const events = () => lines.map(({ event, reason }) => `${event}: ${reason}`);
const leaveOf = (ordinal: number) => new Leave({
  place: etcd.placeAt(ordinal),
  credentials: {},
  apis: new Map(),
  kubernetes: KubernetesApi.inPod(kubernetes.env, kubernetes.accountPath),
  sharedDir: '',
  storageDir: '',
}, 20);

describe('a stop that is no leave', () => {
  test('is over at once, and nobody is asked anything', async () => {
    kubernetes.scale(5);
    expect(await leaveOf(4).run()).toBe('the StatefulSet keeps this pod');
    expect(etcd.gateways.flatMap(({ paths }) => paths)).toEqual([]);
    expect(events()).toEqual(['stop: the StatefulSet keeps this pod']);
  });

  test('is what it is for when the API server does not answer, after a moment', async () => {
    await kubernetes.goDown();
    const started = Date.now();
    expect(await leaveOf(4).run()).toBe('there is no StatefulSet, or it cannot be read');
    expect(Date.now() - started).toBeLessThan(2000);
    expect(etcd.gateways.flatMap(({ paths }) => paths)).toEqual([]);
    expect(events()).toEqual([expect.stringMatching(/^no answer: /), 'stop: there is no StatefulSet, or it cannot be read']);
  });

  test('is what it is for when the StatefulSet is gone', async () => {
    kubernetes.deleteStatefulSet();
    expect(await leaveOf(4).run()).toBe('there is no StatefulSet, or it cannot be read');
  });
});

describe('a member beyond the replicas', () => {
  test('removes itself through another one, and is struck out', async () => {
    expect(await leaveOf(4).run()).toBe('the StatefulSet has no pod etcd-4 any more');
    expect(etcd.changes).toEqual([expect.stringMatching(/^etcd-[0-3]: remove 104$/)]);
    expect(kubernetes.state).toEqual({ 'member.103': 'etcd-3' });
  });

  test('removes itself also when the API server does not answer for a while', async () => {
    await kubernetes.goDown();
    const answer = leaveOf(4).run();
    await new Promise(resolve => setTimeout(resolve, 150));
    await kubernetes.comeBack();
    expect(await answer).toBe('the StatefulSet has no pod etcd-4 any more');
  });

  test('asks again when the API server answers on the second try', async () => {
    jest.spyOn(KubernetesApi.prototype, 'statefulSet').mockRejectedValueOnce(new Error('connection reset'));
    await leaveOf(4).run();
    expect(events()).toEqual(['no answer: connection reset', 'remove: the StatefulSet has no pod etcd-4 any more']);
  });

  test('tries again while others have just come', async () => {
    const unhealthy = no(14, 'etcdserver: unhealthy cluster', 503);
    etcd.refusals.set('/v3/cluster/member/remove', [unhealthy, unhealthy]);
    await leaveOf(4).run();
    expect(etcd.changes).toEqual([expect.stringMatching(/: remove 104$/)]);
    expect(events()).toEqual(['remove: the StatefulSet has no pod etcd-4 any more', 'failed: etcdserver: unhealthy cluster']);
  });

  test('hands over the lead first', async () => {
    etcd.leader = '104';
    await leaveOf(4).run();
    expect(etcd.changes).toEqual(['etcd-4: transfer-leadership 100', expect.stringMatching(/: remove 104$/)]);
    expect(lines[0]).toMatchObject({ event: 'hand over', to: 'etcd-0', reason: 'this member leads' });
  });

  test('tries three times to hand over', async () => {
    etcd.leader = '104';
    etcd.refusals.set('/v3/maintenance/transfer-leadership', Array(3).fill(no(4, 'etcdserver: request timed out, leader transfer took too long', 504)));
    await leaveOf(4).run();
    expect(etcd.changes).toEqual([expect.stringMatching(/: remove 104$/)]);
  });

  test('goes on when its own etcd does not answer any more', async () => {
    etcd.down.add(4);
    await leaveOf(4).run();
    expect(etcd.changes).toEqual([expect.stringMatching(/: remove 104$/)]);
  });

  test('leaves the state to others when it cannot be written', async () => {
    jest.spyOn(KubernetesApi.prototype, 'patchState').mockRejectedValueOnce(new Error('connection reset'));
    expect(await leaveOf(4).run()).toBe('the StatefulSet has no pod etcd-4 any more');
    expect(events()).toEqual(['remove: the StatefulSet has no pod etcd-4 any more', 'no answer: connection reset']);
  });

  test('is kept when more pods are asked for meanwhile', async () => {
    etcd.hasQuorum = false;
    const answer = leaveOf(4).run();
    await new Promise(resolve => setTimeout(resolve, 300));
    kubernetes.scale(5);
    expect(await answer).toBe('the StatefulSet keeps this pod');
    expect([etcd.changes, events()[0]]).toEqual([[], 'wait: no other member can speak for a majority']);
  });

  test('goes on leaving when the API server stops to answer meanwhile', async () => {
    etcd.hasQuorum = false;
    const answer = leaveOf(4).run();
    await new Promise(resolve => setTimeout(resolve, 300));
    await kubernetes.goDown();
    await new Promise(resolve => setTimeout(resolve, 300));
    etcd.hasQuorum = true;
    await answer;
    expect(etcd.changes).toEqual([expect.stringMatching(/: remove 104$/)]);
  });
});

test('of several that leave, the last goes first', async () => {
  kubernetes.scale(2);
  await Promise.all([leaveOf(2).run(), leaveOf(3).run(), leaveOf(4).run()]);
  expect(etcd.changes.map(change => change.split(': ')[1])).toEqual(['remove 104', 'remove 103', 'remove 102']);
});

test('who asks again while it goes on gets the same answer', async () => {
  const leave = leaveOf(4);
  expect(leave.isRunning).toBe(false);
  const answers = [leave.run(), leave.run()];
  expect(leave.isRunning).toBe(true);
  expect(await Promise.all(answers)).toEqual(Array(2).fill('the StatefulSet has no pod etcd-4 any more'));
  expect([leave.isRunning, etcd.changes.length]).toEqual([false, 1]);
});
