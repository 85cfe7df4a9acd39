import { createServer } from 'node:net';

/** Where Linux begins to choose ports by itself. @see https://man7.org/linux/man-pages/man7/ip.7.html (ip_local_port_range) */
const CHOSEN_BY_THE_SYSTEM = 32768;
const FIRST = 10000;

/**
 * A port at which nobody listens.
 *
 * One that the system has just chosen, and that was given back, it may choose for another program before it is used.
 */
export async function freePort(): Promise<number> {
  const port = FIRST + Math.floor(Math.random() * (CHOSEN_BY_THE_SYSTEM - FIRST));
  return await isFree(port) ? port : freePort();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise(resolve => server.on('error', () => resolve(false)).listen(port, () => server.close(() => resolve(true))));
}
