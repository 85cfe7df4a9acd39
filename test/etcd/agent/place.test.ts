import { placeOf } from '../../../src/etcd/agent/place';

const ENV = {
  POD_NAME: 'my-etcd-2',
  STATEFUL_SET: 'my-etcd',
  PEER_URL: 'https://{pod}.my-etcd.ns.svc.cluster.local:2380',
  CLIENT_URL: 'http://{pod}.my-etcd.ns.svc.cluster.local:2379',
};
const place = placeOf(ENV);

test('knows the pod from its name', () => {
  expect(place).toMatchObject({ podName: 'my-etcd-2', ordinal: 2, statefulSet: 'my-etcd' });
});

test('knows all other pods', () => {
  expect(place.nameOf(10)).toBe('my-etcd-10');
  expect(place.peerUrl(0)).toBe('https://my-etcd-0.my-etcd.ns.svc.cluster.local:2380');
  expect(place.clientUrl(0)).toBe('http://my-etcd-0.my-etcd.ns.svc.cluster.local:2379');
});

test('finds the pod of a member by any of its URLs', () => {
  expect([0, 2, 10].map(ordinal => place.ordinalOf([place.peerUrl(ordinal)]))).toEqual([0, 2, 10]);
  expect(place.ordinalOf(['https://10.0.0.1:2380', place.peerUrl(4)])).toBe(4);
});

test.each([
  'https://other-0.my-etcd.ns.svc.cluster.local:2380',
  'https://my-etcd-01.my-etcd.ns.svc.cluster.local:2380',
  'https://my-etcd-.my-etcd.ns.svc.cluster.local:2380',
  'https://my-etcd-x.my-etcd.ns.svc.cluster.local:2380',
  'https://my-etcd-0.my-etcd.other.svc.cluster.local:2380',
  'http://my-etcd-0.my-etcd.ns.svc.cluster.local:2380',
  'https://my-etcd-0.my-etcd.ns.svc.cluster.local:2379',
])('takes %s for no pod of the StatefulSet', url => {
  expect(place.ordinalOf([url])).toBeUndefined();
});

test.each(['my-etcd', 'my-etcd-', 'my-etcd-a', 'my-etcd-01', 'etcd-2', 'my-etcd-2-3'])('fails when the pod is %s', podName => {
  expect(() => placeOf({ ...ENV, POD_NAME: podName })).toThrow(`the pod '${podName}' is none of the StatefulSet 'my-etcd': its name has no ordinal`);
});

test.each(['http://etcd:2380', 'http://{pod}.{pod}:2380'])('fails when a URL of pods is %s', url => {
  expect(() => placeOf({ ...ENV, PEER_URL: url })).toThrow(`PEER_URL must have '{pod}' once, got '${url}'`);
});

test('fails when something is not set', () => {
  expect(() => placeOf({ ...ENV, CLIENT_URL: undefined })).toThrow('CLIENT_URL is not set');
});
