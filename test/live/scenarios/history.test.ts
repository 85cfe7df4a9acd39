import { historyOf, problemsOf, summaryOf } from './history';

const KEY = 'history/0';

/** What the program prints, with an end, and with an entry for each write unless told otherwise. */
function printed(lines: readonly unknown[][], entries = lines.filter(([kind]) => kind === 'write').map(([, , value]) => value)): string {
  return [...lines, ['entries', KEY, entries], ['end', 9999]].map(line => JSON.stringify(line)).join('\n');
}

function write(value: number, asked: number, answered: number | null, revision: number | null, outcome = answered === null ? 'unanswered' : 'acknowledged') {
  return ['write', KEY, value, asked, answered, revision, outcome];
}

function read(value: number | null, asked: number, answered: number, revision: number) {
  return ['read', KEY, value, asked, answered, revision, 'http://etcd-0:2379'];
}

const problems = (lines: readonly unknown[][], entries?: unknown[]) => problemsOf(historyOf(printed(lines, entries)));

describe('a history', () => {
  test('is free of problems when reads see what was there before', () => {
    expect(problems([
      read(0, 0, 1, 10),
      write(1, 2, 4, 11),
      read(1, 3, 5, 11),
      write(2, 6, 8, 12),
      read(1, 6, 7, 11),
      read(2, 9, 10, 12),
    ])).toEqual([]);
  });

  test('may have a write that was not answered, whether it happened or not', () => {
    expect(problems([write(1, 0, 2, 11), write(2, 3, null, null), read(1, 5, 6, 11)], [1])).toEqual([]);
    expect(problems([write(1, 0, 2, 11), write(2, 3, null, null), read(2, 5, 6, 12)], [1, 2])).toEqual([]);
  });

  test('has a problem with a read that is older than an acknowledged write', () => {
    expect(problems([write(1, 0, 2, 11), write(2, 3, 4, 12), read(1, 5, 6, 12)])).toEqual([expect.stringMatching(/^read history\/0=1 .* is older than .* write history\/0=2/)]);
  });

  test('has a problem with a read that is older than an earlier read of a write that nobody answered', () => {
    expect(problems([write(1, 0, 1, 11), write(2, 2, null, null), read(2, 3, 4, 12), read(1, 5, 6, 12)])).toEqual([expect.stringMatching(/=1 .* is older than .* read history\/0=2/)]);
  });

  test('has a problem with a read of a counter that is gone', () => {
    expect(problems([write(1, 0, 2, 11), read(null, 5, 6, 12)])).toEqual([expect.stringMatching(/=undefined .* is older than/)]);
  });

  test('has a problem with a read of what nobody had written yet', () => {
    expect(problems([read(1, 0, 1, 11), write(1, 2, 3, 12)])).toEqual([expect.stringMatching(/nobody had written/)]);
    expect(problems([read(7, 0, 1, 11)])).toEqual([expect.stringMatching(/nobody had written/)]);
  });

  test('has a problem with an acknowledged write whose entry is gone', () => {
    expect(problems([write(1, 0, 2, 11), write(2, 3, 4, 12)], [2])).toEqual([expect.stringMatching(/^write history\/0=1 .* is lost$/)]);
  });

  test('has a problem with an entry that was never written', () => {
    expect(problems([write(1, 0, 2, 11)], [1, 5])).toEqual(['entry 5 of history/0 was never written']);
  });

  test('has a problem with a write that was refused', () => {
    expect(problems([write(1, 0, 2, 11, 'refused')], [1])).toEqual([expect.stringMatching(/was refused/)]);
  });

  test('has a problem with a revision that went back, of whatever key', () => {
    const other = ['read', 'history/1', 0, 5, 6, 7, 'http://etcd-0:2379'];
    expect(problems([write(1, 0, 2, 11), other])).toEqual([expect.stringMatching(/^read history\/1=0 .* is of an older revision than write history\/0=1/)]);
  });

  test('has a problem with two writes of one revision, which two clusters would give', () => {
    expect(problems([write(1, 0, 4, 11), ['write', 'history/1', 1, 0, 3, 11, 'acknowledged'], ['entries', 'history/1', [1]]], [1]))
      .toEqual([expect.stringMatching(/^writes share a revision: /)]);
  });

  test('has a problem with a second cluster, and says who answered for it', () => {
    expect(problems([['cluster', 1, 'http://etcd-0:2379', '17'], ['cluster', 2, 'http://etcd-1:2379', '17'], ['cluster', 3, 'http://etcd-1:2379', '99']]))
      .toEqual(['there were 2 clusters: 17 at http://etcd-0:2379, 99 at http://etcd-1:2379']);
  });

  test('has a problem with its own end if the clients did not come to it', () => {
    expect(problemsOf(historyOf(JSON.stringify(read(0, 0, 1, 10))))).toEqual(['the history has no end']);
  });

  test('is summed up', () => {
    const lines = [write(1, 0, 2, 11), write(2, 3, null, null), write(3, 50, 60, 13), read(3, 61, 62, 13), write(4, 63, 64, 14)];
    expect(summaryOf(historyOf(printed(lines)))).toEqual({ acknowledged: 3, unanswered: 1, reads: 1, longestGap: 58 });
  });
});
