import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { PlainContainer } from '../../src/private/container';
import { servicePorts } from '../../src/private/services';
import { newChart } from '../util';

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
