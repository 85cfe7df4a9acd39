import { ApiObject, App, Chart, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { schemaErrors } from './kubernetes-schema';
import { find, newChart, statefulSet, synth } from './util';
import { CONTAINER, newApp, podOf, specOf } from './web-app';
import { ClaimRetention, DisruptionBudget, HeadlessService, PodSecurity, Rollout, StatefulApp } from '../src';

describe('StatefulApp', () => {
  test('with nothing but a container makes a service and a StatefulSet, and says only what Kubernetes would not do by itself', () => {
    const chart = newChart();
    new StatefulApp(chart, 'web', { containers: [CONTAINER] });
    const labels = { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' };
    expect(synth(chart)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', labels },
        spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 8080 }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web', labels },
        spec: {
          serviceName: 'web',
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 65532,
                runAsGroup: 65532,
                fsGroup: 65532,
                fsGroupChangePolicy: 'OnRootMismatch',
                seccompProfile: { type: 'RuntimeDefault' },
              },
              containers: [{
                name: 'web',
                image: 'web:1.2.3',
                ports: [{ containerPort: 8080, name: 'http' }],
                securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              }],
            },
          },
        },
      },
    ]);
    expect(synth(chart).flatMap(schemaErrors)).toEqual([]);
  });

  test('says the whole StatefulSetSpec of Kubernetes 1.27', () => {
    const chart = newChart();
    const app = new StatefulApp(chart, 'web', {
      replicas: 5,
      podManagementPolicy: kplus.PodManagementPolicy.PARALLEL,
      rollout: Rollout.rolling({ maxUnavailable: 2 }),
      volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(1) }],
      claimRetention: ClaimRetention.delete({ whenDeleted: true }),
      startOrdinal: 3,
      minReady: Duration.seconds(7),
      revisionHistoryLimit: 4,
      containers: [CONTAINER],
    });
    const { spec } = statefulSet(chart);
    expect(spec).toMatchObject({
      replicas: 5,
      serviceName: 'web',
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 2 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
      ordinals: { start: 3 },
      minReadySeconds: 7,
      revisionHistoryLimit: 4,
    });
    expect(spec.volumeClaimTemplates).toHaveLength(1);
    expect(Object.keys(spec).sort()).toEqual([
      'minReadySeconds', 'ordinals', 'persistentVolumeClaimRetentionPolicy', 'podManagementPolicy', 'replicas', 'revisionHistoryLimit', 'selector',
      'serviceName', 'template', 'updateStrategy', 'volumeClaimTemplates',
    ]);
    expect(app.replicas).toBe(5);
    expect(app.podManagementPolicy).toBe('Parallel');
    expect(app.startOrdinal).toBe(3);
    expect(app.minReady.toSeconds()).toBe(7);
    expect(synth(chart).flatMap(schemaErrors)).toEqual([]);
  });

  test('has the resolved value of each property under its name', () => {
    const app = newApp();
    expect(app.replicas).toBeUndefined();
    expect(app.startOrdinal).toBe(0);
    expect(app.podManagementPolicy).toBe(kplus.PodManagementPolicy.ORDERED_READY);
    expect(app.rollout).toBeUndefined();
    expect(app.minReady.toSeconds()).toBe(0);
    expect(app.claimRetention).toBeInstanceOf(ClaimRetention);
    expect(app.disruptionBudget).toBeInstanceOf(DisruptionBudget);
    expect(app.podSecurity).toBeInstanceOf(PodSecurity);
    expect(app.hasAutoscaler).toBe(false);
    expect(app.volumeClaimTemplates).toEqual([]);
    expect(app.resourceType).toBe('statefulsets');
    expect(app.name).toBe('web');
    expect(app.kind).toBe('StatefulSet');
    expect(app.securityContext.user).toBe(65532);
  });

  describe('identity', () => {
    const bytes = (scope: (app: App) => Construct) => {
      const app = Testing.app();
      const chart = Chart.of(new StatefulApp(scope(app), 'db', {
        replicas: 2,
        metadata: { name: 'db' },
        containers: [CONTAINER],
        volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(1), mountPath: '/data' }],
      }));
      return JSON.stringify(synth(chart));
    };

    test('does not depend on the chart nor on the place in the tree', () => {
      const here = bytes(app => new Chart(app, 'one'));
      expect(bytes(app => new Chart(app, 'quite-another'))).toBe(here);
      expect(bytes(app => new Construct(new Construct(new Chart(app, 'one'), 'Deep'), 'Deeper'))).toBe(here);
    });

    test('comes from metadata.name where it is given', () => {
      const chart = newChart();
      const app = new StatefulApp(chart, 'Some Construct', { metadata: { name: 'db' }, containers: [CONTAINER] });
      expect(app.service.name).toBe('db');
      expect(find(synth(chart), 'StatefulSet', 'db').spec.selector.matchLabels).toEqual({
        'app.kubernetes.io/name': 'db',
        'app.kubernetes.io/instance': 'db',
      });
    });

    test('can have labels of the user, on the selector, the pods and all objects', () => {
      const chart = newChart();
      newApp({ replicas: 2, selectorLabels: { app: 'mine' }, podMetadata: { labels: { tier: 'db' }, annotations: { note: 'x' } } }, chart);
      const manifests = synth(chart);
      expect(find(manifests, 'Service').spec.selector).toEqual({ app: 'mine' });
      expect(find(manifests, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual({ app: 'mine' });
      const { metadata, spec } = find(manifests, 'StatefulSet');
      expect(metadata.labels).toEqual({ app: 'mine' });
      expect(spec.selector).toEqual({ matchLabels: { app: 'mine' } });
      expect(spec.template.metadata).toEqual({ labels: { app: 'mine', tier: 'db' }, annotations: { note: 'x' } });
    });

    test('keeps the labels of the chart off the selector, the pods and the claims', () => {
      const chart = newChart({ labels: { team: 'storage' } });
      newApp({ volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(1) }] }, chart);
      const { metadata, spec } = statefulSet(chart);
      expect(metadata.labels.team).toBe('storage');
      expect(JSON.stringify(spec)).not.toContain('team');
    });

    test('puts labels that are selected later on the pods', () => {
      const app = newApp();
      app.select(kplus.LabelSelector.of({ labels: { extra: 'yes' } }));
      const { spec } = statefulSet(Chart.of(app));
      expect(spec.selector.matchLabels.extra).toBe('yes');
      expect(spec.template.metadata.labels.extra).toBe('yes');
    });

    test('puts labels and annotations that are added later on the pods', () => {
      const app = newApp();
      app.podMetadata.addLabel('tier', 'db');
      app.podMetadata.addAnnotation('note', 'x');
      const { metadata } = statefulSet(Chart.of(app)).spec.template;
      expect(metadata).toEqual({ labels: { ...app.matchLabels, tier: 'db' }, annotations: { note: 'x' } });
    });

    test('selects by expressions that the pods match', () => {
      const app = newApp({ podMetadata: { labels: { tier: 'db' } } });
      app.select(kplus.LabelSelector.of({ expressions: [kplus.LabelExpression.in('tier', ['db'])] }));
      expect(statefulSet(Chart.of(app)).spec.selector.matchExpressions).toEqual([{ key: 'tier', operator: 'In', values: ['db'] }]);
    });
  });

  describe('governing service', () => {
    test('has the ports of containers that are added later, by their names', () => {
      const app = newApp();
      const container = app.addContainer({ name: 'metrics', image: 'metrics:1' });
      container.addPort({ number: 9090, name: 'metrics' });
      expect(find(synth(Chart.of(app)), 'Service').spec.ports).toEqual([{ name: 'http', port: 8080 }, { name: 'metrics', port: 9090 }]);
      expect(app.service.ports).toEqual([{ name: 'http', port: 8080 }, { name: 'metrics', port: 9090 }]);
    });

    test('does without ports where containers have none', () => {
      expect(find(synth(Chart.of(newApp({ containers: [{ image: 'web:1' }] }))), 'Service').spec.ports).toBeUndefined();
    });

    test('publishes addresses of pods that are not ready where it is asked to', () => {
      const app = newApp({ publishNotReadyAddresses: true });
      expect(find(synth(Chart.of(app)), 'Service').spec.publishNotReadyAddresses).toBe(true);
    });

    test('may be given, and is made to select the pods', () => {
      const chart = newChart();
      const service = new HeadlessService(chart, 'names', { ports: [{ port: 80 }] });
      const app = newApp({ service }, chart);
      expect(app.service).toBe(service);
      expect(find(synth(chart), 'Service').spec).toEqual({ clusterIP: 'None', selector: app.matchLabels, ports: [{ port: 80 }] });
      expect(statefulSet(chart).spec.serviceName).toBe('names');
    });

    test('may be given with a selector that the pods match', () => {
      const chart = newChart();
      const service = new HeadlessService(chart, 'names');
      service.selectLabel('app', 'mine');
      newApp({ service, selectorLabels: { app: 'mine', tier: 'db' } }, chart);
      expect(find(synth(chart), 'Service').spec.selector).toEqual({ app: 'mine' });
    });

    test('may be a plain service of cdk8s-plus that is headless', () => {
      const chart = newChart();
      const service = new kplus.Service(chart, 'names', { clusterIP: 'None', ports: [{ port: 80 }] });
      const app = newApp({ service }, chart);
      expect(find(synth(chart), 'Service').spec.selector).toEqual(app.matchLabels);
    });

    test('lives in the namespace of the app', () => {
      const chart = newChart({ namespace: 'prod' });
      newApp({ replicas: 2, replicasEnv: 'SIZE' }, chart);
      expect(synth(chart).map(({ metadata }) => metadata.namespace)).toEqual(['prod', 'prod', 'prod', 'prod']);
    });
  });

  describe('rollout', () => {
    test('is left to Kubernetes unless stated', () => {
      expect(specOf({ replicas: 3 }).updateStrategy).toBeUndefined();
    });

    test('takes a partition in short', () => {
      expect(specOf({ replicas: 3, partition: 2 }).updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 2 } });
    });

    test('computes the partition of staged and canary from the replicas', () => {
      expect(specOf({ replicas: 3, rollout: Rollout.staged() }).updateStrategy.rollingUpdate.partition).toBe(3);
      expect(specOf({ replicas: 3, rollout: Rollout.canary() }).updateStrategy.rollingUpdate.partition).toBe(2);
      expect(specOf({ replicas: 1, rollout: Rollout.canary() }).updateStrategy.rollingUpdate.partition).toBe(0);
    });
  });

  describe('disruption budget', () => {
    test('is there from two replicas on', () => {
      expect(synth(Chart.of(newApp({ replicas: 1 }))).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
      expect(find(synth(Chart.of(newApp({ replicas: 2 }))), 'PodDisruptionBudget', 'web').spec).toEqual({
        maxUnavailable: 1,
        selector: { matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' } },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      });
    });

    test('is as stated, for one replica too', () => {
      const budget = find(synth(Chart.of(newApp({ replicas: 1, disruptionBudget: DisruptionBudget.quorum() }))), 'PodDisruptionBudget');
      expect(budget.spec.minAvailable).toBe('51%');
      expect(synth(Chart.of(newApp({ replicas: 3, disruptionBudget: DisruptionBudget.none() }))).map(({ kind }) => kind))
        .toEqual(['Service', 'StatefulSet']);
    });
  });

  describe('peers', () => {
    test('are the ordinals from the first on', () => {
      expect(newApp({ replicas: 2, startOrdinal: 5 }).peers.hosts).toEqual(['web-5.web', 'web-6.web']);
      expect(newApp({ replicas: 1 }).peers.names).toEqual(['web-0']);
    });

    test('have long host names where the namespace is known', () => {
      expect(newApp({ replicas: 1, metadata: { namespace: 'prod' }, clusterDomain: 'k8s.example' }).peers.hosts)
        .toEqual(['web-0.web.prod.svc.k8s.example']);
    });

    test('are in the same domain as the service that the app makes', () => {
      const app = newApp({ replicas: 1, metadata: { namespace: 'prod' }, clusterDomain: 'k8s.example' });
      expect((app.service as HeadlessService).addressOf('web-0')).toBe(app.peers.hosts[0]);
    });

    test('reach every container through a ConfigMap, so that scaling changes no pod template', () => {
      const manifests = (replicas: number) => synth(Chart.of(newApp({
        replicas,
        peerEnv: { PEERS: { scheme: 'http', port: 2380, named: true } },
        replicasEnv: 'CLUSTER_SIZE',
        initContainers: [{ image: 'init:1' }],
      })));
      expect(find(manifests(2), 'ConfigMap', 'web-peers').data).toEqual({
        PEERS: 'web-0=http://web-0.web:2380,web-1=http://web-1.web:2380',
        CLUSTER_SIZE: '2',
      });
      const template = find(manifests(2), 'StatefulSet').spec.template;
      for (const container of [...template.spec.containers, ...template.spec.initContainers]) {
        expect(container.env).toEqual([
          { name: 'CLUSTER_SIZE', valueFrom: { configMapKeyRef: { name: 'web-peers', key: 'CLUSTER_SIZE' } } },
          { name: 'PEERS', valueFrom: { configMapKeyRef: { name: 'web-peers', key: 'PEERS' } } },
        ]);
      }
      expect(find(manifests(5), 'StatefulSet').spec.template).toEqual(template);
    });

    test('come in the order of their names, for some languages have maps without one', () => {
      const names = (peerEnv: Record<string, {}>) => podOf({ replicas: 1, peerEnv, replicasEnv: 'B' }).containers[0].env.map(({ name }: any) => name);
      expect(names({ C: {}, A: {} })).toEqual(['A', 'B', 'C']);
      expect(names({ A: {}, C: {} })).toEqual(['A', 'B', 'C']);
    });

    test('stand before the variables of a container, which may refer to them', () => {
      const [container] = podOf({
        replicas: 1,
        peerEnv: { PEERS: {} },
        containers: [{ ...CONTAINER, envVariables: { INITIAL_CLUSTER: kplus.EnvValue.fromValue('$(PEERS)') } }],
      }).containers;
      expect(container.env.map(({ name }: any) => name)).toEqual(['PEERS', 'INITIAL_CLUSTER']);
    });
  });

  describe('with an autoscaler', () => {
    const scaled = () => {
      const chart = newChart();
      const app = newApp({ containers: [{ ...CONTAINER, resources: { cpu: { request: kplus.Cpu.millis(100) } } }] }, chart);
      new kplus.HorizontalPodAutoscaler(chart, 'Scaler', { target: app, maxReplicas: 5, metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(50))] });
      return app;
    };

    test('leaves the number of pods to it, under a budget', () => {
      const manifests = synth(Chart.of(scaled()));
      expect(find(manifests, 'StatefulSet').spec.replicas).toBeUndefined();
      expect(find(manifests, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
      expect(find(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' });
      expect(manifests.flatMap(schemaErrors)).toEqual([]);
    });

    test('says what is scaled', () => {
      expect(scaled().toScalingTarget()).toMatchObject({ kind: 'StatefulSet', apiVersion: 'apps/v1', name: 'web', replicas: undefined });
    });
  });

  describe('as a workload of cdk8s-plus', () => {
    test('is isolated, and allows what is connected', () => {
      const chart = newChart({ namespace: 'prod' });
      const app = newApp({ isolate: true }, chart);
      const client = new kplus.Deployment(chart, 'Client', { containers: [{ image: 'client:1' }] });
      app.connections.allowFrom(client, { isolation: kplus.PodConnectionsIsolation.POD });
      const policies = synth(chart).filter(({ kind }) => kind === 'NetworkPolicy');
      expect(policies).toHaveLength(2);
      for (const { spec } of policies) {
        expect(spec.podSelector.matchLabels).toEqual(app.matchLabels);
      }
      expect(policies.flatMap(schemaErrors)).toEqual([]);
    });

    test('selects its pods, in its namespace where it is known', () => {
      expect(newApp().toPodSelectorConfig().namespaces).toBeUndefined();
      expect(newApp({ metadata: { namespace: 'prod' } }).toPodSelectorConfig().namespaces).toEqual({ names: ['prod'] });
    });

    test('takes JSON patches, also of fields that Kubernetes 1.27 does not know', () => {
      const app = newApp();
      ApiObject.of(app).addJsonPatch(
        JsonPatch.add('/spec/template/spec/schedulerName', 'mine'),
        JsonPatch.add('/spec/template/spec/containers/0/restartPolicy', 'Always'),
      );
      const pod = statefulSet(Chart.of(app)).spec.template.spec;
      expect(pod.schedulerName).toBe('mine');
      expect(pod.containers[0].restartPolicy).toBe('Always');
    });

    test('takes such patches on its services, its budget and its ConfigMap too', () => {
      const app = newApp({ replicas: 2, replicasEnv: 'SIZE' });
      const [first] = app.exposeEachPod();
      for (const construct of [app.service, first, app.node.findChild('DisruptionBudget'), app.node.findChild('Peers')]) {
        ApiObject.of(construct).addJsonPatch(JsonPatch.add('/newerThan127', true));
      }
      expect(synth(Chart.of(app)).filter(({ newerThan127 }) => newerThan127).map(({ kind, metadata }) => `${kind} ${metadata.name}`))
        .toEqual(['Service web', 'ConfigMap web-peers', 'PodDisruptionBudget web', 'Service web-0']);
    });
  });

  test('adds no dependency that nobody asked for', () => {
    const app = newApp({ replicas: 3, replicasEnv: 'SIZE' });
    expect(app.node.findAll().flatMap(({ node }) => node.dependencies)).toEqual([]);
  });

  test('puts what a new pod needs before the StatefulSet', () => {
    expect(synth(Chart.of(newApp({ replicas: 3, replicasEnv: 'SIZE' }))).map(({ kind }) => kind))
      .toEqual(['Service', 'ConfigMap', 'StatefulSet', 'PodDisruptionBudget']);
  });
});
