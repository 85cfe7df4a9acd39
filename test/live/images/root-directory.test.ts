import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RootDirectory } from './root-directory';

// the authorities of this machine, if it has any.
const copy = jest.spyOn(RootDirectory.prototype, 'copy').mockResolvedValue();

let directory: string;
let root: RootDirectory;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'image-test-'));
  root = await RootDirectory.create(directory);
});

afterEach(async () => rm(directory, { recursive: true }));

async function modeOf(path: string): Promise<string> {
  return ((await stat(join(directory, path))).mode % 0o10000).toString(8);
}

describe('RootDirectory', () => {
  test('begins without anything to run', async () => {
    expect((await readdir(directory)).sort()).toEqual(['dev', 'etc', 'proc', 'root', 'run', 'sys', 'tmp', 'var']);
    expect((await readdir(join(directory, 'etc'))).sort()).toEqual(['group', 'hostname', 'hosts', 'nsswitch.conf', 'passwd', 'resolv.conf']);
  });

  test('has a /tmp for every user', async () => {
    expect(await modeOf('/tmp')).toEqual('1777');
  });

  test('asks files, then DNS, for names of hosts', async () => {
    expect(await readFile(join(directory, 'etc/nsswitch.conf'), 'utf8')).toMatch(/^hosts: files dns$/m);
  });

  test("trusts this machine's authorities", () => {
    expect(copy).toHaveBeenCalledWith('/etc/ssl/certs/ca-certificates.crt');
  });

  test('has no link that leads outside', async () => {
    expect(await readlink(join(directory, 'var/run'))).toEqual('../run');
  });

  test('adds a user with a group of the same name and number', async () => {
    await root.user('nginx', 101, '/nonexistent');
    expect(await readFile(join(directory, 'etc/passwd'), 'utf8')).toMatch(/^nginx:x:101:101::\/nonexistent:\/sbin\/nologin$/m);
    expect(await readFile(join(directory, 'etc/group'), 'utf8')).toMatch(/^nginx:x:101:$/m);
  });

  test('writes a file with the directories above it and exactly its mode', async () => {
    await root.file('/usr/local/bin/entrypoint.sh', '#!/bin/sh\n', 0o755);
    expect(await modeOf('/usr/local/bin/entrypoint.sh')).toEqual('755');
  });
});
