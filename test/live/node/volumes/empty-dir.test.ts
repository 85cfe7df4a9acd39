import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { makeEmptyDir, memorySizeOf } from './empty-dir';

const podWith = (...memory: (string | undefined)[]) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' }, spec: { containers: memory.map(limit => ({ resources: { limits: { memory: limit } } })) },
});

// https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
// https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/emptydir/empty_dir.go
describe('emptyDir', () => {
  test.each([
    ['its limit', { sizeLimit: '1Mi' }, podWith('2Mi'), 2 ** 20],
    ['the limit of the pod, if that is less', { sizeLimit: '1Gi' }, podWith('1Mi', '2Mi'), 3 * 2 ** 20],
    ['the memory of the node, if a container has no limit', {}, podWith('1Mi', undefined), totalmem()],
    ['the memory of the node, if its limit is more', { sizeLimit: '1Ei' }, podWith(undefined), totalmem()],
  ])('in memory is as large as %s', (_, emptyDir, pod, size) => {
    expect(memorySizeOf(emptyDir, pod)).toBe(size);
  });

  test('can be written by everybody', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'empty-dir-'));
    await makeEmptyDir(join(folder, 'scratch'), {}, 0);
    expect((await stat(join(folder, 'scratch'))).mode % 0o10000).toBe(0o777);
    await rm(folder, { recursive: true });
  });

  test('fails on huge pages', async () => {
    await expect(makeEmptyDir('/nowhere', { medium: 'HugePages' }, 0)).rejects.toThrow(/^unknown storage medium "HugePages"$/);
  });
});
