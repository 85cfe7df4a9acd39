import { backupName, expiredOf, isBackup } from '../../../src/etcd/agent/backup-names';

const name = (day: number, revision = 1) => backupName(new Date(Date.UTC(2026, 10, day, 10)), BigInt(revision));

describe('backupName', () => {
  test('says when it was made, in UTC, and what was the last change', () => {
    expect(backupName(new Date('2026-11-23T10:00:00.999Z'), 4711n)).toBe('20261123T100000Z-rev4711.db');
    expect(backupName(new Date('2026-11-23T23:59:59+02:00'), 0n)).toBe('20261123T215959Z-rev0.db');
  });

  test('is one that is known again', () => {
    expect(isBackup(name(23))).toBe(true);
  });
});

describe('isBackup', () => {
  test.each([
    'snapshot.unfinished', 'snapshot.unfinished.part', '20261123T100000Z-rev1.db.part', 'x20261123T100000Z-rev1.db', '20261123T100000Z-rev.db',
    '20261123T100000Z.db', 'sub/20261123T100000Z-rev1.db', '', '20261123T100000Z-rev1.db\n',
  ])('does not take %j for one', file => {
    expect(isBackup(file)).toBe(false);
  });
});

describe('expiredOf', () => {
  test('names the oldest of those that are too many', () => {
    expect(expiredOf([name(3), name(1), name(2)], name(4), 2)).toEqual([name(1), name(2)]);
    expect(expiredOf([name(3), name(1), name(2)], name(4), 1)).toEqual([name(1), name(2), name(3)]);
  });

  test('names none while there are not too many', () => {
    expect(expiredOf([], name(4), 1)).toEqual([]);
    expect(expiredOf([name(3), name(1), name(2)], name(4), 4)).toEqual([]);
    expect(expiredOf([name(3), name(1), name(2)], name(4), 100)).toEqual([]);
  });

  test('never names the one that was just made, even if those before are from the future', () => {
    expect(expiredOf([name(10), name(11), name(4)], name(4), 1)).toEqual([name(10), name(11)]);
    expect(expiredOf([name(10), name(11), name(4)], name(4), 2)).toEqual([name(10)]);
  });

  test('never names what is no backup', () => {
    expect(expiredOf(['a.db', 'snapshot.unfinished', '', name(1), name(2)], name(4), 1)).toEqual([name(1), name(2)]);
  });
});
