import { join } from 'node:path';
import { execute } from '../execute';
import { BASE_ENVIRONMENT, Recipe } from './recipe';
import { RootDirectory } from './root-directory';

const MODULE = 'github.com/rclone/rclone';

/** The release that scenarios run on. */
export const RCLONE_RELEASE = '1.76.0';

/**
 * rclone's own image of a release: the whole program, with all of its commands and backends, and nothing of Alpine: no shell, no FUSE.
 *
 * @see https://github.com/rclone/rclone/blob/master/Dockerfile
 */
export function rclone(version: string): Recipe {
  return {
    name: 'rclone',
    version,
    config: {
      entrypoint: ['rclone'],
      cmd: [],
      env: { ...BASE_ENVIRONMENT, XDG_CONFIG_HOME: '/config' },
      user: '',
      workingDir: '/data',
    },
    missing: async () => execute('go', ['version']).then(() => undefined,
      () => `rclone ${version} is built with Go, not installed here: see https://go.dev/doc/install`),
    build: async (directory, scratch) => {
      const root = await RootDirectory.create(directory);
      await root.user('rclone', 1009, '/home/rclone');
      await root.directory('/data');
      await root.program(await compile(version, scratch), '/usr/local/bin/rclone');
      await check(version, root);
    },
  };
}

/**
 * Builds in the module's own folder, as upstream's `make` does. So its `go.mod` is that of the main module: its dependencies are those of the
 * release, its `go.sum` is what they are checked against, and its `godebug` lines count.
 */
async function compile(version: string, scratch: string): Promise<string> {
  const { stdout } = await execute('go', ['mod', 'download', '-json', `${MODULE}@v${version}`], { cwd: scratch });
  const program = join(scratch, 'rclone');
  // upstream sets the version in this way too: without, it is one of a developer.
  const flags = ['-trimpath', `-ldflags=-s -X ${MODULE}/fs.Version=v${version}`, '-o', program];
  await execute('go', ['build', ...flags, '.'], { cwd: JSON.parse(stdout).Dir, env: { ...process.env, CGO_ENABLED: '0' } });
  return program;
}

/** A scenario says on which release it ran, so the program itself is asked. */
async function check(version: string, root: RootDirectory): Promise<void> {
  const { stdout } = await execute(await root.resolve('/usr/local/bin/rclone'), ['version']);
  if (!stdout.startsWith(`rclone v${version}\n`)) {
    throw new Error(`rclone says that it is not ${version} but: ${stdout}`);
  }
}
