import { credentialsOf, endpointsOf, variable } from '../../../src/etcd/agent/environment';

test('a variable is what the pod says', () => {
  expect(variable({ NAME: 'etcd' }, 'NAME')).toBe('etcd');
});

test.each([undefined, ''])('fails where a variable is %p', (value) => {
  expect(() => variable({ NAME: value }, 'NAME')).toThrow(/^NAME is not set: this program is started by the objects of an EtcdCluster, which set it$/);
});

test('endpoints are those of etcdctl', () => {
  expect(endpointsOf({ ETCDCTL_ENDPOINTS: 'http://etcd-0.etcd:2379,http://etcd-1.etcd:2379' })).toEqual(['http://etcd-0.etcd:2379', 'http://etcd-1.etcd:2379']);
});

test('credentials are those of etcdctl', () => {
  expect(credentialsOf({ ETCDCTL_CACERT: 'ca', ETCDCTL_CERT: 'cert', ETCDCTL_KEY: 'key', ETCDCTL_USER: 'root', ETCDCTL_PASSWORD: 'secret' }))
    .toEqual({ ca: 'ca', cert: 'cert', key: 'key', user: 'root', password: 'secret' });
  expect(credentialsOf({})).toEqual({});
});
