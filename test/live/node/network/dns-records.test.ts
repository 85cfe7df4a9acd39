import { Answer, RecordType } from 'dns-packet';
import { answerTo, DnsAnswer } from './dns-records';
import { KubeObject } from '../../control-plane/objects';

const headless = service('etcd', { clusterIP: 'None', ports: [port('client', 2379), port('peer', 2380)] });
const clusterIP = service('web', { clusterIP: '10.96.0.20', ports: [port('http', 80, 8080)], selector: { app: 'web' } });

describe('a Service with a cluster IP', () => {
  // https://github.com/kubernetes/dns/blob/master/docs/specification.md#23---records-for-a-service-with-clusterip
  test('has an A record of that address, endpoints or none', () => {
    expect(ask('web.default.svc.cluster.local', 'A', [clusterIP])).toEqual(found([a('web.default.svc.cluster.local', '10.96.0.20')]));
  });

  test('has an SRV record for each named port, with the port of the Service', () => {
    expect(ask('_http._tcp.web.default.svc.cluster.local', 'SRV', [clusterIP])).toEqual(found(
      [srv('_http._tcp.web.default.svc.cluster.local', 'web.default.svc.cluster.local', 80, 100)],
      [a('web.default.svc.cluster.local', '10.96.0.20')],
    ));
  });

  test.each(['_https._tcp', '_http._udp', '_undefined._tcp'])('has no %s, where no port is called so', prefix => {
    const unnamed = service('web', { clusterIP: '10.96.0.20', ports: [port('http', 80), port(undefined, 81)] });
    expect(ask(`${prefix}.web.default.svc.cluster.local`, 'SRV', [unnamed])).toEqual(NXDOMAIN);
  });

  test('has a PTR record', () => {
    expect(ask('20.0.96.10.in-addr.arpa', 'PTR', [clusterIP]).answers).toEqual([ptr('20.0.96.10.in-addr.arpa', 'web.default.svc.cluster.local')]);
  });

  // https://github.com/coredns/coredns/blob/master/plugin/kubernetes/kubernetes.go, "Endpoint query or headless service"
  test('has A records of its endpoints below its name, as CoreDNS has', () => {
    const name = '10-244-1-5.web.default.svc.cluster.local';
    expect(ask(name, 'A', [clusterIP], [pod('web-x', '10.244.1.5', { labels: { app: 'web' } })])).toEqual(found([a(name, '10.244.1.5')]));
  });
});

describe('a headless Service', () => {
  const pods = [pod('etcd-0', '10.244.1.1', { hostname: 'etcd-0' }), pod('etcd-1', '10.244.1.2', { hostname: 'etcd-1' })];

  // https://github.com/kubernetes/dns/blob/master/docs/specification.md#241---a-records
  test('has an A record for each endpoint', () => {
    const name = 'etcd.default.svc.cluster.local';
    expect(ask(name, 'A', [headless], pods)).toEqual(found([a(name, '10.244.1.1'), a(name, '10.244.1.2')]));
  });

  test('has an A record for each host name', () => {
    const name = 'etcd-1.etcd.default.svc.cluster.local';
    expect(ask(name, 'A', [headless], pods)).toEqual(found([a(name, '10.244.1.2')]));
  });

  test('has them without any port', () => {
    const name = 'etcd-1.etcd.default.svc.cluster.local';
    expect(ask(name, 'A', [service('etcd', { clusterIP: 'None' })], pods)).toEqual(found([a(name, '10.244.1.2')]));
  });

  test('names an endpoint by its address if its pod has no host name, or one in another domain', () => {
    const strangers = [pod('a', '10.244.1.1'), pod('b', '10.244.1.2', { hostname: 'b', subdomain: 'other' })];
    const first = '10-244-1-1.etcd.default.svc.cluster.local';
    const second = '10-244-1-2.etcd.default.svc.cluster.local';
    expect(ask(first, 'A', [headless], strangers)).toEqual(found([a(first, '10.244.1.1')]));
    expect(ask(second, 'A', [headless], strangers)).toEqual(found([a(second, '10.244.1.2')]));
    expect(ask('b.etcd.default.svc.cluster.local', 'A', [headless], strangers)).toEqual(NXDOMAIN);
  });

  test('gives every address of a host name that several pods have', () => {
    const name = 'twin.etcd.default.svc.cluster.local';
    const twins = [pod('a', '10.244.1.1', { hostname: 'twin' }), pod('b', '10.244.1.2', { hostname: 'twin' })];
    expect(ask(name, 'A', [headless], twins)).toEqual(found([a(name, '10.244.1.1'), a(name, '10.244.1.2')]));
  });

  // "If there are no ready endpoints for the headless Service, the answer should be NXDOMAIN."
  test.each<RecordType>(['A', 'AAAA', 'SRV'])('is not there for a question of type %s while no endpoint is ready', type => {
    expect(ask('etcd.default.svc.cluster.local', type, [headless], [pod('etcd-0', '10.244.1.1', { hostname: 'etcd-0', ready: false })])).toEqual(NXDOMAIN);
  });

  test('is there at once with publishNotReadyAddresses', () => {
    const name = 'etcd-0.etcd.default.svc.cluster.local';
    const eager = service('etcd', { clusterIP: 'None', publishNotReadyAddresses: true });
    expect(ask(name, 'A', [eager], [pod('etcd-0', '10.244.1.1', { hostname: 'etcd-0', ready: false })])).toEqual(found([a(name, '10.244.1.1')]));
  });

  // https://github.com/kubernetes/dns/blob/master/docs/specification.md#242---srv-records
  test('has an SRV record for each endpoint and named port, with host names as targets and their addresses besides', () => {
    const name = '_peer._tcp.etcd.default.svc.cluster.local';
    expect(ask(name, 'SRV', [headless], pods)).toEqual(found(
      [srv(name, 'etcd-0.etcd.default.svc.cluster.local', 2380, 50), srv(name, 'etcd-1.etcd.default.svc.cluster.local', 2380, 50)],
      [a('etcd-0.etcd.default.svc.cluster.local', '10.244.1.1'), a('etcd-1.etcd.default.svc.cluster.local', '10.244.1.2')],
    ));
  });

  test('has SRV records with the port of the pod, which need not be that of the Service', () => {
    const moved = service('etcd', { clusterIP: 'None', ports: [port('client', 80, 2379)] });
    expect(ask('_client._tcp.etcd.default.svc.cluster.local', 'SRV', [moved], pods).answers).toMatchObject([{ data: { port: 2379 } }, { data: { port: 2379 } }]);
  });

  // https://github.com/coredns/coredns/blob/master/plugin/kubernetes/handler_test.go, "svc1.testns.svc.cluster.local." SRV
  test('has SRV records of every port at its own name, as CoreDNS has', () => {
    const unnamed = service('etcd', { clusterIP: 'None', ports: [port('client', 2379), port(undefined, 2380)] });
    expect(ask('etcd.default.svc.cluster.local', 'SRV', [unnamed], pods.slice(0, 1)).answers).toMatchObject([{ data: { port: 2379 } }, { data: { port: 2380 } }]);
  });

  test('has no SRV records without ports, but is there', () => {
    expect(ask('etcd.default.svc.cluster.local', 'SRV', [service('etcd', { clusterIP: 'None' })], pods)).toEqual(NODATA);
  });

  // https://github.com/kubernetes/dns/blob/master/docs/specification.md#243---ptr-records
  test('has a PTR record for each endpoint', () => {
    expect(ask('2.1.244.10.in-addr.arpa', 'PTR', [headless], pods).answers)
      .toEqual([ptr('2.1.244.10.in-addr.arpa', 'etcd-1.etcd.default.svc.cluster.local')]);
  });

  // https://github.com/coredns/coredns/blob/master/plugin/kubernetes/reverse.go
  test('shares a pod with other Services, headless or not, and the pod has a PTR record for each of them', () => {
    const others = [service('etcd-metrics', { clusterIP: 'None' }), service('etcd-client', { clusterIP: '10.96.0.30', ports: [port('client', 2379)] })];
    expect(ask('1.1.244.10.in-addr.arpa', 'PTR', [headless, ...others], pods).answers).toEqual([
      ptr('1.1.244.10.in-addr.arpa', 'etcd-0.etcd.default.svc.cluster.local'),
      ptr('1.1.244.10.in-addr.arpa', '10-244-1-1.etcd-metrics.default.svc.cluster.local'),
      ptr('1.1.244.10.in-addr.arpa', '10-244-1-1.etcd-client.default.svc.cluster.local'),
    ]);
  });
});

describe('an ExternalName Service', () => {
  const external = service('db', { type: 'ExternalName', externalName: 'DB.example.com.', ports: [port('sql', 5432)] });

  // https://github.com/kubernetes/dns/blob/master/docs/specification.md#25---records-for-external-name-services
  test.each<RecordType>(['A', 'AAAA', 'CNAME'])('is a CNAME record for a question of type %s', type => {
    expect(ask('db.default.svc.cluster.local', type, [external]).answers).toEqual([cname('db.default.svc.cluster.local', 'db.example.com')]);
  });

  test('leads on to a name of the cluster', () => {
    const alias = service('db', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' });
    expect(ask('db.default.svc.cluster.local', 'A', [alias, clusterIP]).answers)
      .toEqual([cname('db.default.svc.cluster.local', 'web.default.svc.cluster.local'), a('web.default.svc.cluster.local', '10.96.0.20')]);
  });

  test('may lead to itself, which is followed 8 times', () => {
    const circle = service('db', { type: 'ExternalName', externalName: 'db.default.svc.cluster.local' });
    expect(ask('db.default.svc.cluster.local', 'A', [circle]).answers).toHaveLength(8);
  });

  test('has nothing else, and nothing below its name', () => {
    expect(ask('db.default.svc.cluster.local', 'SRV', [external])).toEqual(NODATA);
    expect(ask('a.db.default.svc.cluster.local', 'A', [external])).toEqual(NXDOMAIN);
    expect(ask('_sql._tcp.db.default.svc.cluster.local', 'A', [external])).toEqual(NXDOMAIN);
  });
});

describe('names', () => {
  test('lead to the API server by default.kubernetes', () => {
    expect(ask('kubernetes.default.svc.cluster.local', 'A')).toEqual(found([a('kubernetes.default.svc.cluster.local', '10.96.0.1')]));
    expect(ask('_https._tcp.kubernetes.default.svc.cluster.local', 'SRV').answers).toMatchObject([{ data: { port: 443 } }]);
    expect(ask('1.0.96.10.in-addr.arpa', 'PTR').answers).toEqual([ptr('1.0.96.10.in-addr.arpa', 'kubernetes.default.svc.cluster.local')]);
  });

  test('lead to the kubernetes Service of the store, if it has one', () => {
    const own = service('kubernetes', { clusterIP: '10.96.0.99', ports: [port('https', 443)] });
    expect(ask('kubernetes.default.svc.cluster.local', 'A', [own]).answers).toEqual([a('kubernetes.default.svc.cluster.local', '10.96.0.99')]);
  });

  // https://github.com/kubernetes/dns/blob/master/docs/specification.md#26---deprecated-records
  test('of pods are their addresses, of whatever namespace', () => {
    const name = '10-244-1-1.default.pod.cluster.local';
    expect(ask(name, 'A')).toEqual(found([a(name, '10.244.1.1')]));
    expect(ask(name, 'AAAA')).toEqual(NODATA);
    expect(ask('10-244-1-256.default.pod.cluster.local', 'A')).toEqual(NXDOMAIN);
    expect(ask('etcd-0.default.pod.cluster.local', 'A')).toEqual(NXDOMAIN);
    expect(ask('a.10-244-1-1.default.pod.cluster.local', 'A')).toEqual(NXDOMAIN);
  });

  // https://github.com/kubernetes/dns/blob/master/docs/specification.md#21---definitions
  test('may be written in any case, and are given back as they were asked', () => {
    expect(ask('Web.DEFAULT.svc.Cluster.Local', 'A', [clusterIP]).answers).toEqual([a('Web.DEFAULT.svc.Cluster.Local', '10.96.0.20')]);
    expect(ask('_HTTP._TCP.web.default.svc.cluster.local', 'SRV', [clusterIP]).answers).toHaveLength(1);
  });

  test('belong to the namespace of their Service', () => {
    expect(ask('web.other.svc.cluster.local', 'A', [clusterIP])).toEqual(NXDOMAIN);
  });

  test.each<RecordType>(['AAAA', 'TXT', 'MX', 'PTR'])('that are there have no records of type %s', type => {
    expect(ask('web.default.svc.cluster.local', type, [clusterIP])).toEqual(NODATA);
  });

  // https://github.com/coredns/coredns/blob/master/plugin/kubernetes/handler_test.go, "svc.cluster.local." and others
  test.each(['cluster.local', 'svc.cluster.local', 'pod.cluster.local', 'default.svc.cluster.local'])('on the way, %s, are there and have no records', name => {
    expect(ask(name, 'A', [clusterIP])).toEqual(NODATA);
  });

  test.each(['foo.cluster.local', 'x.y.z.web.default.svc.cluster.local', 'nobody.web.default.svc.cluster.local', 'web.foo.cluster.local'])(
    'like %s are not there', name => {
      expect(ask(name, 'A', [clusterIP])).toEqual(NXDOMAIN);
    },
  );

  test.each(['web', 'web.default.svc', 'example.com', 'web.default.svc.cluster.local.example.com', '9.9.9.9.in-addr.arpa', '.'])(
    'outside the cluster, %s, are not there', name => {
      expect(ask(name, 'A', [clusterIP])).toMatchObject({ code: 'NXDOMAIN', answers: [] });
    },
  );

  test('of an address have nothing but PTR records', () => {
    expect(ask('20.0.96.10.in-addr.arpa', 'A', [clusterIP])).toMatchObject({ code: 'NOERROR', answers: [] });
  });
});

// RFC 2308, section 3: how long a "no" may be kept
const authorities = [{
  name: 'cluster.local',
  type: 'SOA',
  ttl: 5,
  data: { mname: 'ns.dns.cluster.local', rname: 'hostmaster.cluster.local', serial: 1, refresh: 7200, retry: 1800, expire: 86400, minimum: 5 },
}];
const NXDOMAIN = { code: 'NXDOMAIN', answers: [], authorities, additionals: [] };
const NODATA = { code: 'NOERROR', answers: [], authorities, additionals: [] };

function found(answers: Answer[], additionals: Answer[] = []): DnsAnswer {
  return { code: 'NOERROR', answers, authorities: [], additionals };
}

function ask(name: string, type: RecordType, services: KubeObject[] = [], pods: KubeObject[] = []): DnsAnswer {
  return answerTo({ name, type }, { services, pods });
}

function a(name: string, data: string): Answer {
  return { name, type: 'A', ttl: 5, data };
}

function cname(name: string, data: string): Answer {
  return { name, type: 'CNAME', ttl: 5, data };
}

function ptr(name: string, data: string): Answer {
  return { name, type: 'PTR', ttl: 5, data };
}

function srv(name: string, target: string, number: number, weight: number): Answer {
  return { name, type: 'SRV', ttl: 5, data: { priority: 0, weight, port: number, target } };
}

function port(name: string | undefined, number: number, targetPort = number) {
  return { name, protocol: 'TCP', port: number, targetPort };
}

function service(name: string, spec: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { type: 'ClusterIP', selector: { app: 'etcd' }, ...spec } };
}

interface PodOptions {
  readonly labels?: Record<string, string>;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly ready?: boolean;
}

function pod(name: string, podIP: string, { labels = { app: 'etcd' }, hostname, subdomain = 'etcd', ready = true }: PodOptions = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { hostname, subdomain, containers: [] },
    status: { phase: 'Running', podIP, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}
