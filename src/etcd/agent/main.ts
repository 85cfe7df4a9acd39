import { Environment } from './environment';
import { log, messageOf } from './log';

/** A program: it returns when it is done, and throws what must be seen by people. */
export type Program = (env: Environment) => Promise<void>;

/** Runs a program. A failure ends the container with 1, and its message is what Kubernetes shows. */
export async function run(name: string, program: Program, env: Environment): Promise<number> {
  try {
    await program(env);
    return 0;
  } catch (error) {
    log('failed', { program: name, reason: messageOf(error) });
    return 1;
  }
}
