import { execute } from '../execute';

/** The files that a program needs beside its own: the loader and every library, by the paths at which it looks for them. */
export async function sharedLibraries(program: string): Promise<string[]> {
  try {
    const { stdout } = await execute('ldd', [program], { env: { ...process.env, LC_ALL: 'C' } });
    return librariesIn(stdout);
  } catch (error) {
    if (/not a dynamic executable/.test((error as Error).message)) {
      return [];
    }
    throw error;
  }
}

/**
 * Reads what `ldd` prints. The kernel's own vDSO is no file, and so has no path.
 *
 * @see https://man7.org/linux/man-pages/man1/ldd.1.html
 */
export function librariesIn(output: string): string[] {
  const missing = /^\s*(\S+) => not found$/m.exec(output);
  if (missing) {
    throw new Error(`library '${missing[1]}' is not installed`);
  }
  return [...output.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/gm)].map(([, path]) => path);
}
