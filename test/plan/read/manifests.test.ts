import { PlanInput } from '../../../src';
import { manifestsOfObjects, manifestsOfText } from '../../../src/plan/read/manifests';
import { object } from '../manifests';

const names = (text: string) => manifestsOfText(text, 'text').map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const DOCUMENT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n';
const named = (name: string) => DOCUMENT.replace('NAME', name);

describe('manifests', () => {
  test('are the documents of a text', () => {
    expect(names(`\ufeff${named('a')}---\n${named('b')}--- # c\r\n${named('c')}...\n---\n# nothing\n---\n{}\n---\nnull\n`)).toEqual(['ConfigMap a', 'ConfigMap b', 'ConfigMap c']);
    expect(names('--- {apiVersion: v1, kind: ConfigMap, metadata: {name: d}}\n')).toEqual(['ConfigMap d']);
    expect(names('')).toEqual([]);
  });

  test('are the items of a list, as kubectl prints it', () => {
    const items = [object('v1', 'ConfigMap'), { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'p' } }] }];
    const list = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
    expect(names(JSON.stringify(list, null, 4))).toEqual(['ConfigMap it', 'Pod p']);
    expect(PlanInput.fromObjects([list]).size).toBe(2);
  });

  test.each([
    ['- a', 'text:1: must be an object of Kubernetes, got a list'],
    ['a', 'text:1: must be an object of Kubernetes, got a value'],
    ['a: b', 'text:1: must be an object of Kubernetes with apiVersion and kind'],
    ['---\n# one\n---\napiVersion: v1\nkind: Pod', 'text:3: Pod must have a metadata.name'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: ""}', 'must have a metadata.name'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: 1}', 'metadata.namespace of Pod a must be text'],
    ['apiVersion: v1\nkind: List\nitems: [1]', 'text:1 items[0]: must be an object of Kubernetes, got a value'],
  ])('are refused that are none: %j', (text, message) => {
    expect(() => manifestsOfText(text, 'text')).toThrow(message);
  });

  test('are text, or a list of objects', () => {
    expect(() => manifestsOfText(5 as any, 'text')).toThrow('text: must be text, got a number');
    expect(() => manifestsOfObjects({} as any, 'objects')).toThrow('objects: must be a list of objects');
  });
});

describe('objects of a program', () => {
  const circle: any = object('v1', 'ConfigMap');
  circle.data = { circle };
  const wide: any[] = [];
  wide.push(...Array(200).fill(wide));

  test.each([
    ['contains itself', circle, /contains itself/],
    ['contains itself many times', object('v1', 'ConfigMap', { data: wide }), /contains itself/],
    ['is made by a class', object('v1', 'ConfigMap', { data: new Date() }), /must be plain data, got an instance of a class/],
    ['has code', object('v1', 'ConfigMap', { data: () => 1 }), /got a function/],
    ['changes all objects', JSON.parse('{"apiVersion":"v1","kind":"A","metadata":{"name":"a"},"__proto__":{"polluted":true}}'), /must not be __proto__/],
    ['is larger than any cluster', object('v1', 'ConfigMap', { data: Array(5_000_001).fill(0) }), /has more than 5000000 values/],
  ])('are refused where one %s', (_, given, message) => {
    expect(() => manifestsOfObjects([given], 'objects')).toThrow(message);
    expect(({} as any).polluted).toBeUndefined();
  });

  test('are copied, so that nothing of them changes', () => {
    const given = object('v1', 'ConfigMap', { data: { a: undefined, b: null, c: [undefined] } });
    const [made] = manifestsOfObjects([given], 'objects');
    expect(made).toEqual({ ...given, data: { b: null, c: [null] } });
    made.data.b = 'x';
    expect(given.data.b).toBeNull();
    expect(made.toString).toBeUndefined();
  });
});
