import { noted, threeWayPatch } from './apply';
import { KubeObject } from './control-plane/objects';

const set = (spec: object, labels?: Record<string, string>): KubeObject =>
  ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web', ...labels && { labels } }, spec });

/** The patch without the note of what was applied, which is always in it. */
function patchOf(live: KubeObject, wanted: KubeObject): any {
  const patch: any = threeWayPatch(live, wanted);
  delete patch.metadata?.annotations;
  return patch;
}

// @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
test('applying the same again changes nothing', () => {
  const wanted = set({ replicas: 3 });
  expect(threeWayPatch(noted(wanted), wanted)).toEqual({});
});

test('what is wanted and different is set', () => {
  expect(patchOf(noted(set({ replicas: 3, serviceName: 'web' })), set({ replicas: 5, serviceName: 'web' }))).toEqual({ metadata: {}, spec: { replicas: 5 } });
});

test('what stood in the last apply and no longer in this one goes', () => {
  expect(patchOf(noted(set({ replicas: 3 }, { a: 'b' })), set({}))).toEqual({ metadata: { labels: null }, spec: { replicas: null } });
});

test('what others have set stays', () => {
  const live = noted(set({ serviceName: 'web' }));
  live.spec.replicas = 7;
  live.status = { replicas: 7 };
  expect(threeWayPatch(live, set({ serviceName: 'web' }))).toEqual({});
});

test('a value that others have changed is set back if it is wanted', () => {
  const live = noted(set({ replicas: 3 }));
  live.spec.replicas = 7;
  expect(patchOf(live, set({ replicas: 3 }))).toEqual({ spec: { replicas: 3 } });
});

test('an object that was never applied is merged with what is wanted', () => {
  expect(patchOf(set({ replicas: 1, serviceName: 'web' }), set({ replicas: 3 }))).toEqual({ metadata: {}, spec: { replicas: 3 } });
});
