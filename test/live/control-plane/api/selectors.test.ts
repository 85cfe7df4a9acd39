import { RESOURCES } from './resources';
import { labelSelectorText, parseLabelSelector, selectionOf } from './selectors';
import { KubeObject, matches } from '../objects';

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'etcd-0', namespace: 'default', labels: { app: 'etcd', tier: 'data' } },
  status: { phase: 'Running' },
};
const selects = (query: Record<string, string>) => selectionOf(new URLSearchParams(query), RESOURCES.find(({ kind }) => kind === 'Pod')!)(pod);

describe('label selectors', () => {
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
  test.each([
    ['', true],
    ['app=etcd', true],
    ['app==etcd', true],
    ['app = etcd', true],
    ['app=redis', false],
    ['app!=redis', true],
    ['app!=etcd', false],
    ['zone!=a', true],
    ['app in (etcd, redis)', true],
    ['app in (redis)', false],
    ['app notin (redis,kafka)', true],
    ['zone notin (a)', true],
    ['app', true],
    ['zone', false],
    ['!zone', true],
    ['!app', false],
    ['app=etcd,tier in (data,cache),!zone', true],
    ['app=etcd,tier=cache', false],
    ['zone=', false],
    ['example.com/role', false],
  ])('"%s": %s', (selector, selected) => {
    expect(matches(pod, parseLabelSelector(selector))).toBe(selected);
    expect(selects({ labelSelector: selector })).toBe(selected);
  });

  test('fails on what is none', () => {
    expect(() => parseLabelSelector('app in etcd')).toThrow(/unable to parse requirement: 'app in etcd'/);
  });

  test('are written as they are read', () => {
    const selector = {
      matchLabels: { app: 'etcd' },
      matchExpressions: [{ key: 'tier', operator: 'In' as const, values: ['data', 'cache'] }, { key: 'zone', operator: 'DoesNotExist' as const }],
    };
    const text = labelSelectorText(selector);
    expect(text).toBe('app=etcd,tier in (data,cache),!zone');
    expect(matches(pod, parseLabelSelector(text))).toBe(true);
  });
});

describe('field selectors', () => {
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
  test.each([
    ['metadata.name=etcd-0', true],
    ['metadata.name=etcd-1', false],
    ['metadata.name!=etcd-1,metadata.namespace==default', true],
    ['status.phase=Running', true],
    ['spec.nodeName=', true],
  ])('"%s": %s', (fieldSelector, selected) => expect(selects({ fieldSelector })).toBe(selected));

  test('fail on a field that cannot be selected by', () => {
    expect(() => selects({ fieldSelector: 'spec.hostname=etcd-0' })).toThrow(/field label not supported: spec\.hostname/);
    expect(() => selects({ fieldSelector: 'metadata.name' })).toThrow(/can't understand 'metadata\.name'/);
  });

  test('hold together with label selectors', () => {
    expect(selects({ labelSelector: 'app=etcd', fieldSelector: 'metadata.name=etcd-1' })).toBe(false);
  });
});
