import { commandOf, ConfigError, environmentOf, processEnvironment } from './environment';
import { ObjectStore } from '../../control-plane/store';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'etcd-0', namespace: 'default' },
  spec: { enableServiceLinks: false, containers: [] },
};
const facts = { pod, podIP: '10.244.0.7', hostIP: '10.244.0.1', nodeName: 'node' };
const store = new ObjectStore();
const metadata = (name: string) => ({ name, namespace: 'default' });
store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings'), data: { 'level': 'info', '1st': 'skipped', 'log.level': 'warn' } });
store.create({ apiVersion: 'v1', kind: 'Secret', metadata: metadata('login'), data: { password: Buffer.from('s3cret').toString('base64') } });

/** The variables that are not of the API server's service. */
function environment(container: object): Record<string, string> {
  const env = environmentOf({ name: 'main', ...container }, facts, store);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('KUBERNETES_')));
}

// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
describe('environmentOf', () => {
  test('says where the API server is, with enableServiceLinks: false too', () => {
    expect(environmentOf({ name: 'main' }, facts, store)).toMatchObject({
      KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443', KUBERNETES_SERVICE_PORT_HTTPS: '443', KUBERNETES_PORT: 'tcp://10.96.0.1:443',
    });
  });

  test('lets env override envFrom, and a later envFrom an earlier one', () => {
    store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('more'), data: { level: 'debug', format: 'json' } });
    const envFrom = [{ configMapRef: { name: 'settings' } }, { configMapRef: { name: 'more' } }];
    expect(environment({ envFrom })).toEqual({ 'level': 'debug', 'log.level': 'warn', 'format': 'json' });
    expect(environment({ envFrom, env: [{ name: 'level', value: 'error' }] })).toMatchObject({ level: 'error' });
  });

  test('lets env override a service\'s variable', () => {
    expect(environmentOf({ env: [{ name: 'KUBERNETES_SERVICE_HOST', value: 'proxy' }] }, facts, store)).toMatchObject({ KUBERNETES_SERVICE_HOST: 'proxy' });
  });

  // https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
  test('puts the prefix before each key of envFrom, which may make a name of what was none', () => {
    expect(environment({ envFrom: [{ prefix: 'APP_', configMapRef: { name: 'settings' } }] }))
      .toEqual({ 'APP_level': 'info', 'APP_1st': 'skipped', 'APP_log.level': 'warn' });
  });

  test('decodes Secrets', () => {
    expect(environment({
      envFrom: [{ secretRef: { name: 'login' } }],
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } }],
    })).toEqual({ password: 's3cret', PASSWORD: 's3cret' });
  });

  // https://kubernetes.io/docs/concepts/configuration/secret/#restrictions-secret-envfrom
  test('skips keys of envFrom that cannot be the name of a variable', () => {
    expect(environment({ envFrom: [{ configMapRef: { name: 'settings' } }] })).toEqual({ 'level': 'info', 'log.level': 'warn' });
  });

  // https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
  test('expands references to what comes before: services, envFrom and earlier variables', () => {
    expect(environment({
      envFrom: [{ configMapRef: { name: 'settings' } }],
      env: [
        { name: 'LATE', value: '$(NAME)' },
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'URL', value: 'http://$(NAME).etcd:2379?level=$(level)&api=$(KUBERNETES_SERVICE_HOST)' },
        { name: 'ESCAPED', value: '$$(NAME)' },
      ],
    })).toMatchObject({ LATE: '$(NAME)', NAME: 'etcd-0', URL: 'http://etcd-0.etcd:2379?level=info&api=10.96.0.1', ESCAPED: '$(NAME)' });
  });

  test('does not expand what comes from a source', () => {
    store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('raw'), data: { text: '$(NAME)' } });
    expect(environment({
      env: [{ name: 'NAME', value: 'a' }, { name: 'RAW', valueFrom: { configMapKeyRef: { name: 'raw', key: 'text' } } }],
    })).toEqual({ NAME: 'a', RAW: '$(NAME)' });
  });

  test('sets a variable without a value to nothing', () => {
    expect(environment({ env: [{ name: 'EMPTY' }, { name: 'BLANK', value: '' }] })).toEqual({ EMPTY: '', BLANK: '' });
  });

  // https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
  test('knows fields of the pod and resources of the container', () => {
    expect(environment({
      resources: { limits: { memory: '64Mi' } },
      env: [
        { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
      ],
    })).toEqual({ POD_IP: '10.244.0.7', MEMORY: '64' });
  });

  test('does not set what is optional and missing, and so leaves what envFrom set', () => {
    expect(environment({
      envFrom: [{ configMapRef: { name: 'nowhere', optional: true } }, { secretRef: { name: 'nowhere', optional: true } }, { secretRef: { name: 'login' } }],
      env: [
        { name: 'password', valueFrom: { secretKeyRef: { name: 'nowhere', key: 'password', optional: true } } },
        { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'nothing', optional: true } } },
      ],
    })).toEqual({ password: 's3cret' });
  });

  test.each([
    ['configmap "nowhere" not found', { envFrom: [{ configMapRef: { name: 'nowhere' } }] }],
    ['secret "nowhere" not found', { envFrom: [{ secretRef: { name: 'nowhere' } }] }],
    ['configmap "nowhere" not found', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'nowhere', key: 'a' } } }] }],
    ['couldn\'t find key a in ConfigMap default/settings', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] }],
    ['couldn\'t find key a in Secret default/login', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'login', key: 'a' } } }] }],
    ['unsupported fieldPath: spec.hostname', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.hostname' } } }] }],
  ])('fails with: %s', (message, container) => {
    expect(() => environment(container)).toThrow(new ConfigError(message));
    expect(() => environment(container)).toThrow(ConfigError);
  });
});

describe('processEnvironment', () => {
  // https://github.com/containerd/containerd/blob/release/1.7/pkg/cri/server/container_create_linux.go
  test('has the variables of the image under those of the container', () => {
    expect(processEnvironment({ env: { PATH: '/image', LANG: 'C' } }, { LANG: 'de', A: 'a' })).toEqual({ PATH: '/image', LANG: 'de', A: 'a' });
  });
});

// https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
describe('commandOf', () => {
  const image = { entrypoint: ['/entry'], cmd: ['serve'] };
  test.each([
    ['the image\'s entrypoint and cmd if the container says nothing', {}, ['/entry', 'serve']],
    ['the image\'s entrypoint with args in the place of cmd', { args: ['help'] }, ['/entry', 'help']],
    ['command alone, since it puts the image\'s cmd away too', { command: ['/etcd'] }, ['/etcd']],
    ['command with args', { command: ['/etcd'], args: ['--name', 'a'] }, ['/etcd', '--name', 'a']],
    ['an empty list as if it was not there', { command: [], args: [] }, ['/entry', 'serve']],
    ['variables of the container', { command: ['/$(NAME)'], args: ['$(NAME)', '$$(NAME)', '$(PATH)'] }, ['/etcd-0', 'etcd-0', '$(NAME)', '$(PATH)']],
  ])('takes %s', (_, container, words) => {
    expect(commandOf(container, image, { NAME: 'etcd-0' })).toEqual(words);
  });

  test('does not expand what the image says', () => {
    expect(commandOf({}, { entrypoint: ['/$(NAME)'], cmd: [] }, { NAME: 'a' })).toEqual(['/$(NAME)']);
  });

  test('fails if neither the container nor its image says what to run', () => {
    expect(() => commandOf({}, { entrypoint: [], cmd: [] }, {})).toThrow(new ConfigError('no command specified'));
  });
});
