import { createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { FakeKubernetes } from './fake-kubernetes';
import { ConflictError, isBeyond, KubernetesApi } from '../../../src/etcd/agent/kubernetes';
import { TestAuthority } from '../test-certificates';

describe('KubernetesApi', () => {
  let fake: FakeKubernetes;
  let kubernetes: KubernetesApi;

  beforeEach(async () => {
    fake = await FakeKubernetes.start();
    kubernetes = KubernetesApi.inPod(fake.env, fake.accountPath);
  });
  afterEach(async () => fake.stop());

  test('reads how many pods there are to be, and how many there are', async () => {
    expect(await kubernetes.statefulSet()).toEqual({ replicas: 3, start: 0, currentReplicas: 3, isSettled: true, isDeleted: false });
    fake.scale(5, { replicas: 3 });
    expect(await kubernetes.statefulSet()).toMatchObject({ replicas: 5, currentReplicas: 3, isSettled: true });
  });

  test('says that the controller has not seen what was asked for last', async () => {
    fake.scale(5, { observedGeneration: 1 });
    expect(await kubernetes.statefulSet()).toMatchObject({ isSettled: false });
  });

  test('reads a StatefulSet that says as little as it may', async () => {
    fake.api.store.modify('StatefulSet', 'default', 'etcd', object => {
      object.spec = {};
      delete object.status;
    });
    expect(await kubernetes.statefulSet()).toEqual({ replicas: 1, start: 0, currentReplicas: 0, isSettled: false, isDeleted: false });
  });

  test('reads where ordinals start', async () => {
    fake.api.store.modify('StatefulSet', 'default', 'etcd', object => {
      object.spec = { replicas: 3, ordinals: { start: 2 } };
    });
    expect(await kubernetes.statefulSet()).toMatchObject({ start: 2 });
  });

  test('says that a StatefulSet is being deleted', async () => {
    fake.api.store.modify('StatefulSet', 'default', 'etcd', object => {
      object.metadata.finalizers = ['foregroundDeletion'];
    });
    fake.api.store.delete('StatefulSet', 'default', 'etcd');
    expect(await kubernetes.statefulSet()).toMatchObject({ isDeleted: true });
  });

  test('knows a StatefulSet that is not there from one that cannot be read', async () => {
    fake.deleteStatefulSet();
    expect(await kubernetes.statefulSet()).toBeUndefined();
    fake.api.store.remove('RoleBinding', 'default', 'etcd');
    await expect(kubernetes.statefulSet()).rejects.toThrow(
      /^the API server answers 403: statefulsets\.apps "etcd" is forbidden: User "system:serviceaccount:default:etcd" cannot get /);
  });

  test('changes and deletes single keys of the state', async () => {
    fake.writeState({ 'clusterId': '4711', 'member.99': 'etcd-9' });
    expect(await kubernetes.patchState({ 'member.99': null, 'member.100': 'etcd-0' })).toMatchObject({
      clusterId: '4711', members: new Map([['100', 'etcd-0']]),
    });
    expect(fake.state).toEqual({ 'clusterId': '4711', 'member.100': 'etcd-0' });
  });

  test('of two that change the same state, one is refused', async () => {
    const { resourceVersion } = await kubernetes.state();
    expect(await kubernetes.patchState({ firstMembers: 'a' }, resourceVersion)).toMatchObject({ firstMembers: 'a' });
    await expect(kubernetes.patchState({ firstMembers: 'b' }, resourceVersion)).rejects.toThrow(ConflictError);
    expect(await kubernetes.state()).toMatchObject({ firstMembers: 'a' });
  });

  test('fails when the ConfigMap of the state is gone', async () => {
    fake.api.store.remove('ConfigMap', 'default', 'etcd-state');
    await expect(kubernetes.state()).rejects.toThrow('the API server answers 404: configmaps "etcd-state" not found');
    await expect(kubernetes.patchState({})).rejects.toThrow('the API server answers 404');
  });

  test('may do nothing else', async () => {
    const others = KubernetesApi.inPod({ ...fake.env, STATEFUL_SET: 'other', STATE_CONFIG_MAP: 'other' }, fake.accountPath);
    await expect(others.statefulSet()).rejects.toThrow(/answers 403: statefulsets\.apps "other" is forbidden/);
    await expect(others.state()).rejects.toThrow(/answers 403: configmaps "other" is forbidden/);
  });

  test('shows the token that there is now', async () => {
    fake.writeAccount({ token: 'expired' });
    await expect(kubernetes.state()).rejects.toThrow('the API server answers 401: Unauthorized');
    fake.writeAccount({ token: fake.api.tokens.issue('default', 'etcd') });
    expect(await kubernetes.state()).toMatchObject({ members: new Map() });
  });

  test('believes nobody whose certificate is of another authority', async () => {
    fake.writeAccount({ 'ca.crt': (await TestAuthority.named('other')).pem });
    await expect(kubernetes.state()).rejects.toThrow(/^the API server does not answer: /);
  });

  test('fails when the API server is down', async () => {
    await fake.goDown();
    await expect(kubernetes.statefulSet()).rejects.toThrow(/^the API server does not answer: connect ECONNREFUSED/);
  });
});

describe('what is not an API server', () => {
  let port: number;
  let accountPath: string;
  let stop: () => Promise<void>;
  let answer: 'text' | 'nothing' | 'half';

  beforeEach(async () => {
    const fake = await FakeKubernetes.start();
    const { certPem: cert, keyPem: key } = fake.api.certificates;
    accountPath = fake.accountPath;
    const server = createServer({ cert, key }, (_, response) => {
      if (answer === 'text') {
        response.writeHead(502).end('<h1>Bad gateway</h1>\n');
      } else if (answer === 'half') {
        response.writeHead(200, { 'content-length': 100 }).write('{');
        setTimeout(() => response.destroy(), 20);
      }
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    stop = async () => {
      server.closeAllConnections();
      server.close();
      await fake.stop();
    };
  });
  afterEach(async () => stop());

  const read = async () => KubernetesApi.inPod({
    KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port), POD_NAMESPACE: 'a', STATEFUL_SET: 'b', STATE_CONFIG_MAP: 'c',
  }, accountPath).state();

  test('is quoted', async () => {
    answer = 'text';
    await expect(read()).rejects.toThrow('the API server answers 502: <h1>Bad gateway</h1>');
  });

  test('is not waited for', async () => {
    answer = 'nothing';
    await expect(read()).rejects.toThrow('the API server does not answer: nothing for 3000 ms');
  });

  test('may end in the middle', async () => {
    answer = 'half';
    await expect(read()).rejects.toThrow('the API server does not answer: aborted');
  });
});

test('an API server may have an address of IPv6', async () => {
  const env = { KUBERNETES_SERVICE_HOST: '::1', KUBERNETES_SERVICE_PORT: '1', POD_NAMESPACE: 'a', STATEFUL_SET: 'b', STATE_CONFIG_MAP: 'c' };
  const fake = await FakeKubernetes.start();
  await expect(KubernetesApi.inPod(env, fake.accountPath).state()).rejects.toThrow(/^the API server does not answer: connect .*::1/);
  await fake.stop();
});

test('outside of a pod there is no account, and no request', async () => {
  const env = { KUBERNETES_SERVICE_HOST: '::1', KUBERNETES_SERVICE_PORT: '1', POD_NAMESPACE: 'a', STATEFUL_SET: 'b', STATE_CONFIG_MAP: 'c' };
  await expect(KubernetesApi.inPod(env).state()).rejects.toThrow('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt');
});

test.each([
  [0, 3, 2, false], [0, 3, 3, true], [2, 3, 1, true], [2, 3, 2, false], [2, 3, 4, false], [2, 3, 5, true], [0, 0, 0, true],
])('from %i on there are %i pods: the ordinal %i is beyond them: %s', (start, replicas, ordinal, beyond) => {
  expect(isBeyond({ start, replicas, currentReplicas: 0, isSettled: true, isDeleted: false }, ordinal)).toBe(beyond);
});
