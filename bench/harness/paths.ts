import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export const BENCH = path.resolve(__dirname, '..');

export const RESULTS = path.join(BENCH, 'results');

/** The medians that are committed, and what is drawn from them. */
export const PUBLISHED = path.join(BENCH, 'performance.json');
export const PLOT = path.join(BENCH, 'performance.svg');

/** Inside the package, because only there does Node resolve `cdk8s-stateful` to the package itself. */
export const BUILD = path.join(RESULTS, 'build');

/** Where peers write: in memory where there is such a place, since making a thousand files on a disk takes longer than printing them. */
export const SCRATCH = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
