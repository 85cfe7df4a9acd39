import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PodVolumes, VolumeError } from './pod-volumes';
import { ObjectStore } from '../../control-plane/store';
import { ConfigError } from '../environment/config-objects';

const API_ACCESS = '/var/run/secrets/kubernetes.io/serviceaccount';
const metadata = (name: string) => ({ name, namespace: 'default' });
const configMap = (name: string, data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(name), data });
const settings = { name: 'config', configMap: { name: 'settings', defaultMode: 0o644 } };
const data = { name: 'data', persistentVolumeClaim: { claimName: 'data-etcd-0' } };

describe('PodVolumes', () => {
  let folder: string;
  let store: ObjectStore;
  let claims: Record<string, string>;

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'volumes-')));
    store = new ObjectStore();
    store.create(configMap('kube-root-ca.crt', { 'ca.crt': 'CA' }));
    claims = {};
  });
  afterEach(() => rm(folder, { recursive: true }));

  function volumesOf(spec: object, labels: Record<string, string> = {}): PodVolumes {
    const pod = store.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata('etcd-0'), labels },
      spec: { serviceAccountName: 'builder', automountServiceAccountToken: false, containers: [{ name: 'etcd' }], ...spec },
    });
    return new PodVolumes({
      facts: { pod, podIP: '10.244.0.7', hostIP: '10.244.0.1', nodeName: 'node' },
      directory: join(folder, 'pod'),
      store,
      claims: { pathOf: (_, claim) => claims[claim] },
      tokens: { issue: (namespace, serviceAccount) => `token of ${namespace}/${serviceAccount}` },
    });
  }

  async function claimOf(volume: typeof data): Promise<string> {
    const { claimName } = volume.persistentVolumeClaim;
    store.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...metadata(claimName), finalizers: ['kubernetes.io/pvc-protection'] } });
    claims[claimName] = join(folder, 'disk');
    await mkdir(claims[claimName]);
    return claims[claimName];
  }

  const mounting = (...volumeMounts: object[]) => ({ name: 'etcd', volumeMounts });
  const modeOf = async (path: string) => (await stat(path)).mode % 0o10000;

  describe('what the kubelet writes', () => {
    // https://kubernetes.io/docs/concepts/storage/volumes/#configmap
    test('is mounted read-only', async () => {
      store.create(configMap('settings', { 'etcd.conf': 'a' }));
      const volumes = volumesOf({ volumes: [settings] });
      await volumes.prepare();
      const [mount] = volumes.mountsOf(mounting({ name: 'config', mountPath: 'etc/etcd/' }), {});
      expect(mount).toEqual({ source: join(folder, 'pod', 'config'), target: '/etc/etcd/', readOnly: true });
      expect(await readFile(join(mount.source, 'etcd.conf'), 'utf8')).toBe('a');
    });

    test('keeps the pod waiting for what is missing, and is there on the next try', async () => {
      const volumes = volumesOf({ volumes: [settings, { name: 'scratch', emptyDir: {} }] });
      await expect(volumes.prepare()).rejects.toThrow(/^MountVolume\.SetUp failed for volume "config" : configmap "settings" not found$/);
      await expect(volumes.prepare()).rejects.toThrow(VolumeError);
      expect(() => volumes.mountsOf(mounting({ name: 'config', mountPath: '/etc' }), {})).toThrow(ConfigError);
      expect(volumes.mountsOf(mounting({ name: 'scratch', mountPath: '/tmp' }), {})).toHaveLength(1);
      store.create(configMap('settings', {}));
      await volumes.prepare();
      expect(volumes.mountsOf(mounting({ name: 'config', mountPath: '/etc' }), {})).toHaveLength(1);
    });

    // https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
    test('is brought up to date by refresh, and by nothing else', async () => {
      store.create(configMap('settings', { 'etcd.conf': 'old' }));
      const volumes = volumesOf({ volumes: [settings] });
      await volumes.prepare();
      const file = join(folder, 'pod', 'config', 'etcd.conf');
      store.modify('ConfigMap', 'default', 'settings', (object) => { object.data['etcd.conf'] = 'new'; });
      await volumes.prepare();
      expect(await readFile(file, 'utf8')).toBe('old');
      await volumes.refresh();
      expect(await readFile(file, 'utf8')).toBe('new');
    });

    test('stays as it was if its source is gone, while the rest is brought up to date', async () => {
      store.create(configMap('settings', { a: 'old' }));
      store.create(configMap('more', { a: 'old' }));
      const volumes = volumesOf({ volumes: [settings, { name: 'more', configMap: { name: 'more', defaultMode: 0o644 } }] });
      await volumes.prepare();
      store.delete('ConfigMap', 'default', 'settings');
      store.modify('ConfigMap', 'default', 'more', (object) => { object.data.a = 'new'; });
      await expect(volumes.refresh()).rejects.toThrow(/^MountVolume\.SetUp failed for volume "config" : configmap "settings" not found$/);
      expect(await readFile(join(folder, 'pod', 'config', 'a'), 'utf8')).toBe('old');
      expect(await readFile(join(folder, 'pod', 'more', 'a'), 'utf8')).toBe('new');
    });

    // https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
    test('follows the labels of the pod', async () => {
      const volumes = volumesOf({
        volumes: [{ name: 'info', downwardAPI: { defaultMode: 0o644, items: [{ path: 'role', fieldRef: { fieldPath: 'metadata.labels[\'role\']' } }] } }],
      }, { role: 'member' });
      await volumes.prepare();
      const file = join(folder, 'pod', 'info', 'role');
      expect(await readFile(file, 'utf8')).toBe('member');
      store.modify('Pod', 'default', 'etcd-0', ({ metadata: { labels } }) => { labels!.role = 'leader'; });
      await volumes.refresh();
      expect(await readFile(file, 'utf8')).toBe('leader');
    });

    // https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
    test('does not reach a container that mounts one file of it, until that is started again', async () => {
      store.create(configMap('settings', { 'etcd.conf': 'old' }));
      const volumes = volumesOf({ volumes: [settings] });
      await volumes.prepare();
      const container = mounting({ name: 'config', mountPath: '/etc/etcd.conf', subPath: 'etcd.conf' });
      const [first] = volumes.mountsOf(container, {});
      expect((await stat(first.source)).isFile()).toBe(true);
      expect(first.source).toMatch(/\/pod\/config\/\.\.\d{4}_[^/]*\/etcd\.conf$/);
      store.modify('ConfigMap', 'default', 'settings', (object) => { object.data['etcd.conf'] = 'new'; });
      await volumes.refresh();
      const [second] = volumes.mountsOf(container, {});
      expect(second.source).not.toBe(first.source);
      expect(await readFile(second.source, 'utf8')).toBe('new');
    });

    // https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/projected/projected.go
    test('belongs to the pod\'s fsGroup, which can read it', async () => {
      store.create(configMap('settings', { key: 'a' }));
      const group = process.getgid!();
      const volumes = volumesOf({ securityContext: { fsGroup: group }, volumes: [{ name: 'config', configMap: { name: 'settings', defaultMode: 0o400 } }] });
      await volumes.prepare();
      const { mode, gid } = await stat(join(folder, 'pod', 'config', 'key'));
      expect([mode % 0o10000, gid]).toEqual([0o440, group]);
    });
  });

  // https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-token-volume
  describe('access to the API', () => {
    test('is a token, a certificate and a namespace, in every container', async () => {
      const volumes = volumesOf({ automountServiceAccountToken: undefined });
      await volumes.prepare();
      const [mount] = volumes.mountsOf({ name: 'init' }, {});
      expect(mount).toMatchObject({ target: API_ACCESS, readOnly: true });
      const files = ['token', 'ca.crt', 'namespace'].map(name => readFile(join(mount.source, name), 'utf8'));
      expect(await Promise.all(files)).toEqual(['token of default/builder', 'CA', 'default']);
    });

    test('is not there if the service account says no', async () => {
      store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('builder'), automountServiceAccountToken: false });
      const volumes = volumesOf({ automountServiceAccountToken: undefined });
      await volumes.prepare();
      expect(volumes.mountsOf({ name: 'etcd' }, {})).toEqual([]);
    });

    // https://github.com/kubernetes/kubernetes/blob/release-1.27/plugin/pkg/admission/serviceaccount/admission.go mountServiceAccountToken
    test('leaves its place to what a container itself mounts there', async () => {
      const volumes = volumesOf({ automountServiceAccountToken: undefined, volumes: [{ name: 'own', emptyDir: {} }] });
      await volumes.prepare();
      expect(volumes.mountsOf(mounting({ name: 'own', mountPath: API_ACCESS }), {}))
        .toEqual([{ source: join(folder, 'pod', 'own'), target: API_ACCESS, readOnly: false }]);
    });

    // https://kubernetes.io/docs/concepts/storage/projected-volumes/#securitycontext-interactions
    test('is for the pod\'s user alone', async () => {
      const volumes = volumesOf({ automountServiceAccountToken: undefined, securityContext: { runAsUser: process.getuid!() } });
      await volumes.prepare();
      expect(await modeOf(join(folder, 'pod', 'kube-api-access', 'token'))).toBe(0o600);
      expect(await modeOf(join(folder, 'pod', 'kube-api-access', 'ca.crt'))).toBe(0o644);
    });

    test('is for the pod\'s user and its fsGroup', async () => {
      const securityContext = { runAsUser: process.getuid!(), fsGroup: process.getgid!() };
      await volumesOf({ automountServiceAccountToken: undefined, securityContext }).prepare();
      expect(await modeOf(join(folder, 'pod', 'kube-api-access', 'token'))).toBe(0o640);
    });
  });

  // https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
  describe('an emptyDir', () => {
    test('can be written by everybody, and keeps what is in it', async () => {
      const volumes = volumesOf({ volumes: [{ name: 'scratch', emptyDir: {} }] });
      await volumes.prepare();
      const [mount] = volumes.mountsOf(mounting({ name: 'scratch', mountPath: '/tmp' }), {});
      expect(mount.readOnly).toBe(false);
      expect(await modeOf(mount.source)).toBe(0o777);
      await writeFile(join(mount.source, 'file'), '');
      await volumes.prepare();
      await volumes.refresh();
      expect(await readdir(mount.source)).toEqual(['file']);
    });

    test('can be mounted read-only', async () => {
      const volumes = volumesOf({ volumes: [{ name: 'scratch', emptyDir: {} }] });
      await volumes.prepare();
      expect(volumes.mountsOf(mounting({ name: 'scratch', mountPath: '/tmp', readOnly: true }), {})).toMatchObject([{ readOnly: true }]);
    });

    test('belongs to the pod\'s fsGroup', async () => {
      await volumesOf({ securityContext: { fsGroup: process.getgid!() }, volumes: [{ name: 'scratch', emptyDir: {} }] }).prepare();
      expect(await modeOf(join(folder, 'pod', 'scratch'))).toBe(0o2777);
    });

    test('goes with the pod', async () => {
      const volumes = volumesOf({ volumes: [{ name: 'scratch', emptyDir: {} }] });
      await volumes.prepare();
      await volumes.tearDown();
      await expect(stat(join(folder, 'pod'))).rejects.toThrow(/ENOENT/);
    });

    // https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath-expanded-environment
    test('can be mounted in parts, one for each pod', async () => {
      const volumes = volumesOf({ volumes: [{ name: 'scratch', emptyDir: {} }] });
      await volumes.prepare();
      expect(volumes.mountsOf(mounting({ name: 'scratch', mountPath: '/logs', subPathExpr: '$(POD)' }), { POD: 'etcd-0' }))
        .toEqual([{ source: join(folder, 'pod', 'scratch', 'etcd-0'), target: '/logs', readOnly: false }]);
    });
  });

  // https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes
  describe('a claim', () => {
    test('keeps the pod waiting until it is there and bound', async () => {
      const volumes = volumesOf({ volumes: [data] });
      await expect(volumes.prepare()).rejects.toThrow(new VolumeError('persistentvolumeclaim "data-etcd-0" not found'));
      const disk = await claimOf(data);
      claims = {};
      await expect(volumes.prepare()).rejects.toThrow(new VolumeError('pod has unbound immediate PersistentVolumeClaims'));
      claims = { 'data-etcd-0': disk };
      await volumes.prepare();
      expect(volumes.mountsOf(mounting({ name: 'data', mountPath: '/data' }), {})).toEqual([{ source: disk, target: '/data', readOnly: false }]);
    });

    test('keeps a new pod waiting while it is being deleted', async () => {
      await claimOf(data);
      store.delete('PersistentVolumeClaim', 'default', 'data-etcd-0');
      await expect(volumesOf({ volumes: [data] }).prepare()).rejects.toThrow(new VolumeError('persistentvolumeclaim "data-etcd-0" is being deleted'));
    });

    // https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods
    test('is given to the pod\'s fsGroup, unless its root is the group\'s and the policy is OnRootMismatch', async () => {
      const file = join(await claimOf(data), 'wal');
      await writeFile(file, '', { mode: 0o600 });
      const securityContext = { fsGroup: process.getgid!(), fsGroupChangePolicy: 'OnRootMismatch' };
      const volumes = volumesOf({ securityContext, volumes: [data] });
      await volumes.prepare();
      expect(await modeOf(file)).toBe(0o660);
      await writeFile(join(folder, 'disk', 'later'), '', { mode: 0o600 });
      store.remove('Pod', 'default', 'etcd-0');
      await volumesOf({ securityContext, volumes: [data] }).prepare();
      expect(await modeOf(join(folder, 'disk', 'later'))).toBe(0o600);
    });

    test('is mounted read-only, and left as it is, if the volume says so', async () => {
      const disk = await claimOf(data);
      const mode = await modeOf(disk);
      const readOnly = { name: 'data', persistentVolumeClaim: { claimName: 'data-etcd-0', readOnly: true } };
      const volumes = volumesOf({ securityContext: { fsGroup: process.getgid!() }, volumes: [readOnly] });
      await volumes.prepare();
      expect(volumes.mountsOf(mounting({ name: 'data', mountPath: '/data' }), {})).toMatchObject([{ readOnly: true }]);
      expect(await modeOf(disk)).toBe(mode);
      expect(() => volumes.mountsOf(mounting({ name: 'data', mountPath: '/data', subPath: 'new' }), {}))
        .toThrow(/^failed to prepare subPath for volumeMount "data" of container "etcd"$/);
    });

    test('outlives the pod', async () => {
      const disk = await claimOf(data);
      await writeFile(join(disk, 'wal'), 'a');
      const volumes = volumesOf({ volumes: [data] });
      await volumes.prepare();
      await volumes.tearDown();
      expect(await readFile(join(disk, 'wal'), 'utf8')).toBe('a');
    });
  });

  describe('what is not in the model', () => {
    test.each(['hostPath', 'nfs', 'csi', 'ephemeral'])('fails on a volume of the kind %s', async (kind) => {
      await expect(volumesOf({ volumes: [{ name: 'other', [kind]: {} }] }).prepare())
        .rejects.toThrow(new VolumeError(`volume "other" is of a kind that is not in the model: ${kind}`));
    });

    test('fails on raw block devices', async () => {
      await expect(volumesOf({ containers: [{ name: 'etcd', volumeDevices: [{ name: 'data', devicePath: '/dev/xvda' }] }] }).prepare())
        .rejects.toThrow(new VolumeError('volumeDevices of container "etcd" are not in the model'));
    });
  });

  // https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go makeMounts
  describe('mounts', () => {
    test('fail on a volume that the pod does not have', () => {
      expect(() => volumesOf({}).mountsOf(mounting({ name: 'data', mountPath: '/data' }), {}))
        .toThrow(new ConfigError('cannot find volume "data" to mount into container "etcd"'));
    });

    test('do not tell why a sub-path cannot be had', async () => {
      const volumes = volumesOf({ volumes: [{ name: 'scratch', emptyDir: {} }] });
      await volumes.prepare();
      await writeFile(join(folder, 'pod', 'scratch', 'file'), '');
      expect(() => volumes.mountsOf(mounting({ name: 'scratch', mountPath: '/tmp', subPath: 'file/below' }), {}))
        .toThrow(new ConfigError('failed to prepare subPath for volumeMount "scratch" of container "etcd"'));
    });
  });
});
