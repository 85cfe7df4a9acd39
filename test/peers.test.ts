import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { newChart } from './util';
import { Peers, PeersProps, StatefulApp } from '../src';

const containers = [{ image: 'etcd:3.5.9' }];
const peersOf = (props: Partial<PeersProps> = {}) => Peers.of(new Construct(newChart(), 'x'), { name: 'etcd', service: 'etcd', replicas: 3, ...props });

describe('Peers', () => {
  test('have names and hosts of the short form where the namespace is not known', () => {
    const peers = peersOf({ service: 'members' });
    expect(peers.ordinals).toEqual([0, 1, 2]);
    expect(peers.names).toEqual(['etcd-0', 'etcd-1', 'etcd-2']);
    expect(peers.hosts).toEqual(['etcd-0.members', 'etcd-1.members', 'etcd-2.members']);
  });

  test('have hosts of the long form where the namespace is known', () => {
    expect(peersOf({ replicas: 1, namespace: 'prod' }).hosts).toEqual(['etcd-0.etcd.prod.svc.cluster.local']);
  });

  test('take cluster.local for the domain of the cluster unless it has another', () => {
    expect(peersOf({ replicas: 1, namespace: 'prod', clusterDomain: undefined }).hosts).toEqual(['etcd-0.etcd.prod.svc.cluster.local']);
    expect(peersOf({ replicas: 1, namespace: 'prod', clusterDomain: 'k8s.example.org' }).hosts).toEqual(['etcd-0.etcd.prod.svc.k8s.example.org']);
  });

  test('start at ordinal 0 unless they start at another', () => {
    expect(peersOf({ startOrdinal: undefined }).ordinals).toEqual([0, 1, 2]);
    expect(peersOf({ startOrdinal: 5 }).ordinals).toEqual([5, 6, 7]);
    expect(peersOf({ startOrdinal: 5 }).names).toEqual(['etcd-5', 'etcd-6', 'etcd-7']);
    expect(peersOf({ startOrdinal: 5 }).list()).toEqual('etcd-5.etcd,etcd-6.etcd,etcd-7.etcd');
  });

  test('are none where there are no replicas', () => {
    const none = peersOf({ replicas: 0 });
    expect([none.ordinals, none.names, none.hosts, none.urls(), none.list({ named: true })]).toEqual([[], [], [], [], '']);
  });

  test('stay as they are when a caller changes a list', () => {
    const peers = peersOf();
    peers.names.reverse();
    peers.ordinals.push(3);
    peers.hosts.pop();
    expect(peers.list({ named: true })).toEqual('etcd-0=etcd-0.etcd,etcd-1=etcd-1.etcd,etcd-2=etcd-2.etcd');
  });

  test('of an app are those of its StatefulSet and governing service', () => {
    const app = new StatefulApp(newChart({ namespace: 'prod' }), 'etcd', { replicas: 2, startOrdinal: 1, clusterDomain: 'k8s.local', containers });
    expect(app.peers.hosts).toEqual(['etcd-1.etcd.prod.svc.k8s.local', 'etcd-2.etcd.prod.svc.k8s.local']);
    expect(app.peers.hosts).toEqual(app.peers.names.map(name => `${name}.${app.service.name}.prod.svc.k8s.local`));
  });
});

describe('Peers.hostOf', () => {
  test('is the host of a pod, in the form of the lists', () => {
    const peers = peersOf({ namespace: 'prod', clusterDomain: 'example.org' });
    expect(peers.names.map(name => peers.hostOf(name))).toEqual(peers.hosts);
    expect(peersOf().hostOf('etcd-7')).toEqual('etcd-7.etcd');
  });

  test('serves every pod by the variable that has its name', () => {
    expect(peersOf({ namespace: 'prod' }).hostOf('$(POD_NAME)')).toEqual('$(POD_NAME).etcd.prod.svc.cluster.local');
  });

  test.each<[unknown, string]>([['', '""'], [' ', '" "'], [null, 'null'], [undefined, 'undefined'], [0, '0']])('fails when the pod is %p', (pod, got) => {
    expect(() => peersOf().hostOf(pod as string)).toThrow(
      new RegExp(`^\\[test/x\\] the name of a pod must be text that is not empty, got ${got}$`));
  });
});

describe('Peers.urls', () => {
  test('are http without a port unless told otherwise', () => {
    expect(peersOf({ replicas: 2 }).urls()).toEqual(['http://etcd-0.etcd', 'http://etcd-1.etcd']);
    expect(peersOf({ replicas: 1 }).urls({ scheme: undefined, port: undefined, namespace: undefined })).toEqual(['http://etcd-0.etcd']);
  });

  test('have the scheme and the port that are asked for', () => {
    expect(peersOf({ replicas: 1 }).urls({ scheme: 'https', port: 2379 })).toEqual(['https://etcd-0.etcd:2379']);
  });

  test('have the namespace that is asked for, before the one that is known', () => {
    expect(peersOf({ replicas: 1 }).urls({ namespace: 'prod' })).toEqual(['http://etcd-0.etcd.prod.svc.cluster.local']);
    expect(peersOf({ replicas: 1, namespace: 'test' }).urls({ namespace: 'prod' })).toEqual(['http://etcd-0.etcd.prod.svc.cluster.local']);
    expect(peersOf({ replicas: 1, namespace: 'test' }).urls()).toEqual(['http://etcd-0.etcd.test.svc.cluster.local']);
  });
});

describe('Peers.list', () => {
  test('is hosts with commas between them unless told otherwise', () => {
    expect(peersOf().list()).toEqual('etcd-0.etcd,etcd-1.etcd,etcd-2.etcd');
    expect(peersOf().list({ named: false, separator: undefined, scheme: undefined })).toEqual('etcd-0.etcd,etcd-1.etcd,etcd-2.etcd');
  });

  test('can be written as etcd wants it', () => {
    expect(peersOf().list({ scheme: 'http', port: 2380, named: true }))
      .toEqual('etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380,etcd-2=http://etcd-2.etcd:2380');
  });

  test('can be written as ZooKeeper and as Cassandra want it', () => {
    expect(peersOf({ replicas: 2 }).list({ port: 2181, separator: ' ' })).toEqual('etcd-0.etcd:2181 etcd-1.etcd:2181');
    expect(peersOf({ replicas: 2 }).list({ separator: '' })).toEqual('etcd-0.etcdetcd-1.etcd');
  });

  test('has the namespace that is asked for', () => {
    expect(peersOf({ replicas: 1 }).list({ namespace: 'prod', named: true })).toEqual('etcd-0=etcd-0.etcd.prod.svc.cluster.local');
  });

  test('has one entry for each pod, in order, and can be taken apart again', () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
    const props = fc.record({
      name: label,
      service: label,
      replicas: fc.nat({ max: 20 }),
      startOrdinal: fc.nat({ max: 1000 }),
      namespace: fc.option(label, { nil: undefined }),
    });
    const separator = fc.constantFrom(',', ' ', ';', '\n');
    fc.assert(fc.property(props, fc.integer({ min: 1, max: 65535 }), separator, (of, port, between) => {
      const peers = peersOf(of);
      const suffix = of.namespace === undefined ? '' : `.${of.namespace}.svc.cluster.local`;
      const names = [...Array(of.replicas).keys()].map(i => `${of.name}-${of.startOrdinal + i}`);
      expect(peers.ordinals.map(ordinal => `${of.name}-${ordinal}`)).toEqual(names);
      expect(peers.names).toEqual(names);
      expect(peers.hosts).toEqual(names.map(name => `${name}.${of.service}${suffix}`));
      expect(peers.urls({ port }).map(url => new URL(url)).map(({ protocol, hostname }) => [protocol, hostname]))
        .toEqual(peers.hosts.map(host => ['http:', host]));
      const list = peers.list({ named: true, port, scheme: 'tcp', separator: between });
      expect(list === '' ? [] : list.split(between)).toEqual(names.map((name, i) => `${name}=tcp://${peers.hosts[i]}:${port}`));
    }));
  });

  test.each(['http', 'https', 'tcp', 'pulsar+ssl', 'a.b-c'])('accepts the scheme %s', scheme => {
    expect(peersOf({ replicas: 1 }).list({ scheme })).toEqual(`${scheme}://etcd-0.etcd`);
  });
});

describe('Peers', () => {
  test.each<[string, any, RegExp]>([
    ['the name is none', { name: 'Etcd' }, /'name' of the peers must be a DNS label: .*; got "Etcd"$/],
    ['the name is too long for a StatefulSet', { name: 'a'.repeat(53) }, /'name' of the peers must have at most 52 characters, got 53: "a+"$/],
    ['the name is missing', { name: undefined }, /'name' of the peers must be a DNS label: .*; got undefined$/],
    ['the service is none', { service: '1st' }, /'service' of the peers must be a service name: .*; got "1st"$/],
    ['the service is an object', { service: {} }, /'service' of the peers must be a service name: .*; got an object$/],
    ['the number of replicas is a text', { replicas: '3' }, /'replicas' must be a whole number from 0 to 2147483647, got "3"$/],
    ['the number of replicas is missing', { replicas: undefined }, /'replicas' must be a whole number from 0 to 2147483647, got undefined$/],
    ['the first ordinal is negative', { startOrdinal: -1 }, /'startOrdinal' must be a whole number from 0 to 2147483647, got -1$/],
    ['the first ordinal is null', { startOrdinal: null }, /'startOrdinal' must be a whole number from 0 to 2147483647, got null$/],
    ['the namespace is empty', { namespace: '' }, /'namespace' of the peers must be a DNS label: .*; got ""$/],
    ['the namespace is null', { namespace: null }, /'namespace' of the peers must be a DNS label: .*; got null$/],
    ['the domain starts with a dot', { clusterDomain: '.local' }, /'clusterDomain' must be a DNS name: .*; got "\.local"$/],
    ['the domain is a number', { clusterDomain: 5 }, /'clusterDomain' must be a DNS name: .*; got 5$/],
  ])('fails when %s', (_, props, message) => {
    expect(() => peersOf(props)).toThrow(message);
    expect(() => peersOf(props)).toThrow(/^\[test\/x\] /);
  });

  test.each<[string, any, RegExp]>([
    ['the scheme has its slashes', { scheme: 'http://' }, /'scheme' of peers must be the scheme of a URL such as 'http', got "http:\/\/"$/],
    ['the scheme is empty', { scheme: '' }, /'scheme' of peers must be the scheme of a URL such as 'http', got ""$/],
    ['the scheme is a number', { scheme: 5 }, /'scheme' of peers must be the scheme of a URL such as 'http', got 5$/],
    ['the port is a text', { port: '2379' }, /'port' of peers must be a whole number from 1 to 65535, got "2379"$/],
    ['the port is zero', { port: 0 }, /'port' of peers must be a whole number from 1 to 65535, got 0$/],
    ['the port is null', { port: null }, /'port' of peers must be a whole number from 1 to 65535, got null$/],
    ['the namespace is none', { namespace: 'a.b' }, /'namespace' of peers must be a DNS label: .*; got "a\.b"$/],
  ])('fails when %s', (_, options, message) => {
    expect(() => peersOf().urls(options)).toThrow(message);
    expect(() => peersOf().list(options)).toThrow(message);
    expect(() => peersOf().list(options)).toThrow(/^\[test\/x\] /);
  });

  test.each<[unknown, string]>([[5, '5'], [null, 'null'], [[','], 'a list']])('fails when the separator is %p', (separator, got) => {
    expect(() => peersOf().list({ separator: separator as string })).toThrow(
      new RegExp(`^\\[test/x\\] 'separator' of a list of peers must be text, got ${got}$`));
  });

  test.each<[unknown, string]>([[null, 'null'], [undefined, 'undefined'], ['etcd', '"etcd"']])('fails when they are described by %p', (props, got) => {
    expect(() => Peers.of(new Construct(newChart(), 'x'), props as any)).toThrow(
      new RegExp(`^\\[test/x\\] the properties of the peers must be an object, got ${got}$`));
  });

  test('fails when the options of a list are null, but urls have none then', () => {
    expect(() => peersOf().list(null as any)).toThrow(/^\[test\/x\] the options of a list of peers must be an object, got null$/);
    expect(peersOf({ replicas: 1 }).urls(null as any)).toEqual(['http://etcd-0.etcd']);
  });
});
