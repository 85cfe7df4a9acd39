import { Size } from 'cdk8s';
import { bytesOf, fittingQuota, membersProblem, quotaProblem, storageProblem } from '../../src/etcd/sizing';

test.each([1, 3, 5, 7])('%i members are a cluster', (replicas) => {
  expect(membersProblem(replicas, false)).toBeUndefined();
});

test.each([1, 2, 3, 4, 5, 6, 7])('%i members are one that is on its way to another size', (replicas) => {
  expect(membersProblem(replicas, true)).toBeUndefined();
});

test('more than seven are none, on whatever way', () => {
  expect(membersProblem(8, true)).toBe('must be 1 to 7, got 8: each write waits for a majority, so more members make it slower and not safer');
});

test.each([
  [2, 'must be odd, got 2: 2 members survive the loss of no more than 1 do; give 1 or 3'],
  [4, 'must be odd, got 4: 4 members survive the loss of no more than 3 do; give 3 or 5'],
  [6, 'must be odd, got 6: 6 members survive the loss of no more than 5 do; give 5 or 7'],
  [9, 'must be 1, 3, 5 or 7, got 9: each write waits for a majority, so more members make it slower and not safer'],
  [0, 'must be 1, 3, 5 or 7, got 0'],
  [1.5, 'must be 1, 3, 5 or 7, got 1.5'],
  ['3', 'must be 1, 3, 5 or 7, got "3"'],
])('%p members are refused', (replicas, problem) => {
  expect(membersProblem(replicas, false)).toBe(problem);
});

test('a disk has room for the log and a database', () => {
  expect(storageProblem(Size.gibibytes(1))).toBeUndefined();
  expect(storageProblem(Size.mebibytes(1023))).toBe('must be at least 1 GiB, of which etcd\'s log alone takes half, got 1023 MiB');
  expect(storageProblem('8Gi')).toBe('must be a Size such as Size.gibibytes(10), got "8Gi"');
});

test('a quota leaves room for the log', () => {
  expect(quotaProblem(Size.mebibytes(1536), Size.gibibytes(2), false)).toBeUndefined();
  expect(quotaProblem(Size.mebibytes(1537), Size.gibibytes(2), false))
    .toBe('must leave 512 MiB of \'storage\' to the log: 1536 MiB at most, got 1537 MiB; make \'storage\' larger');
  expect(quotaProblem(2, Size.gibibytes(2), false)).toBe('must be a Size such as Size.gibibytes(10), got 2');
});

test('a quota leaves room for the copy of the database that a defragmentation writes', () => {
  expect(quotaProblem(Size.mebibytes(768), Size.gibibytes(2), true)).toBeUndefined();
  expect(quotaProblem(Size.mebibytes(769), Size.gibibytes(2), true)).toBe('must leave 512 MiB of \'storage\' to the log, and room for the copy that'
    + ' a defragmentation writes: 768 MiB at most, got 769 MiB; make \'storage\' larger');
});

test.each([
  [Size.gibibytes(1), Size.mebibytes(256)],
  [Size.gibibytes(8), Size.mebibytes(3840)],
  [Size.gibibytes(100), Size.gibibytes(8)],
])('a database and its copy fit the disk, up to 8 GiB, %#', (storage, quota) => {
  expect(fittingQuota(storage)).toBe(bytesOf(quota));
});
