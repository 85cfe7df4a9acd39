import { hasCondition, isOwnedBy, KubeObject, matches, nameOf, ownedBy } from './objects';

const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace: 'default', uid: '1', labels: { app: 'web', tier: 'front' } } };

test('an object is named by kind, namespace and name', () => {
  expect(nameOf(pod)).toBe('Pod default/web-0');
  expect(nameOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })).toBe('Namespace default');
});

test.each([
  [{ matchLabels: { app: 'web' } }, true],
  [{ matchLabels: { app: 'web', tier: 'back' } }, false],
  [{}, true],
  [{ matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }] }, true],
  [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['front'] }] }, false],
  [{ matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['front'] }] }, false],
  [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['front'] }] }, true],
  [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
  [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
] as const)('the selector %j matches app=web,tier=front: %s', (selector, expected) => {
  expect(matches(pod, selector as any)).toBe(expected);
});

test('an owner is known by its uid, not by its name', () => {
  const set: KubeObject = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web', uid: '7' } };
  const owned = { ...pod, metadata: { ...pod.metadata, ownerReferences: [ownedBy(set)] } };
  expect(isOwnedBy(owned, set)).toBe(true);
  expect(isOwnedBy(owned, { ...set, metadata: { name: 'web', uid: '8' } })).toBe(false);
});

test('a condition holds only if it is True', () => {
  const withReady = (status: string) => ({ ...pod, status: { conditions: [{ type: 'Ready', status }] } });
  expect(hasCondition(withReady('True'), 'Ready')).toBe(true);
  expect(hasCondition(withReady('False'), 'Ready')).toBe(false);
  expect(hasCondition(pod, 'Ready')).toBe(false);
});
