import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applied, service, statefulSet, template } from './manifests';
import { main, start } from '../../src/plan/cli';

const ROOT = join(__dirname, '../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, ...objects: any[]): string {
  const path = join(folder, name);
  writeFileSync(path, objects.map(object => JSON.stringify(object)).join('\n---\n'));
  return path;
}

/** What the command prints and ends with. */
function run(args: string[], { stdin = '', isTTY = false, env = {} as Record<string, string> } = {}) {
  const written = { out: '', err: '' };
  const status = main(args, {
    stdout: { isTTY, write: text => { written.out += text; } },
    stderr: { write: text => { written.err += text; } },
    env,
    stdin: () => stdin,
  });
  return { status, ...written };
}

describe('cdk8s-stateful plan', () => {
  test('ends with 0 if the change is fine, and with 1 if it is refused', () => {
    const before = file('before.json', statefulSet());
    expect(run(['plan', before, file('after.json', statefulSet({ replicas: 4 }))])).toMatchObject({ status: 0, err: '', out: expect.stringContaining('step 1: create db-3') });
    expect(run(['plan', before, file('after.json', statefulSet({ serviceName: 'x' }))])).toMatchObject({ status: 1, out: expect.stringContaining('do not apply this') });
  });

  test.each([
    [[], 2, /^usage/, ''],
    [['--help'], 0, /^usage/, ''],
    [['apply', 'a', 'b'], 2, '', /^there is no command 'apply'\n\nusage/],
    [['plan', 'a'], 2, '', /^give BEFORE and AFTER/],
    [['plan', '--cluster', 'a', 'b'], 2, '', /^give AFTER, and nothing else/],
    [['plan', 'a', 'b', '--format', 'xml'], 2, '', /^--format must be one of text, markdown, json, got 'xml'/],
    [['plan', '--what'], 2, '', /^Unknown option '--what'/],
    [['plan', '/no/such/file', '/no'], 2, '', /^\/no: cannot be read: ENOENT/],
  ])('called with %j ends with %d', (args, status, out, err) => {
    expect(run(args)).toEqual({ status, out: expect.stringMatching(out), err: expect.stringMatching(err) });
  });

  test('prints JSON and Markdown', () => {
    const [before, after] = [file('before.json', service()), file('after.json', service({ clusterIP: 'x' }))];
    expect(JSON.parse(run(['plan', before, after, '--json']).out)).toMatchObject({ isRefused: true, findings: [{ rule: 'service-cluster-ip' }] });
    expect(JSON.parse(run(['plan', before, after, '--format', 'json']).out).isRefused).toBe(true);
    expect(run(['plan', before, after, '--format=markdown']).out).toMatch(/^## Do not apply/);
  });

  test('uses colours on a terminal, unless told not to', () => {
    const args = ['plan', file('before.json'), file('after.json', service())];
    expect(run(args, { isTTY: true }).out).toContain('\x1b[32m');
    const others: Parameters<typeof run>[1][] = [{ isTTY: false }, { isTTY: true, env: { NO_COLOR: '1' } }, { isTTY: true, env: { TERM: 'dumb' } }];
    for (const other of others) {
      expect(run(args, other).out).not.toContain('\x1b');
    }
  });

  test('takes either side from the standard input or from git', () => {
    const after = file('after.json', service());
    expect(run(['plan', '-', after, '--all'], { stdin: JSON.stringify(service()) })).toMatchObject({ status: 0, out: 'unchanged Service db\n\n1 unchanged\n'.replace('\n\n', '\n') });
    expect(run(['plan', 'HEAD:examples/canary/dist', join(ROOT, 'examples/canary/dist')]).out).toMatch(/unchanged/);
    expect(run(['plan', 'no-such-branch:dist', after]).err).toContain('git knows no revision');
  });

  test('says what is pruned, and how many pods at once', () => {
    const before = file('before.json', statefulSet());
    expect(run(['plan', before, file('after.json')]).out).toContain('delete    StatefulSet db');
    expect(run(['plan', before, file('after.json'), '--no-prune']).out).toContain('leave     StatefulSet db');
    const two = statefulSet({ template: template('db:2'), updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } });
    expect(run(['plan', before, file('after.json', two), '--max-unavailable']).out).toContain('step 1: replace db-2, db-1');
    expect(run(['plan', file('before.json', statefulSet({}, { namespace: 'a' })), file('after.json', statefulSet()), '-n', 'a']).out).toBe('1 unchanged\n');
  });

  test('reads what is deployed from the cluster', () => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'kubectl'), `#!/bin/sh\ncat ${file('live.json', applied(statefulSet({ replicas: 2 })))}\n`);
    chmodSync(join(folder, 'bin', 'kubectl'), 0o755);
    const { PATH } = process.env;
    process.env.PATH = `${join(folder, 'bin')}:${PATH}`;
    try {
      expect(run(['plan', '--cluster', file('after.json', statefulSet()), '--context', 'x']).out).toContain('spec.replicas: 2 -> 3');
    } finally {
      process.env.PATH = PATH;
    }
  });

  test('lets errors of its own through', () => {
    expect(() => main(['--help'], { stdout: { write: () => { throw new Error('full'); } }, stderr: { write: () => undefined }, env: {}, stdin: () => '' })).toThrow('full');
  });

  test('starts with the arguments of the process', () => {
    const { argv, exitCode } = process;
    const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    process.argv = ['node', 'cdk8s-stateful', '--help'];
    start();
    expect([process.exitCode, written.mock.calls[0][0]]).toEqual([0, expect.stringMatching(/^usage/)]);
    Object.assign(process, { argv, exitCode });
    written.mockRestore();
  });

  test('is a program', () => {
    const program = 'require(\'ts-node\').register({ transpileOnly: true, project: \'test/tsconfig.json\' }); require(\'./src/plan/cli\').start()';
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program, '--', 'program', 'plan', '-', join(ROOT, 'examples/canary/dist')], { cwd: ROOT, input: '', encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('step 1: create web-0, web-1, web-2');
    expect(execFileSync('head', ['-1', join(ROOT, 'bin/cdk8s-stateful')], { encoding: 'utf8' })).toBe('#!/usr/bin/env node\n');
  }, 30_000);
});
