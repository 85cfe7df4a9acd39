import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { accepted, newChart, synth } from './util';
import { HeadlessService, HeadlessServicePort, HeadlessServiceProps } from '../src';

let chart: Chart;

beforeEach(() => {
  chart = newChart();
});

const make = (props?: HeadlessServiceProps) => new HeadlessService(chart, 'x', props);
const written = () => accepted(chart, 'Service');

describe('the pods of a HeadlessService', () => {
  test('fails when they are selected by expressions', () => {
    const expressions = [kplus.LabelExpression.exists('app')];
    const message = /^\[test\/x\] a service selects pods by labels alone, got a selector with expressions: use labels$/;
    const service = make();
    expect(() => service.select(kplus.Pods.select(chart, 'pods', { labels: { app: 'etcd' }, expressions }))).toThrow(message);
    expect(() => new HeadlessService(newChart(), 'x', { selector: kplus.Pods.select(chart, 'others', { expressions }) })).toThrow(/a service selects pods by/);
    expect(written().spec).toEqual({ clusterIP: 'None' });
  });

  test.each<[unknown, string]>([[{ app: 'etcd' }, 'an object'], ['etcd', '"etcd"'], [null, 'null'], [[], 'a list']])('fails when the selector is %p', (selector, got) => {
    const message = (id: string) => new RegExp(
      `^\\[test/${id}\\] 'selector' must be made by new StatefulApp\\(\\), Pods\\.select\\(\\) and the like, got ${got}$`);
    expect(() => make({ selector: selector as any })).toThrow(message('x'));
    const service = new HeadlessService(chart, 'y');
    expect(() => service.select(selector as any)).toThrow(message('y'));
    expect(() => service.select(undefined as any)).toThrow(/^\[test\/y\] 'selector' must be made by .*, got (null|undefined)$/);
  });

  test('fails when two selectors contradict each other, since no pod matches both', () => {
    const service = make({ selector: kplus.Pods.select(chart, 'a', { labels: { app: 'etcd' } }) });
    const message = /^\[test\/x\] no pod has both app="etcd" and app="db": select by one of them$/;
    expect(() => service.select(kplus.Pods.select(chart, 'b', { labels: { app: 'db' } }))).toThrow(message);
    expect(() => service.selectLabel('app', 'db')).toThrow(message);
    service.selectLabel('app', 'etcd');
    expect(written().spec.selector).toEqual({ app: 'etcd' });
  });

  test('fails when a label cannot be selected by', () => {
    make().selectLabel('app', 'a b');
    expect(() => synth(chart)).toThrow(/\[test\/x\] spec\.selector\.app must be a label value: .*; got "a b"/);
  });
});

describe('the ports of a HeadlessService', () => {
  test('fails when the first is asked for and there is none', () => {
    const service = make();
    expect(() => service.port).toThrow(/^\[test\/x\] this headless service has no port: add one with addPort\(\)$/);
  });

  test.each<[string, any, RegExp]>([
    ['number is too high', { port: 65536 }, /'port' of a service must be a whole number from 1 to 65535, got 65536$/],
    ['number is a text', { port: '80' }, /'port' of a service must be a whole number from 1 to 65535, got "80"$/],
    ['number is missing', {}, /'port' of a service must be a whole number from 1 to 65535, got undefined$/],
    ['name is none', { port: 80, name: 'Web' }, /'name' of a service's port must be .*; got "Web"$/],
    ['name is null', { port: 80, name: null }, /'name' of a service's port must be .*; got null$/],
    ['name is empty', { port: 80, name: '' }, /'name' of a service's port must be .*; got ""$/],
    ['port on the node is given', { port: 80, nodePort: 30080 },
      /a headless service has no node ports, got 'nodePort' 30080: use StatefulApp\.exposeEachPod\(\) with NODE_PORT$/],
    ['target is given twice', { port: 80, targetPort: 8080, targetPortName: 'http' },
      /'targetPort' 8080 and 'targetPortName' "http" say the same thing twice: give one$/],
  ])('fails when the %s', (_, port, message) => {
    const service = make();
    expect(() => service.addPort(port)).toThrow(message);
    expect(() => service.bind(port.port, port)).toThrow(message);
    expect(() => service.addPort(port)).toThrow(/^\[test\/x\] /);
    expect(service.ports).toEqual([]);
  });

  test.each<[string, any]>([
    ['undefined', undefined], ['null', null], ['a number', 80],
  ])('fails when addPort() gets %s', (_, port) => {
    expect(() => make().addPort(port)).toThrow(/^\[test\/x\] 'port' of a service must be a whole number from 1 to 65535, got undefined$/);
  });

  test.each<[unknown, RegExp]>([
    [{ port: 80 }, /^\[test\/x\] 'ports' must be a list, got an object$/],
    [80, /^\[test\/x\] 'ports' must be a list, got 80$/],
    [null, /^\[test\/x\] 'ports' must be a list, got null$/],
    [[80], /^\[test\/x\] 'ports' entry 0 must be an object, got 80$/],
    [[undefined], /^\[test\/x\] 'ports' entry 0 must be an object, got undefined$/],
  ])('fails when they are %p', (ports, message) => {
    expect(() => make({ ports: ports as any })).toThrow(message);
  });

  test.each<[string, HeadlessServicePort[], RegExp]>([
    ['one of several has no name', [{ port: 80, name: 'web' }, { port: 81 }], /\[test\/x\] each port of a service with several needs a 'name', got none for 81/],
    ['one is there twice', [{ port: 80, name: 'a' }, { port: 80, name: 'b', protocol: kplus.Protocol.TCP }],
      /\[test\/x\] port 80\/TCP is there twice: a service has each port once/],
    ['two have one name', [{ port: 80, name: 'a' }, { port: 81, name: 'a' }], /\[test\/x\] spec\.ports must differ in name, got .?a.? twice/],
    ['a protocol is unknown', [{ port: 80, protocol: 'tcp' as any }], /\[test\/x\] spec\.ports\[0\]\.protocol must be one of TCP, UDP, SCTP; got "tcp"/],
    ['a target is a text', [{ port: 80, targetPort: '8080' as any }], /\[test\/x\] spec\.ports\[0\]\.targetPort must .*, got "8080"/],
    ['the name of a target is none', [{ port: 80, targetPortName: 'a--b' }], /\[test\/x\] spec\.ports\[0\]\.targetPort must have .*, got "a--b"/],
  ])('fails when %s', (_, ports, message) => {
    make({ ports });
    expect(() => synth(chart)).toThrow(message);
  });
});

describe('the addresses of a HeadlessService', () => {
  test.each<[string, unknown[], RegExp]>([
    ['the pod has no host name', ['Etcd_0'], /the name of a pod, which is also its host name, must be a DNS label: .*; got "Etcd_0"$/],
    ['the host name of the pod has more than 63 characters', [`${'a'.repeat(62)}-0`],
      /the name of a pod, which is also its host name, must have at most 63 characters, got 64: "a+-0"$/],
    ['the pod is a number', [0], /the name of a pod, which is also its host name, must be a DNS label: .*; got 0$/],
    ['the namespace is null', ['etcd-0', { namespace: null, clusterDomain: '' }], /'clusterDomain' must be a DNS name: .*; got ""$/],
    ['the namespace is none', ['etcd-0', { namespace: 'a.b' }], /'namespace' must be a DNS label: .*; got "a\.b"$/],
    ['the domain is none', ['etcd-0', { clusterDomain: 'a..b' }], /'clusterDomain' must be a DNS name: .*; got "a\.\.b"$/],
    ['the domain is null', ['etcd-0', { clusterDomain: null }], /'clusterDomain' must be a DNS name: .*; got null$/],
    ['the domain stands without a namespace', ['etcd-0', { clusterDomain: 'k8s.example' }],
      /an address with 'clusterDomain' "k8s\.example" needs a namespace, which the chart does not know: give 'namespace'$/],
    ['the options are null', ['etcd-0', null], /the options of an address must be an object, got null$/],
  ])('fails when %s', (_, [pod, options], message) => {
    const service = make();
    expect(() => service.addressOf(pod as string, options as any)).toThrow(message);
    expect(() => service.addressOf(pod as string, options as any)).toThrow(/^\[test\/x\] /);
  });
});

describe('HeadlessService', () => {
  test.each<[string, any, RegExp]>([
    ['its name is none', { metadata: { name: '1st' } }, /^\[test\/x\] 'metadata\.name', or else the id, of a service must be a service name: .*; got "1st"$/],
    ['its name is empty', { metadata: { name: '' } }, /^\[test\/x\] 'metadata\.name', or else the id, of a service must be a service name: .*; got ""$/],
    ['its name is a number', { metadata: { name: 5 } }, /^\[test\/x\] 'metadata\.name', or else the id, of a service must be a service name: .*; got 5$/],
    ['its properties are null', null, /^\[test\/x\] the properties must be an object, got null$/],
    ['its metadata are a name', { metadata: 'etcd' }, /^\[test\/x\] metadata must be an object, got "etcd"$/],
    ['its label is a number', { metadata: { labels: { a: 5 } } }, /^\[test\/x\] metadata\.labels\.a must be a label value: .*; got 5$/],
    ['its metadata have a field that is none', { metadata: { lables: {} } }, /^\[test\/x\] metadata has no field "lables": use name, /],
  ])('fails when %s', (_, props, message) => {
    expect(() => make(props)).toThrow(message);
  });

  test('fails when its id is no name, and none is given', () => {
    expect(() => new HeadlessService(chart, 'Etcd')).toThrow(/^\[test\/Etcd\] 'metadata\.name', or else the id, of a service must be .*; got "Etcd"$/);
  });

  test.each<[unknown, string]>([['yes', '"yes"'], [1, '1'], [{}, 'an object']])('fails when publishNotReadyAddresses is %p', (publishNotReadyAddresses, got) => {
    expect(() => {
      make({ publishNotReadyAddresses: publishNotReadyAddresses as boolean });
      synth(chart);
    }).toThrow(new RegExp(`\\[test/x\\] .*publishNotReadyAddresses.* must be true or false, got ${got}`));
  });

  test('fails when a wrong label is added later', () => {
    make().metadata.addLabel('late', 'too late');
    expect(() => synth(chart)).toThrow(/\[test\/x\] metadata\.labels\.late must be a label value: .*; got "too late"/);
  });

  test('fails when there is another service of its name', () => {
    make();
    new kplus.Service(chart, 'other', { metadata: { name: 'x' }, ports: [{ port: 80 }] });
    expect(() => synth(chart)).toThrow(/'test\/x\/Resource' and 'test\/other\/Resource' are both the Service 'x':/);
  });
});
