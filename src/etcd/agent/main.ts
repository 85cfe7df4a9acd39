import { Environment } from './environment';
import { log, messageOf } from './log';

/** A program: it returns when it is done, and throws what must be seen by people. */
export type Program = (env: Environment) => Promise<void>;

const PROGRAMS: Readonly<Record<string, Program>> = {
};

/** Runs the program of this name. A failure ends the container with 1, and its message is what Kubernetes shows. */
export async function run(name: string | undefined, env: Environment): Promise<number> {
  try {
    const program = PROGRAMS[name ?? ''];
    if (program === undefined) {
      throw new Error(`there is no program '${name}', only ${Object.keys(PROGRAMS).join(', ')}`);
    }
    await program(env);
    return 0;
  } catch (error) {
    log('failed', { program: name, reason: messageOf(error) });
    return 1;
  }
}
