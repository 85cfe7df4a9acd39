import { Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { PlainContainer, resourceRequirements } from '../../src/private/container';
import { schemaErrors } from '../kubernetes-schema';
import { newChart } from '../util';

const { EnvValue, ImagePullPolicy, Probe } = kplus;

let at: Construct;

beforeEach(() => {
  at = new Construct(newChart(), 'x');
});

function container(props: Partial<kplus.ContainerProps> = {}, defaultName?: string): PlainContainer {
  return new PlainContainer(at, { image: 'db:1.2.3', ...props }, defaultName);
}

/** The container as a manifest has it, without what is undefined. */
function written(plain: kplus.Container): any {
  const { securityContext, ...manifest } = JSON.parse(JSON.stringify(kplus.k8s.toJson_Container(plain._toKube())));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [manifest] } };
  expect(schemaErrors(pod)).toEqual([]);
  return manifest;
}

describe('PlainContainer', () => {
  test('says nothing that was not asked for', () => {
    const plain = container();
    expect(written(plain)).toEqual({ name: 'main', image: 'db:1.2.3' });
    expect(plain.resources).toEqual({});
  });

  test('says everything that was asked for', () => {
    const volume = kplus.Volume.fromEmptyDir(at, 'tmp', 'tmp');
    expect(written(container({
      name: 'db',
      command: ['db'],
      args: ['--verbose'],
      workingDir: '/srv',
      imagePullPolicy: ImagePullPolicy.NEVER,
      ports: [{ number: 5432, name: 'sql', protocol: kplus.Protocol.TCP }],
      envVariables: { A: EnvValue.fromValue('1') },
      envFrom: [kplus.Env.fromConfigMap(kplus.ConfigMap.fromConfigMapName(at, 'settings', 'settings'))],
      volumeMounts: [{ path: '/tmp', volume, readOnly: true, subPath: 'a/b' }],
      readiness: Probe.fromHttpGet('/ready'),
      liveness: Probe.fromTcpSocket({ periodSeconds: Duration.seconds(5) }),
      startup: Probe.fromCommand(['started'], { failureThreshold: 60 }),
      lifecycle: { preStop: kplus.Handler.fromHttpGet('/stop') },
      resources: { cpu: { request: kplus.Cpu.millis(250) }, memory: { limit: Size.kibibytes(1500) } },
    }))).toEqual({
      name: 'db',
      image: 'db:1.2.3',
      command: ['db'],
      args: ['--verbose'],
      workingDir: '/srv',
      imagePullPolicy: 'Never',
      ports: [{ containerPort: 5432, name: 'sql', protocol: 'TCP' }],
      env: [{ name: 'A', value: '1' }],
      envFrom: [{ configMapRef: { name: 'settings' } }],
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp', readOnly: true, subPath: 'a/b' }],
      readinessProbe: { httpGet: { path: '/ready', port: 5432, scheme: 'HTTP' }, failureThreshold: 3 },
      livenessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 5, failureThreshold: 3 },
      startupProbe: { exec: { command: ['started'] }, failureThreshold: 60 },
      lifecycle: { preStop: { httpGet: { path: '/stop', port: 5432, scheme: 'HTTP' } } },
      resources: { requests: { cpu: '250m' }, limits: { memory: '1500Ki' } },
    });
  });

  test('is named main, or as its maker says, unless it says so itself', () => {
    expect(container().name).toEqual('main');
    expect(container({}, 'init-0').name).toEqual('init-0');
    expect(container({ name: 'db' }, 'init-0').name).toEqual('db');
  });

  test('asks for what it states, in whatever unit', () => {
    const resources = { memory: { limit: Size.kibibytes(1500) }, ephemeralStorage: { request: Size.mebibytes(500) } };
    expect(container({ resources }).resources).toEqual(resources);
    expect(written(container({ resources })).resources).toEqual({ requests: { 'ephemeral-storage': '500Mi' }, limits: { memory: '1500Ki' } });
  });

  test('remembers what it was asked to be', () => {
    const props = { image: 'db:1.2.3', securityContext: { user: 5 } };
    expect(new PlainContainer(at, props).stated).toEqual(props);
  });

  test('has no startup probe that it was not given, though it has a port', () => {
    expect(written(container({ portNumber: 5432 }))).toEqual({ name: 'main', image: 'db:1.2.3', ports: [{ containerPort: 5432 }] });
  });

  test('changes nothing in the objects that it was given', () => {
    const volume = kplus.Volume.fromEmptyDir(at, 'tmp', 'tmp');
    const props = { image: 'db:1.2.3', envVariables: { A: EnvValue.fromValue('1') }, envFrom: [], volumeMounts: [{ path: '/a', volume }], ports: [{ number: 80 }] };
    const plain = new PlainContainer(at, props);
    plain.env.addVariable('B', EnvValue.fromValue('2'));
    plain.env.copyFrom(kplus.Env.fromConfigMap(kplus.ConfigMap.fromConfigMapName(at, 'settings', 'settings')));
    plain.mount('/b', volume);
    plain.addPort({ number: 81 });
    expect(Object.keys(props.envVariables)).toEqual(['A']);
    expect([props.envFrom.length, props.volumeMounts.length, props.ports.length]).toEqual([0, 1, 1]);
    expect(written(plain).env.map(({ name }: { name: string }) => name)).toEqual(['A', 'B']);
    expect(plain.mounts.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  test('fails when a container is given in place of its description', () => {
    const ready = new kplus.Container({ image: 'db:1.2.3', command: ['db'] });
    expect(() => new PlainContainer(at, ready as any)).toThrow(/^\[test\/x\] container 'main' is made already: use attachContainer\(\)$/);
  });
});

describe('the pull policy of a PlainContainer', () => {
  test.each<[string, kplus.ImagePullPolicy]>([
    ['db:1.2.3', ImagePullPolicy.IF_NOT_PRESENT],
    ['db@sha256:0123', ImagePullPolicy.IF_NOT_PRESENT],
    ['registry.example.com:5000/team/db:1', ImagePullPolicy.IF_NOT_PRESENT],
    ['db:latest1', ImagePullPolicy.IF_NOT_PRESENT],
    ['db', ImagePullPolicy.ALWAYS],
    ['db:latest', ImagePullPolicy.ALWAYS],
    ['registry.example.com:5000/team/db', ImagePullPolicy.ALWAYS],
    ['registry.example.com/latest:5000/db:latest', ImagePullPolicy.ALWAYS],
  ])('of %s is what Kubernetes does by itself, so the manifest is silent', (image, policy) => {
    const plain = container({ image });
    expect(plain.imagePullPolicy).toEqual(policy);
    expect(written(plain)).toEqual({ name: 'main', image });
  });

  test.each([ImagePullPolicy.ALWAYS, ImagePullPolicy.IF_NOT_PRESENT, ImagePullPolicy.NEVER])('is %s where that is stated', imagePullPolicy => {
    const plain = container({ imagePullPolicy });
    expect(plain.imagePullPolicy).toEqual(imagePullPolicy);
    expect(written(plain).imagePullPolicy).toEqual(imagePullPolicy);
  });
});

describe('the ports of a PlainContainer', () => {
  test('come from portNumber, ports and addPort', () => {
    const plain = container({ portNumber: 80, ports: [{ number: 81, name: 'admin' }] });
    plain.addPort({ number: 82, protocol: kplus.Protocol.UDP });
    expect(plain.ports).toEqual([{ number: 80 }, { number: 81, name: 'admin' }, { number: 82, protocol: 'UDP' }]);
    expect(written(plain).ports).toEqual([{ containerPort: 80 }, { containerPort: 81, name: 'admin' }, { containerPort: 82, protocol: 'UDP' }]);
  });

  test('come from the old name of portNumber too', () => {
    expect(written(container({ port: 80 })).ports).toEqual([{ containerPort: 80 }]);
  });

  test('give probes and hooks the first as their port', () => {
    const plain = container({ ports: [{ number: 2379, name: 'client' }, { number: 2380, name: 'peer' }], readiness: Probe.fromHttpGet('/ready') });
    expect([plain.portNumber, plain.port]).toEqual([2379, 2379]);
    expect(written(plain).readinessProbe.httpGet.port).toEqual(2379);
  });

  test('give probes the first as their port also when it was added later', () => {
    const plain = container({ readiness: Probe.fromTcpSocket() });
    plain.addPort({ number: 2379 });
    plain.addPort({ number: 2380 });
    expect(written(plain).readinessProbe.tcpSocket.port).toEqual(2379);
  });

  test('give probes the first that speaks TCP, since none of them can ask over UDP', () => {
    const plain = container({ ports: [{ number: 53, protocol: kplus.Protocol.UDP }, { number: 8080 }], readiness: Probe.fromHttpGet('/ready') });
    expect(written(plain).readinessProbe.httpGet.port).toEqual(8080);
  });

  test('leave probes alone that have a port of their own, and portNumber where it is stated', () => {
    const readiness = Probe.fromTcpSocket({ port: 82 });
    const plain = container({ portNumber: 80, ports: [{ number: 81 }], readiness, liveness: Probe.fromTcpSocket() });
    expect(plain.portNumber).toEqual(80);
    expect(written(plain).readinessProbe.tcpSocket.port).toEqual(82);
    expect(written(plain).livenessProbe.tcpSocket.port).toEqual(80);
  });

  test('are none where none is stated', () => {
    expect([container().ports, container().portNumber]).toEqual([[], undefined]);
  });
});

describe('the mounts of a PlainContainer', () => {
  test('are written as they were made', () => {
    const volume = kplus.Volume.fromEmptyDir(at, 'data', 'data');
    const plain = container();
    plain.mount('/data', volume);
    plain.mount('/logs', volume, { subPath: 'logs', readOnly: true, propagation: kplus.MountPropagation.HOST_TO_CONTAINER });
    plain.mount('/pod', volume, { subPathExpr: '$(POD_NAME)' });
    expect(plain.mounts.map(({ path }) => path)).toEqual(['/data', '/logs', '/pod']);
    expect(written(plain).volumeMounts).toEqual([
      { name: 'data', mountPath: '/data' },
      { name: 'data', mountPath: '/logs', subPath: 'logs', readOnly: true, mountPropagation: 'HostToContainer' },
      { name: 'data', mountPath: '/pod', subPathExpr: '$(POD_NAME)' },
    ]);
  });
});

const { Cpu } = kplus;

/** What a manifest would say. */
function writtenResources(resources: kplus.ContainerResources): unknown {
  const spec = resourceRequirements(new Construct(newChart(), 'x'), 'main', resources);
  return kplus.k8s.toJson_ResourceRequirements(spec);
}

describe('resourceRequirements', () => {
  test('is nothing where nothing is stated', () => {
    expect(writtenResources({})).toBeUndefined();
    expect(writtenResources({ cpu: {}, memory: {}, ephemeralStorage: {} })).toBeUndefined();
  });

  test('has requests and limits of all three resources', () => {
    expect(writtenResources({
      cpu: { request: Cpu.millis(250), limit: Cpu.units(2) },
      memory: { request: Size.mebibytes(512), limit: Size.gibibytes(2) },
      ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(4) },
    })).toEqual({
      requests: { 'cpu': '250m', 'memory': '512Mi', 'ephemeral-storage': '1Gi' },
      limits: { 'cpu': '2', 'memory': '2Gi', 'ephemeral-storage': '4Gi' },
    });
  });

  test('leaves out what is not stated', () => {
    expect(writtenResources({ memory: { request: Size.gibibytes(1) } })).toEqual({ requests: { memory: '1Gi' } });
    expect(writtenResources({ memory: { limit: Size.gibibytes(1) } })).toEqual({ limits: { memory: '1Gi' } });
    expect(writtenResources({ cpu: { request: Cpu.units(1) }, memory: { limit: Size.gibibytes(1) } }))
      .toEqual({ requests: { cpu: '1' }, limits: { memory: '1Gi' } });
  });

  test('says amounts that cdk8s-plus cannot', () => {
    expect(writtenResources({ memory: { request: Size.kibibytes(1500) }, ephemeralStorage: { limit: Size.mebibytes(500) } }))
      .toEqual({ requests: { memory: '1500Ki' }, limits: { 'ephemeral-storage': '500Mi' } });
  });

  test('accepts a limit that is the request', () => {
    const memory = { request: Size.gibibytes(1), limit: Size.mebibytes(1024) };
    expect(writtenResources({ cpu: { request: Cpu.millis(1500), limit: Cpu.units(1.5) }, memory }))
      .toEqual({ requests: { cpu: '1500m', memory: '1Gi' }, limits: { cpu: '1.5', memory: '1Gi' } });
    expect(writtenResources({ cpu: { request: Cpu.units(1.5), limit: Cpu.millis(1500) } })).toEqual({ requests: { cpu: '1.5' }, limits: { cpu: '1500m' } });
  });

  test.each<[string, kplus.ContainerResources, RegExp]>([
    ['cpu', { cpu: { request: Cpu.units(2), limit: Cpu.millis(1999) } },
      /^\[test\/x\] container 'main' requests 2 of cpu and is limited to 1999m: a limit must not be below the request$/],
    ['memory', { memory: { request: Size.gibibytes(1), limit: Size.mebibytes(1023) } },
      /^\[test\/x\] container 'main' requests 1Gi of memory and is limited to 1023Mi: a limit must not be below the request$/],
    ['ephemeral storage', { ephemeralStorage: { request: Size.tebibytes(1), limit: Size.gibibytes(2) } },
      /^\[test\/x\] container 'main' requests 1Ti of ephemeral-storage and is limited to 2Gi: a limit must not be below the request$/],
  ])('fails when the limit of %s is below the request', (_, resources, message) => {
    expect(() => writtenResources(resources)).toThrow(message);
  });

  test('fails exactly when a limit is below the request, in whatever units they are said', () => {
    const cpu = fc.integer({ min: 1, max: 9000 }).map(millis => ({ millis, cpu: millis % 2 === 0 ? Cpu.units(millis / 1000) : Cpu.millis(millis) }));
    fc.assert(fc.property(cpu, cpu, (request, limit) => {
      const write = () => writtenResources({ cpu: { request: request.cpu, limit: limit.cpu } });
      if (request.millis <= limit.millis) {
        expect(write()).toEqual({ requests: { cpu: request.cpu.amount }, limits: { cpu: limit.cpu.amount } });
      } else {
        expect(write).toThrow(/^\[test\/x\] .* a limit must not be below the request$/);
      }
    }));
  });
});
