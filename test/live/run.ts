import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { prepareImages } from './prepare';
import { missingForKubectl, missingForProcesses } from './requirements';
import { writeResults } from './results';

const ROOT = join(__dirname, '..', '..');

const HELP = `Runs the scenarios of test/live/scenarios: on processes of this machine, or on a real cluster.

  npm run test:live [-- [--kubeconfig [FILE]] [JEST OPTIONS]]

  --kubeconfig [FILE]  ask a real cluster by kubectl; FILE defaults to $KUBECONFIG, or else ~/.kube/config
  --write-results      put the table of this run into test/live/README.md
  --if-possible        where something is missing, say what and end well, unless LIVE_TESTS=required
  JEST OPTIONS         e.g. the name of a scenario: canary`;

interface Request {
  readonly kubeconfig?: string;
  readonly ifPossible: boolean;
  readonly writeResults: boolean;
  readonly help: boolean;
  readonly jest: readonly string[];
}

/** Divides the command line: what is not for this program is for jest. */
function requestOf(args: readonly string[]): Request {
  const rest = [...args];
  const take = (flag: string) => rest.includes(flag) && rest.splice(rest.indexOf(flag), 1).length > 0;
  const at = rest.indexOf('--kubeconfig');
  const named = at >= 0 && rest[at + 1] !== undefined && !rest[at + 1].startsWith('-');
  const [, file] = at >= 0 ? rest.splice(at, named ? 2 : 1) : [];
  const kubeconfig = file ?? process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  return {
    kubeconfig: at >= 0 ? kubeconfig : undefined,
    ifPossible: take('--if-possible'),
    writeResults: take('--write-results'),
    help: take('--help'),
    jest: rest,
  };
}

async function main(args: readonly string[]): Promise<number> {
  const { help, ifPossible, jest, kubeconfig, ...request } = requestOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const required = !ifPossible || process.env.LIVE_TESTS === 'required';
  const missing = kubeconfig === undefined ? missingForProcesses() : missingForKubectl(kubeconfig);
  if (missing !== undefined) {
    console.log(required ? missing : `live tests were not run: ${missing}`);
    return required ? 1 : 0;
  }
  const code = kubeconfig === undefined ? await onProcesses(jest) : scenarios(jest, { LIVE_KUBECONFIG: kubeconfig });
  if (request.writeResults) {
    writeResults(join(ROOT, 'test-reports', 'live.xml'), join(__dirname, 'README.md'));
  }
  return code;
}

async function onProcesses(jest: readonly string[]): Promise<number> {
  const { images, missing } = await prepareImages();
  missing.forEach(sentence => console.log(`some live tests are skipped: ${sentence}`));
  if (missing.length > 0 && process.env.LIVE_TESTS === 'required') {
    return 1;
  }
  return scenarios(jest, { LIVE_IMAGES: images.join(' ') });
}

function scenarios(jest: readonly string[], environment: Record<string, string>): number {
  const { status } = spawnSync(process.execPath, [require.resolve('jest/bin/jest'), '--config', join(__dirname, 'jest.config.json'), ...jest], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  return status ?? 1;
}

void main(process.argv.slice(2)).then(code => { process.exitCode = code; });
