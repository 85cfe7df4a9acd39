import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { accepted, find, newChart, synth } from './util';
import { HeadlessService, HeadlessServiceProps, StatefulApp } from '../src';

let chart: Chart;

beforeEach(() => {
  chart = newChart();
});

const make = (props?: HeadlessServiceProps) => new HeadlessService(chart, 'x', props);
const written = () => accepted(chart, 'Service');

describe('HeadlessService', () => {
  test('needs nothing but a name', () => {
    const service = make();
    expect(service.name).toEqual('x');
    expect(service.ports).toEqual([]);
    expect(service.publishNotReadyAddresses).toEqual(false);
    expect([service.clusterIP, service.type]).toEqual(['None', kplus.ServiceType.CLUSTER_IP]);
    expect(written()).toEqual({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { clusterIP: 'None' } });
  });

  test('has the default child that other constructs find it by', () => {
    const service = make();
    expect(service.node.children.map(({ node }) => node.id)).toEqual(['Resource']);
    expect((service.node.defaultChild as ApiObject).kind).toEqual('Service');
    expect(ApiObject.of(service).name).toEqual('x');
  });

  test('is named after its id unless its metadata name it', () => {
    expect(make({ metadata: { labels: { a: 'b' } } }).name).toEqual('x');
    expect(new HeadlessService(chart, 'Y', { metadata: { name: 'y' } }).name).toEqual('y');
    expect(find(synth(chart), 'Service', 'y').metadata).toEqual({ name: 'y' });
  });

  test('has the metadata that were given, and those of the chart', () => {
    chart = newChart({ namespace: 'prod', labels: { team: 'db' } });
    make({ metadata: { labels: { app: 'etcd' }, annotations: { note: 'any text' } } });
    expect(written().metadata).toEqual({ name: 'x', namespace: 'prod', labels: { team: 'db', app: 'etcd' }, annotations: { note: 'any text' } });
  });

  test('leaves the metadata alone that it was given', () => {
    const metadata = { labels: { app: 'etcd' } };
    make({ metadata }).metadata.addLabel('late', 'yes');
    expect(metadata).toEqual({ labels: { app: 'etcd' } });
    expect(written().metadata.labels).toEqual({ app: 'etcd', late: 'yes' });
  });

  test('publishes addresses of pods that are not ready', () => {
    expect(make({ publishNotReadyAddresses: true }).publishNotReadyAddresses).toEqual(true);
    expect(written().spec).toEqual({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test('publishes addresses of ready pods alone unless told otherwise', () => {
    expect(make({ publishNotReadyAddresses: false }).publishNotReadyAddresses).toEqual(false);
    expect(written().spec).toEqual({ clusterIP: 'None' });
  });

  test('can be patched, past what is checked', () => {
    ApiObject.of(make()).addJsonPatch(
      JsonPatch.add('/spec/ipFamilyPolicy', 'PreferDualStack'), JsonPatch.add('/metadata/labels', { later: 'yes' }));
    expect(written().spec.ipFamilyPolicy).toEqual('PreferDualStack');
    expect(written().metadata.labels).toEqual({ later: 'yes' });
  });
});

describe('the pods of a HeadlessService', () => {
  test('are those of its selector', () => {
    make({ selector: kplus.Pods.select(chart, 'pods', { labels: { app: 'etcd' } }) });
    expect(written().spec.selector).toEqual({ app: 'etcd' });
  });

  test('are none by a selector that names no label', () => {
    make({ selector: kplus.Pods.all(chart, 'pods') });
    expect(written().spec.selector).toBeUndefined();
  });

  test('can be selected later, and by more labels', () => {
    const service = make();
    service.select(kplus.Pods.select(chart, 'a', { labels: { app: 'etcd' } }));
    service.select(kplus.Pods.select(chart, 'b', { labels: { tier: 'data' } }));
    service.selectLabel('zone', 'a');
    service.select(kplus.Pods.all(chart, 'all'));
    expect(written().spec.selector).toEqual({ app: 'etcd', tier: 'data', zone: 'a' });
  });

  test('are those of the app that it governs, under the ports that are its own', () => {
    const service = make({ ports: [{ port: 2379, name: 'client' }] });
    const app = new StatefulApp(chart, 'etcd', { service, containers: [{ image: 'etcd:3.5.9', ports: [{ number: 2380 }] }] });
    expect(written().spec).toEqual({ clusterIP: 'None', selector: app.matchLabels, ports: [{ name: 'client', port: 2379 }] });
    expect(find(synth(chart), 'StatefulSet').spec.serviceName).toEqual('x');
  });
});

describe('the ports of a HeadlessService', () => {
  test('are written with their names, targets and protocols', () => {
    const service = make({
      ports: [
        { port: 2379, name: 'client' },
        { port: 80, name: 'web', targetPort: 8080 },
        { port: 81, name: 'same', targetPort: 81 },
        { port: 82, name: 'named', targetPortName: 'http' },
        { port: 53, name: 'dns', protocol: kplus.Protocol.UDP },
      ],
    });
    expect(service.ports.map(({ port }) => port)).toEqual([2379, 80, 81, 82, 53]);
    expect(service.port).toEqual(2379);
    expect(written().spec.ports).toEqual([
      { name: 'client', port: 2379 },
      { name: 'web', port: 80, targetPort: 8080 },
      { name: 'same', port: 81 },
      { name: 'named', port: 82, targetPort: 'http' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ]);
  });

  test('can be added one by one', () => {
    const service = make();
    service.addPort({ port: 2379, name: 'client' });
    service.bind(2380, { name: 'peer', protocol: kplus.Protocol.TCP });
    expect(service.ports).toEqual([{ port: 2379, name: 'client' }, { port: 2380, name: 'peer', protocol: 'TCP' }]);
    expect(written().spec.ports).toEqual([{ name: 'client', port: 2379 }, { name: 'peer', port: 2380, protocol: 'TCP' }]);
  });

  test('need no name where there is but one', () => {
    make().bind(2379);
    expect(written().spec.ports).toEqual([{ port: 2379 }]);
  });

  test('are those of the containers too, in a service that an app makes', () => {
    const { service } = new StatefulApp(chart, 'x', { containers: [{ image: 'etcd:3.5.9', ports: [{ number: 2379, name: 'client' }] }] });
    service.bind(80, { name: 'web' });
    expect(service.ports).toEqual([{ port: 80, name: 'web' }, { port: 2379, name: 'client', protocol: undefined }]);
    expect(written().spec.ports).toEqual([{ name: 'web', port: 80 }, { name: 'client', port: 2379 }]);
  });

  test('are read as a copy', () => {
    const service = make({ ports: [{ port: 2379 }] });
    service.ports.pop();
    expect(service.ports).toEqual([{ port: 2379 }]);
  });

  test('may share a number with other protocols', () => {
    make({ ports: [{ port: 53, name: 'dns' }, { port: 53, name: 'dns-udp', protocol: kplus.Protocol.UDP }] });
    expect(written().spec.ports.map(({ name }: any) => name)).toEqual(['dns', 'dns-udp']);
  });

  test('have names of up to 63 characters, unlike the ports of containers', () => {
    make({ ports: [{ port: 2379, name: 'client-connections-over-tls' }, { port: 2380, name: '2380' }] });
    expect(written().spec.ports.map(({ name }: any) => name)).toEqual(['client-connections-over-tls', '2380']);
  });
});

describe('the addresses of a HeadlessService', () => {
  test('are short where the namespace is not known', () => {
    const service = make();
    expect([service.address, service.addressOf('etcd-0')]).toEqual(['x', 'etcd-0.x']);
  });

  test('are long where the namespace is known', () => {
    chart = newChart({ namespace: 'prod' });
    expect([make().address, new HeadlessService(chart, 'y', { metadata: { namespace: 'test' } }).addressOf('etcd-0')])
      .toEqual(['x.prod.svc.cluster.local', 'etcd-0.y.test.svc.cluster.local']);
  });

  test('have the namespace and the domain that are asked for', () => {
    expect(make().addressOf('etcd-0', { namespace: 'prod' })).toEqual('etcd-0.x.prod.svc.cluster.local');
    chart = newChart({ namespace: 'prod' });
    const service = make();
    expect(service.addressOf('etcd-0', { namespace: 'test', clusterDomain: 'example.org' })).toEqual('etcd-0.x.test.svc.example.org');
    expect(service.addressOf('etcd-0', { clusterDomain: undefined, namespace: undefined })).toEqual('etcd-0.x.prod.svc.cluster.local');
  });

  test('have the domain of the cluster that the service was told', () => {
    const service = new HeadlessService(newChart({ namespace: 'prod' }), 'x', { clusterDomain: 'k8s.local' });
    expect([service.address, service.addressOf('x-0')]).toEqual(['x.prod.svc.k8s.local', 'x-0.x.prod.svc.k8s.local']);
    expect(service.addressOf('x-0', { clusterDomain: 'example.org' })).toEqual('x-0.x.prod.svc.example.org');
    expect(new HeadlessService(newChart(), 'x', { clusterDomain: 'k8s.local' }).address).toEqual('x');
  });
});
