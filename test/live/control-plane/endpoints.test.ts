import { endpointsOf, EndpointsController } from './endpoints';
import { KubeObject } from './objects';
import { ObjectStore } from './store';

const service = (spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'etcd', labels: { app: 'etcd' } },
  spec: { clusterIP: 'None', selector: { app: 'etcd' }, ports: [{ name: 'client', protocol: 'TCP', port: 2379, targetPort: 2379 }], ...spec },
});

const pod = (ordinal: number, { ready = true, ...changes }: any = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name: `etcd-${ordinal}`, labels: { app: 'etcd' }, ...changes.metadata },
  spec: { hostname: `etcd-${ordinal}`, subdomain: 'etcd', nodeName: 'node', containers: [{ name: 'etcd' }], ...changes.spec },
  status: { phase: 'Running', podIP: `10.244.0.${10 + ordinal}`, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], ...changes.status },
});

const names = (...args: Parameters<typeof endpointsOf>) => endpointsOf(...args).addresses.map(address => address.pod);

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/endpoint/endpoints_controller.go, syncService
describe('endpointsOf', () => {
  test('has the address, host name and ports of each ready pod', () => {
    expect(endpointsOf(service(), [pod(0)])).toEqual({
      addresses: [{
        ip: '10.244.0.10',
        hostname: 'etcd-0',
        pod: 'etcd-0',
        ready: true,
        ports: [{ name: 'client', protocol: 'TCP', port: 2379, targetPort: 2379 }],
      }],
    });
  });

  test('counts numbers in names as numbers', () => {
    expect(names(service(), [pod(10), pod(2), pod(0)])).toEqual(['etcd-0', 'etcd-2', 'etcd-10']);
  });

  test('has only pods with all labels of the selector', () => {
    expect(names(service({ selector: { app: 'etcd', tier: 'store' } }), [pod(0)])).toEqual([]);
  });

  test('has only pods of its own namespace', () => {
    expect(names(service(), [pod(0, { metadata: { namespace: 'other' } })])).toEqual([]);
  });

  test.each([undefined, {}])('has no pods for the selector %j', selector => {
    expect(names(service({ selector }), [pod(0)])).toEqual([]);
  });

  test('has no pods for a service of type ExternalName', () => {
    expect(names(service({ type: 'ExternalName' }), [pod(0)])).toEqual([]);
  });

  test('has no pod without an address', () => {
    expect(names(service({ publishNotReadyAddresses: true }), [pod(0, { status: { podIP: undefined } })])).toEqual([]);
  });

  test.each(['Succeeded', 'Failed'])('has no pod that has %s', phase => {
    expect(names(service({ publishNotReadyAddresses: true }), [pod(0, { status: { phase } })])).toEqual([]);
  });

  test('has no pod that is not ready', () => {
    expect(names(service(), [pod(0, { ready: false }), pod(1)])).toEqual(['etcd-1']);
  });

  test('has pods that are not ready if the service publishes them, and says so', () => {
    const { addresses } = endpointsOf(service({ publishNotReadyAddresses: true }), [pod(0, { ready: false }), pod(1)]);
    expect(addresses.map(address => [address.pod, address.ready])).toEqual([['etcd-0', false], ['etcd-1', true]]);
  });

  const terminating = pod(0, { metadata: { deletionTimestamp: '2024-01-01T00:00:00Z' } });

  test('has no pod that is being deleted', () => {
    expect(names(service(), [terminating])).toEqual([]);
  });

  test('has a pod that is being deleted if the service publishes those that are not ready, and it counts as one', () => {
    const { addresses } = endpointsOf(service({ publishNotReadyAddresses: true }), [terminating]);
    expect(addresses.map(address => [address.pod, address.ready])).toEqual([['etcd-0', false]]);
  });

  test('has no host name for a pod of another subdomain', () => {
    expect(endpointsOf(service(), [pod(0, { spec: { subdomain: 'other' } })]).addresses[0]).not.toHaveProperty('hostname');
  });

  test('finds a target port by its name in each pod', () => {
    const named = (containerPort: number) => ({ spec: { containers: [{ name: 'etcd', ports: [{ name: 'http', protocol: 'TCP', containerPort }] }] } });
    const ports = [{ protocol: 'TCP', port: 80, targetPort: 'http' }];
    expect(endpointsOf(service({ ports }), [pod(0, named(8080)), pod(1, named(9090))]).addresses.map(address => address.ports)).toEqual([
      [{ protocol: 'TCP', port: 80, targetPort: 8080 }], [{ protocol: 'TCP', port: 80, targetPort: 9090 }],
    ]);
  });

  test('does not take a port of another protocol for the one that is named', () => {
    const containers = [{ name: 'dns', ports: [{ name: 'dns', protocol: 'UDP', containerPort: 53 }] }];
    const ports = [{ protocol: 'TCP', port: 53, targetPort: 'dns' }];
    expect(endpointsOf(service({ ports }), [pod(0, { spec: { containers } })]).addresses[0].ports).toEqual([]);
  });

  test('has addresses without ports for a headless service without ports', () => {
    expect(endpointsOf(service({ ports: undefined }), [pod(0)]).addresses).toEqual([
      { ip: '10.244.0.10', hostname: 'etcd-0', pod: 'etcd-0', ready: true, ports: [] },
    ]);
  });
});

describe('EndpointsController', () => {
  let store: ObjectStore;
  let controller: EndpointsController;
  const settled = () => new Promise(resolve => setImmediate(resolve));
  const endpoints = () => store.get('Endpoints', 'shop', 'etcd');

  beforeEach(() => {
    store = new ObjectStore();
    controller = new EndpointsController(store);
    controller.start();
  });
  afterEach(() => controller.stop());

  test('writes ready and other addresses apart, each with its pod', async () => {
    store.create(service());
    const { uid } = store.create(pod(0)).metadata;
    store.create(pod(1, { ready: false }));
    await settled();
    expect(endpoints().subsets).toEqual([{
      ports: [{ name: 'client', port: 2379, protocol: 'TCP' }],
      addresses: [{ ip: '10.244.0.10', hostname: 'etcd-0', nodeName: 'node', targetRef: { kind: 'Pod', namespace: 'shop', name: 'etcd-0', uid } }],
      notReadyAddresses: [expect.objectContaining({ ip: '10.244.0.11', hostname: 'etcd-1' })],
    }]);
  });

  test('writes a subset for each set of ports', async () => {
    const named = (containerPort: number) => ({ spec: { containers: [{ name: 'etcd', ports: [{ name: 'http', protocol: 'TCP', containerPort }] }] } });
    store.create(service({ ports: [{ protocol: 'TCP', port: 80, targetPort: 'http' }] }));
    store.create(pod(0, named(8080)));
    store.create(pod(1, named(9090)));
    store.create(pod(2));
    await settled();
    expect(endpoints().subsets.map(({ ports, addresses }: any) => [ports[0].port, addresses.length])).toEqual([[8080, 1], [9090, 1]]);
  });

  test('writes addresses without ports for a headless service without ports', async () => {
    store.create(service({ ports: undefined }));
    store.create(pod(0));
    await settled();
    expect(endpoints().subsets).toEqual([{ addresses: [expect.objectContaining({ ip: '10.244.0.10' })] }]);
  });

  test('gives them the labels of the service, and one that says whether it is headless', async () => {
    store.create(service());
    await settled();
    expect(endpoints().metadata.labels).toEqual({ 'app': 'etcd', 'service.kubernetes.io/headless': '' });
  });

  test('follows the pods', async () => {
    store.create(service());
    store.create(pod(0));
    await settled();
    store.remove('Pod', 'shop', 'etcd-0');
    await settled();
    expect(endpoints().subsets).toEqual([]);
  });

  test('writes nothing for a service without a selector, whose addresses somebody else writes', async () => {
    store.create(service({ selector: undefined }));
    store.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { namespace: 'shop', name: 'etcd' }, subsets: [{ addresses: [{ ip: '192.0.2.1' }] }] });
    await settled();
    expect(endpoints().subsets).toEqual([{ addresses: [{ ip: '192.0.2.1' }] }]);
  });

  test('removes them with the service', async () => {
    store.create(service());
    await settled();
    store.delete('Service', 'shop', 'etcd');
    await settled();
    expect(store.find('Endpoints', 'shop', 'etcd')).toBeUndefined();
  });
});
