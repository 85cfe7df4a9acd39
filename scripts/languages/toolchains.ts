import { spawnSync } from 'node:child_process';

/** The languages of jsii for which real artifacts are built and run; npm packages and the sources for .NET need no more than Node. */
export type Language = 'python' | 'java' | 'go';

export const LANGUAGES: readonly Language[] = ['python', 'java', 'go'];

interface Program {
  /** The command that prints a version, or nothing where it only has to work. */
  readonly command: readonly string[];
  readonly version?: RegExp;
  readonly atLeast?: readonly [number, number];
  readonly name: string;
}

/** What a language needs of a machine. */
const PROGRAMS: Record<Language, readonly Program[]> = {
  python: [
    { name: 'python3', command: ['python3', '--version'], version: /Python (\d+)\.(\d+)/, atLeast: [3, 10] },
    // Debian has these in a package of their own.
    { name: 'the modules venv and ensurepip of python3', command: ['python3', '-c', 'import ensurepip, venv'] },
  ],
  java: [
    { name: 'javac', command: ['javac', '-version'], version: /javac (\d+)()/, atLeast: [17, 0] },
    { name: 'mvn', command: ['mvn', '--version'], version: /Maven.* (\d+)\.(\d+)/, atLeast: [3, 6] },
  ],
  go: [
    { name: 'go', command: ['go', 'env', 'GOVERSION'], version: /go(\d+)\.(\d+)/, atLeast: [1, 25] },
  ],
};

/** What this machine lacks to build and to run programs of a language, in a sentence; undefined if nothing. */
export function missingFor(language: Language): string | undefined {
  const problems = PROGRAMS[language].map(problemWith).filter(problem => problem !== undefined);
  return problems.length > 0 ? `${language} needs ${problems.join(' and ')}` : undefined;
}

function problemWith({ name, command: [program, ...args], version, atLeast }: Program): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  const needed = atLeast === undefined ? name : `${name} ${atLeast.join('.')} or newer`;
  if (status !== 0) {
    return needed;
  }
  if (version === undefined || atLeast === undefined) {
    return undefined;
  }
  const [, major, minor] = (version.exec(stdout) ?? []).map(Number);
  const isEnough = major > atLeast[0] || (major === atLeast[0] && (minor || 0) >= atLeast[1]);
  return isEnough ? undefined : `${needed}, and finds ${stdout.trim().split('\n')[0]}`;
}

/** Whether there is a .NET SDK, without which the package is only written, not compiled. */
export function hasDotnet(): boolean {
  return spawnSync('dotnet', ['--version']).status === 0;
}
