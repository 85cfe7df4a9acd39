import * as fs from 'node:fs';
import * as path from 'node:path';
import { buildChildren } from './harness/build';
import { chainRowsOf, measureChains } from './harness/chains';
import { isThere } from './harness/children';
import { environment } from './harness/environment';
import { measure, measureImports } from './harness/measure';
import { HELP, Options, parseOptions } from './harness/options';
import { PLOT, PUBLISHED, RESULTS } from './harness/paths';
import { measurePlans, planRowsOf } from './harness/plans';
import { plotOf } from './harness/plot';
import { print } from './harness/report';
import { growthOf, importRowsOf, rowsOf } from './harness/summary';
import { met, targetsOf } from './harness/targets';
import { verify } from './harness/verify';
import type { PeerName } from './workload';

const asked = parseOptions(process.argv.slice(2));
if (asked.help) {
  console.log(HELP);
} else {
  run(withoutMissing(asked));
}

function run(options: Options): void {
  const { check, publish } = options;
  const start = Date.now();
  const { peers } = options;
  // progress goes to stderr, so that stdout is the report and nothing else.
  const log = (line: string) => console.error(`${((Date.now() - start) / 1000).toFixed(0).padStart(4)} s  ${line}`);

  log('compiling the peers');
  buildChildren(peers);
  log('comparing what the peers write');
  verify(peers);
  const samples = measure(options, log);
  const importSamples = measureImports(options, log);
  const planSamples = measurePlans(options, log);
  const chainSamples = measureChains(options, log);

  const rows = rowsOf(samples);
  const growth = growthOf(rows);
  const imports = importRowsOf(importSamples);
  const plans = planRowsOf(planSamples);
  const chains = chainRowsOf(chainSamples);
  const targets = targetsOf(rows, growth, imports, plans, chains);
  const system = environment();

  const file = path.join(RESULTS, 'latest.json');
  const medians = { rows, growth, imports, plans, chains };
  const every = { samples, importSamples, planSamples, chainSamples };
  const results = { date: new Date(start).toISOString(), environment: system, options, targets, ...medians, ...every };
  fs.writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);

  console.log(Object.entries(system).map(([key, value]) => `${key} ${value}`).join(', '));
  console.log(`\n${print({ ...medians, targets })}\n`);
  log(`every sample is in ${path.relative(process.cwd(), file)}`);

  if (publish) {
    const published = { date: results.date, environment: system, ...medians };
    fs.writeFileSync(PUBLISHED, `${JSON.stringify(published, undefined, 1)}\n`);
    fs.writeFileSync(PLOT, plotOf(rows));
  }
  if (check && !targets.every(met)) {
    process.exitCode = 1;
  }
}

/** Says which programs this machine does not have, and leaves them out. */
function withoutMissing(options: Options): Options {
  const missing = options.peers.filter((peer) => !isThere(peer));
  if (missing.length > 0) {
    console.error(`left out, because it is not installed: ${missing.join(', ')}`);
  }
  const there = <T extends { readonly peers: readonly PeerName[] }>(some: T): T =>
    ({ ...some, peers: some.peers.filter((peer) => !missing.includes(peer)) });
  return there({ ...options, cases: options.cases.map(there).filter(({ peers }) => peers.length > 0) });
}
