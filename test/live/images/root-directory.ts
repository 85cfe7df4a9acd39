import { appendFile, chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sharedLibraries } from './shared-libraries';

/** Mounted over by the runtime, or written by it, hence there: a read-only image cannot be given them later. */
const MOUNT_POINTS = ['/proc', '/sys', '/dev', '/etc/hosts', '/etc/resolv.conf', '/etc/hostname'];

/**
 * The root directory of an image that is being made. It begins with what the smallest base images have: users, name service, certificates, `/tmp`.
 *
 * There is nothing in it to run, above all no shell, until a program is added.
 *
 * @see https://github.com/GoogleContainerTools/distroless/blob/main/base/README.md
 */
export class RootDirectory {
  static async create(directory: string): Promise<RootDirectory> {
    const root = new RootDirectory(directory);
    for (const path of MOUNT_POINTS) {
      await (path.startsWith('/etc/') ? root.file(path, '') : root.directory(path));
    }
    await root.directory('/tmp', 0o1777);
    await root.directory('/run');
    // relative, so that who follows it from outside stays inside.
    await root.link('/var/run', '../run');
    await root.directory('/root');
    await root.user('root', 0, '/root');
    await root.user('nobody', 65534, '/nonexistent');
    await root.user('nonroot', 65532, '/home/nonroot');
    await root.file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
    await root.copy('/etc/ssl/certs/ca-certificates.crt');
    return root;
  }

  private constructor(private readonly path: string) {}

  /** Where a path of the image is on this machine, in a directory that exists. */
  async resolve(path: string): Promise<string> {
    const resolved = join(this.path, path);
    await mkdir(dirname(resolved), { recursive: true });
    return resolved;
  }

  async directory(path: string, mode = 0o755): Promise<void> {
    const directory = await this.resolve(path);
    await mkdir(directory, { recursive: true });
    await chmod(directory, mode);
  }

  async file(path: string, content: string, mode = 0o644): Promise<void> {
    await writeFile(await this.resolve(path), content);
    await chmod(await this.resolve(path), mode);
  }

  async link(path: string, target: string): Promise<void> {
    await symlink(target, await this.resolve(path));
  }

  /** A copy of what a path of this machine leads to. */
  async copy(source: string, path = source, mode = 0o644): Promise<void> {
    await copyFile(source, await this.resolve(path));
    await chmod(await this.resolve(path), mode);
  }

  /** A program of this machine, with the libraries that it needs. */
  async program(source: string, path = source): Promise<void> {
    await this.copy(source, path, 0o755);
    for (const library of await sharedLibraries(source)) {
      await this.copy(library, library, 0o755);
    }
  }

  /** A user and a group of one name and number. */
  async user(name: string, id: number, home: string): Promise<void> {
    await appendFile(await this.resolve('/etc/passwd'), `${name}:x:${id}:${id}::${home}:/sbin/nologin\n`);
    await appendFile(await this.resolve('/etc/group'), `${name}:x:${id}:\n`);
  }
}
