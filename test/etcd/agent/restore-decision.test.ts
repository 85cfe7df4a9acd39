import { decideRestore, firstIdOf } from '../../../src/etcd/agent/restore-decision';
import { ClusterState } from '../../../src/etcd/agent/state';

const SNAPSHOT = '20261123T100000Z-rev4711.db';
const TOKEN = `shop/etcd@${SNAPSHOT}`;
const url = (ordinal: number) => `http://etcd-${ordinal}.etcd:2380`;
const fresh = (ordinal: number, token = TOKEN) => ({ id: firstIdOf(url(ordinal), token), peerURLs: [url(ordinal)] });
const started = (ordinal: number, token = TOKEN) => ({ ...fresh(ordinal, token), clientURLs: [`http://etcd-${ordinal}.etcd:2379`] });
type Answers = Parameters<typeof decideRestore>[0]['answers'];
const stateWith = (more: Partial<ClusterState>): ClusterState => ({ resourceVersion: '7', members: new Map(), tried: new Set(), ...more });
const decide = (...answers: Answers) => decideRestore({ hasData: false, peerUrl: url(0), snapshot: SNAPSHOT, token: TOKEN, answers });

describe('firstIdOf', () => {
  test('is what etcd 3.4, 3.5 and 3.6 have made of a URL and a token', () => {
    expect(firstIdOf('http://127.0.0.1:23801', 't')).toBe('8645782499530242234');
    expect(firstIdOf('http://127.0.0.1:23802', 't')).toBe('11539305337000706507');
  });
});

describe('decideRestore', () => {
  test('leaves data alone, whatever others say', () => {
    for (const answers of [[], [undefined], [[fresh(0)]], [[started(0)]]]) {
      expect(decideRestore({ hasData: true, peerUrl: url(0), snapshot: SNAPSHOT, token: TOKEN, answers })).toEqual({ do: 'leave alone', reason: 'there is data' });
    }
  });

  test('restores where nobody is', () => {
    expect(decide()).toEqual({ do: 'restore', reason: 'there is no data, and no other member answers' });
    expect(decide(undefined, undefined)).toMatchObject({ do: 'restore' });
  });

  test('restores where others have begun with the same snapshot, and wait for this one', () => {
    expect(decide(undefined, [fresh(0), started(1), fresh(2)])).toEqual({
      do: 'restore', reason: 'others have begun with the snapshot, and this member has not run yet',
    });
    expect(decide([fresh(0), started(1)], [{ ...fresh(0), clientURLs: [] }, started(1)])).toMatchObject({ do: 'restore' });
  });

  test('restores once only, as far as it is written down, where nobody is', () => {
    const scene = { hasData: false, peerUrl: url(0), snapshot: SNAPSHOT, token: TOKEN, answers: [undefined, undefined] };
    for (const state of [{ clusterId: '4711', restoredFrom: 'other.db' }, { clusterId: '4711' }, {}]) {
      expect(decideRestore({ ...scene, state: stateWith(state) })).toMatchObject({ do: 'restore' });
    }
    // by then any of its members may have been replaced, and have a number that no snapshot gives.
    const members = new Map([[firstIdOf(url(1), TOKEN), 'etcd-1'], ['5', 'etcd-0']]);
    expect(decideRestore({ ...scene, state: stateWith({ clusterId: '4711', restoredFrom: SNAPSHOT, members }) })).toEqual({
      do: 'leave alone', reason: 'the cluster was made of the snapshot before, and has data that are newer',
    });
  });

  test.each<[string, Answers]>([
    ['this one has run before', [undefined, [started(0), started(1)]]],
    ['only one of the others knows that it has', [[fresh(0), started(1)], [started(0), started(1)]]],
    ['others have a cluster without this one', [[started(1), started(2)]]],
    ['others were there before the snapshot', [[fresh(0, 'shop/etcd'), started(1, 'shop/etcd')]]],
    ['others began with another snapshot', [[fresh(0, 'shop/etcd@other.db')]]],
    ['this one was added anew', [[{ id: '5', peerURLs: [url(0)] }, started(1)]]],
    ['nobody is known', [[]]],
  ])('does not where %s', (_, answers) => {
    const reason = 'members of a cluster answer that is not made of the snapshot, or in which this one has run before it lost its disk';
    expect(decide(...answers)).toEqual({ do: 'refuse', reason });
    const scene = { hasData: false, peerUrl: url(0), snapshot: SNAPSHOT, token: TOKEN, answers };
    expect(decideRestore({ ...scene, state: stateWith({}) })).toEqual({ do: 'refuse', reason });
    expect(decideRestore({ ...scene, state: stateWith({ clusterId: '4711' }) })).toEqual({ do: 'leave alone', reason });
  });
});
