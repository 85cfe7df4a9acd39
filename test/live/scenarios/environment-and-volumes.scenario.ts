import { story } from '../story';
import { configMap, linesOf, podOf, secret, shell } from './pods';

story('environment and volumes', { configMapRefreshSeconds: 1 }, ({ cluster, step }) => {
  step('variables come from every source and refer to one another', async () => {
    await cluster.apply([configMap('settings', { COLOUR: 'green', SIZE: '7' }), secret('password', { word: 'open sesame' })]);
    const env = [
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'SIZE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'SIZE' } } },
      { name: 'WORD', valueFrom: { secretKeyRef: { name: 'password', key: 'word' } } },
      { name: 'URL', value: 'http://$(POD).web:$(SIZE)/$$(POD)/$(NOT_THERE)' },
      { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    ];
    const container = {
      ...shell('echo "$0"; echo $MY_COLOUR $APP; echo $WORD, $PASSword; echo $URL; echo $MEMORY', {
        env, envFrom: [{ prefix: 'MY_', configMapRef: { name: 'settings' } }, { prefix: 'PASS', secretRef: { name: 'password' } }], resources: { limits: { memory: '64Mi' } },
      }),
      args: ['$(POD)'],
    };
    expect(await linesOf(cluster, podOf('variables', container))).toEqual([
      'variables', 'green variables', 'open sesame, open sesame', 'http://variables.web:7/$(POD)/$(NOT_THERE)', '64',
    ]);
  });

  step('services of the namespace become variables unless the pod declines', async () => {
    await cluster.apply([{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'store' }, spec: { selector: { app: 'store' }, ports: [{ port: 80 }] } }]);
    const script = 'echo ${STORE_PORT:-none} ${KUBERNETES_SERVICE_PORT:-none}';
    expect(await linesOf(cluster, podOf('linked', shell(script), { enableServiceLinks: true }))).toEqual([expect.stringMatching(/^tcp:\/\/[\d.]+:80 443$/)]);
    expect(await linesOf(cluster, podOf('not-linked', shell(script), { enableServiceLinks: false }))).toEqual(['none 443']);
  });

  step('a container waits for the objects that it refers to', async () => {
    const env = [{ name: 'LATE', valueFrom: { configMapKeyRef: { name: 'late', key: 'value' } } }];
    await cluster.apply([podOf('waiting', shell('echo $LATE', { env }))]);
    await cluster.eventually('the kubelet says what is missing', async () => {
      const { status } = await cluster.get('Pod', 'waiting');
      expect(status.containerStatuses[0].state.waiting).toMatchObject({ reason: 'CreateContainerConfigError', message: expect.stringMatching(/"late" not found/) });
    });
    await cluster.apply([configMap('late', { value: 'here at last' })]);
    expect(await linesOf(cluster, podOf('waiting', shell('echo $LATE', { env })))).toEqual(['here at last']);
  });

  step('files of ConfigMap, Secret and the pod itself have the modes that are asked for', async () => {
    const volumes = [
      { name: 'config', configMap: { name: 'settings', defaultMode: 0o440, items: [{ key: 'COLOUR', path: 'paint/colour', mode: 0o400 }, { key: 'SIZE', path: 'size' }] } },
      { name: 'secret', secret: { secretName: 'password', defaultMode: 0o400 } },
      {
        name: 'all',
        projected: {
          sources: [
            { secret: { name: 'password' } },
            { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
    ];
    const volumeMounts = [{ name: 'config', mountPath: '/config' }, { name: 'secret', mountPath: '/secret' }, { name: 'all', mountPath: '/all' }];
    const script = 'stat -Lc "%a" /config/paint/colour /config/size /secret/word; cat /config/paint/colour; echo; cat /all/word; echo; cat /all/name; echo; touch /config/x 2>&1 || true';
    expect(await linesOf(cluster, podOf('files', shell(script, { volumeMounts }), { volumes }))).toEqual([
      '400', '440', '400', 'green', 'open sesame', 'files', expect.stringMatching(/Read-only file system/),
    ]);
  });

  step('a changed ConfigMap shows in running pods, but not through a subPath', async () => {
    const volumes = [{ name: 'config', configMap: { name: 'live' } }];
    const volumeMounts = [{ name: 'config', mountPath: '/config' }, { name: 'config', mountPath: '/fixed/value', subPath: 'value' }];
    await cluster.apply([configMap('live', { value: 'old' }), podOf('refreshed', shell('sleep 1000', { volumeMounts }), { volumes })]);
    const values = async () => (await cluster.exec('refreshed', ['cat', '/config/value', '/fixed/value'])).stdout;
    await cluster.eventually('the pod runs', async () => expect(await values()).toBe('oldold'));
    await cluster.apply([configMap('live', { value: 'new' })]);
    await cluster.eventually('the file has changed', async () => expect(await values()).toBe('newold'), { timeout: 120 });
  });

  step('volumes belong to the group of the pod, and containers of a pod share them', async () => {
    const volumes = [{ name: 'shared', emptyDir: {} }, { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }];
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }, { name: 'memory', mountPath: '/memory' }];
    const writer = { ...shell('echo from the first > /shared/file; stat -c "%g %a" /shared', { volumeMounts }), name: 'writer' };
    const reader = shell('cat /shared/file; stat -c "%g" /shared/file; dd if=/dev/zero of=/memory/x bs=1M count=2 2>&1 | grep -o "No space left"', { volumeMounts });
    const spec = { volumes, initContainers: [writer], securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000 } };
    expect(await linesOf(cluster, podOf('shared', reader, spec))).toEqual(['from the first', '2000', 'No space left']);
    expect((await cluster.logs('shared', { container: 'writer' })).trim()).toMatch(/^2000 2777$/);
  });

  step('a claim keeps its data from pod to pod, and has the size that was asked for', async () => {
    const claim = {
      apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'disk' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '64Mi' } } },
    };
    const spec = { volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }], securityContext: { runAsUser: 1000, fsGroup: 1000 } };
    const mounted = { volumeMounts: [{ name: 'disk', mountPath: '/disk', subPath: 'inner' }] };
    await cluster.apply([claim]);
    await linesOf(cluster, podOf('first', shell('echo kept > /disk/file && sync', mounted), spec));
    expect(await linesOf(cluster, podOf('second', shell('cat /disk/file', mounted), spec))).toEqual(['kept']);
  });
});
