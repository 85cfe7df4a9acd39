import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decode, DecodedPacket, encode, OptAnswer, Packet, RECURSION_DESIRED, streamEncode } from 'dns-packet';
import { DnsServer } from './dns-server';
import { ObjectStore } from '../../control-plane/store';

let store: ObjectStore;
let server: DnsServer;
let resolver: Resolver;

beforeEach(async () => {
  store = new ObjectStore();
  server = new DnsServer(store);
  await server.listen('127.0.0.1', 0);
  resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  store.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'etcd', namespace: 'default' },
    spec: { type: 'ClusterIP', clusterIP: 'None', selector: { app: 'etcd' }, ports: [{ name: 'peer', protocol: 'TCP', port: 2380, targetPort: 2380 }] },
  });
});

afterEach(() => server.close());

test('a resolver finds A, SRV and PTR records', async () => {
  createPods(2);
  await expect(resolver.resolve4('etcd.default.svc.cluster.local', { ttl: true }))
    .resolves.toEqual([{ address: '10.244.1.0', ttl: 5 }, { address: '10.244.1.1', ttl: 5 }]);
  await expect(resolver.resolve4('etcd-1.etcd.default.svc.cluster.local')).resolves.toEqual(['10.244.1.1']);
  await expect(resolver.resolveSrv('_peer._tcp.etcd.default.svc.cluster.local')).resolves.toEqual([
    { name: 'etcd-0.etcd.default.svc.cluster.local', port: 2380, priority: 0, weight: 50 },
    { name: 'etcd-1.etcd.default.svc.cluster.local', port: 2380, priority: 0, weight: 50 },
  ]);
  await expect(resolver.reverse('10.244.1.1')).resolves.toEqual(['etcd-1.etcd.default.svc.cluster.local']);
});

test('a resolver is told what is not there, and what is there without such a record', async () => {
  createPods(1);
  await expect(resolver.resolve4('etcd-1.etcd.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolve6('etcd-0.etcd.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('an answer is made of what the store holds at that moment', async () => {
  await expect(resolver.resolve4('etcd.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  createPods(1);
  await expect(resolver.resolve4('etcd.default.svc.cluster.local')).resolves.toEqual(['10.244.1.0']);
  store.remove('Pod', 'default', 'etcd-0');
  await expect(resolver.resolve4('etcd.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('a resolver asks again over TCP for what does not fit into a datagram', async () => {
  createPods(100);
  await expect(resolver.resolve4('etcd.default.svc.cluster.local')).resolves.toHaveLength(100);
});

test('a response has the id, the question and the wish for recursion of its query, and says it comes from the source', async () => {
  const response = await askUdp(query('kubernetes.default.svc.cluster.local'));
  expect(response).toMatchObject({
    id: 7, flag_aa: true, flag_rd: true, flag_ra: false, flag_tc: false, questions: [{ name: 'kubernetes.default.svc.cluster.local', type: 'A' }],
  });
});

test('a response over 512 bytes goes without its additional records', async () => {
  createPods(4);
  const response = await askUdp(query('_peer._tcp.etcd.default.svc.cluster.local', 'SRV'));
  expect(response).toMatchObject({ flag_tc: false, additionals: [] });
  expect(response.answers).toHaveLength(4);
});

test('a response whose answers alone are over 512 bytes is truncated', async () => {
  createPods(20);
  await expect(askUdp(query('etcd.default.svc.cluster.local'))).resolves.toMatchObject({ flag_tc: true, answers: [] });
});

test('a response may be as long as an EDNS query says', async () => {
  createPods(20);
  const response = await askUdp({ ...query('etcd.default.svc.cluster.local'), additionals: [opt(1232)] });
  expect(response).toMatchObject({ flag_tc: false, additionals: [{ type: 'OPT', udpPayloadSize: 1232 }] });
  expect(response.answers).toHaveLength(20);
});

test('a TCP connection may carry several queries, in pieces', async () => {
  const socket = connect(server.port, '127.0.0.1');
  const queries = Buffer.concat([streamEncode(query('kubernetes.default.svc.cluster.local')), streamEncode(query('example.com'))]);
  let received = Buffer.alloc(0);
  socket.on('data', data => received = Buffer.concat([received, data]));
  await once(socket, 'connect');
  socket.write(queries.subarray(0, 1));
  await new Promise(resolve => setTimeout(resolve, 20));
  socket.end(queries.subarray(1));
  await once(socket, 'close');
  const end = 2 + received.readUInt16BE();
  expect(decode(received.subarray(2, end)).answers).toMatchObject([{ data: '10.96.0.1' }]);
  expect(decode(received.subarray(end + 2))).toMatchObject({ rcode: 'NXDOMAIN' });
});

test('what is no query gets no answer, and harms nobody', async () => {
  const socket = connect(server.port, '127.0.0.1');
  const udp = createSocket('udp4');
  udp.send('hello', server.port, '127.0.0.1');
  socket.write(Buffer.from([0, 1, 0]));
  await once(socket, 'close');
  await expect(resolver.resolve4('kubernetes.default.svc.cluster.local')).resolves.toEqual(['10.96.0.1']);
  udp.close();
});

test('closing ends connections that are open', async () => {
  const other = new DnsServer(store);
  await other.listen('127.0.0.1', 0);
  const idle = connect(other.port, '127.0.0.1');
  await once(idle, 'connect');
  await Promise.all([once(idle, 'close'), other.close()]);
});

/** Pods as a StatefulSet makes them: etcd-0 has 10.244.1.0 */
function createPods(count: number): void {
  for (let i = 0; i < count; i++) {
    store.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `etcd-${i}`, namespace: 'default', labels: { app: 'etcd' } },
      spec: { hostname: `etcd-${i}`, subdomain: 'etcd', containers: [] },
      status: { phase: 'Running', podIP: `10.244.1.${i}`, conditions: [{ type: 'Ready', status: 'True' }] },
    });
  }
}

function query(name: string, type: 'A' | 'SRV' = 'A'): Packet {
  return { type: 'query', id: 7, flags: RECURSION_DESIRED, questions: [{ name, type }] };
}

function opt(udpPayloadSize: number): OptAnswer {
  return { type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
}

async function askUdp(packet: Packet): Promise<DecodedPacket> {
  const socket = createSocket('udp4');
  socket.send(encode(packet), server.port, '127.0.0.1');
  const [message] = await once(socket, 'message');
  socket.close();
  return decode(message);
}
