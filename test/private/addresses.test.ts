import * as fc from 'fast-check';
import { DEFAULT_CLUSTER_DOMAIN, podAddress, serviceAddress } from '../../src/private/names';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);

describe('serviceAddress', () => {
  test('is the name of the service where the namespace is not known', () => {
    expect(serviceAddress('etcd')).toEqual('etcd');
    expect(serviceAddress('etcd', undefined, 'example.org')).toEqual('etcd');
  });

  test('is fully qualified where the namespace is known', () => {
    expect(serviceAddress('etcd', 'prod')).toEqual('etcd.prod.svc.cluster.local');
    expect(serviceAddress('etcd', 'prod', 'k8s.example.org')).toEqual('etcd.prod.svc.k8s.example.org');
  });

  test('takes cluster.local for the domain of a cluster that was not told another', () => {
    expect(DEFAULT_CLUSTER_DOMAIN).toEqual('cluster.local');
    expect(serviceAddress('etcd', 'prod', undefined)).toEqual('etcd.prod.svc.cluster.local');
  });
});

describe('podAddress', () => {
  test('is the pod before the address of its service', () => {
    expect(podAddress('etcd-0', 'etcd')).toEqual('etcd-0.etcd');
    expect(podAddress('etcd-0', 'etcd', 'prod')).toEqual('etcd-0.etcd.prod.svc.cluster.local');
    expect(podAddress('etcd-0', 'etcd', 'prod', 'k8s.example.org')).toEqual('etcd-0.etcd.prod.svc.k8s.example.org');
  });

  test('can be taken apart again, whatever the names are', () => {
    fc.assert(fc.property(label, label, label, (pod, service, namespace) => {
      expect(podAddress(pod, service, namespace).split('.')).toEqual([pod, service, namespace, 'svc', 'cluster', 'local']);
      expect(podAddress(pod, service).split('.')).toEqual([pod, service]);
    }));
  });
});
