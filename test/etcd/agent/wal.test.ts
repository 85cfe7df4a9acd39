import { identityIn } from '../../../src/etcd/agent/wal';

/** The first 64 bytes of segments that real members have written. */
const SEGMENTS: ReadonlyArray<readonly [version: string, member: string, segment: number, memberId: string, hex: string]> = [
  ['3.4.23', 'a first member', 1, '15985099378392235387',
    '040000000000008408041000000000002000000000000000080110fcb588d4091a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a7010e00000000000082'],
  ['3.4.23', 'a first member', 3, '15985099378392235387',
    '0800000000000000080410c0e7e5f50820000000000000000801109bdfd0ee061a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a7011a00000000000086'],
  ['3.4.23', 'one that joined as a learner', 1, '16223812082407705993',
    '040000000000008408041000000000002000000000000000080110828e9de8031a1608899be8d49ae4a393e10110b9aec4abb989e5f7a7010e00000000000082'],
  ['3.4.23', 'one that joined as a learner', 3, '16223812082407705993',
    '080000000000000008041089e4bd970b2000000000000000080110b8bea6a2071a1608899be8d49ae4a393e10110b9aec4abb989e5f7a7011100000000000087'],
  ['3.5.35', 'a first member', 1, '15985099378392235387',
    '040000000000008408041000000000002000000000000000080110fcb588d4091a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a7010e00000000000082'],
  ['3.5.35', 'a first member', 3, '15985099378392235387',
    '080000000000000008041084d5e5a1032000000000000000080110b0fdd1d20c1a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a7011a00000000000086'],
  ['3.5.35', 'one that joined as a learner', 1, '4555096948678213518',
    '040000000000008408041000000000001f000000000000810801109eb9c6bb071a15088effb8bba791bd9b3f10b9aec4abb989e5f7a701000e00000000000082'],
  ['3.5.35', 'one that joined as a learner', 3, '4555096948678213518',
    '0800000000000000080410d4b3aaac091f00000000000081080110dcecd4d6021a15088effb8bba791bd9b3f10b9aec4abb989e5f7a701001100000000000087'],
  ['3.6.14', 'a first member', 1, '15985099378392235387',
    '040000000000008408041000000000002000000000000000080110fcb588d4091a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a7010e00000000000082'],
  ['3.6.14', 'a first member', 3, '15985099378392235387',
    '08000000000000000804108ecab2fa092000000000000000080110e4bafcd10f1a1608fbfa8ba392e69eebdd0110b9aec4abb989e5f7a7011a00000000000086'],
  ['3.6.14', 'one that joined as a learner', 1, '7301945760602668618',
    '040000000000008408041000000000001f00000000000081080110c3c4cda20e1a1508cafc90efb59feeaa6510b9aec4abb989e5f7a701000e00000000000082'],
  ['3.6.14', 'one that joined as a learner', 3, '7301945760602668618',
    '080000000000000008041087fec684061f0000000000008108011087a9a6f0011a1508cafc90efb59feeaa6510b9aec4abb989e5f7a701001100000000000087'],
];
const CLUSTER_ID = '12101053776118486841';
const FIRST = Buffer.from(SEGMENTS[0][4], 'hex');

/** The first segment with other bytes from here on. */
function changed(at: number, ...bytes: number[]): Buffer {
  const segment = Buffer.from(FIRST);
  segment.set(bytes, at);
  return segment;
}

test.each(SEGMENTS)('says who the member is: etcd %s, %s, segment %d', (_version, _member, _segment, memberId, hex) => {
  expect(identityIn(Buffer.from(hex, 'hex'))).toEqual({ memberId, clusterId: CLUSTER_ID });
});

test('needs the first two records alone', () => {
  expect(identityIn(FIRST.subarray(0, 56))).toEqual({ memberId: '15985099378392235387', clusterId: CLUSTER_ID });
});

test.each<[string, Buffer, RegExp]>([
  ['nothing', Buffer.alloc(0), /ends before its metadata/],
  ['a file that was made and never written to', Buffer.alloc(1024), /no whole record at 0/],
  ['one that is cut off in its first record', FIRST.subarray(0, 10), /no whole record at 0/],
  ['one that is cut off between its records', FIRST.subarray(0, 16), /ends before its metadata/],
  ['one that is cut off in its metadata', FIRST.subarray(0, 55), /no whole record at 16/],
  ['text', Buffer.from('this is no write-ahead log, but somebody wrote this instead'), /no whole record at 0/],
  ['other records', changed(9, 5), /begins with records of the types 5 and 1 instead of 4 and 1/],
  ['other records after the first', changed(25, 2), /types 4 and 2 instead of 4 and 1/],
  ['another member', changed(35, 0xfa), /checksum of its metadata is wrong/],
  ['another checksum', changed(27, 0xfd), /checksum of its metadata is wrong/],
  ['a number that does not end', changed(8, 0xff, 0xff, 0xff, 0xff), /a record of it is cut off/],
  ['a number that is too long', changed(24, ...Array(12).fill(0xff)), /a record of it is cut off/],
  ['fields of another kind', changed(8, 0x0d), /field of the unknown type 5/],
])('refuses %s', (_, segment, problem) => {
  expect(() => identityIn(segment)).toThrow(problem);
});

/** A record as etcd writes it, without padding. */
function record(...fields: number[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUIntLE(fields.length, 0, 6);
  return Buffer.concat([head, Buffer.from(fields)]);
}

test('takes what is left out for zero, as protobuf does', () => {
  expect(identityIn(Buffer.concat([record(8, 4, 16, 0), record(8, 1, 16, 0)]))).toEqual({ memberId: '0', clusterId: '0' });
});
