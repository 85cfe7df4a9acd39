import * as fs from 'node:fs';
import * as path from 'node:path';

/** How much was written into a folder. */
export function bytesIn(folder: string): number {
  return fs.readdirSync(folder).reduce((sum, file) => sum + fs.statSync(path.join(folder, file)).size, 0);
}
