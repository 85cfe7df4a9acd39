import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program of this machine to its end. It is an error, which has its stderr, if it does not exit with 0. */
export const execute = promisify(execFile);
