import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingForKubectl, missingForProcesses } from './requirements';

const PROGRAMS = ['runc', 'ip', 'unshare', 'mount', 'mkfs.ext4'];
const { platform, env: { PATH } } = process;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'requirements-'));
  process.env.PATH = folder;
  Object.defineProperty(process, 'platform', { value: 'linux' });
  process.getuid = () => 0;
});

afterEach(async () => {
  process.env.PATH = PATH;
  Object.defineProperty(process, 'platform', { value: platform });
  await rm(folder, { recursive: true });
});

async function install(...programs: string[]): Promise<void> {
  await Promise.all(programs.map(program => writeFile(join(folder, program), '').then(() => chmod(join(folder, program), 0o755))));
}

describe('missingForProcesses', () => {
  test('is nothing for root on Linux with every program', async () => {
    await install(...PROGRAMS);
    expect(missingForProcesses()).toBeUndefined();
  });

  test('names the programs that are not there, and what installs them', async () => {
    await install(...PROGRAMS.filter(program => program !== 'runc' && program !== 'mkfs.ext4'));
    expect(missingForProcesses()).toBe('the live tests need runc, mkfs.ext4: on Debian, run scripts/install-live-debian.sh');
  });

  test('is root for any other user', async () => {
    await install(...PROGRAMS);
    process.getuid = () => 1000;
    expect(missingForProcesses()).toMatch(/run them as root/);
  });

  test('is Linux elsewhere', () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    expect(missingForProcesses()).toMatch(/need Linux; this is darwin/);
  });
});

describe('missingForKubectl', () => {
  test('is kubectl where it is not installed', () => {
    expect(missingForKubectl(__filename)).toMatch(/need kubectl/);
  });

  test('is the file that says where the cluster is', async () => {
    await install('kubectl');
    expect(missingForKubectl('/no/such/config')).toBe('there is no kubeconfig at /no/such/config');
    expect(missingForKubectl(__filename)).toBeUndefined();
  });
});
