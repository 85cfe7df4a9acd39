import { KubeObject } from '../objects';
import { member, statefulSet } from './fixtures';
import { expired, revisionsOf } from './revisions';

const withImage = (image: string, status: object = {}, spec: object = {}) =>
  statefulSet({ template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } }, ...spec }, status);

/** The history of a set that had these images, one after the other. */
function historyOf(...images: string[]): KubeObject[] {
  return images.reduce<KubeObject[]>((history, image) => {
    const { update } = revisionsOf(withImage(image), history);
    return [...history.filter(({ metadata }) => metadata.name !== update.metadata.name), update];
  }, []);
}

// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions
describe('Revisions', () => {
  test('of a new set are one, which is number 1', () => {
    const { current, update } = revisionsOf(withImage('nginx:1'), []);
    expect(update).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: expect.stringMatching(/^web-[bcdfghjklmnpqrstvwxz2456789]{1,10}$/), namespace: 'default', ownerReferences: [{ kind: 'StatefulSet', name: 'web' }] },
      data: { spec: { template: { $patch: 'replace', spec: { containers: [{ image: 'nginx:1' }] } } } },
      revision: 1,
    });
    expect(update.metadata.labels).toEqual({ 'app': 'web', 'controller.kubernetes.io/hash': update.metadata.name.slice('web-'.length) });
    expect(current).toBe(update);
  });

  test('have the annotations of the set, for the history of kubectl', () => {
    const set = withImage('nginx:1');
    set.metadata.annotations = { 'kubernetes.io/change-cause': 'first' };
    expect(revisionsOf(set, []).update.metadata.annotations).toEqual({ 'kubernetes.io/change-cause': 'first' });
  });

  test('stay the same while the template does, in whatever order its fields are', () => {
    const history = historyOf('nginx:1');
    const set = statefulSet({ template: { spec: { containers: [{ image: 'nginx:1', name: 'main' }] }, metadata: { labels: { app: 'web' } } } });
    expect(revisionsOf(set, history).update).toBe(history[0]);
  });

  test('of a changed template have the next number, while the current one stays', () => {
    const history = historyOf('nginx:1');
    const { current, update } = revisionsOf(withImage('nginx:2', { currentRevision: history[0].metadata.name }), history);
    expect(current).toBe(history[0]);
    expect(update.revision).toBe(2);
    expect(update.metadata.name).not.toEqual(current.metadata.name);
  });

  test('of an older template are used again, with a higher number', () => {
    const history = historyOf('nginx:1', 'nginx:2');
    const { update } = revisionsOf(withImage('nginx:1'), history);
    expect(update).toEqual({ ...history[0], revision: 3 });
  });

  test('do not change with anything but the template', () => {
    const history = historyOf('nginx:1');
    expect(revisionsOf(withImage('nginx:1', {}, { replicas: 7, minReadySeconds: 5 }), history).update).toBe(history[0]);
  });

  test('that the status does not name leave the newest as the current one', () => {
    const history = historyOf('nginx:1', 'nginx:2');
    expect(revisionsOf(withImage('nginx:2', { currentRevision: 'web-gone' }), history).current).toBe(history[1]);
  });
});

// https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#revision-history
// https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/controller/statefulset/stateful_set_control.go truncateHistory
describe('The revision history', () => {
  const history = historyOf('nginx:1', 'nginx:2', 'nginx:3', 'nginx:4');
  const revisions = { current: history[2], update: history[3] };
  const imagesOf = (objects: KubeObject[]) => objects.map(({ data }) => data.spec.template.spec.containers[0].image);

  test('is cut to its limit, oldest first', () => {
    expect(imagesOf(expired(statefulSet({ revisionHistoryLimit: 1 }), [], history, revisions))).toEqual(['nginx:1']);
  });

  test('keeps what is current and what is to be, though the limit is 0', () => {
    expect(imagesOf(expired(statefulSet({ revisionHistoryLimit: 0 }), [], history, revisions))).toEqual(['nginx:1', 'nginx:2']);
  });

  test('keeps what a pod is made of', () => {
    const set = statefulSet({ revisionHistoryLimit: 0 });
    expect(imagesOf(expired(set, [member(set, 0, `ready@${history[0].metadata.name}`)], history, revisions))).toEqual(['nginx:2']);
  });

  test('is kept within its limit', () => {
    expect(expired(statefulSet({ revisionHistoryLimit: 2 }), [], history, revisions)).toEqual([]);
  });
});
