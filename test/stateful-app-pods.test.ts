import { ApiObject, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { schemaErrors } from './kubernetes-schema';
import { find, newChart, statefulSet, synth } from './util';
import { CONTAINER, newApp, podOf } from './web-app';
import { StatefulApp, TopologySpread } from '../src';

describe('what a StatefulApp runs:', () => {
  describe('claims', () => {
    const claim = { name: 'data', storage: Size.mebibytes(500), mountPath: '/data' };

    test('are mounted into the first container', () => {
      const { containers, volumes } = podOf({ volumeClaimTemplates: [claim], containers: [CONTAINER, { name: 'side', image: 'side:1' }] });
      expect(containers.map(({ name, volumeMounts }: any) => [name, volumeMounts])).toEqual([
        ['web', [{ name: 'data', mountPath: '/data' }]],
        ['side', undefined],
      ]);
      expect(volumes).toBeUndefined();
    });

    test('are mounted into the container that is named, also when it comes later', () => {
      const app = newApp({ volumeClaimTemplates: [{ ...claim, container: 'side', subPath: 'db', readOnly: true }] });
      app.addContainer({ name: 'side', image: 'side:1' });
      const { containers } = statefulSet(Chart.of(app)).spec.template.spec;
      expect(containers.find(({ name }: any) => name === 'side').volumeMounts)
        .toEqual([{ name: 'data', mountPath: '/data', subPath: 'db', readOnly: true }]);
    });

    test('are added and mounted by hand', () => {
      const app = newApp();
      const data = app.addVolumeClaimTemplate({ name: 'data', storage: Size.gibibytes(1) });
      app.containers[0].mount('/var/lib', data);
      app.addInitContainer({ image: 'init:1' }).mount('/var/lib', data);
      const { template, volumeClaimTemplates } = statefulSet(Chart.of(app)).spec;
      expect(template.spec.containers[0].volumeMounts).toEqual([{ name: 'data', mountPath: '/var/lib' }]);
      expect(template.spec.initContainers[0].volumeMounts).toEqual([{ name: 'data', mountPath: '/var/lib' }]);
      expect(template.spec.volumes).toBeUndefined();
      expect(volumeClaimTemplates[0].metadata).toEqual({ name: 'data' });
      expect(app.volumeClaimTemplates).toEqual([data]);
    });

    test('that are block devices become devices', () => {
      const [container] = podOf({ volumeClaimTemplates: [{ ...claim, mountPath: '/dev/xvda', volumeMode: kplus.PersistentVolumeMode.BLOCK }] }).containers;
      expect(container.volumeDevices).toEqual([{ name: 'data', devicePath: '/dev/xvda' }]);
      expect(container.volumeMounts).toBeUndefined();
    });

    test('stand beside other volumes, and lose none of them', () => {
      const chart = newChart();
      const cache = kplus.Volume.fromEmptyDir(chart, 'Cache', 'cache');
      const mounted = kplus.Volume.fromEmptyDir(chart, 'Mounted', 'mounted');
      const app = newApp({ volumes: [cache], volumeClaimTemplates: [claim] }, chart);
      app.containers[0].mount('/mounted', mounted);
      expect(statefulSet(chart).spec.template.spec.volumes).toEqual([{ name: 'mounted', emptyDir: {} }, { name: 'cache', emptyDir: {} }]);
    });
  });

  describe('pods', () => {
    test('keep a stated grace period, service account, registry, DNS and host aliases', () => {
      const chart = newChart();
      const pod = statefulSet(Chart.of(newApp({
        terminationGracePeriod: Duration.minutes(2),
        serviceAccount: new kplus.ServiceAccount(chart, 'Account', { metadata: { name: 'runner' } }),
        dockerRegistryAuth: kplus.Secret.fromSecretName(chart, 'Auth', 'registry'),
        automountServiceAccountToken: true,
        dns: { policy: kplus.DnsPolicy.DEFAULT, searches: ['example.com'], hostnameAsFQDN: true },
        hostAliases: [{ ip: '10.0.0.1', hostnames: ['db.example'] }],
        hostNetwork: true,
        priorityClassName: 'important',
        enableServiceLinks: true,
      }, chart))).spec.template.spec;
      expect(pod).toMatchObject({
        terminationGracePeriodSeconds: 120,
        serviceAccountName: 'runner',
        imagePullSecrets: [{ name: 'registry' }],
        automountServiceAccountToken: true,
        dnsPolicy: 'Default',
        dnsConfig: { searches: ['example.com'] },
        setHostnameAsFQDN: true,
        hostAliases: [{ ip: '10.0.0.1', hostnames: ['db.example'] }],
        hostNetwork: true,
        priorityClassName: 'important',
        enableServiceLinks: true,
      });
    });

    test('find the names of the cluster on the network of their node, too', () => {
      expect(podOf({ hostNetwork: true }).dnsPolicy).toBe('ClusterFirstWithHostNet');
      expect(podOf({ hostNetwork: true, dns: { policy: kplus.DnsPolicy.CLUSTER_FIRST } }).dnsPolicy).toBe('ClusterFirstWithHostNet');
      expect(podOf({}).dnsPolicy).toBeUndefined();
    });

    test('are spread as stated', () => {
      expect(podOf({ topologySpread: [TopologySpread.required(kplus.Topology.HOSTNAME)] }).topologySpreadConstraints).toEqual([{
        topologyKey: 'kubernetes.io/hostname',
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' } },
      }]);
    });

    test('keep away from each other with spread, however often the chart is synthesized', () => {
      const chart = newChart();
      newApp({ spread: true }, chart);
      const terms = () => statefulSet(chart).spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
      expect(terms().map(({ topologyKey }: any) => topologyKey)).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone']);
      expect(terms()).toHaveLength(2);
    });

    test('go where scheduling sends them', () => {
      const app = newApp();
      app.scheduling.tolerate(kplus.Node.tainted(kplus.NodeTaintQuery.exists('dedicated')));
      app.scheduling.assign(kplus.Node.named('node-1'));
      expect(statefulSet(Chart.of(app)).spec.template.spec).toMatchObject({ nodeName: 'node-1', tolerations: [{ key: 'dedicated', operator: 'Exists' }] });
    });

    test('are restarted when the content of a configuration changes', () => {
      const annotation = (value: string, patch?: JsonPatch) => {
        const chart = newChart();
        const config = new kplus.ConfigMap(chart, 'Config', { metadata: { name: 'config' }, data: { key: value } });
        const secret = new kplus.Secret(chart, 'Secret', { metadata: { name: 'secret' }, stringData: { password: 'x' } });
        const app = newApp({ podMetadata: { annotations: { note: 'kept' } } }, chart);
        app.restartOn(config, ApiObject.of(secret));
        config.metadata.addLabel('not', 'content');
        if (patch) {
          ApiObject.of(config).addJsonPatch(patch);
        }
        return statefulSet(chart).spec.template.metadata.annotations;
      };
      expect(annotation('a')).toEqual({ 'note': 'kept', 'checksum/restart-on': expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(annotation('a')).toEqual(annotation('a'));
      expect(annotation('b')).not.toEqual(annotation('a'));
      expect(annotation('a', JsonPatch.replace('/data/key', 'b'))).toEqual(annotation('b'));
    });
  });

  describe('containers', () => {
    test('have names by default', () => {
      const app = new StatefulApp(newChart(), 'web');
      expect(app.addContainer({ image: 'web:1' }).name).toBe('main');
      expect(app.addInitContainer({ image: 'init:1' }).name).toBe('init-0');
      expect(app.addInitContainer({ image: 'init:1' }).name).toBe('init-1');
      expect(app.initContainers.map(({ name }) => name)).toEqual(['init-0', 'init-1']);
    });

    test('that exist already are attached as cdk8s-plus made them, within the security of the pod', () => {
      const app = new StatefulApp(newChart(), 'web', { volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(1), mountPath: '/data' }] });
      app.attachContainer(new kplus.Container({ image: 'web:1', portNumber: 80 }));
      const [container] = statefulSet(Chart.of(app)).spec.template.spec.containers;
      expect(container.startupProbe).toEqual({ failureThreshold: 3, tcpSocket: { port: 80 } });
      expect(container.imagePullPolicy).toBe('Always');
      expect(container.volumeMounts).toEqual([{ name: 'data', mountPath: '/data' }]);
      expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    });
  });

  describe('each pod', () => {
    test('is exposed by a service of its own', () => {
      const app = newApp({ replicas: 2, startOrdinal: 1 });
      const services = app.exposeEachPod({
        type: kplus.ServiceType.LOAD_BALANCER, annotations: { cloud: 'internal' }, labels: { exposed: 'yes' },
      });
      expect(services.map(({ name }) => name)).toEqual(['web-1', 'web-2']);
      const manifests = synth(Chart.of(app));
      expect(find(manifests, 'Service', 'web-2')).toEqual({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'web-2',
          annotations: { cloud: 'internal' },
          labels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web', 'exposed': 'yes' },
        },
        spec: { type: 'LoadBalancer', selector: { 'statefulset.kubernetes.io/pod-name': 'web-2' }, ports: [{ name: 'http', port: 8080 }] },
      });
      expect(manifests.flatMap(schemaErrors)).toEqual([]);
    });

    test('is exposed at other ports and under other names, twice if wanted', () => {
      const app = newApp({ replicas: 1 });
      app.exposeEachPod();
      app.exposeEachPod({ namePrefix: 'outside-', type: kplus.ServiceType.NODE_PORT, ports: [{ port: 443, targetPort: 8443, nodePort: 30443 }] });
      const manifests = synth(Chart.of(app));
      expect(find(manifests, 'Service', 'web-0').spec.type).toBeUndefined();
      expect(find(manifests, 'Service', 'outside-0').spec).toMatchObject({ type: 'NodePort', ports: [{ port: 443, targetPort: 8443, nodePort: 30443 }] });
    });
  });
});
