import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { newChart, synth } from './util';
import { ClaimRetention, HeadlessService, PodSecurity, Rollout, StatefulApp, StatefulAppProps, TopologySpread } from '../src';

const CONTAINER: kplus.ContainerProps = { name: 'web', image: 'web:1.2.3', ports: [{ number: 8080, name: 'http' }] };
const GIB = Size.gibibytes(1);

/** An app whose properties need not be what their types say, as from plain JavaScript. */
function made(props: any = {}, chart = newChart(), id = 'web'): StatefulApp {
  return new StatefulApp(chart, id, { containers: [CONTAINER], ...props });
}

function synthesized(props: any, change: (app: StatefulApp) => void = () => undefined): unknown {
  const app = made(props);
  change(app);
  return synth(Chart.of(app));
}

describe('fails at construction when', () => {
  const cases: [string, any, RegExp][] = [
    ['the properties are no object', null, /the properties must be an object, got null/],
    ['replicas are negative', { replicas: -1 }, /^\[test\/web\] 'replicas' must be a whole number from 0 to 2147483647, got -1$/],
    ['replicas are a fraction', { replicas: 1.5 }, /'replicas' must be a whole number from 0 to 2147483647, got 1.5/],
    ['replicas are NaN', { replicas: NaN }, /'replicas' must be a whole number .* got NaN/],
    ['replicas are text', { replicas: '3' }, /'replicas' must be a whole number .* got "3"/],
    ['the partition is negative', { partition: -1 }, /'partition' must be a whole number .* got -1/],
    ['the start ordinal is a fraction', { startOrdinal: 0.5 }, /'startOrdinal' must be a whole number .* got 0.5/],
    ['the revision history is negative', { revisionHistoryLimit: -1 }, /'revisionHistoryLimit' must be a whole number .* got -1/],
    ['minReady is a number', { minReady: 5 }, /'minReady' must be a Duration such as Duration.seconds\(30\), got 5/],
    ['minReady is no whole seconds', { minReady: Duration.millis(1500) }, /'minReady' in seconds must be a whole number .* got 1.5/],
    ['the grace period is a number', { terminationGracePeriod: 5 }, /'terminationGracePeriod' must be a Duration/],
    ['partition and rollout are both given', { partition: 1, rollout: Rollout.staged() },
      /'partition: 1' is short for 'rollout: Rollout.partition\(1\)': give one of the two/],
    ['nothing is selected', { select: false }, /without a selector is refused by Kubernetes, got 'select: false': give 'selectorLabels'/],
    ['pods are not always restarted', { restartPolicy: kplus.RestartPolicy.NEVER }, /always restarted, got 'restartPolicy' "Never": leave it out/],
    ['pods get a host name', { dns: { hostname: 'x'.repeat(64) } }, /'dns.hostname' is set by the StatefulSet.* got "x{64}": leave it out/],
    ['pods get a subdomain', { dns: { subdomain: 'other' } }, /'dns.subdomain' is set by the StatefulSet.* got "other": leave it out/],
    ['there are too many name servers', { dns: { nameservers: ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'] } }, /'dns.nameservers' must have at most 3 entries, got 4/],
    ['the priority class is no name', { priorityClassName: '' }, /'priorityClassName' must be a DNS name.* got ""/],
    ['the cluster domain is no name', { clusterDomain: 'a..b' }, /'clusterDomain' must be a DNS name.* got "a..b"/],
    ['there are no selector labels', { selectorLabels: {} }, /'selectorLabels' must have at least one label.*: leave it out/],
    ['the key of a selector label is none', { selectorLabels: { 'a b': 'x' } }, /a key of 'selectorLabels' must be a label key.* got "a b"/],
    ['a selector label is empty', { selectorLabels: { app: '' } }, /^\[test\/web\] 'selectorLabels' app must have a value, got "": selectors of cdk8s-plus leave out labels/],
    ['a selector label is a number', { selectorLabels: { app: 5 } }, /'selectorLabels' app must be a label value.* got 5/],
    ['a variable of peers has no name', { peerEnv: { 'A B': {} } }, /a variable of 'peerEnv' or 'replicasEnv' must be the name of an environment variable.* got "A B"/],
    ['the variable of replicas has no name', { replicasEnv: '' }, /a variable of 'peerEnv' or 'replicasEnv' must be the name of an environment variable/],
    ['the variable of replicas is one that cdk8s cannot write', { replicasEnv: '__proto__' }, /a variable of 'peerEnv' or 'replicasEnv' must be a name that cdk8s can write as a key of a map, got "__proto__"$/],
    ['a variable of peers is one that cdk8s cannot write', { peerEnv: { constructor: {} } }, /a variable of 'peerEnv' or 'replicasEnv' must be a name that cdk8s can write as a key of a map, got "constructor"$/],
    ['one variable is set twice', { peerEnv: { A: {} }, replicasEnv: 'A' }, /'peerEnv' and 'replicasEnv' both set A: rename one/],
    ['a port of peers is none', { replicas: 1, peerEnv: { PEERS: { port: 0 } } }, /^\[test\/web\] 'port' of peers must be a whole number from 1 to 65535, got 0$/],
    ['containers are no list', { containers: CONTAINER }, /'containers' must be a list, got an object/],
    ['a container is missing', { containers: [undefined] }, /'containers' entry 0 must be an object, got undefined/],
    ['topology spread is not one', { topologySpread: [{ topology: 'zone' }] }, /'topologySpread' entry 0 must be made by TopologySpread, got an object/],
    ['the rollout is text', { rollout: 'Rolling' }, /'rollout' must be made by Rollout, got "Rolling"/],
    ['the pod security is text', { podSecurity: 'baseline' }, /'podSecurity' must be made by PodSecurity, got "baseline"/],
    ['the service is a name', { service: 'web' }, /'service' must be made by new HeadlessService\(\), got "web"/],
    ['metadata has an unknown field', { metadata: { lables: {} } }, /metadata has no field "lables": use name, namespace, labels/],
    ['an annotation is a number', { podMetadata: { annotations: { a: 5 } } }, /podMetadata.annotations.a must be text, got 5/],
    ['a container has no image', { containers: [{ image: '' }] }, /'image' of container 'main' must be text that is not empty, got ""/],
    ['a container has no DNS label for a name', { containers: [{ name: 'Web', image: 'web' }] }, /'name' of a container must be a DNS label.* got "Web"/],
    ['two containers have one name', { containers: [CONTAINER, CONTAINER] }, /a container named 'web' is there already: give one of them another 'name'/],
    ['an init container has the name of a container', { initContainers: [CONTAINER] }, /a container named 'web' is there already/],
    ['a port has a long name', { containers: [{ image: 'web', ports: [{ number: 80, name: 'a-very-long-name' }] }] },
      /the name of port 80 of container 'main' must have at most 15 characters, got 16: "a-very-long-name"/],
    ['two ports have one name', { containers: [{ image: 'web', ports: [{ number: 80, name: 'a' }, { number: 81, name: 'a' }] }] },
      /container 'main' has two ports named 'a': give one of them another name/],
    ['a port is there twice', { containers: [{ image: 'web', portNumber: 80, ports: [{ number: 80, name: 'a' }] }] }, /container 'main' has port 80\/TCP twice/],
    ['a mount path is relative', { volumeClaimTemplates: [{ name: 'a', storage: GIB, mountPath: 'data' }] },
      /the mount path in container 'web' must be absolute and without a colon, got "data"/],
    ['two mounts have one path', { volumeClaimTemplates: [{ name: 'a', storage: GIB, mountPath: '/d' }, { name: 'b', storage: GIB, mountPath: '/d' }] },
      /container 'web' has two mounts at "\/d", one of them 'a': give one another path/],
    ['two mounts lead to one folder', { volumeClaimTemplates: [{ name: 'a', storage: GIB, mountPath: '/d' }, { name: 'b', storage: GIB, mountPath: '/d/' }] },
      /container 'web' has two mounts at "\/d\/", one of them 'a'/],
    ['two claims have one name', { volumeClaimTemplates: [{ name: 'a', storage: GIB }, { name: 'a', storage: GIB }] },
      /a volume or claim named 'a' is there already: give one of them another name/],
    ['a claim has no name', { volumeClaimTemplates: [{ storage: GIB }] }, /'name' of a claim template must be a DNS label.* got undefined/],
    ['a claim has no room', { volumeClaimTemplates: [{ name: 'a', storage: Size.gibibytes(0) }] },
      /'storage' of claim 'a' must be a whole number of kibibytes above zero, got 0 KiB/],
    ['an init container has a probe', { initContainers: [{ image: 'init', readiness: kplus.Probe.fromTcpSocket() }] },
      /init container 'init-0' cannot have 'readiness'.*: leave it out, or use addContainer\(\)/],
    ['the pod runs as a negative user', { podSecurity: PodSecurity.restricted({ user: -1 }) }, /'user' of the pod's security must be a whole number .* got -1/],
  ];

  test.each(cases)('%s', (_, props, message) => {
    expect(() => props === null ? new StatefulApp(newChart(), 'web', props) : made(props)).toThrow(message);
    expect(() => props === null ? new StatefulApp(newChart(), 'web', props) : made(props)).toThrow(/^\[test\/web/);
  });

  test('the name is no DNS label', () => {
    expect(() => made({}, newChart(), 'My App')).toThrow(/^\[test\/My App\] 'metadata.name', or else the id, of a StatefulApp must be a DNS label.* got "My App"/);
    expect(() => made({ metadata: { name: 5 } })).toThrow(/must be a DNS label.* got 5/);
  });

  test('the name has more than 52 characters, with which no pod could start', () => {
    expect(() => made({}, newChart(), 'a'.repeat(53))).toThrow(/must have at most 52 characters, got 53: "a{53}"/);
    expect(made({}, newChart(), 'a'.repeat(52)).name).toHaveLength(52);
  });

  test('the name starts with a digit, which no service may', () => {
    expect(() => made({}, newChart(), '1web')).toThrow(/\[test\/1web\/Service\] .* of a service must be a service name.* starting with a letter; got "1web"/);
  });

  test('the governing service is not headless', () => {
    const chart = newChart();
    const service = new kplus.Service(chart, 'names', { metadata: { name: 'names' }, ports: [{ port: 80 }] });
    expect(() => made({ service }, chart)).toThrow(/^\[test\/web\] the governing service 'names' must be headless, got clusterIP undefined: use a HeadlessService/);
  });

  test.each([kplus.ServiceType.LOAD_BALANCER, kplus.ServiceType.EXTERNAL_NAME])('the governing service is headless and of type %s, which gives no pod a name', (type) => {
    const chart = newChart();
    const externalName = type === kplus.ServiceType.EXTERNAL_NAME ? 'db.example.com' : undefined;
    const service = new kplus.Service(chart, 'names', { metadata: { name: 'names' }, clusterIP: 'None', type, externalName, ports: [{ port: 80 }] });
    expect(() => made({ service }, chart)).toThrow(
      new RegExp(`^\\[test/web\\] the governing service 'names' must be of type ClusterIP, got "${type}": use a HeadlessService$`));
  });

  test.each([
    ['a'.repeat(21), {}],
    ['a'.repeat(20), { startOrdinal: 10, replicas: 91 }],
  ])('a pod is called by its full name, and that is longer than 64 characters', (name, props) => {
    const chart = newChart({ namespace: 'ns' });
    const full = { dns: { hostnameAsFQDN: true }, containers: [{ image: 'x' }], ...props };
    new StatefulApp(chart, name.slice(1), full); // 64 characters
    synth(chart);
    new StatefulApp(chart, name, full);
    expect(() => synth(chart)).toThrow(/'hostnameAsFQDN' gives a pod the name 'a+-(0|100)\.a+\.ns\.svc\.cluster\.local', which has 66 characters, and no host name has more than 64/);
  });

  test('an attached container is limited to less than it requests', () => {
    const container = new kplus.Container({ name: 'stock', image: 'x', resources: { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(1) } } });
    expect(() => made().attachContainer(container)).toThrow(/^\[test\/web\] container 'stock' requests 2Gi of memory and is limited to 1Gi: a limit must not be below/);
  });

  test('the governing service lives in another namespace', () => {
    const chart = newChart({ namespace: 'prod' });
    const service = new HeadlessService(chart, 'names', { metadata: { namespace: 'dev' } });
    expect(() => made({ service }, chart)).toThrow(/'names' must live in the namespace of the app, "prod", got "dev": move one of them/);
    const here = new HeadlessService(chart, 'here');
    expect(() => made({ service: here, metadata: { namespace: 'dev' } }, chart)).toThrow(/'here' must live in the namespace of the app, "dev", got "prod"/);
  });

  test('the governing service is given, and how the app would make it is said too', () => {
    const chart = newChart();
    expect(() => made({ service: new HeadlessService(chart, 'names'), publishNotReadyAddresses: true }, chart))
      .toThrow(/'publishNotReadyAddresses' is for the service that the app makes, and 'names' was given: say it there/);
  });
});

describe('fails when', () => {
  test('a volume gets the name of a claim, and the other way round', () => {
    const app = made({ volumeClaimTemplates: [{ name: 'data', storage: GIB }] });
    const volume = kplus.Volume.fromEmptyDir(app, 'Volume', 'data');
    expect(() => app.addVolume(volume)).toThrow(/\[test\/web\] a volume or claim named 'data' is there already/);
    app.addVolume(kplus.Volume.fromEmptyDir(app, 'Cache', 'cache'));
    expect(() => app.addVolumeClaimTemplate({ name: 'cache', storage: GIB })).toThrow(/a volume or claim named 'cache' is there already/);
    expect(() => app.addVolume(undefined as any)).toThrow(/a volume must be made by Volume.fromEmptyDir\(\) and the like, got null/);
    expect(() => app.addVolume(5 as any)).toThrow(/a volume must be made by Volume.fromEmptyDir\(\) and the like, got 5/);
  });

  test('the number of pods is fixed and an autoscaler sets it', () => {
    const app = made({ replicas: 3 });
    expect(() => new kplus.HorizontalPodAutoscaler(app, 'Scaler', { target: app, maxReplicas: 5 }))
      .toThrow(/^\[test\/web\] an autoscaler and 'replicas: 3' cannot both set the number of pods: leave one of them out$/);
  });

  test('peers are listed and their number is left to others', () => {
    const unknown = (what: string) => new RegExp(`^\\[test/web\\] ${what} cannot be known where the number of pods is left to Kubernetes,`
      + ' kubectl scale or an autoscaler: give \'replicas\'$');
    expect(() => made({ replicasEnv: 'SIZE' })).toThrow(unknown('\'replicasEnv\''));
    expect(() => made({ peerEnv: { PEERS: {} } })).toThrow(unknown('the peers'));
    expect(() => made().peers).toThrow(unknown('the peers'));
    expect(() => made().exposeEachPod()).toThrow(unknown('the peers'));
  });

  test('each pod is to be exposed and nothing says at which port', () => {
    expect(() => made({ containers: [{ image: 'web' }] }).exposeEachPod()).toThrow(/there is no port to expose each pod at: give 'ports'/);
  });

  test('several pods are to be exposed at one port of the nodes', () => {
    const ports = [{ port: 80, nodePort: 30080 }];
    expect(() => made({ replicas: 2 }).exposeEachPod({ type: kplus.ServiceType.NODE_PORT, ports }))
      .toThrow(/^\[test\/web\] 'nodePort' 30080 can be had by one service, and each pod gets one of its own: leave it out/);
  });

  test('each pod is exposed twice under one name', () => {
    const app = made({ replicas: 1 });
    app.exposeEachPod();
    expect(() => app.exposeEachPod()).toThrow(/a service named 'web-0' exposes a pod already: give another 'namePrefix'/);
  });

  test('pods are to be restarted by something without content', () => {
    const app = made();
    expect(() => app.restartOn(kplus.ConfigMap.fromConfigMapName(app, 'Elsewhere', 'config')))
      .toThrow(/restartOn\(\) takes ConfigMaps and Secrets that are defined in this app.* got something that defines no object/);
    expect(() => app.restartOn(app.service)).toThrow(/got the Service 'web'/);
    expect(() => app.restartOn(undefined as any)).toThrow(/got something that defines no object/);
  });
});

describe('fails at synth when', () => {
  const cases: [string, StatefulAppProps, RegExp, ((app: StatefulApp) => void)?][] = [
    ['there is no container', { containers: [] }, /a pod needs at least one container: give 'containers', or use addContainer\(\)/],
    ['a claim is for a container that never came', { volumeClaimTemplates: [{ name: 'data', storage: GIB, mountPath: '/data', container: 'db' }] },
      /claim 'data' is to be mounted into container "db", which the app does not have: it has 'web'/],
    ['a claim of another app is mounted', {}, /container 'web' mounts the claim 'data', which is not one of this app: make it with addVolumeClaimTemplate\(\)/,
      app => app.containers[0].mount('/data', made({}, newChart()).addVolumeClaimTemplate({ name: 'data', storage: GIB }))],
    ['a pod label contradicts the selector', { podMetadata: { labels: { 'app.kubernetes.io/name': 'other' } } },
      /the selector wants app.kubernetes.io\/name=web, the pods have app.kubernetes.io\/name="other"/],
    ['an expression of the selector matches no pod', {}, /the selector wants tier In \(db\), the pods have no such label/,
      app => app.select(kplus.LabelSelector.of({ expressions: [kplus.LabelExpression.in('tier', ['db'])] }))],
    ['the governing service comes to select other pods', {}, /the governing service 'web' selects other pods: it wants tier=db, the pods have no such label/,
      app => app.service.selectLabel('tier', 'db')],
    ['a canary is larger than the set', { replicas: 2, rollout: Rollout.canary(3) }, /Rollout.canary\(3\) needs at least 3 replicas, got 2/],
    ['claims are deleted on scaling, down to nothing', { replicas: 0, claimRetention: ClaimRetention.delete({ whenScaled: true }) },
      /ClaimRetention.delete\(\{ whenScaled: true \}\) with 0 replicas deletes the claims of all pods, and their data: use retain\(\)/],
    ['a container sets a variable of the peers itself', { replicas: 1, peerEnv: { PEERS: {} } }, /container 'web' sets PEERS itself, which 'peerEnv' or 'replicasEnv' sets/,
      app => app.containers[0].env.addVariable('PEERS', kplus.EnvValue.fromValue('x'))],
    ['two volumes have one name', {}, /two volumes are named 'cache', 'test\/web\/A' and 'test\/web\/B': give one another name/,
      (app) => {
        app.containers[0].mount('/a', kplus.Volume.fromEmptyDir(app, 'A', 'cache'));
        app.containers[0].mount('/b', kplus.Volume.fromEmptyDir(app, 'B', 'cache'));
      }],
    ['a mounted volume has the name of a claim', { volumeClaimTemplates: [{ name: 'data', storage: GIB }] },
      /two volumes are named 'data', the claim template and 'test\/web\/A': give one another name/,
      app => app.containers[0].mount('/a', kplus.Volume.fromEmptyDir(app, 'A', 'data'))],
    ['two containers listen on one port', {}, /containers 'web' and 'other' both listen on 8080\/TCP, in a pod only one can/,
      app => app.addContainer({ name: 'other', image: 'x', portNumber: 8080 })],
    ['two containers have ports of one name', {}, /two ports are named 'http', in containers 'web' and 'other': give one another name/,
      app => app.addContainer({ name: 'other', image: 'x', ports: [{ number: 1, name: 'http' }] })],
    ['two spreads are the same', { topologySpread: [TopologySpread.preferred(kplus.Topology.ZONE), TopologySpread.preferred(kplus.Topology.ZONE, { maxSkew: 2 })] },
      /topologySpreadConstraints must differ in topologyKey and whenUnsatisfiable, got topology.kubernetes.io\/zone ScheduleAnyway twice/],
    ['a label that Kubernetes refuses was added', {}, /metadata.labels.team must be a label value.* got "a b"/, app => app.metadata.addLabel('team', 'a b')],
    ['an attached container has what Kubernetes refuses', {}, /spec.template.spec.containers\[bad\].image must be text that is not empty/,
      app => app.attachContainer(new kplus.Container({ name: 'bad', image: '' }))],
    ['a probe tries a port that is not there', { containers: [{ image: 'x', readiness: kplus.Probe.fromTcpSocket() }] },
      /^.*\[test\/web\] container 'main' has no TCP port, and a probe or hook of it tries one without saying which: give it a 'port', or the container 'ports'$/],
    ['a hook asks a port that is not there', { containers: [{ image: 'x', lifecycle: { preStop: kplus.Handler.fromHttpGet('/stop') } }] },
      /container 'main' has no TCP port, and a probe or hook of it tries one without saying which/],
    ['a probe tries the port of another protocol',
      { containers: [{ image: 'x', ports: [{ number: 53, protocol: kplus.Protocol.UDP }], liveness: kplus.Probe.fromHttpGet('/'), resources: {} }] },
      /container 'main' has no TCP port, and a probe or hook of it tries one without saying which/],
    ['a block device is mounted as a folder', { volumeClaimTemplates: [{ name: 'raw', storage: Size.gibibytes(1), volumeMode: kplus.PersistentVolumeMode.BLOCK }] },
      /container 'web' mounts the block device 'raw' with 'readOnly', 'subPath', which only a folder can have: leave it out/,
      app => app.containers[0].mount('/dev/x', app.volumeClaimTemplates[0], { readOnly: true, subPath: 'q' })],
    ['an attached container has a mount that leaves its volume', {}, /volumeMounts\[cache\].subPath must be a path within the volume, got "..\/q"/, (app) => {
      const container = new kplus.Container({ name: 'stock', image: 'x' });
      container.mount('/data', kplus.Volume.fromEmptyDir(app, 'A', 'cache'), { subPath: '../q' });
      app.attachContainer(container);
    }],
    ['a claim is of one pod and of several',
      { volumeClaimTemplates: [{ name: 'd', storage: Size.gibibytes(1), accessModes: Object.values(kplus.PersistentVolumeAccessMode) }] },
      /accessModes must have ReadWriteOncePod alone, got ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod/],
    ['no label of a node is named', {}, /nodeSelectorTerms\[0\] must have an expression, or no node will do/,
      app => app.scheduling.attract(kplus.Node.labeled())],
    ['the image has the line break of the file that it was read from', { containers: [{ image: 'web:1\n' }] },
      /'image' of container 'main' must have no space or line break, got "web:1\\n"/],
    ['an attached container has a relative mount', {}, /volumeMounts\[cache\].mountPath must be absolute/, (app) => {
      const container = new kplus.Container({ name: 'stock', image: 'x' });
      container.mount('data', kplus.Volume.fromEmptyDir(app, 'A', 'cache'));
      app.attachContainer(container);
    }],
  ];

  for (const [what, props, message, change] of cases) {
    test(what, () => {
      expect(() => synthesized(props, change)).toThrow(message);
      expect(() => synthesized(props, change)).toThrow(/\[test\/web/);
    });
  }

  test('two objects of the app have one kind, namespace and name', () => {
    const chart = newChart();
    made({}, chart);
    new kplus.k8s.KubeService(chart, 'Mine', { metadata: { name: 'web' } });
    expect(() => synth(chart)).toThrow(/'test\/web\/Service\/Resource' and 'test\/Mine' are both the Service 'web': kubectl would let the later overwrite the earlier/);
  });

  test('two charts of the app define one object, unless they have different namespaces', () => {
    const twice = (...namespaces: string[]) => {
      const app = Testing.app();
      namespaces.forEach((namespace, i) => made({}, new Chart(app, `chart-${i}`, { namespace })));
      return app;
    };
    const synthApp = (app: App) => app.synthYaml();
    expect(() => synthApp(twice('prod', 'prod'))).toThrow(/are both the StatefulSet 'web' of namespace 'prod'/);
    expect(synthApp(twice('prod', 'dev'))).toContain('namespace: dev');
  });
});
