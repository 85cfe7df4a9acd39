import { decideRestore } from '../../../src/etcd/agent/restore-decision';

const url = (ordinal: number) => `http://etcd-${ordinal}.etcd:2380`;
const started = (ordinal: number) => ({ peerURLs: [url(ordinal)], clientURLs: [`http://etcd-${ordinal}.etcd:2379`] });
const fresh = (ordinal: number) => ({ peerURLs: [url(ordinal)] });
const decide = (...answers: Parameters<typeof decideRestore>[0]['answers']) => decideRestore({ hasData: false, peerUrl: url(0), answers });

describe('decideRestore', () => {
  test('leaves data alone, whatever others say', () => {
    for (const answers of [[], [undefined], [[fresh(0)]], [[started(0)]]]) {
      expect(decideRestore({ hasData: true, peerUrl: url(0), answers })).toEqual({ restore: false, reason: 'there is data' });
    }
  });

  test('restores where nobody is', () => {
    expect(decide()).toEqual({ restore: true, reason: 'there is no data, and no other member answers' });
    expect(decide(undefined, undefined)).toMatchObject({ restore: true });
  });

  test('restores where others have begun and wait for this one', () => {
    expect(decide(undefined, [fresh(0), started(1), fresh(2)])).toEqual({ restore: true, reason: 'others have begun, and this one has not run yet' });
    expect(decide([fresh(0), started(1)], [{ ...fresh(0), clientURLs: [] }, started(1)])).toMatchObject({ restore: true });
  });

  test('does not where this one has run before, if only one of the others says so', () => {
    const reason = 'a member of a cluster answers, in which this one has run before it lost its disk';
    expect(decide(undefined, [started(0), started(1)])).toEqual({ restore: false, reason });
    expect(decide([fresh(0), started(1)], [started(0), started(1)])).toEqual({ restore: false, reason });
  });

  test('does not where others have a cluster without this one', () => {
    expect(decide(undefined, [started(1), started(2)]))
      .toEqual({ restore: false, reason: 'a member of a cluster answers, and this is none of its members' });
    expect(decide([])).toMatchObject({ restore: false });
  });
});
