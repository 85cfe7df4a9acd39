import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of programs that jsii runs in Node: its banner about an old Node stays out of what they print. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', CDK8S_CHECK_UPGRADE: 'false', ...more };
}

/** Runs a command to its end, whatever that is. */
export async function outcomeOf([program, ...args]: readonly string[], { cwd, env }: CommandOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', text => { texts.stdout += text; });
    child.stderr.setEncoding('utf8').on('data', text => { texts.stderr += text; });
    child.on('error', reject);
    child.on('close', code => resolve({ code, ...texts }));
  });
}

/** Runs a command that has to succeed; what it printed is seen only if it does not. */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(command, options);
  if (code !== 0) {
    throw new Error(`${command.join(' ')}\nended with ${code}\n${stdout}${stderr}`);
  }
  return stdout;
}
