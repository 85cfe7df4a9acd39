import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURES } from './snapshots';
import { Environment } from '../../../src/etcd/agent/environment';
import { KubernetesApi } from '../../../src/etcd/agent/kubernetes';
import * as peers from '../../../src/etcd/agent/peers';
import { restoreFinish, restorePrepare, restoreVerify } from '../../../src/etcd/agent/restore';
import { checkSnapshot } from '../../../src/etcd/agent/snapshot-file';

const NAME = '20261123T100000Z-rev6.db';
const PEERS = [0, 1, 2].map(ordinal => `etcd-${ordinal}=http://etcd-${ordinal}.etcd:2380`).join(',');

let root: string;
let env: Environment;
let logged: jest.SpyInstance;
let asked: jest.SpyInstance;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restore-'));
  for (const folder of ['storage', 'work', 'backup']) {
    mkdirSync(at(folder));
  }
  env = {
    STORAGE_DIR: at('storage'),
    RESTORE_DIR: at('work'),
    SOURCE_DIR: at('backup'),
    SNAPSHOT: NAME,
    SOURCE: 'claim \'backups\' at \'etcd\'',
    POD_NAME: 'etcd-1',
    ETCD_INITIAL_CLUSTER: PEERS,
    TOKEN: 'etcd@snapshot',
  };
  logged = jest.spyOn(console, 'log').mockImplementation();
  asked = jest.spyOn(peers, 'askPeer').mockResolvedValue(undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const at = (...path: string[]) => join(root, ...path);
const events = () => logged.mock.calls.map(([line]) => JSON.parse(line));
const backup = (name = NAME, bytes: Buffer = FIXTURES[0].bytes) => writeFileSync(at('backup', name), bytes);
const contentOf = (folder: string) => readdirSync(at(folder), { recursive: true }).map(String).sort();

/** What etcd's own tool does: it fails where something is already, and reads and writes through the links. */
function restore(): void {
  const folder = join(at('work', 'to'), 'data');
  if (existsSync(folder)) {
    throw new Error(`data-dir ${folder} not empty`);
  }
  mkdirSync(join(folder, 'member'), { recursive: true });
  writeFileSync(join(folder, 'member', 'db'), readFileSync(at('work', 'snapshot.db')));
}

async function all(): Promise<void> {
  await restorePrepare(env);
  await restoreVerify(env);
  restore();
  await restoreFinish(env);
}

describe('a restore', () => {
  test('makes the snapshot the data of a member', async () => {
    backup();
    await all();
    expect(contentOf('storage')).toEqual(['data', 'data/member', 'data/member/db', 'restored-from']);
    expect(readFileSync(at('storage', 'data', 'member', 'db'))).toEqual(FIXTURES[0].bytes);
    expect(readFileSync(at('storage', 'restored-from'), 'utf8')).toBe(`${NAME}\n`);
    expect(events()).toEqual([
      expect.objectContaining({ event: 'restore', snapshot: NAME, reason: 'there is no data, and no other member answers' }),
      expect.objectContaining({ event: 'verified', snapshot: NAME, revision: '6', bytes: FIXTURES[0].bytes.length }),
      expect.objectContaining({ event: 'restored', snapshot: NAME }),
    ]);
  });

  test('takes what was downloaded where there is no volume', async () => {
    env = { ...env, SOURCE_DIR: undefined };
    await restorePrepare(env);
    expect(readFileSync(at('work', 'wanted.txt'), 'utf8')).toBe(`${NAME}\n`);
    writeFileSync(at('work', 'to', 'download', NAME), FIXTURES[0].bytes);
    await restoreVerify(env);
    restore();
    await restoreFinish(env);
    expect(contentOf('storage')).toEqual(['data', 'data/member', 'data/member/db', 'restored-from']);
  });

  test('asks each other member before', async () => {
    backup();
    await restorePrepare(env);
    expect(asked.mock.calls).toEqual([['http://etcd-0.etcd:2380', undefined], ['http://etcd-2.etcd:2380', undefined]]);
    asked.mockClear();
    await restorePrepare({ ...env, PEER_TLS_DIR: '/tls' });
    expect(asked.mock.calls[0]).toEqual(['http://etcd-0.etcd:2380', { ca: '/tls/ca.crt', cert: '/tls/tls.crt', key: '/tls/tls.key' }]);
  });

  test('takes the place of a folder in which there is nothing', async () => {
    backup();
    mkdirSync(at('storage', 'data'));
    await all();
    expect(contentOf('storage')).toContain('data/member/db');
  });
});

describe('where there is data', () => {
  beforeEach(() => {
    mkdirSync(at('storage', 'data'));
    writeFileSync(at('storage', 'data', 'mine'), 'mine');
  });

  test('all steps do nothing, and need nobody', async () => {
    await all();
    expect(contentOf('storage')).toEqual(['data', 'data/mine']);
    expect(contentOf('work')).not.toContain('unused');
    expect(asked).not.toHaveBeenCalled();
    expect(events()).toEqual([expect.objectContaining({ event: 'leave alone', reason: 'there is data' })]);
  });

  test('etcd\'s own tool has a whole snapshot to restore, of an etcd that is empty, and rclone has nothing to download', async () => {
    await restorePrepare(env);
    expect(await checkSnapshot(at('work', 'snapshot.db'))).toMatchObject({ revision: 0n });
    expect(readlinkSync(at('work', 'to'))).toBe(at('work', 'unused'));
    expect(readFileSync(at('work', 'wanted.txt'), 'utf8')).toBe('');
    expect(readdirSync(at('work', 'to', 'download'))).toEqual([]);
  });

  test('what a try that was cut short has left is removed', async () => {
    mkdirSync(at('storage', 'restoring', 'data'), { recursive: true });
    await all();
    expect(contentOf('storage')).toEqual(['data', 'data/mine']);
  });
});

describe('a member whose cluster is there', () => {
  beforeEach(() => {
    asked.mockResolvedValue([{ id: '5', peerURLs: ['http://etcd-1.etcd:2380'], clientURLs: ['http://etcd-1.etcd:2379'] }]);
    backup();
  });

  test('is left alone where it can join that', async () => {
    env = { ...env, STATE_CONFIG_MAP: 'etcd-state' };
    const state = { resourceVersion: '7', clusterId: '4711', members: new Map(), tried: new Set<string>() };
    const inPod = jest.spyOn(KubernetesApi, 'inPod').mockReturnValue({ state: async () => state } as any);
    await all();
    expect(inPod.mock.calls).toEqual([[env]]);
    expect(contentOf('storage')).toEqual([]);
    expect(events()).toEqual([expect.objectContaining({ event: 'leave alone', reason: expect.stringContaining('before it lost its disk') })]);
  });

  test('asks what was there before only where it has no data', async () => {
    env = { ...env, STATE_CONFIG_MAP: 'etcd-state' };
    const inPod = jest.spyOn(KubernetesApi, 'inPod').mockReturnValue({ state: async () => { throw new Error('the API server does not answer'); } } as any);
    await expect(restorePrepare(env)).rejects.toThrow('the API server does not answer');
    mkdirSync(at('storage', 'data'));
    writeFileSync(at('storage', 'data', 'mine'), 'mine');
    inPod.mockClear();
    await all();
    expect(inPod).not.toHaveBeenCalled();
  });

  test('does not start where it cannot, since it would begin an empty cluster', async () => {
    await expect(restorePrepare(env)).rejects.toThrow(/before it lost its disk; to replace this member, take 'restoreFrom' out first; to restore the whole /);
    expect([contentOf('storage'), contentOf('work')]).toEqual([[], []]);
  });
});

describe('after a crash', () => {
  test.each<[string, () => Promise<void>]>([
    ['before all', async () => undefined],
    ['of the first step', async () => restorePrepare(env)],
    ['in the middle of a download', async () => {
      await restorePrepare(env);
      writeFileSync(at('work', 'to', 'download', 'half'), 'half');
    }],
    ['of the step of etcd\'s own tool', async () => {
      await restorePrepare(env);
      restore();
    }],
    ['before the last step', async () => {
      await restorePrepare(env);
      await restoreVerify(env);
      restore();
      writeFileSync(at('storage', 'restored-from'), 'half');
    }],
    ['of all', all],
  ])('%s, the next try ends as the first would have', async (_, before) => {
    backup();
    await before();
    await all();
    expect(contentOf('storage')).toEqual(['data', 'data/member', 'data/member/db', 'restored-from']);
    expect(readFileSync(at('storage', 'restored-from'), 'utf8')).toBe(`${NAME}\n`);
  });

  test('in the last step alone, that is taken up again', async () => {
    backup();
    await restorePrepare(env);
    restore();
    await restoreFinish(env);
    mkdirSync(at('storage', 'restoring'));
    await restoreFinish(env);
    expect(contentOf('storage')).toEqual(['data', 'data/member', 'data/member/db', 'restored-from']);
  });
});

describe('restorePrepare', () => {
  test('fails for a member that is not in the list, and says what to do', async () => {
    await expect(restorePrepare({ ...env, POD_NAME: 'etcd-3' })).rejects.toThrow(
      'etcd-3 is none of the members that the chart makes, etcd-0, etcd-1, etcd-2: while \'restoreFrom\' is there, '
      + 'change \'replicas\' in the chart and not by kubectl; or take \'restoreFrom\' out');
  });

  test('fails when another member cannot be asked', async () => {
    asked.mockRejectedValue(new Error('etcd-0 answers, and cannot be asked'));
    await expect(restorePrepare(env)).rejects.toThrow(/cannot be asked/);
    expect(contentOf('work')).toEqual([]);
  });
});

describe('restoreVerify', () => {
  test.each<[string, () => void, string]>([
    ['there is none', () => undefined, `there is no snapshot ${NAME} at claim 'backups' at 'etcd'`],
    ['there are others', () => {
      backup('mine.db');
      [1, 2, 3, 4, 5, 6].forEach(day => backup(`2026110${day}T100000Z-rev1.db`));
    }, `there is no snapshot ${NAME} at claim 'backups' at 'etcd'; the newest are ${[2, 3, 4, 5, 6].map(day => `2026110${day}T100000Z-rev1.db`).join(', ')}`],
    ['it is not whole', () => backup(NAME, FIXTURES[0].bytes.subarray(0, 9000)), 'is no whole snapshot: it has 9000 bytes'],
  ])('fails when %s', async (_, prepare, message) => {
    prepare();
    await restorePrepare(env);
    await expect(restoreVerify(env)).rejects.toThrow(message);
  });

  test('fails when the disk has no room for it', async () => {
    backup();
    truncateSync(at('backup', NAME), 2 ** 43);
    await restorePrepare(env);
    await expect(restoreVerify(env)).rejects.toThrow(
      /^the disk of the member has \d+ MiB free, and 20261123T100000Z-rev6\.db needs 8388736 MiB with the log: make 'storage' larger$/);
  });
});
