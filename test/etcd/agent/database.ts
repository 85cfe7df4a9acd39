/** A page of a database: bytes, or what stands in its elements. */
export interface PageContent {
  readonly kind: 'branch' | 'leaf' | 'other';
  readonly elements?: readonly { readonly key: Buffer; readonly value?: Buffer; readonly page?: bigint; readonly isBucket?: boolean }[];
}

export interface MetaContent {
  readonly root: bigint;
  readonly transaction: bigint;
  readonly isBroken?: boolean;
}

const PAGE = 4096;
const KINDS = { branch: 1, leaf: 2, other: 16 };

/** A key of the bucket of revisions. */
export function revisionKey(revision: bigint): Buffer {
  const key = Buffer.alloc(17, '_');
  key.writeBigUInt64BE(revision);
  key.writeBigUInt64BE(0n, 9);
  return key;
}

/** The value by which a bucket is found whose root is such a page. */
export function bucketAt(root: bigint): Buffer {
  const value = Buffer.alloc(16);
  value.writeBigUInt64LE(root);
  return value;
}

/** A database of bbolt, made by hand: shapes that a small real one does not have. The first two pages are written of `metas`. */
export function database(metas: readonly [MetaContent, MetaContent], pages: readonly PageContent[]): Buffer {
  return Buffer.concat([...metas.map(metaPage), ...pages.map(contentPage)]);
}

function metaPage({ root, transaction, isBroken = false }: MetaContent): Buffer {
  const page = Buffer.alloc(PAGE);
  page.writeUInt16LE(4, 8);
  const meta = page.subarray(16);
  meta.writeUInt32LE(0xed0cdaed);
  meta.writeUInt32LE(2, 4);
  meta.writeUInt32LE(PAGE, 8);
  meta.writeBigUInt64LE(root, 16);
  meta.writeBigUInt64LE(transaction, 48);
  let hash = 0xcbf29ce484222325n;
  for (const byte of meta.subarray(0, 56)) {
    // eslint-disable-next-line no-bitwise
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  meta.writeBigUInt64LE(isBroken ? hash + 1n : hash, 56);
  return page;
}

function contentPage({ kind, elements = [] }: PageContent): Buffer {
  const page = Buffer.alloc(PAGE);
  page.writeUInt16LE(KINDS[kind], 8);
  page.writeUInt16LE(elements.length, 10);
  let free = 16 + 16 * elements.length;
  elements.forEach(({ key, value = Buffer.alloc(0), page: child = 0n, isBucket = false }, i) => {
    const at = 16 + 16 * i;
    const numbers = kind === 'leaf' ? [isBucket ? 1 : 0, free - at, key.length, value.length] : [free - at, key.length];
    numbers.forEach((number, j) => page.writeUInt32LE(number, at + 4 * j));
    if (kind === 'branch') {
      page.writeBigUInt64LE(child, at + 8);
    }
    free += key.copy(page, free);
    free += value.copy(page, free);
  });
  return page;
}
