import { execute } from '../execute';

/** Unmounts what may not be mounted at all. */
export async function unmount(path: string): Promise<void> {
  await execute('umount', [path]).catch(unlessNotMounted);
}

/** The same for what may still be in use: nobody finds it any more, and it goes with its last user. */
export async function unmountLazily(path: string): Promise<void> {
  await execute('umount', ['--lazy', path]).catch(unlessNotMounted);
}

function unlessNotMounted(error: { readonly stderr?: string }): void {
  if (!/not mounted|no mount point|not found/.test(error.stderr ?? '')) {
    throw error;
  }
}
