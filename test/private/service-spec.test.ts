import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { checkServiceSpec } from '../../src/private/services';
import { newChart } from '../util';

const { CLUSTER_IP, LOAD_BALANCER, NODE_PORT } = kplus.ServiceType;

const check = (spec: kplus.k8s.ServiceSpec) => checkServiceSpec(new Construct(newChart(), 'x'), spec);

describe('checkServiceSpec', () => {
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
