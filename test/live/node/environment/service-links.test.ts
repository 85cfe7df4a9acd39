import { linkedServices, serviceVariables } from './service-links';
import { ObjectStore } from '../../control-plane/store';

const service = (name: string, spec: object, namespace = 'default') => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec });
const port = (number: number, more: object = {}) => ({ protocol: 'TCP', port: number, ...more });
const podWith = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: 'default' }, spec });

// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/envvars/envvars_test.go
describe('serviceVariables', () => {
  test('has two variables of Kubernetes and the five of Docker\'s links', () => {
    expect(serviceVariables(service('redis-primary', { clusterIP: '10.96.0.11', ports: [port(6379)] }))).toEqual({
      REDIS_PRIMARY_SERVICE_HOST: '10.96.0.11',
      REDIS_PRIMARY_SERVICE_PORT: '6379',
      REDIS_PRIMARY_PORT: 'tcp://10.96.0.11:6379',
      REDIS_PRIMARY_PORT_6379_TCP: 'tcp://10.96.0.11:6379',
      REDIS_PRIMARY_PORT_6379_TCP_PROTO: 'tcp',
      REDIS_PRIMARY_PORT_6379_TCP_PORT: '6379',
      REDIS_PRIMARY_PORT_6379_TCP_ADDR: '10.96.0.11',
    });
  });

  test('has a variable more for each named port, and the first port for those without a name', () => {
    const variables = serviceVariables(service('9lives', {
      clusterIP: '10.96.0.12', ports: [port(80, { name: 'web-1' }), { name: 'dns', protocol: 'UDP', port: 53 }],
    }));
    expect(variables).toMatchObject({
      _9LIVES_SERVICE_PORT: '80',
      _9LIVES_SERVICE_PORT_WEB_1: '80',
      _9LIVES_SERVICE_PORT_DNS: '53',
      _9LIVES_PORT: 'tcp://10.96.0.12:80',
      _9LIVES_PORT_53_UDP: 'udp://10.96.0.12:53',
      _9LIVES_PORT_53_UDP_PROTO: 'udp',
    });
    expect(Object.keys(variables)).toHaveLength(13);
  });
});

// https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go getServiceEnvVarMap
describe('linkedServices', () => {
  const store = new ObjectStore();
  store.create(service('web', { type: 'ClusterIP', clusterIP: '10.96.0.13', ports: [port(80)] }));
  store.create(service('headless', { type: 'ClusterIP', clusterIP: 'None', ports: [port(80)] }));
  store.create(service('elsewhere', { type: 'ClusterIP', clusterIP: '10.96.0.14', ports: [port(80)] }, 'other'));
  store.create(service('alias', { type: 'ExternalName', externalName: 'example.com' }));
  const namesFor = (spec: object) => linkedServices(podWith(spec), store).map(({ metadata: { name } }) => name);

  test('are those of the pod\'s namespace that have an address, and the API server\'s', () => {
    expect(namesFor({ enableServiceLinks: true })).toEqual(['kubernetes', 'web']);
  });

  test('are the API server\'s alone with enableServiceLinks: false', () => {
    expect(namesFor({ enableServiceLinks: false })).toEqual(['kubernetes']);
  });

  test('have the API server\'s service as it is in the store', () => {
    store.create(service('kubernetes', { type: 'ClusterIP', clusterIP: '10.96.0.99', ports: [port(6443)] }));
    expect(linkedServices(podWith({ enableServiceLinks: true }), store).map(({ spec }) => spec.clusterIP)).toEqual(['10.96.0.99', '10.96.0.13']);
  });
});
