import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printed } from './fake-gateway';
import { run } from '../../../src/etcd/agent/main';

const BUNDLES = join(__dirname, '..', '..', '..', 'agent');

afterEach(() => jest.restoreAllMocks());

describe('a program', () => {
  test('fails with the reason', async () => {
    const lines = printed();
    expect(await run('defragment', async () => { throw new Error('no members'); }, {})).toBe(1);
    expect(lines).toEqual([{ time: expect.any(String), event: 'failed', program: 'defragment', reason: 'no members' }]);
  });

  test('ends with 0 when it is done, and has its variables', async () => {
    const program = jest.fn(async () => undefined);
    expect(await run('defragment', program, { A: 'b' })).toBe(0);
    expect(program).toHaveBeenCalledWith({ A: 'b' });
  });
});

describe('bundles', () => {
  const bundles = readdirSync(BUNDLES);

  test('are one for each program', () => {
    expect(bundles).toEqual([
      'defragment.mjs', 'enable-auth.mjs', 'join.mjs', 'name-backup.mjs', 'restore-finish.mjs', 'restore-prepare.mjs', 'restore-verify.mjs',
      'serve.mjs', 'store-backup.mjs',
    ]);
  });

  test.each(bundles)('%s is one file that starts, and says what it misses', bundle => {
    const { status, stdout } = spawnSync(process.execPath, [join(BUNDLES, bundle)], { encoding: 'utf8', env: {} });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ event: 'failed', program: bundle.replace('.mjs', ''), reason: expect.stringMatching(/^\w+ is not set/) });
  });

  test.each(bundles)('%s is small, readable, and needs nothing but Node', bundle => {
    const text = readFileSync(join(BUNDLES, bundle), 'utf8');
    expect(text.length).toBeLessThan(44 * 1024);
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThan(400);
    const imported = Array.from(text.matchAll(/^import .* from '(.*)';$/gm), ([, name]) => name);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter(name => !name.startsWith('node:'))).toEqual([]);
  });

  test('fit into one ConfigMap, which `kubectl apply` writes into an annotation: all of those may have 256 KiB', () => {
    const all = bundles.map(bundle => readFileSync(join(BUNDLES, bundle), 'utf8'));
    expect(JSON.stringify(all).length).toBeLessThan(200_000);
  });
});
