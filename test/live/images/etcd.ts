import { execute } from '../execute';
import { EtcdSource, etcdSource } from './etcd-sources';
import { ImageConfig } from './image';
import { BASE_ENVIRONMENT, Recipe } from './recipe';
import { RootDirectory } from './root-directory';

/**
 * etcd's own image, of which there is none with a shell among supported releases. The older releases have none here either: what runs without runs with one.
 *
 * @see https://github.com/etcd-io/etcd/blob/main/Dockerfile
 */
const CONFIG: ImageConfig = {
  entrypoint: [],
  cmd: ['/usr/local/bin/etcd'],
  env: { ...BASE_ENVIRONMENT, SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' },
  user: '',
  workingDir: '/var/lib/etcd',
};

/** etcd's own image of a release; undefined for a release that has no source. */
export function etcd(version: string): Recipe | undefined {
  const source = etcdSource(version);
  return source && recipe(version, source, CONFIG);
}

/**
 * Kubernetes' image of etcd: the same programs, and no command.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/master/cluster/images/etcd/Dockerfile
 */
export function kubernetesEtcd(version: string): Recipe | undefined {
  const source = etcdSource(version);
  return source && recipe(version, source, { ...CONFIG, cmd: [], workingDir: '/' });
}

function recipe(version: string, source: EtcdSource, config: ImageConfig): Recipe {
  return {
    name: 'etcd',
    version,
    config,
    missing: async () => source.missing(version),
    build: async (directory, scratch) => {
      const root = await RootDirectory.create(directory);
      await root.directory('/var/etcd');
      await root.directory('/var/lib/etcd');
      await source.install(version, root, scratch);
      await check(version, root);
    },
  };
}

/** A scenario says on which release it ran, so the program itself is asked, wherever it is from. */
async function check(version: string, root: RootDirectory): Promise<void> {
  const { stdout } = await execute(await root.resolve('/usr/local/bin/etcd'), ['--version']);
  if (!stdout.includes(`etcd Version: ${version}\n`)) {
    throw new Error(`etcd says that it is not ${version} but: ${stdout}`);
  }
}
