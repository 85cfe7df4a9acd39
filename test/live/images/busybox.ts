import { execute } from '../execute';
import { debianVersion, missingPackages } from './debian';
import { BASE_ENVIRONMENT, Recipe } from './recipe';
import { RootDirectory } from './root-directory';

/** The package that every image with a shell has it from. */
export const BUSYBOX_PACKAGE = 'busybox-static';

const BUSYBOX = '/bin/busybox';

/**
 * The image `busybox`: a shell and small tools, run by root.
 *
 * @see https://hub.docker.com/_/busybox
 */
export function busybox(): Recipe {
  return {
    name: 'busybox',
    version: debianVersion(BUSYBOX_PACKAGE) ?? 'none',
    config: { entrypoint: [], cmd: ['sh'], env: BASE_ENVIRONMENT, user: '', workingDir: '/' },
    missing: async () => missingPackages('busybox', [BUSYBOX_PACKAGE]),
    build: async directory => addBusybox(await RootDirectory.create(directory)),
  };
}

/** A shell and small tools, for images whose upstream has them too. */
export async function addBusybox(root: RootDirectory): Promise<void> {
  await root.program(BUSYBOX);
  const { stdout } = await execute(BUSYBOX, ['--list']);
  for (const applet of stdout.trim().split('\n').filter(name => name !== 'busybox')) {
    await root.link(`/bin/${applet}`, 'busybox');
  }
  // where the first line of scripts has it.
  await root.link('/usr/bin/env', '../../bin/busybox');
}
