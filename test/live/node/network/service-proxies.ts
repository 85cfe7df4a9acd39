import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer, Server, Socket } from 'node:net';
import { Network } from './network';
import { PROXY_ADDRESS } from '../../addresses';
import { endpointsOf } from '../../control-plane/endpoints';
import { KubeObject } from '../../control-plane/objects';
import { Reconciler } from '../../control-plane/reconciler';
import { ObjectStore } from '../../control-plane/store';

/** A port of a Service, at its cluster IP. */
interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  readonly ip: string;
  readonly port: number;
}

/**
 * Does what kube-proxy does, for TCP: each connection to the cluster IP of a Service goes to one of its endpoints by chance, and stays with it to the end.
 *
 * A port without endpoints refuses connections, since nobody listens there. What cannot be listened on ends the process: no program under test is to be
 * blamed for it.
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-iptables
 */
export class ServiceProxies {
  private readonly reconciler: Reconciler;
  private readonly addresses = new Set<string>();
  private readonly listeners = new Map<string, Server>();
  private readonly connections = new Set<Socket>();
  private served = Promise.resolve();

  /** @param source the address that endpoints are connected to from */
  constructor(
    private readonly store: ObjectStore,
    private readonly network: Pick<Network, 'addServiceAddress' | 'removeServiceAddress'>,
    private readonly source = PROXY_ADDRESS,
  ) {
    this.reconciler = new Reconciler(store, ['Service', 'Pod'], () => {
      this.served = this.served.then(() => this.serve(store.list('Service').filter(isProxied)));
      return undefined;
    });
  }

  /** Every Service that is there is served when this resolves. */
  async start(): Promise<void> {
    await this.serve(this.store.list('Service').filter(isProxied));
    this.reconciler.start();
  }

  async stop(): Promise<void> {
    this.reconciler.stop();
    await this.served;
    await this.serve([]);
    this.connections.forEach(connection => connection.destroy());
  }

  /** Makes addresses and listeners those of the services given. Old ones go first, since a new Service may have the address of an old one. */
  private async serve(services: KubeObject[]): Promise<void> {
    const pods = this.store.list('Pod');
    const addresses = new Set<string>(services.map(({ spec }) => spec.clusterIP));
    const ports = new Map(services.flatMap(service => openPorts(service, pods)).map(port => [JSON.stringify(port), port]));
    for (const [key, listener] of this.listeners) {
      if (!ports.has(key)) {
        this.listeners.delete(key);
        listener.close();
      }
    }
    for (const address of this.addresses) {
      if (!addresses.has(address)) {
        this.addresses.delete(address);
        // without its address a connection could only hang
        [...this.connections].filter(({ localAddress }) => localAddress === address).forEach(abort);
        await this.network.removeServiceAddress(address);
      }
    }
    for (const address of addresses) {
      if (!this.addresses.has(address)) {
        this.addresses.add(address);
        await this.network.addServiceAddress(address);
      }
    }
    for (const [key, port] of ports) {
      if (!this.listeners.has(key)) {
        const listener = createServer({ allowHalfOpen: true, noDelay: true }, client => this.connect(client, port));
        this.listeners.set(key, listener);
        listener.listen(port.port, port.ip);
        await once(listener, 'listening');
      }
    }
  }

  /** Endpoints are those of this moment: a pod may have become unready since the listener was opened. */
  private connect(client: Socket, { namespace, service: name, port }: ServicePort): void {
    const service = this.store.find('Service', namespace, name);
    const endpoints = service ? tcpEndpoints(service, this.store.list('Pod', namespace)).filter(endpoint => endpoint.port === port) : [];
    if (endpoints.length === 0) {
      abort(client);
      return;
    }
    const { ip, targetPort } = endpoints[randomInt(endpoints.length)];
    const server = createConnection({ host: ip, port: targetPort, localAddress: this.source, allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [[client, server], [server, client]]) {
      this.connections.add(from);
      from.pipe(to);
      from.on('error', () => abort(to));
      from.on('close', () => {
        this.connections.delete(from);
        to.destroySoon();
      });
    }
  }
}

/** A Service without a selector has its endpoints from elsewhere: `kubernetes`, at whose address the API server itself listens. */
function isProxied({ spec: { type, clusterIP, selector } }: KubeObject): boolean {
  return type !== 'ExternalName' && clusterIP !== 'None' && selector !== undefined;
}

function openPorts(service: KubeObject, pods: KubeObject[]): ServicePort[] {
  const { metadata: { namespace, name }, spec: { clusterIP: ip } } = service;
  return tcpEndpoints(service, pods).map(({ port }) => ({ namespace: namespace!, service: name, ip, port }));
}

/** By which port of the service one comes to which address and port of a pod. */
function tcpEndpoints(service: KubeObject, pods: KubeObject[]): { port: number; ip: string; targetPort: number }[] {
  return endpointsOf(service, pods).addresses.flatMap(({ ip, ports }) =>
    ports.filter(({ protocol }) => protocol === 'TCP').map(({ port, targetPort }) => ({ port, ip, targetPort })));
}

/**
 * Ends a connection as a failure, and not as if all had been said; but for one that is just saying so: libuv refuses to reset that, Node.js then leaves it
 * open, and the process can never end.
 */
function abort(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) {
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
}
