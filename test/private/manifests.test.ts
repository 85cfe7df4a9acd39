import { setFlagsFromString } from 'v8';
import { runInThisContext } from 'vm';
import { ApiObject, Chart, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { changed, checkManifest, checkMetadata, inOrder, isWritten, selectorOf, unlessEmpty, writtenPart } from '../../src/private/manifests';
import { flag, struct, text } from '../../src/private/shape';
import { newChart } from '../util';

describe('checkManifest', () => {
  const at = new Construct(newChart(), 'x');
  const shape = struct({ name: text, on: flag }, ['name']);

  test('accepts what has the shape', () => {
    expect(checkManifest(at, shape, { name: 'a', on: true }, 'spec')).toBeUndefined();
  });

  test('fails when something has not, and lists all problems at once', () => {
    expect(() => checkManifest(at, shape, { on: 'yes' }, 'spec')).toThrow(
      /^\[test\/x\] spec\.on must be true or false, got "yes"; spec\.name is missing$/);
  });

  test('fails when a whole manifest is wrong, without a place before its fields', () => {
    expect(() => checkManifest(at, shape, { name: 5 })).toThrow(/^\[test\/x\] name must be text, got 5$/);
  });
});

describe('writtenPart', () => {
  const at = new Construct(newChart(), 'x');
  const shape = struct({ hostIP: text, name: text }, ['name']);
  const write = (part: any) => writtenPart(at, shape, part, 'spec', ({ hostIp: hostIP, ...rest }) => ({ ...rest, hostIP }));

  test('is made in one pass, where the shape knows everything', () => {
    const part = write({ name: 'a', hostIp: '::1' });
    expect([part, isWritten(part)]).toEqual([{ hostIP: '::1', name: 'a' }, true]);
  });

  test('is made by cdk8s-plus, where there is more', () => {
    const part = write({ name: 'a', hostIp: '::1', other: 5 });
    expect([part, isWritten(part)]).toEqual([{ hostIP: '::1', name: 'a', other: 5 }, false]);
  });

  test('fails when something is wrong, by the names of manifests', () => {
    expect(() => write({ hostIp: 5 })).toThrow(/^\[test\/x\] spec\.hostIP must be text, got 5; spec\.name is missing$/);
  });

  test('is nobody\'s, where it is nothing', () => {
    expect([undefined, null, 'a', {}].filter(isWritten)).toEqual([]);
  });
});

describe('checkMetadata', () => {
  let chart: Chart;
  const metadataOf = (metadata: any) => new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata }).metadata;
  const check = (metadata: any) => checkMetadata(new Construct(chart, 'at'), metadataOf(metadata).toJson());

  beforeEach(() => {
    chart = newChart({ namespace: 'prod', labels: { team: 'db' } });
  });

  test('accepts metadata that Kubernetes accepts', () => {
    expect(check({})).toBeUndefined();
    expect(checkMetadata(new Construct(chart, 'x2'), {})).toBeUndefined();
  });

  test('accepts every field that cdk8s knows', () => {
    expect(check({
      name: 'db.example',
      namespace: 'other',
      labels: { 'a.example.com/b': 'C_d', 'e': '' },
      annotations: { 'A.example.com/b': 'anything\nat all' },
      finalizers: ['example.com/f'],
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '1234', controller: true }],
    })).toBeUndefined();
  });

  test.each<[string, any, RegExp]>([
    ['name', { name: 'My_DB' }, /^\[test\/at\] metadata\.name must be a DNS name: .*; got "My_DB"$/],
    ['namespace', { namespace: 'a.b' }, /^\[test\/at\] metadata\.namespace must be a DNS label: .*; got "a\.b"$/],
    ['label', { labels: { a: 'b c' } }, /^\[test\/at\] metadata\.labels\.a must be a label value: .*; got "b c"$/],
    ['label that is a number', { labels: { version: 5 } }, /^\[test\/at\] metadata\.labels\.version must be a label value: .*; got 5$/],
    ['key of a label', { labels: { 'a b': 'c' } }, /^\[test\/at\] metadata\.labels\.a b must be a label key: .*; got "a b"$/],
    ['annotation', { annotations: { a: 5 } }, /^\[test\/at\] metadata\.annotations\.a must be text, got 5$/],
    ['key of an annotation', { annotations: { '/a': 'b' } }, /^\[test\/at\] metadata\.annotations\.\/a must be a DNS name: .*; got ""$/],
    ['finalizer', { finalizers: ['a b'] }, /^\[test\/at\] metadata\.finalizers\[0\] must be a label key: .*; got "a b"$/],
    ['owner', { ownerReferences: [{ kind: 'ConfigMap', apiVersion: 'v1', name: 'owner' }] },
      /^\[test\/at\] metadata\.ownerReferences\[owner\]\.uid is missing$/],
  ])('fails when a %s is wrong', (_, metadata, message) => {
    expect(() => check(metadata)).toThrow(message);
  });

  test('fails when the chart has a wrong label', () => {
    chart = newChart({ labels: { team: 'a b' } });
    expect(() => check({})).toThrow(/^\[test\/at\] metadata\.labels\.team must be a label value/);
  });

  test('fails when a wrong label is added later', () => {
    const metadata = metadataOf({});
    metadata.addLabel('late', 'too late');
    expect(() => checkMetadata(new Construct(chart, 'at'), metadata.toJson())).toThrow(/^\[test\/at\] metadata\.labels\.late must be .* got "too late"$/);
  });

  test('fails when there is a field that metadata does not have, and lists those that it has', () => {
    expect(() => check({ lables: { a: 'b' }, tier: 'db' })).toThrow(
      /^\[test\/at\] metadata has no field "lables", "tier": use name, namespace, labels, annotations, finalizers, ownerReferences$/);
  });

  test('fails when a value that is computed late is wrong', () => {
    const late = (value: unknown) => ({ annotations: { a: Lazy.any({ produce: () => value }) } });
    expect(check(late('b'))).toBeUndefined();
    chart = newChart();
    expect(() => check(late(5))).toThrow(/^\[test\/at\] metadata\.annotations\.a must be text, got 5$/);
  });

  test('fails when metadata of something else are wrong, and says whose', () => {
    const at = new Construct(chart, 'at');
    expect(() => checkMetadata(at, { labels: { a: 'b c' } }, 'claim \'data\'')).toThrow(/^\[test\/at\] claim 'data'\.labels\.a must be a label value/);
    expect(() => checkMetadata(at, { size: 5 }, 'claim \'data\'')).toThrow(/^\[test\/at\] claim 'data' has no field "size": use name, /);
  });

  test.each<[unknown, string]>([[null, 'null'], [undefined, 'undefined'], ['db', '"db"'], [[], 'a list']])('fails when the metadata are %p', (value, got) => {
    expect(() => checkMetadata(new Construct(chart, 'at'), value)).toThrow(new RegExp(`^\\[test/at\\] metadata must be an object, got ${got}$`));
  });
});

describe('selectorOf', () => {
  test('is what a service of cdk8s-plus selects by', () => {
    const service = new kplus.Service(newChart(), 'x', { ports: [{ port: 80 }] });
    expect(selectorOf(service)).toEqual({});
    service.selectLabel('app', 'db');
    service.select(kplus.Pods.select(service, 'pods', { labels: { tier: 'data' } }));
    expect(selectorOf(service)).toEqual({ app: 'db', tier: 'data' });
  });
});

describe('unlessEmpty', () => {
  test('is nothing for empty objects and lists, and otherwise the thing itself', () => {
    const full = { a: undefined };
    const list = [undefined];
    expect([unlessEmpty({}), unlessEmpty([]), unlessEmpty(undefined)]).toEqual([undefined, undefined, undefined]);
    expect(unlessEmpty(full)).toBe(full);
    expect(unlessEmpty(list)).toBe(list);
  });
});

describe('changed', () => {
  /** Whether V8 keeps two objects in the same form. */
  const isOfSameShape = (() => {
    setFlagsFromString('--allow-natives-syntax');
    return runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
  })();

  test('is a copy in which some fields are others', () => {
    const base = { a: 1, b: 2 };
    expect(changed(base, { b: 'two', c: 3 })).toStrictEqual({ a: 1, b: 'two', c: 3 });
    expect(changed(undefined, { a: 1 })).toStrictEqual({ a: 1 });
    expect(base).toStrictEqual({ a: 1, b: 2 });
  });

  test('gives all its objects one shape, which is quick to make and to read', () => {
    const [first, ...others] = Array.from({ length: 100 }, (_, i) => changed({ a: i, b: 2 }, { b: 3, c: i }));
    expect(others.filter(other => !isOfSameShape(first, other))).toEqual([]);
  });
});

describe('inOrder', () => {
  test('puts the keys of a map in the same order, whatever order they came in', () => {
    expect(Object.entries(inOrder({ b: 1, a: 2 }))).toEqual([['a', 2], ['b', 1]]);
    expect(Object.entries(inOrder({ a: 2, b: 1 }))).toEqual([['a', 2], ['b', 1]]);
  });
});
