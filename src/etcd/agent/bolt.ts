/** Reads bytes of a file; throws where there are none. */
export type Reader = (offset: number, length: number) => Buffer;

interface Page {
  readonly offset: number;
  readonly isLeaf: boolean;
  readonly count: number;
}

interface Meta {
  readonly pageSize: number;
  readonly root: bigint;
  readonly transaction: bigint;
}

/** How far pages are read; no tree is deeper, but one that leads back to itself. */
const DEEP = 64;

const MAGIC = 0xed0cdaed;
const VERSION = 2;
const HEADER_SIZE = 16;
const ELEMENT_SIZE = 16;
const META_SIZE = 64;
const CHECKSUM_AT = 56;
const BUCKET_SIZE = 16;

const BRANCH_PAGE = 1;
const LEAF_PAGE = 2;
const IS_BUCKET = 1;

/** etcd keeps each change of a key under its revision in this bucket; the first eight bytes of a key are the revision. */
const REVISIONS = Buffer.from('key');
const REVISION_SIZE = 8;

/**
 * The revision of the last change in a database of etcd: what `etcdutl snapshot status` says. Zero, if there never was one.
 *
 * @see https://github.com/etcd-io/bbolt/blob/main/internal/common/page.go
 */
export function revisionIn(read: Reader): bigint {
  const { pageSize, root } = metaOf(read);
  const pageOf = (id: bigint) => pageAt(read, Number(id) * pageSize);
  const leafBelow = (start: Page, choose: (page: Page) => number) => {
    let page = start;
    for (let depth = 0; depth < DEEP; depth++) {
      if (page.isLeaf || page.count === 0) {
        return page;
      }
      page = pageOf(read(elementAt(page, choose(page)) + 8, 8).readBigUInt64LE());
    }
    throw new Error('it is no database of etcd: its pages lead back to themselves');
  };

  const buckets = leafBelow(pageOf(root), page => Math.max(0, indexOf(read, page, key => Buffer.compare(key, REVISIONS) > 0) - 1));
  const index = indexOf(read, buckets, key => key.equals(REVISIONS));
  const element = index < buckets.count ? read(elementAt(buckets, index), ELEMENT_SIZE) : undefined;
  if (element === undefined || element.readUInt32LE() !== IS_BUCKET) {
    throw new Error('it is no database of etcd: it has no bucket \'key\'');
  }
  const value = elementAt(buckets, index) + element.readUInt32LE(4) + element.readUInt32LE(8);
  const bucketRoot = read(value, BUCKET_SIZE).readBigUInt64LE();
  // a small bucket lies where its root would be named.
  const last = leafBelow(bucketRoot === 0n ? pageAt(read, value + BUCKET_SIZE) : pageOf(bucketRoot), page => page.count - 1);
  return last.count === 0 ? 0n : keyOf(read, last, last.count - 1).subarray(0, REVISION_SIZE).readBigUInt64BE();
}

/** The newer of the two pages that say where everything is. A crash may have left one of them half written. */
function metaOf(read: Reader): Meta {
  const first = metaAt(read, 0);
  const second = metaAt(read, first?.pageSize ?? 4096);
  const newest = second !== undefined && (first === undefined || second.transaction > first.transaction) ? second : first;
  if (newest === undefined) {
    throw new Error('it is no database of etcd: neither of its first two pages is one of such a database');
  }
  return newest;
}

function metaAt(read: Reader, offset: number): Meta | undefined {
  const meta = read(offset + HEADER_SIZE, META_SIZE);
  const isMeta = meta.readUInt32LE() === MAGIC && meta.readUInt32LE(4) === VERSION
    && meta.readBigUInt64LE(CHECKSUM_AT) === fnv(meta.subarray(0, CHECKSUM_AT));
  return isMeta ? { pageSize: meta.readUInt32LE(8), root: meta.readBigUInt64LE(16), transaction: meta.readBigUInt64LE(48) } : undefined;
}

/** @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv(bytes: Buffer): bigint {
  // eslint-disable-next-line no-bitwise
  return bytes.reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n);
}

function pageAt(read: Reader, offset: number): Page {
  const header = read(offset, HEADER_SIZE);
  const kind = header.readUInt16LE(8);
  if (kind !== BRANCH_PAGE && kind !== LEAF_PAGE) {
    throw new Error(`it is no database of etcd: what it has at ${offset} is no page of keys`);
  }
  return { offset, isLeaf: kind === LEAF_PAGE, count: header.readUInt16LE(10) };
}

/** Elements of leaves begin with flags and those of branches do not, so the place and the size of a key are one number further on in a leaf. */
function keyOf(read: Reader, page: Page, index: number): Buffer {
  const element = read(elementAt(page, index), ELEMENT_SIZE);
  const shift = page.isLeaf ? 4 : 0;
  return read(elementAt(page, index) + element.readUInt32LE(shift), element.readUInt32LE(shift + 4));
}

/** The first element whose key is such; the number of elements, if there is none. */
function indexOf(read: Reader, page: Page, isWanted: (key: Buffer) => boolean): number {
  let index = 0;
  while (index < page.count && !isWanted(keyOf(read, page, index))) {
    index++;
  }
  return index;
}

function elementAt({ offset }: Page, index: number): number {
  return offset + HEADER_SIZE + index * ELEMENT_SIZE;
}
