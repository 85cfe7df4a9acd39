import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const INSTALL = 'scripts/install-live-debian.sh';

/** The programs by which a cluster of processes is made. */
const PROGRAMS = ['runc', 'ip', 'unshare', 'mount', 'mkfs.ext4'];

/** What this machine lacks to run pods as processes, in a sentence that says how to mend it; undefined if nothing. */
export function missingForProcesses(): string | undefined {
  if (process.platform !== 'linux') {
    return `the live tests run containers and need Linux; this is ${process.platform}`;
  }
  if (process.getuid!() !== 0) {
    return 'the live tests make network namespaces and containers: run them as root';
  }
  const missing = PROGRAMS.filter(program => !onPath(program));
  return missing.length > 0 ? `the live tests need ${missing.join(', ')}: on Debian, run ${INSTALL}` : undefined;
}

/** What is lacking to ask a real cluster. */
export function missingForKubectl(kubeconfig: string): string | undefined {
  if (!onPath('kubectl')) {
    return 'the live tests on a real cluster need kubectl';
  }
  return existsSync(kubeconfig) ? undefined : `there is no kubeconfig at ${kubeconfig}`;
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)));
}
