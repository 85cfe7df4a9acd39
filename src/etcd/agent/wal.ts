/* eslint-disable no-bitwise */

/** Who the member is whose data this is. Both are numbers of 64 bits, in decimal. */
export interface Identity {
  readonly memberId: string;
  readonly clusterId: string;
}

/** As many bytes of a segment as are enough: there are two short records before anything else. */
export const SEGMENT_HEAD = 1024;

const METADATA = 1;
const CRC = 4;

interface WalRecord {
  readonly type: number;
  readonly crc: number;
  readonly data: Buffer;
}

/**
 * Reads who a member is from the beginning of a segment of its write-ahead log, which is the same in all of them and in all versions of etcd: a
 * checksum to go on from, then the metadata that was given when the log was made.
 *
 * @throws Error if this is not such a beginning
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/storage/wal/encoder.go
 * @see https://github.com/etcd-io/etcd/blob/v3.6.0/server/storage/wal/walpb/record.proto
 */
export function identityIn(segment: Buffer): Identity {
  const first = recordAt(segment, 0);
  const { type, crc, data } = recordAt(segment, first.end);
  if (first.type !== CRC || type !== METADATA) {
    throw new Error(`it begins with records of the types ${first.type} and ${type} instead of ${CRC} and ${METADATA}`);
  }
  if (checksum(data, first.crc) !== crc) {
    throw new Error('the checksum of its metadata is wrong');
  }
  const fields = fieldsOf(data);
  const [memberId, clusterId] = [1, 2].map(field => String(fields.get(field) ?? 0));
  return { memberId, clusterId };
}

/** A record, which says how long it is and how much was put after it so that the next one is aligned. */
function recordAt(segment: Buffer, start: number): WalRecord & { readonly end: number } {
  const begin = start + 8;
  if (begin > segment.length) {
    throw new Error('it ends before its metadata');
  }
  const length = segment.readUIntLE(start, 6);
  const top = segment.readUInt8(start + 7);
  const end = begin + length;
  if (length === 0 || end > segment.length) {
    throw new Error(`there is no whole record at ${start}`);
  }
  const fields = fieldsOf(segment.subarray(begin, end));
  const data = fields.get(3);
  return {
    type: Number(fields.get(1)),
    crc: Number(fields.get(2)),
    data: Buffer.isBuffer(data) ? data : Buffer.alloc(0),
    // the highest bit says that there is padding, and the lowest three how much.
    end: end + (top >= 0x80 ? top & 0x7 : 0),
  };
}

/**
 * The fields of a message: numbers and bytes, which is all that is needed here.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
function fieldsOf(message: Buffer): Map<number, bigint | Buffer> {
  const fields = new Map<number, bigint | Buffer>();
  let at = 0;
  const number = () => {
    let value = 0n;
    let shift = 0n;
    let byte: number;
    do {
      if (at >= message.length || shift > 63n) {
        throw new Error('a record of it is cut off');
      }
      byte = message[at++];
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while (byte >= 0x80);
    return BigInt.asUintN(64, value);
  };
  while (at < message.length) {
    const tag = Number(number());
    const wireType = tag & 0x7;
    if (wireType !== 0 && wireType !== 2) {
      throw new Error(`a record of it has a field of the unknown type ${wireType}`);
    }
    let value: bigint | Buffer = number();
    if (wireType === 2) {
      const end = at + Number(value);
      value = message.subarray(at, end);
      at = end;
    }
    fields.set(tag >>> 3, value);
  }
  return fields;
}

/** Goes on with a CRC-32C. */
function checksum(data: Buffer, before: number): number {
  let crc = ~before;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc >>> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    }
  }
  return ~crc >>> 0;
}
