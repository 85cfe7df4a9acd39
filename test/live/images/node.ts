import { addBusybox, BUSYBOX_PACKAGE } from './busybox';
import { missingPackages } from './debian';
import { BASE_ENVIRONMENT, Recipe } from './recipe';
import { RootDirectory } from './root-directory';

/** Arguments that are no command are the program's. */
const ENTRYPOINT = `#!/bin/sh
if [ "\${1#-}" != "$1" ] || ! command -v "$1" > /dev/null; then
  set -- node "$@"
fi
exec "$@"
`;

/**
 * The image `node`: the Node.js that runs this, whatever version the tag asks for, and a shell. It has neither npm nor yarn.
 *
 * @see https://github.com/nodejs/docker-node
 */
export function node(): Recipe {
  return {
    name: 'node',
    version: process.versions.node,
    config: {
      entrypoint: ['docker-entrypoint.sh'],
      cmd: ['node'],
      env: { ...BASE_ENVIRONMENT, NODE_VERSION: process.versions.node },
      user: '',
      workingDir: '/',
    },
    missing: async () => missingPackages('node', [BUSYBOX_PACKAGE]),
    build: async directory => {
      const root = await RootDirectory.create(directory);
      await addBusybox(root);
      await root.program(process.execPath, '/usr/local/bin/node');
      await root.user('node', 1000, '/home/node');
      await root.file('/usr/local/bin/docker-entrypoint.sh', ENTRYPOINT, 0o755);
    },
  };
}
