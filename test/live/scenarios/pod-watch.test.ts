import { movesOf, PodWatch, Sighting, stepsOf } from './pod-watch';
import { Cluster } from '../cluster';
import { KubeObject } from '../control-plane/objects';

function pod(name: string, uid: string, { ready = false, stopping = false } = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid, ...stopping && { deletionTimestamp: '2030-01-01T00:00:00Z' } },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

/** Sightings as words, one look each: `+0 =0` is a pod that is made and then ready. */
function seen(words: string): Sighting[] {
  return words.split(' ').map((word, look) => ({ look, sign: word[0] as Sighting['sign'], pod: word.slice(1), uid: `uid-${word.slice(1)}` }));
}

function told(words: string): string {
  return stepsOf(movesOf(seen(words))).map(step => step.map(({ sign, pod: name, end }) => `${sign}${name}${end === undefined ? '...' : ''}`).join('&')).join(' ');
}

describe('moves of pods', () => {
  test.each([
    ['+0 =0 +1 =1', '+0 +1'],
    ['+0 +1 =1 =0', '+0&+1'],
    ['~1 -1 +1 =1 ~0 -0 +0 =0', '~1 ~0'],
    ['~1 -1 +1 ~0 =1 -0 +0 =0', '~1&~0'],
    ['~1 -1 ~0 -0', '-1 -0'],
    ['~1 ~0 -1 -0', '-1&-0'],
    ['~1 -1 +1', '~1...'],
    ['~1 -1 +1 =1 ~1 -1 +1 =1', '~1 ~1'],
    ['=0', ''],
  ])('%s is %s', (words, expected) => {
    expect(told(words)).toBe(expected);
  });

  test('that begin in the look in which another ends come after it', () => {
    const [first, ...rest] = seen('~1 -1 +1 =1 ~0 -0');
    expect(stepsOf(movesOf([first, ...rest.map(one => one.pod === '0' ? { ...one, look: one.look - 1 } : one)]))).toHaveLength(2);
  });
});

test('a watch sees what changed from look to look', () => {
  const watch = new PodWatch({} as Cluster);
  watch.see([pod('web-0', 'a', { ready: true }), pod('web-1', 'b'), pod('db-0', 'x')]);
  const moment = watch.now;
  watch.see([pod('web-0', 'a', { stopping: true, ready: true }), pod('web-1', 'b', { ready: true })]);
  watch.see([pod('web-0', 'c'), pod('web-1', 'b', { ready: true })]);
  watch.see([pod('web-0', 'c', { ready: true })]);
  expect(watch.movesSince(moment, name => name.startsWith('web-')).map(({ sign, pod: name, uid }) => `${sign}${name} ${uid}`)).toEqual(['~web-0 c', '-web-1 undefined']);
  expect(watch.movesSince(moment, name => name.startsWith('db-'))).toEqual([expect.objectContaining({ sign: '-', pod: 'db-0' })]);
});
