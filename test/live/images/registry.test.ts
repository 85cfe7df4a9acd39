import { ImageNotFound } from './image';
import { findRecipe, parseReference } from './registry';

describe('parseReference', () => {
  test.each([
    ['busybox', 'busybox', 'latest'],
    ['busybox:1.36', 'busybox', '1.36'],
    ['docker.io/library/busybox:1.36', 'busybox', '1.36'],
    ['docker.io/nginxinc/nginx-unprivileged:1.27', 'nginxinc/nginx-unprivileged', '1.27'],
    ['localhost:5000/etcd', 'localhost:5000/etcd', 'latest'],
    ['localhost:5000/etcd:v3', 'localhost:5000/etcd', 'v3'],
  ])('reads %s', (reference, name, tag) => {
    expect(parseReference(reference)).toEqual({ name, tag });
  });
});

describe('findRecipe', () => {
  test.each([
    ['gcr.io/etcd-development/etcd:v3.6.14', '3.6.14'],
    ['quay.io/coreos/etcd:v3.5.1', '3.5.1'],
    ['registry.k8s.io/etcd:3.5.35-0', '3.5.35'],
  ])('makes %s from etcd %s', (reference, version) => {
    expect(findRecipe(reference)).toMatchObject({ name: 'etcd', version });
  });

  test("etcd's own image runs etcd, as root and without an entrypoint", () => {
    expect(findRecipe('gcr.io/etcd-development/etcd:v3.6.14').config).toMatchObject({ entrypoint: [], cmd: ['/usr/local/bin/etcd'], user: '' });
  });

  test("Kubernetes' image of etcd says nothing to run", () => {
    expect(findRecipe('registry.k8s.io/etcd:3.6.14-0').config).toMatchObject({ entrypoint: [], cmd: [] });
  });

  test('two tags of nginx-unprivileged have the same content, of user 101', () => {
    const [one, other] = ['1.27.2', '1.27.3-alpine'].map(tag => findRecipe(`nginxinc/nginx-unprivileged:${tag}`));
    expect(one.config).toEqual(other.config);
    expect(one.config).toMatchObject({ user: '101', stopSignal: 'SIGQUIT' });
    expect([one.name, one.version]).toEqual([other.name, other.version]);
  });

  test('gives any tag of node the Node.js that runs this', () => {
    expect(findRecipe('node:18-bookworm-slim')).toMatchObject({ name: 'node', version: process.versions.node });
  });

  test.each([
    'nginx:1.27.2',
    'gcr.io/etcd-development/etcd:v3.4.24',
    'gcr.io/etcd-development/etcd:3.6.14',
    'gcr.io/etcd-development/etcd:v3.6.14-typo',
    'gcr.io/etcd-development/etcd',
    'busybox@sha256:0123456789abcdef',
  ])('fails for %s, with a list of what there is', reference => {
    expect(() => findRecipe(reference)).toThrow(ImageNotFound);
    expect(() => findRecipe(reference)).toThrow(/not found among gcr\.io\/etcd-development\/etcd \(v3\.4\.23, .*busybox \(any version\); node \(any version\)$/);
  });
});
