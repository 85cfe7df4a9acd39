import { bucketAt, database, MetaContent, PageContent, revisionKey } from './database';
import { FIXTURES } from './snapshots';
import { Reader, revisionIn } from '../../../src/etcd/agent/bolt';

function readerOf(bytes: Buffer): Reader {
  return (offset, length) => {
    if (offset + length > bytes.length) {
      throw new Error('it ends too early');
    }
    return bytes.subarray(offset, offset + length);
  };
}

const text = (name: string) => Buffer.from(name);
const both: [MetaContent, MetaContent] = [{ root: 2n, transaction: 7n }, { root: 2n, transaction: 6n }];
const revisionOf = (pages: PageContent[], metas = both) => revisionIn(readerOf(database(metas, pages)));
const bucket = (name: string, root: bigint) => ({ key: text(name), value: bucketAt(root), isBucket: true });
const leaf = (...revisions: number[]): PageContent => ({ kind: 'leaf', elements: revisions.map(revision => ({ key: revisionKey(BigInt(revision)) })) });

describe('revisionIn', () => {
  test.each(FIXTURES.map(fixture => [fixture.what, fixture] as const))('reads the revision of a snapshot of %s', (_, { bytes, revision }) => {
    expect(revisionIn(readerOf(bytes))).toBe(revision);
  });

  test('is zero where nobody has written', () => {
    expect(revisionOf([{ kind: 'leaf', elements: [bucket('key', 3n)] }, leaf()])).toBe(0n);
  });

  test('goes to the last page, by as many steps as there are', () => {
    const branch = (...pages: bigint[]): PageContent => ({ kind: 'branch', elements: pages.map(page => ({ key: revisionKey(page), page })) });
    expect(revisionOf([{ kind: 'leaf', elements: [bucket('key', 3n)] }, branch(5n, 4n), branch(5n, 6n), leaf(1, 2), leaf(3, 4000000000, 5)])).toBe(5n);
  });

  test('finds its bucket among many, in several pages', () => {
    const branch = { kind: 'branch', elements: ['alarm', 'key', 'lease'].map((name, i) => ({ key: text(name), page: 3n + BigInt(i) })) } as const;
    const names = [['alarm', 'auth'], ['key', 'keys'], ['lease']];
    const leaves = names.map(list => ({ kind: 'leaf', elements: list.map(name => bucket(name, name === 'key' ? 6n : 99n)) }) as const);
    expect(revisionOf([branch, ...leaves, leaf(9)])).toBe(9n);
    const before = { kind: 'branch', elements: [{ key: text('zebra'), page: 3n }] } as const;
    expect(revisionOf([before, leaves[1], leaf(), leaf(), leaf(8)])).toBe(8n);
  });

  test('believes the newer of the two pages that say where everything is, if it is whole', () => {
    const pages: PageContent[] = [leaf(), { kind: 'leaf', elements: [bucket('key', 4n)] }, leaf(3)];
    const old = { root: 2n, transaction: 6n };
    const recent = { root: 3n, transaction: 7n };
    expect(revisionOf(pages, [old, recent])).toBe(3n);
    expect(revisionOf(pages, [recent, old])).toBe(3n);
    expect(revisionOf(pages, [recent, { ...old, transaction: 8n, isBroken: true }])).toBe(3n);
    expect(revisionOf(pages, [{ ...old, transaction: 8n, isBroken: true }, recent])).toBe(3n);
  });

  test.each<[string, PageContent[], RegExp]>([
    ['has no bucket of revisions', [{ kind: 'leaf', elements: [bucket('lease', 3n)] }], /^it is no database of etcd: it has no bucket 'key'$/],
    ['has a key in its place', [{ kind: 'leaf', elements: [{ key: text('key') }] }], /^it is no database of etcd: it has no bucket 'key'$/],
    ['is empty', [{ kind: 'branch' }], /^it is no database of etcd: it has no bucket 'key'$/],
    ['leads to something else', [{ kind: 'other' }], /^it is no database of etcd: what it has at 8192 is no page of keys$/],
    ['leads back to itself', [{ kind: 'branch', elements: [{ key: text('key'), page: 2n }] }], /^it is no database of etcd: its pages lead back to themselves$/],
  ])('fails when a database %s', (_, pages, message) => {
    expect(() => revisionOf(pages)).toThrow(message);
  });

  test('fails when it is no database at all', () => {
    expect(() => revisionIn(readerOf(Buffer.alloc(8192, 'x')))).toThrow(/^it is no database of etcd: neither of its first two pages is one of such a database$/);
    const broken = { root: 2n, transaction: 7n, isBroken: true };
    expect(() => revisionOf([leaf()], [broken, broken])).toThrow(/neither of its first two pages/);
    expect(() => revisionIn(readerOf(Buffer.alloc(10)))).toThrow(/^it ends too early$/);
  });
});
