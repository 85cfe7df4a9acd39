import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PodService } from '../../src/private/services';
import { schemaErrors } from '../kubernetes-schema';
import { find, newChart, synth } from '../util';

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
