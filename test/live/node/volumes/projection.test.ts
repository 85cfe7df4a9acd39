import { isProjection, payloadOf } from './projection';
import { ObjectStore } from '../../control-plane/store';
import { ConfigError } from '../environment/config-objects';

const metadata = (name: string) => ({ name, namespace: 'default' });
const store = new ObjectStore();
store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings'), data: { 'a.conf': 'a', 'b.conf': 'b' }, binaryData: { bytes: '/wA=' } });
store.create({ apiVersion: 'v1', kind: 'Secret', metadata: metadata('login'), data: { password: Buffer.from('s3cret').toString('base64') } });

const podWith = (spec: object = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata('etcd-0'), labels: { app: 'etcd' } }, spec: { containers: [{ name: 'main' }], ...spec },
});

function files(volume: object, spec: object = {}): Record<string, [text: string, mode: number, uid?: number]> {
  const tokenFor = ({ audience }: any) => `token for ${audience}`;
  const payload = payloadOf(volume, { pod: podWith(spec), store, tokenFor });
  return Object.fromEntries([...payload].map(([path, { content, mode, uid }]) =>
    [path, uid === undefined ? [content.toString('latin1'), mode] : [content.toString('latin1'), mode, uid]]));
}

describe('isProjection', () => {
  test('is so for what the kubelet writes, and not for what containers do', () => {
    expect([{ configMap: {} }, { secret: {} }, { downwardAPI: {} }, { projected: {} }].map(isProjection)).toEqual([true, true, true, true]);
    expect([{ emptyDir: {} }, { persistentVolumeClaim: {} }, { hostPath: {} }].map(isProjection)).toEqual([false, false, false]);
  });
});

describe('payloadOf', () => {
  // https://kubernetes.io/docs/concepts/storage/volumes/#configmap
  test('has a file for each key of a ConfigMap, bytes as well', () => {
    expect(files({ configMap: { name: 'settings', defaultMode: 0o644 } }))
      .toEqual({ 'a.conf': ['a', 0o644], 'b.conf': ['b', 0o644], 'bytes': ['\xff\0', 0o644] });
  });

  // https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#add-configmap-data-to-a-specific-path-in-the-volume
  test('has the items alone where there are some, at their paths and with their modes', () => {
    const items = [{ key: 'a.conf', path: 'etc/./etcd.conf', mode: 0o400 }, { key: 'a.conf', path: 'copy' }];
    expect(files({ configMap: { name: 'settings', defaultMode: 0o640, items } })).toEqual({ 'etc/etcd.conf': ['a', 0o400], 'copy': ['a', 0o640] });
  });

  // https://kubernetes.io/docs/concepts/storage/volumes/#secret
  test('has the decoded content of a Secret', () => {
    expect(files({ secret: { secretName: 'login', defaultMode: 0o400 } })).toEqual({ password: ['s3cret', 0o400] });
  });

  // https://kubernetes.io/docs/concepts/storage/volumes/#downwardapi
  test('has fields of the pod', () => {
    const items = [
      { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
      { path: 'cpu', mode: 0o600, resourceFieldRef: { containerName: 'main', resource: 'requests.cpu' } },
    ];
    expect(files({ downwardAPI: { items, defaultMode: 0o644 } })).toEqual({ labels: ['app="etcd"', 0o644], cpu: ['0', 0o600] });
  });

  // https://kubernetes.io/docs/concepts/storage/projected-volumes/
  test('brings sources of every kind into one volume, of which the later counts', () => {
    const sources = [
      { configMap: { name: 'settings', items: [{ key: 'a.conf', path: 'conf' }] } },
      { secret: { name: 'login', items: [{ key: 'password', path: 'conf', mode: 0o400 }] } },
      { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { serviceAccountToken: { path: 'token', audience: 'vault' } },
    ];
    expect(files({ projected: { sources, defaultMode: 0o644 } }))
      .toEqual({ conf: ['s3cret', 0o400], name: ['etcd-0', 0o644], token: ['token for vault', 0o644] });
  });

  // https://kubernetes.io/docs/concepts/storage/projected-volumes/#securitycontext-interactions
  test('gives a token to the one user of the pod, or leaves it to the pod\'s group', () => {
    const volume = { projected: { sources: [{ serviceAccountToken: { path: 'token' } }], defaultMode: 0o644 } };
    expect(files(volume, { securityContext: { runAsUser: 65532 } })).toEqual({ token: ['token for undefined', 0o600, 65532] });
    expect(files(volume, { securityContext: { fsGroup: 2000 } })).toEqual({ token: ['token for undefined', 0o600] });
  });

  // https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#optional-references
  test('goes without what is optional and missing', () => {
    expect(files({ configMap: { name: 'nowhere', defaultMode: 0o644, optional: true } })).toEqual({});
    expect(files({ configMap: { name: 'nowhere', items: [{ key: 'a', path: 'a' }], defaultMode: 0o644, optional: true } })).toEqual({});
    expect(files({ secret: { secretName: 'login', items: [{ key: 'user', path: 'user' }], defaultMode: 0o644, optional: true } })).toEqual({});
  });

  test.each([
    ['configmap "nowhere" not found', { configMap: { name: 'nowhere' } }],
    ['secret "nowhere" not found', { secret: { secretName: 'nowhere' } }],
    ['secret "nowhere" not found', { projected: { sources: [{ secret: { name: 'nowhere' } }] } }],
    ['configmap references non-existent config key: c', { configMap: { name: 'settings', items: [{ key: 'c', path: 'c' }] } }],
    ['references non-existent secret key: user', { secret: { secretName: 'login', items: [{ key: 'user', path: 'user' }] } }],
  ])('fails with: %s', (message, volume) => {
    expect(() => files(volume)).toThrow(new ConfigError(message));
  });
});
