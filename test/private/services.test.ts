import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { PlainContainer } from '../../src/private/container';
import { PodService, servicePorts, writtenServiceSpec } from '../../src/private/services';
import { schemaErrors } from '../kubernetes-schema';
import { find, newChart, synth } from '../util';

const { TCP, UDP, SCTP } = kplus.Protocol;

const at = () => new Construct(newChart(), 'x');

function portsOf(...containers: kplus.ContainerPort[][]): kplus.ServicePort[] {
  const place = at();
  return servicePorts(place, containers.map((ports, i) => new PlainContainer(place, { name: `c${i}`, image: 'db:1', ports })));
}

describe('servicePorts', () => {
  test('has none where no container has any', () => {
    expect(portsOf()).toEqual([]);
    expect(portsOf([], [])).toEqual([]);
  });

  test('keeps the names that the containers give', () => {
    expect(portsOf([{ number: 2379, name: 'client' }, { number: 2380, name: 'peer' }])).toEqual([
      { port: 2379, name: 'client', protocol: undefined },
      { port: 2380, name: 'peer', protocol: undefined },
    ]);
  });

  test('leaves a single port without a name, as Kubernetes allows', () => {
    expect(portsOf([], [{ number: 80 }])).toEqual([{ port: 80, name: undefined, protocol: undefined }]);
  });

  test('names each of several ports after its protocol and number', () => {
    expect(portsOf([{ number: 53, protocol: UDP }, { number: 8080 }], [{ number: 9000, protocol: SCTP }])).toEqual([
      { port: 53, name: 'udp-53', protocol: UDP },
      { port: 8080, name: 'tcp-8080', protocol: undefined },
      { port: 9000, name: 'sctp-9000', protocol: SCTP },
    ]);
  });

  test('has a port of a number twice where the protocols differ', () => {
    expect(portsOf([{ number: 53, protocol: TCP }], [{ number: 53, protocol: UDP }]).map(port => port.name)).toEqual(['tcp-53', 'udp-53']);
  });

  test('takes portNumber for a port too', () => {
    const place = at();
    expect(servicePorts(place, [new PlainContainer(place, { image: 'db:1', portNumber: 5432 })])).toEqual([
      { port: 5432, name: undefined, protocol: undefined },
    ]);
  });

  test('fails when two containers listen on the same port, since a pod has one address', () => {
    expect(() => portsOf([{ number: 80, name: 'a' }], [{ number: 80, name: 'b' }])).toThrow(
      /^\[test\/x\] containers 'c0' and 'c1' both listen on 80\/TCP, in a pod only one can: give one another port$/);
    expect(() => portsOf([{ number: 53, protocol: UDP }], [{ number: 53, protocol: UDP }])).toThrow(/'c0' and 'c1' both listen on 53\/UDP/);
  });

  test('fails when one of the two says TCP and the other leaves it out', () => {
    expect(() => portsOf([{ number: 80, protocol: TCP }], [{ number: 80 }])).toThrow(/'c0' and 'c1' both listen on 80\/TCP/);
  });

  test('fails when two ports have the same name', () => {
    expect(() => portsOf([{ number: 80, name: 'web' }], [{ number: 81, name: 'web' }])).toThrow(
      /^\[test\/x\] two ports are named 'web', in containers 'c0' and 'c1': give one another name$/);
  });

  test('fails when a port is called as another without a name would be', () => {
    expect(() => portsOf([{ number: 80 }], [{ number: 81, name: 'tcp-80' }])).toThrow(/two ports are named 'tcp-80', in containers 'c0' and 'c1'/);
  });

  test('has every port once, in order, under names that differ and that Kubernetes accepts', () => {
    const port = fc.record({ number: fc.integer({ min: 1, max: 65535 }), protocol: fc.constantFrom(undefined, TCP, UDP, SCTP) });
    const place = (p: kplus.ContainerPort) => `${p.number}/${p.protocol ?? TCP}`;
    fc.assert(fc.property(fc.uniqueArray(port, { minLength: 2, maxLength: 6, selector: place }), fc.nat({ max: 6 }), (ports, split) => {
      const found = portsOf(ports.slice(0, split), ports.slice(split));
      expect(found.map(({ port: number, protocol }) => ({ number, protocol }))).toEqual(ports);
      expect(new Set(found.map(({ name }) => name)).size).toEqual(ports.length);
      found.forEach(({ name }) => expect(name).toMatch(/^[a-z]+-\d{1,5}$/));
    }));
  });
});

const { CLUSTER_IP, LOAD_BALANCER, NODE_PORT } = kplus.ServiceType;

const check = (spec: kplus.k8s.ServiceSpec) => void writtenServiceSpec(new Construct(newChart(), 'x'), spec);

describe('writtenServiceSpec', () => {
  test('accepts services without ports, with one and with several that have names', () => {
    expect(check({})).toBeUndefined();
    expect(check({ ports: [] })).toBeUndefined();
    expect(check({ ports: [{ port: 80 }] })).toBeUndefined();
    expect(check({ ports: [{ port: 80, name: 'a' }, { port: 80, name: 'b', protocol: 'UDP' }] })).toBeUndefined();
  });

  test.each([NODE_PORT, LOAD_BALANCER])('accepts ports on nodes of the type %s', type => {
    expect(check({ type, ports: [{ port: 80, nodePort: 30080 }] })).toBeUndefined();
  });

  test.each([undefined, CLUSTER_IP])('fails when ports on nodes are asked of the type %p', type => {
    expect(() => check({ type, ports: [{ port: 80, nodePort: 30080 }] })).toThrow(
      /^\[test\/x\] 'nodePort' 30080 needs a service of type NODE_PORT or LOAD_BALANCER: give that type, or leave it out$/);
  });

  test('fails when one of several ports has no name', () => {
    expect(() => check({ ports: [{ port: 80, name: 'a' }, { port: 81 }] })).toThrow(
      /^\[test\/x\] each port of a service with several needs a 'name', got none for 81: give it one$/);
  });

  test('fails when a port is there twice, however its protocol is said', () => {
    expect(() => check({ ports: [{ port: 80, name: 'a' }, { port: 80, name: 'b', protocol: 'TCP' }] })).toThrow(
      /^\[test\/x\] port 80\/TCP is there twice: a service has each port once$/);
    expect(() => check({ ports: [{ port: 53, name: 'a', protocol: 'UDP' }, { port: 53, name: 'b', protocol: 'UDP' }] })).toThrow(/port 53\/UDP is there twice/);
  });

  test('fails when a port on the nodes is there twice, for one protocol', () => {
    const ports = [{ port: 80, name: 'a', nodePort: 30080 }, { port: 81, name: 'b', nodePort: 30080 }];
    expect(() => check({ type: NODE_PORT, ports })).toThrow(
      /^\[test\/x\] 'nodePort' 30080\/TCP is there twice: a node has each port once, so give one another, or leave it out$/);
    expect(check({ type: NODE_PORT, ports: [ports[0], { ...ports[1], protocol: 'UDP' }] })).toBeUndefined();
  });

  test('fails when the spec has not the form that Kubernetes wants', () => {
    expect(() => check({ ports: [{ port: 0 }] })).toThrow(/^\[test\/x\] spec\.ports\[0\]\.port must be a whole number from 1 to 65535, got 0$/);
    expect(() => check({ ports: [{ port: 80, name: 'a' }, { port: 81, name: 'a' }] })).toThrow(/^\[test\/x\] spec\.ports must differ in name, got a twice$/);
  });

  test('accepts several ports exactly if their names and places differ', () => {
    const port = fc.record({ port: fc.integer({ min: 80, max: 82 }), name: fc.constantFrom('a', 'b', 'c'), protocol: fc.constantFrom('TCP', 'UDP') });
    fc.assert(fc.property(fc.array(port, { maxLength: 3 }), ports => {
      const differ = (key: (one: typeof ports[0]) => string) => new Set(ports.map(key)).size === ports.length;
      if (differ(one => one.name) && differ(one => `${one.port} ${one.protocol}`)) {
        expect(check({ ports })).toBeUndefined();
      } else {
        expect(() => check({ ports })).toThrow(/^\[test\/x\] .* (twice|is there twice: a service has each port once)$/);
      }
    }));
  });
});

describe('PodService', () => {
  let chart: Chart;
  let scope: Construct;
  const ports = [{ port: 80, name: 'web' }];
  const serviceOf = (props: Partial<ConstructorParameters<typeof PodService>[2]> = {}) =>
    new PodService(scope, 'db-0', { metadata: { name: 'db-0' }, podName: 'db-0', ports, ...props });

  beforeEach(() => {
    chart = newChart();
    scope = new Construct(chart, 'x');
  });

  test('selects one pod of a StatefulSet, and says nothing that Kubernetes knows by itself', () => {
    const service = serviceOf();
    const manifest = find(synth(chart), 'Service', 'db-0');
    expect(manifest).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'db-0' },
      spec: { selector: { 'statefulset.kubernetes.io/pod-name': 'db-0' }, ports: [{ name: 'web', port: 80 }] },
    });
    expect(schemaErrors(manifest)).toEqual([]);
    expect(service.type).toEqual(kplus.ServiceType.CLUSTER_IP);
    expect(service.port).toEqual(80);
  });

  test.each([
    [undefined, undefined],
    [kplus.ServiceType.CLUSTER_IP, undefined],
    [kplus.ServiceType.NODE_PORT, 'NodePort'],
    [kplus.ServiceType.LOAD_BALANCER, 'LoadBalancer'],
  ])('of type %p is written with %p', (type, written) => {
    serviceOf({ type });
    const manifest = find(synth(chart), 'Service', 'db-0');
    expect(manifest.spec.type).toEqual(written);
    expect(schemaErrors(manifest)).toEqual([]);
  });

  test('has labels and annotations', () => {
    serviceOf({ metadata: { name: 'db-0', labels: { app: 'db' }, annotations: { 'example.com/dns': 'db-0.example.com' } } });
    expect(find(synth(chart), 'Service', 'db-0').metadata).toEqual({
      name: 'db-0', labels: { app: 'db' }, annotations: { 'example.com/dns': 'db-0.example.com' },
    });
  });

  test('has several ports that have names', () => {
    serviceOf({ ports: [{ port: 53, name: 'dns', protocol: kplus.Protocol.UDP }, { port: 80, targetPort: 8080, name: 'web' }] });
    expect(find(synth(chart), 'Service', 'db-0').spec.ports).toEqual([
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'web', port: 80, targetPort: 8080 },
    ]);
  });

  test('can be patched', () => {
    ApiObject.of(serviceOf()).addJsonPatch(JsonPatch.add('/spec/externalTrafficPolicy', 'Local'));
    expect(find(synth(chart), 'Service', 'db-0').spec.externalTrafficPolicy).toEqual('Local');
  });

  test.each<[unknown, string]>([
    [kplus.ServiceType.EXTERNAL_NAME, '"ExternalName"'], ['NODE_PORT', '"NODE_PORT"'], [null, 'null'], ['', '""'], [5, '5'],
  ])('fails when the type is %p', (type, got) => {
    expect(() => serviceOf({ type: type as kplus.ServiceType })).toThrow(
      new RegExp(`^\\[test/x\\] 'type' of a service for one pod must be CLUSTER_IP, NODE_PORT or LOAD_BALANCER, got ${got}$`));
  });

  test.each<[unknown, string]>([['1st-0', '"1st-0"'], ['a'.repeat(64), `64: "${'a'.repeat(64)}"`], [undefined, 'undefined']])(
    'fails when the name would be %p', (name, got) => {
      expect(() => serviceOf({ metadata: { name: name as string } })).toThrow(
        new RegExp(`^\\[test/x\\] the name of a service for one pod must .* got ${got}$`));
    });

  test('fails when there is no metadata, and so no name', () => {
    expect(() => serviceOf({ metadata: undefined })).toThrow(/^\[test\/x\] the name of a service for one pod must be .* got undefined$/);
  });

  test('fails when the pod is exposed under this name already', () => {
    serviceOf();
    expect(() => serviceOf()).toThrow(/^\[test\/x\] a service named 'db-0' exposes a pod already: give another 'namePrefix'$/);
  });

  test.each<[string, kplus.ServicePort[], RegExp]>([
    ['a number of a port is none', [{ port: '80' as any }], /\[test\/x\/db-0\] spec\.ports\[0\]\.port must be a whole number from 1 to 65535, got "80"/],
    ['a name of a port is none', [{ port: 80, name: 'Web' }], /\[test\/x\/db-0\] spec\.ports\[Web\]\.name must be a DNS label: .*; got "Web"/],
    ['two ports have one name', [{ port: 80, name: 'a' }, { port: 81, name: 'a' }],
      /\[test\/x\/db-0\] spec\.ports must differ in name, got a twice/],
    ['one of several ports has no name', [{ port: 80 }, { port: 81, name: 'a' }], /\[test\/x\/db-0\] .*name.* 80/],
    ['a port is there twice', [{ port: 80, name: 'a' }, { port: 80, name: 'b' }], /\[test\/x\/db-0\] .*80\/TCP/],
  ])('fails when %s', (_, wrong, message) => {
    serviceOf({ ports: wrong });
    expect(() => synth(chart)).toThrow(message);
  });

  test('fails when a node port is asked of a service that has none', () => {
    serviceOf({ ports: [{ port: 80, nodePort: 30080 }] });
    expect(() => synth(chart)).toThrow(/\[test\/x\/db-0\] .*nodePort.*30080/);
  });

  test('fails when a label is wrong', () => {
    serviceOf({ metadata: { name: 'db-0', labels: { app: 'a b' } } });
    expect(() => synth(chart)).toThrow(/\[test\/x\/db-0\] metadata\.labels\.app must be a label value: .* got "a b"/);
  });
});
